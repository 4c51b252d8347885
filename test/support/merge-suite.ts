import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import type { AssertCommand } from '../../src/engine/command.ts'
import type { MergeRule } from '../../src/engine/merge/values.ts'
import { undoChanges } from '../../src/engine/undo.ts'
import { WORDS } from '../../src/schema/words.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { historyReader } from '../../src/storage/history-reader.ts'
import { recordStore } from '../../src/storage/record-store.ts'
import { command, modelAttributes } from './model-property.ts'
import { openWorld, recordOf, type StorageWorld, verdicts } from './storage-world.ts'

/** Merging and what it leaves, on every store: test/contracts/merge.test.ts has what is answered. */

/** On each of four stores. */
const RUNS = 12

const REQUEST = 'the merge'

interface Drawn {
  readonly commands: readonly AssertCommand[]
  /** Who points at whom, by places. */
  readonly relations: readonly (readonly [from: number, to: readonly number[]])[]
  readonly pair: readonly [stays: number, goes: number]
  readonly rule: MergeRule
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  commands: fc.array(command, { minLength: 6, maxLength: 12, size: 'max' }),
  relations: fc.array(fc.tuple(fc.nat(9), fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 3 })), { maxLength: 5 }),
  pair: fc.tuple(fc.nat(9), fc.nat(9)),
  rule: fc.constantFrom<MergeRule>('keep', 'take', 'append'),
})

const clear = (world: StorageWorld) =>
  world.driver.batch(
    ['records', 'record_keys', 'record_aliases', 'changes'].map((table) => ({
      sql: `DELETE FROM ${table} WHERE organization_id = ?1`,
      params: [world.organizationId],
    })),
  )

/** What a merge and its undoing must leave as it was: data, whether it is archived, keys, and what leads where. */
const stateOf = async (world: StorageWorld) => ({
  records: (await world.rows('records')).map(({ id, data, archived_at, created_at, created_by }) => [
    id,
    JSON.parse(String(data)),
    [archived_at, created_at, created_by],
  ]),
  keys: await world.rows('record_keys'),
  aliases: await world.rows('record_aliases'),
})

const undo = async (world: StorageWorld, dryRun = false) =>
  (
    await undoChanges(
      { store: recordStore(world.driver), history: historyReader(world.driver) },
      await world.session(),
      { selection: { request: REQUEST }, after: 0, created: 'archive' },
      { contract: 'test', dryRun },
    )
  ).records

export const mergeSuite = (driver: () => SqlDriver): void => {
  let world: StorageWorld
  const thing = (code: string, values: AssertCommand['values'] = {}): AssertCommand => ({
    object: 'things',
    match: [{ name: 'code', value: code }],
    values: { code, ...values },
  })
  const ids = async (...codes: readonly string[]): Promise<readonly string[]> =>
    (await world.run(codes.map((code) => thing(code)))).outcomes.map((one) => recordOf(one).id)
  const byId = (value: string, values: AssertCommand['values'], more: Partial<AssertCommand> = {}): AssertCommand => ({
    object: 'things',
    match: [{ name: 'id', value }],
    values,
    ...more,
  })

  beforeAll(async () => {
    world = await openWorld(driver(), { history: 'values' })
    await world.addObject('things')
    await world.addAttributes(
      'things',
      // Words follow the record that has the values now.
      ...modelAttributes.map((one) => ({ ...one, searchable: true })),
      { label: 'Friends', type: 'relation', related: 'things', multiple: true, indexed: true },
      { label: 'Boss', type: 'relation', related: 'things', indexed: true },
    )
  })

  it('is undone as if it had never been, whatever was there, and run dry it writes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async ({ commands, relations, pair, rule }) => {
        await clear(world)
        await world.run(commands)
        const there = (await world.rows('records')).map(({ id }) => String(id))
        const at = (place: number) => there[place % there.length] ?? ''
        if (there.length < 2 || at(pair[0]) === at(pair[1])) return
        await world.run(
          relations.map(([from, to]) => byId(at(from), { friends: [...new Set(to.map(at))], boss: at(to[0] ?? 0) })),
        )
        const before = await stateOf(world)
        const loser = { name: 'id', value: at(pair[1]) }
        const dry = await world.merge(at(pair[0]), loser, rule, { dryRun: true })
        expect(await stateOf(world)).toEqual(before)
        const { survivor, ...told } = await world.merge(at(pair[0]), loser, rule, { request: REQUEST })
        expect({ ...dry, survivor: dry.survivor.data }).toEqual({ ...told, survivor: survivor.data })
        const merged = await stateOf(world)
        expect(merged.records.map(([id]) => id)).toEqual(there.filter((id) => id !== loser.value))
        expect(merged.aliases.map(({ name }) => name)).not.toContain(WORDS)
        // Nothing points there any more, and what points nowhere else points at the survivor.
        expect(JSON.stringify(merged.records)).not.toContain(loser.value)
        const dryly = await undo(world, true)
        expect(await stateOf(world)).toEqual(merged)
        const undone = await undo(world)
        expect(undone.map(({ recordId, status }) => [recordId, status])).toEqual(
          dryly.map(({ recordId }) => [recordId, 'reverted']),
        )
        expect(await stateOf(world)).toEqual(before)
      }),
      { numRuns: RUNS },
    )
  }, 120_000)

  it('leads to its own survivor, of several: by keys on both ways through the program, by ids, and in relations', async () => {
    const [a = '', b = '', c = '', d = ''] = await ids('lead-a', 'lead-b', 'lead-c', 'lead-d')
    await world.merge(a, { name: 'id', value: b })
    await world.merge(c, { name: 'code', value: 'lead-d' })
    const { outcomes, cost } = await world.run([
      { ...thing('lead-b'), values: { note: 'plain' } },
      {
        ...thing('lead-d'),
        values: { note: 'full' },
        match: [{ name: 'emails', value: 'none@lead.example' }, ...thing('lead-d').match],
      },
      byId(d, { labels: ['by id'] }),
      thing('lead-e', { friends: [d, c, b], boss: d }),
      byId(a, { friends: [d] }, { writeModes: { friends: 'append' } }),
      byId(a, { friends: [d] }, { writeModes: { friends: 'append' } }),
      byId(a, { friends: [d] }, { writeModes: { friends: 'remove' } }),
    ])
    expect(verdicts(outcomes)).toEqual(['updated', 'updated', 'updated', 'created', 'updated', 'unchanged', 'updated'])
    expect(cost.calls).toBe(1)
    const [first, second, third, related, appended, , removed] = outcomes.map((one) => recordOf(one))
    expect([first?.id, second?.id, third?.id]).toEqual([a, c, c])
    expect([related?.data.friends, related?.data.boss]).toEqual([[[c, a]], [c]])
    expect([appended?.data.friends, removed?.data.friends]).toEqual([[[c]], undefined])
  })

  it('gives way to a record that has the value itself', async () => {
    const [a = '', b = ''] = await ids('way-a', 'way-b')
    await world.merge(a, { name: 'id', value: b }, 'keep')
    const { outcomes } = await world.run([
      { object: 'things', match: [], values: { code: 'way-b' } },
      { ...thing('way-b'), values: { note: 'found' } },
    ])
    expect(verdicts(outcomes)).toEqual(['created', 'updated'])
    expect(recordOf(outcomes[1]).id).toBe(recordOf(outcomes[0]).id)
  })

  it('writes nothing of a merge where something is in the way, and says what', async () => {
    // With an attribute of its own: the property above gives any two records the same boss and note.
    await world.addAttributes('things', { label: 'Post', type: 'text' })
    await world.addCombination('things', 'boss_and_post', ['boss', 'post'])
    const [a = '', b = ''] = await ids('in-a', 'in-b')
    const { outcomes } = await world.run([
      thing('in-c', { boss: a, post: 'same' }),
      thing('in-d', { boss: b, post: 'same' }),
    ])
    const before = await world.tables()
    await expect(world.merge(a, { name: 'id', value: b })).rejects.toMatchObject({
      refusal: { conflicts: [{ field: 'boss_and_post', recordId: recordOf(outcomes[0]).id }] },
    })
    expect(await world.tables()).toBe(before)
  })

  it('leaves one of all that are merged into each other at once, to which everything leads', async () => {
    const all = await ids('at-once-a', 'at-once-b', 'at-once-c')
    const pairs = all.flatMap((stays) => all.flatMap((goes) => (stays === goes ? [] : [[stays, goes] as const])))
    await Promise.allSettled(pairs.map(([stays, goes]) => world.merge(stays, { name: 'id', value: goes })))
    const found = await world.run([
      ...['a', 'b', 'c'].map((one) => ({ ...thing(`at-once-${one}`), values: {} })),
      ...all.map((id) => byId(id, {})),
    ])
    const left = new Set(found.outcomes.map((one) => recordOf(one).id))
    const there = (await world.rows('records')).filter(({ id }) => all.includes(String(id)))
    expect([...left]).toEqual(there.map(({ id }) => id))
    expect(left.size).toBe(1)
  })
}
