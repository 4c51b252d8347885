import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type NavigationGroup, type PageContent, pageHtml } from './layout.ts'
import { type Rendered, renderMarkdown } from './markdown.ts'

/** Every page of the site, made from docs/. */

export interface Page {
  /** Of the file, below public/. */
  readonly file: string
  readonly text: string
}

/** `docs/contracts/v1.md` is `/docs/contracts/v1/`. */
const pathOf = (document: string): string => `/${document.replace(/(README)?\.md$/, '').replace(/\/$/, '')}/`

/** Where a link of a document leads: another document is a page, a picture lies beside it, what else stands in the repository is none. */
const linkIn =
  (document: string, documents: ReadonlySet<string>) =>
  (href: string): string | undefined => {
    if (/^(https?:|mailto:|#|\/)/.test(href)) return href
    const [target = '', fragment] = href.split('#')
    const named = join(dirname(document), target)
    if (named.endsWith('.webp')) return `/${named}`
    if (!documents.has(named)) return undefined
    return pathOf(named) + (fragment === undefined ? '' : `#${fragment}`)
  }

const groups: readonly (readonly [heading: string, documents: readonly string[]])[] = [
  [
    'Use it',
    [
      'docs/console.md',
      'docs/client.md',
      'docs/importing.md',
      'docs/contracts/README.md',
      'docs/contracts/v1.md',
      'docs/search.md',
      'docs/webhooks.md',
      'docs/subscriptions.md',
    ],
  ],
  ['Run it', ['docs/operations.md', 'docs/package.md', 'docs/security.md']],
]

const isContract = (document: string) => dirname(document) === 'docs/contracts'

/** Whatever nobody has put in its place stands in the last group, so that no document can be missing. */
const navigationOf = (rendered: ReadonlyMap<string, Rendered>): NavigationGroup[] => {
  const placed = new Set(groups.flatMap(([, documents]) => documents))
  const left = [...rendered.keys()].filter((document) => !placed.has(document))
  const page = (document: string) => ({ path: pathOf(document), title: rendered.get(document)?.title ?? document })
  const group = (heading: string, documents: readonly string[]) => ({ heading, pages: documents.map(page) })
  const [use = [], run = []] = groups.map(([, documents]) => documents.filter((one) => rendered.has(one)))
  return [
    group('Use it', [...use, ...left.filter(isContract), ...left.filter((one) => one === 'docs/errors.md')]),
    group('Run it', run),
    group(
      'Know it',
      left.filter((one) => !isContract(one) && one !== 'docs/errors.md'),
    ),
  ]
}

/** Two sentences about each document would be one more text to keep; its title says what it is about. */
const overview = (navigation: readonly NavigationGroup[]): string => `<h1>Documentation</h1>
<p>What this instance runs, as its repository documents it. The <a href="/docs/reference/">reference</a> lists every
operation, and sends requests to this very instance.</p>
${navigation
  .map(
    ({ heading, pages }) =>
      `<h2>${heading}</h2>\n<ul>\n${pages.map((page) => `<li><a href="${page.path}">${page.title}</a></li>`).join('\n')}\n</ul>\n`,
  )
  .join('')}`

const home = `<h1>edge-upsert</h1>
<p class="lead">Create or update a record by a matching key: atomically, in one trip to the database, and again without
duplicates.</p>
<p>An instance of it answers here. With a key of its own, this makes a person, or brings the one with that address up to
date:</p>
<pre><code>curl -X PUT '<span data-origin>https://this.instance</span>/v1/objects/people/records' \\
  -H 'Authorization: Bearer YOUR_KEY' -H 'Content-Type: application/json' \\
  -d '{"match": {"emails": "ada@engine.example"}, "values": {"first_name": "Ada"}}'</code></pre>
<ul class="cards">
<li><a href="/docs/reference/">Reference</a> Every operation of every contract; try them from the page.</li>
<li><a href="/docs/">Documentation</a> Contracts, errors, limits, how it is built and operated.</li>
<li><a href="/openapi.json">OpenAPI</a> The same for programs, as version 3.1.</li>
<li><a href="/health">Health</a> Whether this instance answers.</li>
</ul>
<p>Of a demo that <code>npm start</code> has started, the keys are in <code>.demo/credentials.json</code>. The keys of any other
instance come from its administrator.</p>
`

const reference = `<p class="note" id="how"><b>Try it</b> with the demo: open the link that <code>npm start</code> prints, and its
credentials are in place. Or press <b>Authorize</b> and give a key as <code>bearer</code>, the first in the list: of the demo
<code>adminToken</code> in <code>.demo/credentials.json</code>, which that command has written; of any other instance the one that
its administrator has issued. The operations under Tenants take the deployment's secret as <code>operator</code>, and examples with
YOUR_API_KEY and YOUR_DEVELOPER_SECRET take both in the body. Requests go to this very instance.</p>
<p class="note" id="ready" hidden><b>Try it</b>: the credentials of the demo are in place. Open an operation and press
<b>Execute</b>: every example works as it stands. Requests go to this very instance, as its administrator. Reloaded, the page
needs the link again.</p>
<div id="reference"></div>
`

/** @param root folder of the repository */
export const sitePages = (root: string): Page[] => {
  const documents = globSync(join(root, 'docs/**/*.md'))
    .map((path) => relative(root, path))
    .sort()
  const known = new Set(documents)
  const rendered = new Map(
    documents.map((document) => [
      document,
      renderMarkdown(readFileSync(join(root, document), 'utf8'), linkIn(document, known)),
    ]),
  )
  const navigation = navigationOf(rendered)
  const page = (content: Omit<PageContent, 'navigation'>, withNavigation = true): Page => ({
    file: `${content.path.slice(1)}index.html`,
    text: pageHtml({ ...content, navigation: withNavigation ? navigation : [] }),
  })
  return [
    page({ path: '/home/', title: 'edge-upsert', html: home, scripts: ['/home.js'] }, false),
    page({ path: '/docs/', title: 'Documentation', html: overview(navigation) }),
    page(
      {
        path: '/docs/reference/',
        title: 'Reference',
        html: reference,
        styles: ['/docs/reference/swagger-ui.css', '/reference.css'],
        scripts: ['/docs/reference/swagger-ui-bundle.js', '/reference.js'],
      },
      false,
    ),
    ...[...rendered].map(([document, { title, html }]) => page({ path: pathOf(document), title, html })),
  ]
}
