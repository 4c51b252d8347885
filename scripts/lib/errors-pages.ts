import type { Entry, ErrorsTable } from './errors-table.ts'

/** docs/errors.md, and the page that the `type` of a problem leads to. */

/** The status, and the code on the wire where it is not ours. */
const cells = ({ code, shown }: Entry) =>
  shown.map(({ status, codes }) => ({ status, codes: codes.filter((wire) => wire !== code) }))

const intro = [
  'Every refusal of every contract stands in one table in the code; a contract only chooses status, code and envelope.',
  'A cell holds the HTTP status and, where the contract does not use our code, its own. A problem that concerns a field names it.',
  'Not every contract can meet every code. What is refused has changed nothing.',
]

const markdownRow = (entry: Entry) => {
  const shown = cells(entry).map(({ status, codes }) => [status, ...codes.map((code) => `\`${code}\``)].join(' '))
  const name = `<a id="${entry.code}"></a>\`${entry.code}\``
  return `| ${[name, entry.sentence.replaceAll('<', '\\<'), entry.fix, ...shown].join(' | ')} |`
}

export const errorsMarkdown = ({
  titles,
  sections,
  envelopes,
}: ErrorsTable): string => `<!-- Made by scripts/errors-doc.ts from src/engine/errors.ts. Do not edit. -->

# Errors

${intro.join('\n')}
${sections
  .map(
    ({ heading, entries }) => `
## ${heading}

| code | says | what to do | ${titles.join(' | ')} |
|---|---|---|${titles.map(() => '---|').join('')}
${entries.map(markdownRow).join('\n')}
`,
  )
  .join('')}
## The envelopes

One refusal in each contract: the address belongs to somebody else.
${envelopes
  .map(
    ({ title, status, contentType = 'application/json', body }) => `
### ${title}: ${status}, ${contentType}

\`\`\`json
${JSON.stringify(body, null, 2)}
\`\`\`
`,
  )
  .join('')}`

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const htmlRow = (entry: Entry) => {
  const shown = cells(entry).map(
    ({ status, codes }) => `<td>${[status, ...codes.map((code) => `<code>${escaped(code)}</code>`)].join('<br>')}</td>`,
  )
  const texts = [entry.sentence, entry.fix].map((text) => `<td>${escaped(text)}</td>`)
  return `<tr id="${entry.code}"><th><a href="#${entry.code}">${entry.code}</a></th>${[...texts, ...shown].join('')}</tr>`
}

const style = `body { font: 15px/1.5 system-ui, sans-serif; max-width: 90rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
th, td { border: 1px solid #8886; padding: 0.3rem 0.6rem; text-align: left; vertical-align: top; }
tr:target { background: #fd06; }
code, pre, tbody th { font: 13px/1.5 ui-monospace, monospace; }
pre { overflow-x: auto; }`

export const errorsHtml = ({ titles, sections, envelopes }: ErrorsTable): string => `<!doctype html>
<!-- Made by scripts/errors-doc.ts from src/engine/errors.ts. Do not edit. -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>edge-upsert errors</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>
${style}
</style>
</head>
<body>
<h1>Errors</h1>
<p>${intro.map(escaped).join(' ')}</p>
${sections
  .map(
    ({ heading, entries }) => `<h2>${heading}</h2>
<table>
<thead><tr><th>code</th><th>says</th><th>what to do</th>${titles.map((title) => `<th>${title}</th>`).join('')}</tr></thead>
<tbody>
${entries.map(htmlRow).join('\n')}
</tbody>
</table>`,
  )
  .join('\n')}
<h2>The envelopes</h2>
<p>One refusal in each contract: the address belongs to somebody else.</p>
${envelopes
  .map(
    ({ title, status, contentType = 'application/json', body }) =>
      `<h3>${title}: ${status}, ${contentType}</h3>\n<pre>${escaped(JSON.stringify(body, null, 2))}</pre>`,
  )
  .join('\n')}
</body>
</html>
`
