import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { asOperator } from '../../src/admin/authority.ts'
import { type Finding, verifyOrganization } from '../../src/admin/verify.ts'
import type { AssertCommand } from '../../src/engine/command.ts'
import { type LibsqlFile, libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { openWorld, type StorageWorld, verdict } from '../support/storage-world.ts'

/** Verifying while others write: nothing that they change is a finding, and what is really wrong is one. */

const WRITERS = 8
const RECORDS = 1_500
const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
let driver: LibsqlFile
let world: StorageWorld

const email = (n: number) => `p${n}@verify.example`
/** Unique and plain keys, numbers, lists, normal forms and a combination. */
const person = (n: number, round: number): AssertCommand =>
  ({
    object: 'people',
    match: [{ name: 'emails', value: email(n) }],
    values: {
      emails: [email(n), `p${n}-${round % 3}@verify.example`],
      first_name: `P${n}`,
      town: `town ${(n + round) % 7}`,
      phone_number: `+4930${1_000_000 + ((n * 7 + round) % 50)}`,
      score: round % 11,
      site: `s${n % 3}`,
      badge: `${n}-${round % 2}`,
    },
  }) as unknown as AssertCommand

beforeAll(async () => {
  driver = await libsqlFile(`file:${join(folder, 'verify.db')}`)
  await migrate(driver)
  world = await openWorld(driver)
  await world.addAttributes(
    'people',
    { label: 'Town', type: 'text', indexed: true },
    { label: 'Score', type: 'number', indexed: true },
    { label: 'Site', type: 'text' },
    { label: 'Badge', type: 'text' },
  )
  await world.addCombination('people', 'seat', ['site', 'badge'])
  for (let from = 0; from < RECORDS; from += 500) {
    const { outcomes } = await world.run(Array.from({ length: 500 }, (_, i) => person(from + i, 0)))
    expect(new Set(outcomes.map(verdict))).toEqual(new Set(['created']))
  }
})
afterAll(async () => {
  await driver.close()
  rmSync(folder, { recursive: true })
})

const verified = async (repair = false): Promise<Finding[]> => {
  const found: Finding[] = []
  for await (const one of verifyOrganization(asOperator(driver, world.organizationId), { repair })) found.push(one)
  return found
}

/** Runs while the writers write. @returns what it came to, and how many records were written meanwhile */
const whileWriting = async <T>(work: () => Promise<T>) => {
  let written = 0
  let isOver = false
  const write = async (writer: number) => {
    for (let round = 1; !isOver; round++) {
      const n = (writer * 191 + round * 7) % RECORDS
      const commands =
        round % 9 === 0
          ? [{ ...person(n, round), lifecycle: 'erase' }]
          : Array.from({ length: 5 }, (_, i) => person((n + i) % RECORDS, round))
      const { outcomes } = await world.run(commands as readonly AssertCommand[])
      written += outcomes.filter((one) => ['created', 'updated', 'erased'].includes(verdict(one))).length
    }
  }
  const writers = Array.from({ length: WRITERS }, (_, i) => write(i))
  try {
    return { answer: await work(), written }
  } finally {
    isOver = true
    await Promise.all(writers)
  }
}

it('finds nothing, however often it looks while others write', async () => {
  const { answer: rounds, written } = await whileWriting(async () => {
    const found: Finding[][] = []
    for (let round = 0; round < 5; round++) found.push(await verified())
    return found
  })
  expect(rounds).toEqual([[], [], [], [], []])
  expect(written).toBeGreaterThan(100)
})

it('finds what is wrong all the same', async () => {
  const of = 'organization_id = ?1 AND object = ?2 AND name = ?3'
  // A record that no writer touches, with a key that it does not ask for, and without one that it does.
  const still = { ...person(RECORDS, 0), values: { first_name: 'Still', emails: ['still@verify.example'] }, match: [] }
  const { outcomes } = await world.run([still as unknown as AssertCommand])
  const id = (outcomes[0] as { record: { id: string } }).record.id
  await driver.batch([
    {
      sql: `DELETE FROM record_keys WHERE ${of} AND record_id = ?4`,
      params: [world.organizationId, 'people', 'emails', id],
    },
    {
      sql: `INSERT INTO record_keys (organization_id, object, name, value, slot, record_id) VALUES (?1, ?2, ?3, 'nowhere', ?4, ?4)`,
      params: [world.organizationId, 'people', 'town', id],
    },
  ])
  // What leads to it is as it should be; what leads nowhere, or away from what is there, is not.
  const leading = [
    ['merged', id],
    ['other', 'nobody'],
    [id, id],
  ].map(([merged = '', leads = '']) => ({
    sql: `INSERT INTO record_aliases (organization_id, object, name, value, merged_id, record_id) VALUES (?1, 'people', 'emails', ?2, ?2, ?3)`,
    params: [world.organizationId, merged, leads],
  }))
  await driver.batch(leading)
  const { answer, written } = await whileWriting(() => verified())
  expect(answer.map(({ kind, name, recordIds }) => [kind, name, recordIds]).sort()).toEqual([
    ['lost_alias', 'emails', [id, id]],
    ['lost_alias', 'emails', ['other', 'nobody']],
    ['missing', 'emails', [id]],
    ['surplus', 'town', [id]],
  ])
  expect(written).toBeGreaterThan(0)
  const { answer: repaired } = await whileWriting(() => verified(true))
  expect(repaired.map((one) => one.repaired)).toEqual([true, true, true, true])
  expect(await verified()).toEqual([])
})
