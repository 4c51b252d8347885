/** What every page of the site has around it. The list of documents is behind the text, for a phone; a wide screen has it beside. No script but the site's own runs, so none stands in a page. */

export interface NavigationGroup {
  readonly heading: string
  readonly pages: readonly { readonly path: string; readonly title: string }[]
}

export interface PageContent {
  readonly path: string
  readonly title: string
  readonly html: string
  readonly navigation: readonly NavigationGroup[]
  /** Files of the site that the page needs besides site.css. */
  readonly styles?: readonly string[]
  readonly scripts?: readonly string[]
}

const groupHtml = ({ heading, pages }: NavigationGroup, path: string): string => `<h2>${heading}</h2>
<ul>
${pages
  .map((page) => `<li><a href="${page.path}"${page.path === path ? ' aria-current="page"' : ''}>${page.title}</a></li>`)
  .join('\n')}
</ul>`

export const pageHtml = ({
  path,
  title,
  html,
  navigation,
  styles = [],
  scripts = [],
}: PageContent): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title === 'edge-upsert' ? title : `${title} · edge-upsert`}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
${['/site.css', ...styles].map((file) => `<link rel="stylesheet" href="${file}">`).join('\n')}
</head>
<body>
<header>
<a class="name" href="/"><img src="/favicon.svg" alt="" width="20" height="20"> edge-upsert</a>
<nav aria-label="Site"><a href="/docs/">Documentation</a> <a href="/docs/reference/">Reference</a> <a href="/openapi.json">OpenAPI</a></nav>
</header>
${
  navigation.length === 0
    ? `<main>\n${html}</main>`
    : `<a class="to-documents" href="#documents">All documents</a>
<div class="page">
<main>
${html}</main>
<nav id="documents" aria-label="Documents">
${navigation.map((group) => groupHtml(group, path)).join('\n')}
</nav>
</div>`
}
${scripts.map((file) => `<script src="${file}"></script>\n`).join('')}</body>
</html>
`
