import { writeFileSync } from 'node:fs'
import { assertRecords } from '../src/engine/assert.ts'
import type { AssertCommand } from '../src/engine/command.ts'
import { scopeOf } from '../src/engine/session.ts'
import type { SqlDriver, Statement } from '../src/storage/driver.ts'
import { guarded } from '../src/storage/guarded.ts'
import { recordStore } from '../src/storage/record-store.ts'
import { openFixtureWorld } from '../test/support/fixture-world.ts'

/**
 * `npx node scripts/release-fixture.ts 0.2`: what this release writes, and a batch that it sends, for the tests of the
 * releases after it (test/node/versions.test.ts). Run once for each release; a fixture never changes afterwards.
 */

const [, , release] = process.argv
if (release === undefined) throw new Error('Name the release, such as 0.2')

const seen: (readonly Statement[])[] = []
const world = await openFixtureWorld((driver: SqlDriver) => ({
  batch: (statements) => {
    seen.push(statements)
    return driver.batch(statements)
  },
}))
const { driver, organizationId, memberId, migrations } = world

const person = (n: number, values: AssertCommand['values'] = {}, more: Partial<AssertCommand> = {}): AssertCommand => ({
  object: 'people',
  match: [{ name: 'emails', value: `p${n}@release.example` }],
  values: { emails: [`p${n}@release.example`], ...values },
  ...more,
})
const deal = (code: string, values: AssertCommand['values'] = {}): AssertCommand => ({
  object: 'deals',
  match: [{ name: 'code', value: code }],
  values: { code, ...values },
})
const run = async (
  commands: readonly AssertCommand[],
  more: { idempotency?: { key: string; fingerprint: string } } = {},
) => assertRecords(recordStore(driver), await world.session(), () => commands, { contract: 'v1', track: true, ...more })

const price = { amount: 12.5, code: 'EUR' }
await run([
  person(1, { first_name: 'Ada', tracking_id: 'T1' }),
  person(2, { first_name: 'Grace' }),
  person(3, { first_name: 'Gone' }),
  deal('D1', { room: 'A', seat: 1.5, price, owner: memberId, labels: ['x', 'y'] }),
  deal('D2', { room: 'A', seat: 2 }),
])
await run([person(1, { first_name: 'Augusta' }), person(3, {}, { lifecycle: 'archive' })])
await run([person(4, { first_name: 'Kept' }), person(2, { tracking_id: 'T1' })], {
  idempotency: { key: 'k:release', fingerprint: 'f' },
})

const tables = [
  'organizations',
  'members',
  'objects',
  'attributes',
  'combinations',
  'records',
  'record_keys',
  'changes',
  'replays',
]
const { results } = await driver.batch(tables.map((table) => ({ sql: `SELECT * FROM ${table}`, params: [] })))
const rows = Object.fromEntries(tables.map((table, i) => [table, results[i]?.rows.map((row) => ({ ...row }))]))

// What a Worker of this release sends: something unchanged, changed, created, and two conflicts.
await run([
  person(1, { first_name: 'Augusta' }),
  person(2, { first_name: 'Grace H.' }),
  person(9, { first_name: 'New' }),
  person(5, { tracking_id: 'T1' }),
  deal('D1', { room: 'A', seat: 2 }),
])
const batch = seen.at(-1)
await guarded(driver, scopeOf(await world.session())).batch([])
const guard = seen.at(-1)?.[0]

const fixture = { migrations, organizationId, memberId, tables: rows, batch, guard }
writeFileSync(`test/fixtures/release-${release}.json`, `${JSON.stringify(fixture, null, 1)}\n`)
world.close()
