import { basename, relative } from 'node:path'
import { fieldsOf } from '../../src/contracts/kit/fields.ts'
import type { Contract } from '../../src/http/contract.ts'
import { standardObjects } from '../../src/schema/standard/index.ts'
import type { Described } from './described.ts'

/** The tables of docs/contracts/README.md: which contracts there are, and which of them calls which attribute what. */

/** Of the page that the tables stand on. */
const FOLDER = 'docs/contracts'

const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`

export const contractsTable = (described: readonly Described[]): string =>
  markdownTable(
    ['contract', 'paths', 'matches by', 'credentials', 'document'],
    described.map(({ entry, contract: { title, matchesBy, credentials, page } }) => {
      const paths = entry.prefixes.map((prefix) => `\`${prefix}…\``).join(', ')
      return [title, paths, matchesBy, credentials.summary, `[${basename(page)}](${relative(FOLDER, page)})`]
    }),
  )

const namesIn = ({ fields, othersBySlug }: Contract, object: string, slug: string): string => {
  const names = fields[object] ? fieldsOf(fields[object], slug) : []
  if (names.length > 0) return names.join(', ')
  return othersBySlug ? slug : '-'
}

const objectTable = (contracts: readonly Contract[], object: string): string => {
  const speaking = contracts.filter(({ fields }) => object in fields)
  const attributes = [...(standardObjects().get(object)?.attributes.values() ?? [])]
  const rows = attributes.map(({ slug, type, multiple, unique }) => {
    const kind = [type, multiple && 'several', unique && 'unique'].filter(Boolean).join(', ')
    return [`\`${slug}\``, kind, ...speaking.map((contract) => namesIn(contract, object, slug))]
  })
  return `### ${object}\n\n${markdownTable(['attribute', 'type', ...speaking.map(({ title }) => title)], rows)}`
}

export const fieldTables = (described: readonly Described[]): string => {
  const contracts = described.map(({ contract }) => contract)
  const objects = new Set(contracts.flatMap(({ fields }) => Object.keys(fields)))
  return [...objects].map((object) => objectTable(contracts, object)).join('\n')
}
