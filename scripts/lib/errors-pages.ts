import type { Entry, ErrorsTable } from './errors-table.ts'

/** docs/errors.md; the site makes a page of it, to which the `type` of a problem leads. */

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
