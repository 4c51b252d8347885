import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generated } from '../scripts/generated.ts'
import { bundle, gzipKilobytes } from './lib/bundle.ts'
import { modulesLoaded } from './lib/figures/modules.ts'
import { opcodesOfStatement } from './lib/figures/opcodes.ts'
import { type Costs, costsIn } from './lib/figures/store.ts'

/**
 * `npm run figures`: what a request costs, in figures that are the same on every machine, into docs/figures.md. `npm run
 * check` compares them, so that nothing gets dearer unnoticed: whoever changes one commits the new figure with the reason.
 */

const kinds = [
  ['created', 'one record, created'],
  ['changed', 'one record, changed'],
  ['unchanged', 'one record, unchanged'],
  ['batch', '100 records, unchanged'],
] as const

const columns = ['calls', 'rowsRead', 'rowsWritten', 'bytesWritten'] as const

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`

const rowsOf = (store: string, costs: Costs): string[] =>
  kinds.map(([kind, name]) => row([store, name, ...columns.map((column) => costs[kind][column])]))

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-figures-'))
try {
  const [product, tenants] = await Promise.all([
    bundle('src/worker.ts', 'wrangler.toml', join(folder, 'product')),
    bundle('bench/workers/tenants.ts', 'wrangler.toml', join(folder, 'tenants')),
  ])
  const d1 = await costsIn(tenants, join(folder, 'd1'), 'shared')
  const object = await costsIn(tenants, join(folder, 'object'), 'object')
  const modules = await modulesLoaded(folder)
  const text = `# Figures that do not depend on the machine

Made by \`npm run figures\` from the code as it is; \`npm run check\` fails where they differ. What depends on the machine is
in [benchmarks.md](benchmarks.md).

A person of eleven attributes through \`PUT /v2/crm/people?matchingAttribute=email\`, and a hundred of them through
\`POST /v1/objects/people/records/batch\`, on a warm isolate. Rows are what the database counts and bills: those that
\`json_each\` makes of an item's attributes are among them, and so is one for each item in each scratch table of SQLite's
own. Bytes are those by which the files of the database and its log grow, without the page of bookkeeping that local D1
writes even for \`SELECT 1\`.

| store | request | calls | rows read | rows written | bytes written |
|---|---|---|---|---|---|
${[...rowsOf('D1', d1), ...rowsOf('Durable Object', object)].join('\n')}

| figure | |
|---|---|
${[
  row(['instructions of the assert statement and its triggers', opcodesOfStatement()]),
  row(['bundle of the Worker, minified, gzip, KB', Math.ceil(gzipKilobytes(product))]),
  row(['modules loaded at the start', modules.atStart]),
  row(['modules loaded by the first assert', modules.byFirstAssert]),
].join('\n')}
`
  generated('docs/figures.md', text, 'npm run figures')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
