import { readFileSync } from 'node:fs'
import { generated } from './generated.ts'
import { contractsTable, fieldTables } from './lib/contracts-tables.ts'
import { describedContracts } from './lib/described.ts'

/** `npm run fields` writes the tables of docs/contracts/README.md from what the contracts say; `--check` only compares. */

const PATH = 'docs/contracts/README.md'

/** Puts a table between its two marks. */
const filled = (text: string, name: string, table: string): string =>
  text.replace(
    new RegExp(`(<!-- ${name}: made by scripts/fields-doc\\.ts -->\\n)[\\s\\S]*?(<!-- end -->)`),
    (_, start: string, end: string) => `${start}\n${table}\n${end}`,
  )

const described = await describedContracts()
const page = readFileSync(PATH, 'utf8')
const text = filled(filled(page, 'contracts', contractsTable(described)), 'fields', fieldTables(described))
generated(PATH, text, 'npm run fields')
