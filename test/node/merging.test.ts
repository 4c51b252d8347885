import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AssertCommand } from '../../src/engine/command.ts'
import { RefusedError } from '../../src/engine/errors.ts'
import { MERGED_RECORDS, MERGED_RELATIONS, mergeRecords } from '../../src/engine/merge/index.ts'
import type { MergeRule } from '../../src/engine/merge/values.ts'
import { type LibsqlFile, libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { mergeReader } from '../../src/storage/merge-reader.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { BLANKED } from '../../src/storage/program/stages/feed.ts'
import { recordStore } from '../../src/storage/record-store.ts'
import { sweep } from '../../src/storage/sweep.ts'
import { openWorld, recordOf, type StorageWorld } from '../support/storage-world.ts'

/** What the engine refuses of a merge, whatever the store: test/support/merge-suite.ts has what every store does. */

let driver: LibsqlFile
let world: StorageWorld
beforeAll(async () => {
  driver = await libsqlFile('file::memory:')
  await migrate(driver)
  world = await openWorld(driver, { history: 'values' })
  await world.addObject('things')
  await world.addAttributes(
    'things',
    { label: 'Code', type: 'text', unique: true },
    { label: 'Group', type: 'text', indexed: true },
    { label: 'Post', type: 'text' },
    { label: 'Tags', type: 'text', multiple: true },
    { label: 'Friends', type: 'relation', related: 'things', multiple: true, indexed: true },
    { label: 'Boss', type: 'relation', related: 'things', indexed: true },
  )
  await world.addCombination('things', 'boss_and_post', ['boss', 'post'])
})
afterAll(() => driver.close())

let count = 0
const made = async (values: AssertCommand['values'] = {}): Promise<string> => {
  const code = `c${++count}`
  const { outcomes } = await world.run([{ object: 'things', match: [], values: { code, ...values } }])
  return recordOf(outcomes[0]).id
}
const pair = async () => [await made(), await made()] as const
const refusalOf = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof RefusedError)) throw error ?? new Error('It was not refused')
  const { problems, ...told } = error.refusal
  return { ...told, code: problems[0].code, detail: problems[0].detail }
}
const merge = (stays: string, goes: string, rule?: MergeRule) => world.merge(stays, { name: 'id', value: goes }, rule)

describe('a merge is refused', () => {
  it('where several records have the key of the one that goes', async () => {
    const stays = await made()
    const candidates = [await made({ group: 'several' }), await made({ group: 'several' })]
    const refusal = await refusalOf(world.merge(stays, { name: 'group', value: 'several' }))
    expect(refusal).toMatchObject({ code: 'ambiguous_match', candidates })
  })

  it('into a record that is archived', async () => {
    const [stays, goes] = await pair()
    await world.run([{ object: 'things', match: [{ name: 'id', value: stays }], values: {}, lifecycle: 'archive' }])
    expect(await refusalOf(merge(stays, goes))).toMatchObject({ code: 'record_archived', recordId: stays })
  })

  it('with a list that becomes too long, and says the way out', async () => {
    const [ours, theirs] = ['ours', 'theirs'].map((whose) => Array.from({ length: 51 }, (_, i) => `${whose} ${i}`))
    const [stays, goes] = [await made({ tags: ours }), await made({ tags: theirs })]
    const { code, detail } = await refusalOf(merge(stays, goes))
    expect([code, detail]).toEqual(['too_many_values', expect.stringContaining('"keep" or "take"')])
    expect((await merge(stays, goes, 'take')).survivor.data.tags).toEqual([theirs])
  })

  it('for what is in the way of one of several relations, not for the others that wait for it', async () => {
    const [stays, goes] = await pair()
    await made({ boss: goes, post: 'nobody else has it' })
    const holder = await made({ boss: stays, post: 'both' })
    await made({ boss: goes, post: 'both' })
    await made({ boss: goes })
    const refusal = await refusalOf(merge(stays, goes))
    expect(refusal).toMatchObject({ code: 'unique_conflict', conflicts: [{ recordId: holder }] })
  })
})

describe('a merge is too large', () => {
  /** Records that point at one, as the program writes them. */
  const pointing = (id: string, several: number) =>
    driver.batch([
      {
        sql: `
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(?3 AS INTEGER))
INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
SELECT ?1, 'things', '01900000-0000-7000-8000-' || printf('%012d', i), json_object('boss', json_array(?2)), 1, 1, 1, NULL, 'operator', 'operator', '[]' FROM n`,
        params: [world.organizationId, id, several],
      },
      {
        sql: `
INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
SELECT organization_id, object, 'boss', ?2, id, id, NULL FROM records WHERE organization_id = ?1 AND data ->> '$.boss[0]' = ?2`,
        params: [world.organizationId, id],
      },
    ])

  it('beyond so many relations that would be moved', async () => {
    const [stays, goes] = await pair()
    await pointing(goes, MERGED_RELATIONS + 1)
    expect((await refusalOf(merge(stays, goes))).code).toBe('merge_too_large')
  })

  it('beyond so many bytes of the records that point there', async () => {
    const [stays, goes] = await pair()
    await made({ boss: goes, post: 'p'.repeat(100) })
    const merging = mergeReader(driver)
    const within = async (bytes: number) =>
      mergeRecords(
        { store: recordStore(driver), merging: { read: (scope, asked) => merging.read(scope, { ...asked, bytes }) } },
        await world.session(),
        {
          ...{ object: 'things', id: stays, rules: { default: 'keep', attributes: {} } },
          loser: () => ({ name: 'id', value: goes }),
        },
        { contract: 'test' },
      )
    expect((await refusalOf(within(100))).code).toBe('merge_too_large')
    expect((await within(1_000)).moved).toBe(1)
  })

  it('beyond so many records that have been merged into the two', async () => {
    const [stays, goes] = await pair()
    const merged = (from: number, several: number, id: string) =>
      driver.batch([
        {
          sql: `
WITH RECURSIVE n (i) AS (SELECT CAST(?3 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?3 + ?4)
INSERT INTO record_aliases (organization_id, object, name, value, merged_id, record_id, into_id, tombstone)
SELECT ?1, 'things', 'id', 'merged ' || i, 'merged ' || i, ?2, ?2, '[]' FROM n`,
          params: [world.organizationId, id, from, several],
        },
      ])
    await merged(0, MERGED_RECORDS - 10, stays)
    await merged(MERGED_RECORDS, 10, goes)
    expect((await refusalOf(merge(stays, goes))).code).toBe('merge_too_large')
    await driver.batch([
      {
        sql: `DELETE FROM record_aliases WHERE organization_id = ?1 AND value = 'merged 0'`,
        params: [world.organizationId],
      },
    ])
    expect((await merge(stays, goes)).mergedId).toBe(goes)
  })
})

it('when the survivor is erased, the values of a long history of the one that went go, too', async () => {
  const [stays, goes] = await pair()
  const first = '(SELECT max(sequence) FROM changes WHERE organization_id = ?1)'
  const params = [world.organizationId, goes, BLANKED + 1]
  await driver.batch([
    {
      sql: `
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(?3 AS INTEGER))
INSERT INTO changes (organization_id, sequence, at, actor, contract, action, object, record_id, version, previous, changed, delta)
SELECT ?1, l.last + i, 1, 'operator', 'test', 'updated', 'things', ?2, i + 1,
  iif(i = 1, (SELECT r.last_write ->> 4 FROM records r WHERE r.organization_id = ?1 AND r.id = ?2), l.last + i - 1), '["post"]', '{"post":[["secret"],null]}'
FROM n CROSS JOIN (SELECT ${first} AS last) l`,
      params,
    },
    {
      sql: `UPDATE records SET last_write = json_set(last_write, '$[4]', ${first}), version = CAST(?3 AS INTEGER) + 1 WHERE organization_id = ?1 AND id = ?2`,
      params,
    },
  ])
  await merge(stays, goes)
  await world.run([{ object: 'things', match: [{ name: 'id', value: stays }], values: {}, lifecycle: 'erase' }])
  expect(await sweep(driver, Date.now())).toBe(true)
  expect((await world.rows('changes')).filter(({ delta }) => String(delta).includes('secret'))).toEqual([])
})

it('what the one that goes points at is no relation of the survivor to itself', async () => {
  const [stays, other] = await pair()
  const goes = await made({ friends: [stays, other], boss: stays })
  const { survivor } = await merge(stays, goes)
  expect([survivor.data.friends, survivor.data.boss]).toEqual([[[other]], undefined])
})
