import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { asOperator } from '../../src/admin/authority.ts'
import { verifyOrganization } from '../../src/admin/verify.ts'
import { type AssertCommand, Reference } from '../../src/engine/command.ts'
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

/** What rows are found by, and with "and" another key that they bring along. */
const ways = ['code', 'emails', 'first', 'place', 'code and emails', 'code and first', 'emails and code'] as const

/** Rows of one source that are one record since a merge, as they are sent each time. */
interface Synced {
  readonly key: (typeof ways)[number]
  readonly values: readonly [readonly string[], readonly string[]]
  readonly rule: MergeRule
  /** Of each round, whether the second row comes first. */
  readonly turned: readonly boolean[]
}

const values = fc.uniqueArray(fc.constantFrom('v', 'w', 'x', 'y'), { minLength: 4, maxLength: 4 })
const synced: fc.Arbitrary<Synced> = fc.record({
  key: fc.constantFrom(...ways),
  values: fc
    .tuple(values, fc.integer({ min: 1, max: 3 }))
    .map(([all, cut]) => [all.slice(0, cut), all.slice(cut)] as const),
  rule: fc.constantFrom<MergeRule>('keep', 'take', 'append'),
  turned: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
})

const rowOf = (key: Synced['key'], [first = '', ...others]: readonly string[]): AssertCommand => {
  const address = (one: string) => `${one}@sync.example`
  const common = { object: key === 'place' ? 'seats' : 'things' }
  if (key === 'place')
    return { ...common, match: [{ name: 'place', value: [first, 'r'] }], values: { seat: first, room: 'r' } }
  if (key === 'code')
    return { ...common, match: [{ name: 'code', value: first }], values: { code: first, note: 'same' } }
  const emails = [first, ...others].map(address)
  const code = { name: 'code', value: first }
  if (key === 'code and emails') return { ...common, match: [code], values: { code: first, emails } }
  if (key === 'code and first')
    return {
      ...{ ...common, match: [code], values: { code: first, emails: address(first) } },
      writeModes: { emails: 'replace_first' },
    }
  if (key === 'emails and code')
    return {
      ...{ ...common, match: [{ name: 'emails', value: address(first) }], values: { emails, code: first } },
      writeModes: { emails: 'append' },
    }
  if (key === 'first')
    return {
      ...{ ...common, match: [{ name: 'emails', value: address(first) }], values: { emails: address(first) } },
      writeModes: { emails: 'replace_first' },
    }
  return { ...common, match: [{ name: 'emails', value: address(first) }], values: { emails } }
}

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

const undo = async (
  world: StorageWorld,
  selection: { readonly request: string } = { request: REQUEST },
  dryRun = false,
) =>
  (
    await undoChanges(
      { store: recordStore(world.driver), history: historyReader(world.driver) },
      await world.session(),
      { selection, after: 0, created: 'archive' },
      { contract: 'test', dryRun },
    )
  ).records

/** @param countsRows whether the driver tells how many rows it writes */
export const mergeSuite = (driver: () => SqlDriver, countsRows: boolean): void => {
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
    await world.addObject('seats')
    await world.addAttributes('seats', { label: 'Seat', type: 'text' }, { label: 'Room', type: 'text' })
    await world.addCombination('seats', 'place', ['seat', 'room'])
  })

  it('makes no double of two rows that go on being sent, in whatever order, and soon writes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(synced, async ({ key, values: [ours, theirs], rule, turned }) => {
        await clear(world)
        const rows = [rowOf(key, ours), rowOf(key, theirs)]
        const [stays, goes] = (await world.run(rows)).outcomes.map((one) => recordOf(one))
        const object = stays?.object ?? ''
        await world.merge(stays?.id ?? '', { name: 'id', value: goes?.id ?? '' }, rule, { object })
        for (const [round, isTurned] of turned.entries()) {
          const { outcomes, cost } = await world.run(isTurned ? [...rows].reverse() : rows)
          expect(outcomes.map((one) => recordOf(one).id)).toEqual([stays?.id, stays?.id])
          if (round < 2) continue
          expect(verdicts(outcomes)).toEqual(['unchanged', 'unchanged'])
          if (countsRows) expect(cost.rowsWritten).toBe(0)
        }
        expect((await world.rows('records')).length).toBe(1)
      }),
      { numRuns: RUNS },
    )
  }, 120_000)

  it('leads by what the survivor gives up, whoever writes it, as long as another one is merged into it', async () => {
    const [a = '', b = '', c = ''] = await ids('own-a', 'own-b', 'own-c')
    const leads = async (...codes: readonly string[]) => {
      const found = await world.run(codes.map((code) => ({ ...thing(code), values: {}, mode: 'update' as const })))
      return found.outcomes.map((one) => ('record' in one ? one.record.id : verdicts([one])[0]))
    }
    await world.merge(a, { name: 'id', value: b }, 'take', { request: REQUEST })
    const before = await world.tables()
    await world.run([byId(a, { code: 'own-dry' })], { dryRun: true })
    expect(await world.tables()).toBe(before)
    await world.run([byId(a, { code: 'own-d' }), byId(a, { code: 'own-e' })])
    expect(await leads('own-a', 'own-b', 'own-d', 'own-e')).toEqual([a, a, a, a])
    expect((await world.rows('record_aliases')).map(({ name }) => name)).not.toContain(WORDS)
    await world.merge(c, { name: 'id', value: a }, 'keep', { request: 'further' })
    expect(await leads('own-a', 'own-b', 'own-c', 'own-d', 'own-e')).toEqual([c, c, c, c, c])
    const merged = await world.tables()
    await undo(world, { request: 'further' }, true)
    expect(await world.tables()).toBe(merged)
    await undo(world, { request: 'further' })
    expect(await leads('own-a', 'own-b', 'own-c', 'own-d', 'own-e')).toEqual([a, a, c, a, a])
    await undo(world)
    expect(await leads('own-a', 'own-b', 'own-c', 'own-d', 'own-e')).toEqual([
      'record_not_found',
      b,
      c,
      'record_not_found',
      a,
    ])
    expect(
      (await world.rows('record_aliases')).filter(({ merged_id }) => [a, b, c].includes(String(merged_id))),
    ).toEqual([])
  })

  it('keeps a list as it is where all that is sent of it leads there, and else takes what is sent', async () => {
    const address = (one: string) => `${one}@lists.example`
    const row = (...list: readonly string[]): AssertCommand => ({
      object: 'things',
      match: [{ name: 'emails', value: address(list[0] ?? '') }],
      values: { emails: list.map(address) },
    })
    const [a, b] = (await world.run([row('f1', 's'), row('f2')])).outcomes.map((one) => recordOf(one).id)
    await world.merge(a ?? '', { name: 'id', value: b ?? '' }, 'keep')
    const { outcomes } = await world.run([row('f2', 's'), row('f1', 's'), row('f2', 'new'), row('f2')])
    expect(verdicts(outcomes)).toEqual(['unchanged', 'unchanged', 'updated', 'updated'])
    const lists = [['f1', 's'], ['f1', 's'], ['f2', 'new'], ['f2']].map((list) => list.map(address))
    expect(outcomes.map((one) => recordOf(one).data.emails?.[0])).toEqual(lists)
  })

  it('takes what several may have as it is sent, and by a key of its own or its id its other keys, too', async () => {
    const [a = '', b = '', x = '', y = ''] = await ids('take-a', 'take-b', 'take-x', 'take-y')
    const mail = (one: string) => `take-${one}@own.example`
    await world.run([byId(a, { emails: [mail('a')], boss: y }), byId(b, { emails: [mail('b')], boss: x })])
    await world.merge(a, { name: 'id', value: b }, 'keep')
    const { outcomes } = await world.run([
      thing('take-b', { emails: [mail('b')], boss: x }),
      thing('take-b', { boss: y }),
      thing('take-b', { boss: x }),
      thing('take-a', { emails: [mail('b')] }),
      byId(a, { emails: [mail('a')], code: 'take-b' }),
      // Given up, and had again.
      byId(a, { code: 'take-a' }),
      thing('take-a', { emails: [mail('b')] }),
    ])
    expect(verdicts(outcomes)).toEqual(Array.from({ length: 7 }, () => 'updated'))
    const [, , , other, last] = outcomes.map((one) => recordOf(one).data)
    expect([other?.emails, last?.emails, last?.code]).toEqual([[[mail('b')]], [[mail('a')]], ['take-b']])
    expect(recordOf(outcomes[0]).data).toMatchObject({ code: ['take-a'], emails: [[mail('a')]], boss: [x] })
  })

  it('is ambiguous by what leads to two, unless the first is asked for where there may be several', async () => {
    const [a = '', b = '', c = '', d = '', e = ''] = await ids('two-a', 'two-b', 'two-c', 'two-d', 'two-e')
    await world.addAttributes('things', { label: 'Town', type: 'text', indexed: true })
    await world.run([
      byId(b, { town: 'two' }),
      byId(d, { town: 'two' }),
      byId(a, { town: 'A' }),
      byId(c, { town: 'C' }),
    ])
    await world.merge(a, { name: 'id', value: b }, 'keep')
    await world.merge(c, { name: 'id', value: d }, 'keep')
    const byNote = { object: 'things', match: [{ name: 'town', value: 'two' }], values: { labels: ['led'] } }
    const byCode = thing('two-b', { note: 'none' })
    const { outcomes } = await world.run([{ ...byNote, onSeveral: 'error' }, byNote])
    expect(verdicts(outcomes)).toEqual(['ambiguous_match', 'updated'])
    expect(outcomes[0]).toMatchObject({ refusal: { candidates: [a, c] } })
    expect(recordOf(outcomes[1]).id).toBe(a)
    // A unique one, that another record had meanwhile.
    await world.run([{ object: 'things', match: [], values: { code: 'two-b', note: 'E' } }])
    await world.merge(e, { name: 'code', value: 'two-b' }, 'keep')
    const unique = await world.run([
      byCode,
      { ...byCode, match: [{ name: 'emails', value: 'none@two.example' }, ...byCode.match] },
    ])
    expect(verdicts(unique.outcomes)).toEqual(['ambiguous_match', 'ambiguous_match'])
    const boss = thing('two-f', { boss: new Reference('code', 'two-b') })
    const related = await world.run([boss, { ...boss, onSeveral: 'error' }])
    expect(related.outcomes).toMatchObject(
      [1, 2].map(() => ({ refusal: { candidates: [a, e], problems: [{ code: 'ambiguous_match', field: 'boss' }] } })),
    )
    await expect(world.merge(c, { name: 'code', value: 'two-b' })).rejects.toMatchObject({
      refusal: { candidates: [a, e], problems: [{ code: 'ambiguous_match' }] },
    })
  })

  it('goes on leading where the schema makes other keys of the same values, and tells what cannot', async () => {
    const own = await openWorld(driver(), { history: 'values' })
    await own.addObject('parts')
    const text = ['Mail', 'Nr', 'Phone'].map((label) => ({ label, type: 'text', unique: true }) as const)
    await own.addAttributes('parts', ...text, { label: 'Seat', type: 'text' }, { label: 'Room', type: 'text' })
    await own.addCombination('parts', 'place', ['seat', 'room'])
    const part = (mail: string, nr: string, phone: string, seat: string): AssertCommand => ({
      object: 'parts',
      match: [],
      values: { mail, nr, phone, seat, room: '1' },
    })
    const rows = [part('A@x.example', '1', '0151 11111', '2'), part('B@x.example', '7.50', '015187654321', '3')]
    const { outcomes } = await own.run([...rows, part('C@x.example', 'seven', '+4915187654322', '4')])
    const [a = '', b = '', c = ''] = outcomes.map((one) => recordOf(one).id)
    for (const goes of [b, c]) await own.merge(a, { name: 'id', value: goes }, 'keep', { object: 'parts' })
    const found = async (name: string, value: unknown) => {
      const [outcome] = (await own.run([{ object: 'parts', match: [{ name, value }], values: {}, mode: 'update' }]))
        .outcomes
      return outcome && 'record' in outcome ? outcome.record.id : verdicts(outcome ? [outcome] : [])[0]
    }
    const apply = async (parts: object) => {
      const document = { objects: [{ slug: 'parts', ...parts }] }
      return (await own.operator.applySchema(document, { dryRun: false, pruning: false })).steps.map((one) => one.text)
    }
    const convert = true
    const told = await apply({
      attributes: [
        { slug: 'mail', type: 'email', convert },
        { slug: 'nr', type: 'number', convert },
        { slug: 'phone', type: 'phone_number', convert },
        { slug: 'seat', type: 'number', convert },
      ],
      combinations: [{ name: 'place', attributes: ['room', 'seat'], unique: true }],
    })
    expect(told.filter((one) => one.includes('Former keys'))).toEqual([
      expect.stringMatching(/parts\.nr: .* lead nowhere then: 1\.$/),
    ])
    expect(await found('mail', 'b@X.example')).toBe(a)
    expect(await found('nr', 7.5)).toBe(a)
    expect([await found('place', ['1', 3]), await found('place', ['3', 1])]).toEqual([a, 'record_not_found'])
    await own.operator.changeOrganization({ defaultCountry: 'DE' })
    const verified = async (repair: boolean) => {
      const kinds: string[] = []
      for await (const one of verifyOrganization(asOperator(driver(), own.organizationId), { repair }))
        if (one.name === 'phone' && one.recordIds.length > 1) kinds.push(one.kind)
      return kinds
    }
    expect(await verified(true)).toEqual(['outdated_form'])
    expect(await verified(false)).toEqual([])
    expect(await found('phone', '0151 87654321')).toBe(a)
    const other = await apply({ combinations: [{ name: 'place', attributes: ['seat', 'mail'], unique: true }] })
    expect(other.join()).toContain('Former keys of merged records lead nowhere')
    expect((await own.rows('record_aliases')).filter(({ name }) => name === 'place')).toEqual([])
  })

  it('is erased by what it has, not by what leads to it', async () => {
    const [a = '', b = ''] = await ids('gone-a', 'gone-b')
    await world.merge(a, { name: 'id', value: b }, 'take')
    const erase = (match: AssertCommand['match']) =>
      ({ object: 'things', match, values: {}, lifecycle: 'erase' }) as const
    const { outcomes } = await world.run([
      erase([{ name: 'id', value: b }]),
      erase([{ name: 'code', value: 'gone-a' }]),
      erase([
        { name: 'emails', value: 'gone@none.example' },
        { name: 'code', value: 'gone-a' },
      ]),
      erase([{ name: 'code', value: 'gone-b' }]),
    ])
    expect(verdicts(outcomes)).toEqual(['record_merged', 'record_merged', 'record_merged', 'erased'])
    expect(outcomes[0]).toMatchObject({ refusal: { recordId: a } })
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
        const dryly = await undo(world, undefined, true)
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
