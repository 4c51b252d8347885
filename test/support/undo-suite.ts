import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import type { AssertOptions } from '../../src/engine/assert.ts'
import type { AssertCommand } from '../../src/engine/command.ts'
import { type MergeRule, mergeRules } from '../../src/engine/merge/values.ts'
import { type Undone, undoChanges } from '../../src/engine/undo.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { historyReader } from '../../src/storage/history-reader.ts'
import { recordStore } from '../../src/storage/record-store.ts'
import { command, modelAttributes } from './model-property.ts'
import { openWorld, recordOf, type StorageWorld } from './storage-world.ts'

/** Undoing what merged records, on every store: whole, or it says what it left. */

/** On each of four stores. */
const RUNS = 6

export const undoSuite = (driver: () => SqlDriver): void => {
  let world: StorageWorld
  let count = 0
  const own = (name: string) => `${name}-${count}`
  const thing = (code: string, values: AssertCommand['values'] = {}): AssertCommand => ({
    object: 'things',
    match: [{ name: 'code', value: own(code) }],
    values: { code: own(code), ...values },
  })
  const make = async (code: string, values: AssertCommand['values'] = {}, importId?: string): Promise<string> => {
    const { outcomes } = await world.run([thing(code, values)], { ...(importId !== undefined && { importId }) })
    return recordOf(outcomes[0]).id
  }
  const set = (value: string, values: AssertCommand['values'], options = {}) =>
    world.run([{ object: 'things', match: [{ name: 'id', value }], values }], options)
  const merge = async (stays: string, goes: string, options: Parameters<StorageWorld['merge']>[3] = {}) => {
    const request = `merge-${crypto.randomUUID()}`
    await world.merge(stays, { name: 'id', value: goes }, 'append', { request, ...options })
    return request
  }
  const undo = async (
    selection: { readonly request: string } | { readonly importId: string },
    { created = 'archive', ...options }: Partial<AssertOptions> & { created?: 'archive' | 'erase' } = {},
  ): Promise<readonly Undone[]> =>
    (
      await undoChanges(
        { store: recordStore(driver()), history: historyReader(driver()) },
        await world.session(),
        { selection, after: 0, created },
        { contract: 'test', ...options },
      )
    ).records
  const there = async () =>
    new Map(
      (await world.rows('records')).map(({ id, data, archived_at }) => [
        String(id),
        { data: JSON.parse(String(data)), isArchived: archived_at !== null },
      ]),
    )
  const rename = (from: string, to: string) =>
    world.operator.applySchema(
      { objects: [{ slug: 'things', attributes: [{ slug: to, renamedFrom: from }] }] },
      { dryRun: false, pruning: false },
    )

  beforeAll(async () => {
    world = await openWorld(driver(), { history: 'values' })
    await world.addObject('things')
    await world.addAttributes('things', ...modelAttributes, {
      ...{ label: 'Friends', type: 'relation', related: 'things', multiple: true, indexed: true },
    })
  })

  it('takes nothing of a merge back where one of the two cannot go back, and says why of each', async () => {
    count++
    const [a, b] = [await make('a', { labels: ['x'] }), await make('b', { labels: ['y'] })]
    const p = await make('p', { friends: [b] })
    const request = await merge(a, b)
    const other = await make('b2', {})
    // The key leads to the survivor, and a record that has it itself comes before.
    await set(other, { code: own('b') })
    const before = await world.tables()
    const dry = await undo({ request }, { dryRun: true })
    const done = await undo({ request })
    expect(await world.tables()).toBe(before)
    expect(done).toEqual(dry)
    expect(done).toMatchObject([
      { recordId: a, status: 'unchanged', kept: [{ why: 'undone_together', record: b }] },
      { recordId: b, status: 'refused', refusal: { problems: [{ code: 'value_taken' }] } },
      { recordId: p, status: 'unchanged', kept: [{ why: 'undone_together', record: b }] },
    ])
    await set(other, { code: own('b3') })
    expect((await undo({ request })).map(({ status }) => status)).toEqual(['reverted', 'reverted', 'reverted'])
    const after = await there()
    expect([after.get(a)?.data.labels, after.get(b)?.data, after.get(p)?.data.friends]).toEqual([
      [['x']],
      { code: [own('b')], labels: [['y']] },
      [[b]],
    ])
  })

  it('leaves out what is refused, and takes the other merges of the page back', async () => {
    count++
    const importId = own('import')
    const [a, b, c, d] = [await make('a'), await make('b'), await make('c'), await make('d', { note: 'kept' })]
    await merge(a, b, { importId })
    await merge(c, d, { importId })
    const other = await make('o')
    await set(other, { code: own('b') })
    const told = new Map((await undo({ importId })).map((one) => [one.recordId, one.status]))
    expect([told.get(b), told.get(c), told.get(d)]).toEqual(['refused', 'reverted', 'reverted'])
    expect((await there()).get(d)?.data).toEqual({ code: [own('d')], note: ['kept'] })
  })

  it('takes back what else was done to a record that a merge has to stay with', async () => {
    count++
    const importId = own('import')
    const [a, b] = [await make('a', { note: 'before' }), await make('b', { labels: ['b'] })]
    await set(a, { note: 'after' }, { importId, request: own('set') })
    await world.merge(a, { name: 'id', value: b }, 'take', { importId, request: own('merge') })
    await set(a, { labels: ['others'] })
    const other = await make('o')
    await set(other, { code: own('a') })
    const told = await undo({ importId })
    expect(told.find(({ recordId }) => recordId === a)).toMatchObject({
      ...{ status: 'reverted', attributes: ['note'] },
      kept: [{ why: 'undone_together' }, { why: 'changed_since', attribute: 'labels' }],
    })
    expect((await there()).get(a)?.data).toMatchObject({ code: [own('b')], note: ['before'] })
  })

  it('archives what an import has made and merged in turn, each with what it was made with', async () => {
    count++
    const importId = own('import')
    const ids = [await make('a', { labels: ['a'] }, importId), await make('b', { labels: ['b'] }, importId)]
    const [a = '', b = '', c = ''] = [...ids, await make('c', { labels: ['c'] }, importId)]
    await merge(b, c, { importId })
    await merge(a, b, { importId })
    await undo({ importId })
    const after = await there()
    expect([a, b, c].map((id) => [after.get(id)?.data.labels, after.get(id)?.isArchived])).toEqual(
      ['a', 'b', 'c'].map((label) => [[[label]], true]),
    )
  })

  it('archives a survivor without the unique value that the same import has given it since, of one that comes back', async () => {
    count++
    const importId = own('import')
    const [a, b] = [await make('a', { note: 'made' }, importId), await make('b', {}, importId)]
    await merge(a, b, { importId })
    await set(a, { code: own('b'), note: 'set' }, { importId })
    await undo({ importId })
    const after = await there()
    expect([a, b].map((id) => [after.get(id)?.data.code, after.get(id)?.isArchived])).toEqual([
      [[own('a')], true],
      [[own('b')], true],
    ])
    expect(after.get(a)?.data.note).toEqual(['set'])
  })

  it('says of a value that a later merge has changed since which one that was, so that it is undone first', async () => {
    count++
    const [a, b, c] = [await make('a'), await make('b'), await make('c')]
    const take = async (goes: string) => {
      const request = `merge-${crypto.randomUUID()}`
      await world.merge(a, { name: 'id', value: goes }, 'take', { request })
      return request
    }
    const [first, second] = [await take(b), await take(c)]
    const [told] = (await undo({ request: first }, { dryRun: true })).filter(({ recordId }) => recordId === a)
    expect(told?.kept).toMatchObject([{ why: 'changed_since', attribute: 'code', record: c }])
    for (const request of [second, first]) await undo({ request })
    const after = await there()
    expect([a, b, c].map((id) => after.get(id)?.data.code)).toEqual(['a', 'b', 'c'].map((code) => [own(code)]))
  })

  it('leaves merges that were done again at once together, where one of them has to stay', async () => {
    count++
    const [importId, undone, redone] = [own('import'), own('undone'), own('redone')]
    const [a, b, c] = [
      await make('a', { labels: ['a'] }),
      await make('b', { labels: ['b'] }),
      await make('c', { labels: ['c'] }),
    ]
    await merge(a, b, { importId })
    await merge(a, c, { importId })
    await undo({ importId }, { importId: undone })
    await undo({ importId: undone }, { importId: redone })
    const other = await make('o')
    await set(other, { code: own('b') })
    const before = await world.tables()
    const told = new Map((await undo({ importId: redone })).map((one) => [one.recordId, one]))
    expect(await world.tables()).toBe(before)
    expect([told.get(b)?.status, told.get(c)?.kept]).toEqual([
      'refused',
      [expect.objectContaining({ why: 'undone_together' })],
    ])
  })

  it('takes no merge back into a survivor of which nobody knows what it was', async () => {
    count++
    const [a, b] = [await make('a', { labels: ['a'] }), await make('b', { labels: ['b'] })]
    const request = await merge(a, b)
    await world.operator.changeOrganization({ history: 'off' })
    await set(a, { note: 'unseen' })
    await world.operator.changeOrganization({ history: 'values' })
    const before = await world.tables()
    const told = new Map((await undo({ request })).map((one) => [one.recordId, one.kept]))
    expect([told.get(a), told.get(b)]).toMatchObject([
      [{ why: 'not_recorded' }],
      [{ why: 'undone_together', record: a }],
    ])
    expect(await world.tables()).toBe(before)
  })

  it('brings values, keys and relations back under the slugs of now', async () => {
    count++
    await world.addAttributes(
      'things',
      { label: own('Key'), type: 'text', unique: true },
      { label: own('Kin'), type: 'relation', related: 'things' },
    )
    const [key, kin, newKey, newKin] = [`key_${count}`, `kin_${count}`, `nkey_${count}`, `nkin_${count}`]
    const [a, b] = [await make('a'), await make('b', { [key]: 'K' })]
    const p = await make('p', { [kin]: b })
    const request = await merge(a, b)
    await rename(key, newKey)
    await rename(kin, newKin)
    const done = await undo({ request })
    expect(done.map(({ status, kept }) => [status, kept])).toEqual(Array.from({ length: 3 }, () => ['reverted', []]))
    const after = await there()
    expect([after.get(b)?.data[newKey], after.get(a)?.data[newKey], after.get(p)?.data[newKin]]).toEqual([
      ['K'],
      undefined,
      [b],
    ])
    const { outcomes } = await world.run([{ object: 'things', match: [{ name: newKey, value: 'K' }], values: {} }])
    expect(recordOf(outcomes[0]).id).toBe(b)
  })

  it('separates a record without a unique key whose attribute is gone for good, and names it', async () => {
    count++
    await world.addAttributes('things', { label: own('Num'), type: 'text', unique: true })
    const slug = `num_${count}`
    const [a, b] = [await make('a'), await make('b', { [slug]: '7' })]
    const request = await merge(a, b)
    await world.operator.changeAttribute('things', slug, { archived: true })
    await world.operator.eraseAttribute('things', slug, '')
    expect((await undo({ request })).find(({ recordId }) => recordId === b)).toMatchObject({
      status: 'reverted',
      kept: [{ why: 'attribute_gone', attribute: slug }],
    })
  })

  it.each(['archive', 'erase'] as const)(
    'of an import, what it created goes (%s), also if it merged it since',
    async (created) => {
      count++
      const importId = own(`import-${created}`)
      const a = await make('a', { note: 'first' })
      const [b, c, d] = [
        await make('b', {}, importId),
        await make('c', {}, importId),
        await make('d', { labels: ['d'] }, importId),
      ]
      await merge(a, b, { importId })
      await merge(c, d, { importId })
      const dry = await undo({ importId }, { created, dryRun: true })
      const done = await undo({ importId }, { created })
      const DONE = created === 'archive' ? 'archived' : 'erased'
      const statuses = (all: readonly Undone[]) => new Map(all.map((one) => [one.recordId, [one.status, one.kept]]))
      expect(statuses(done)).toEqual(statuses(dry))
      for (const id of [b, c, d]) expect(statuses(done).get(id)).toEqual([DONE, []])
      const after = await there()
      expect(after.get(a)).toEqual({ data: { code: [own('a')], note: ['first'] }, isArchived: false })
      expect([b, c, d].map((id) => after.get(id)?.isArchived)).toEqual(
        [0, 1, 2].map(() => (created === 'archive' ? true : undefined)),
      )
      const again = await undo({ importId }, { created })
      expect(again.filter(({ status }) => status !== 'unchanged' && status !== 'gone')).toEqual([])
      expect(again.flatMap(({ kept }) => kept)).toEqual([])
    },
  )

  it('of an import, restores what it archived and merged', async () => {
    count++
    const importId = own('import')
    const [a, b] = [await make('a'), await make('b')]
    await world.run([{ ...thing('b'), mode: 'update', lifecycle: 'archive', onArchived: 'keep' }], { importId })
    await merge(a, b, { importId })
    await undo({ importId })
    expect((await there()).get(b)?.isArchived).toBe(false)
  })

  it('of an import, keeps what somebody else has merged since, and what it was merged into', async () => {
    count++
    const importId = own('import')
    const [a, c] = [await make('a', { note: 'n' }), await make('c', {}, importId)]
    const [b, d] = [await make('b', { note: 'b' }, importId), await make('d')]
    await merge(a, b)
    await merge(c, d)
    for (const created of ['archive', 'erase'] as const)
      for (const dryRun of [true, false]) {
        const told = await undo({ importId }, { created, dryRun })
        expect(told.find(({ recordId }) => recordId === b)).toMatchObject({
          status: 'unchanged',
          kept: [{ why: 'record_merged', attribute: null, record: a }],
        })
        expect(told.find(({ recordId }) => recordId === c)).toMatchObject({
          status: 'unchanged',
          kept: [{ why: 'changed_since', attribute: null, record: d }],
        })
      }
  })

  it('takes an inner merge back when the outer one is, and says so before', async () => {
    count++
    const [a, b, d] = [await make('a'), await make('b', { note: 'lb' }), await make('d')]
    const before = await there()
    const inner = await merge(a, b)
    const outer = await merge(d, a)
    const merged = await world.tables()
    expect(await undo({ request: inner })).toMatchObject([
      { recordId: a, status: 'unchanged', kept: [{ why: 'record_merged', record: d }] },
      { recordId: b, status: 'unchanged', kept: [{ why: 'record_merged', record: d }] },
    ])
    expect(await world.tables()).toBe(merged)
    for (const request of [outer, inner])
      expect((await undo({ request })).flatMap(({ status, kept }) => [status, ...kept])).toEqual([
        'reverted',
        'reverted',
      ])
    expect(await there()).toEqual(before)
  })

  it('done again tells the version, and takes no more records in than a merge may', async () => {
    count++
    const [a, b] = [await make('a'), await make('b', { note: 'b' })]
    const request = await merge(a, b)
    const undone = own('undone')
    await undo({ request }, { request: undone })
    const version = (id: string, all: readonly Undone[]) => all.find(({ recordId }) => recordId === id)?.version
    expect(version(b, await undo({ request: undone }, { request: own('redone') }))).toBe(4)
    await undo({ request: own('redone') }, { request: own('again') })
    await driver().batch([
      {
        sql: `INSERT INTO record_aliases (organization_id, object, name, value, merged_id, record_id, into_id, tombstone)
WITH RECURSIVE n (nth) AS (SELECT 1 UNION ALL SELECT nth + 1 FROM n WHERE nth < 100)
SELECT ?1, 'things', 'id', 'full-' || nth, 'full-' || nth, ?2, ?2, '["full-' || nth || '",2,0,0,null,"operator","operator",["w",0,[],null],{}]' FROM n`,
        params: [world.organizationId, a],
      },
    ])
    expect((await undo({ request: own('again') })).find(({ recordId }) => recordId === b)).toMatchObject({
      status: 'refused',
      refusal: { problems: [{ code: 'merge_too_large' }] },
    })
    await driver().batch([
      {
        sql: `DELETE FROM record_aliases WHERE organization_id = ?1 AND merged_id LIKE 'full-%'`,
        params: [world.organizationId],
      },
    ])
  })

  it('reads what was merged with a record of the page, wherever in the history it stands', async () => {
    count++
    const importId = own('import')
    const [a, b] = [await make('a'), await make('b', { labels: ['b'] })]
    await merge(a, b, { importId })
    const others = Array.from({ length: 199 }, (_, i) => thing(`o${i}`))
    await world.run(others, { importId })
    await set(a, { note: 'last' }, { importId })
    // It has the page's last place with a key that the separated one needs.
    const first = await undo({ importId })
    expect(first.filter(({ recordId }) => [a, b].includes(recordId)).map(({ status }) => status)).toEqual([
      'reverted',
      'reverted',
    ])
    expect((await there()).get(b)?.data.labels).toEqual([['b']])
  })

  interface Step {
    readonly commands: readonly AssertCommand[]
    readonly merge: readonly [number, number, MergeRule, 'id' | 'code'] | undefined
    readonly renames: boolean
  }

  const step: fc.Arbitrary<Step> = fc.record({
    commands: fc.array(command, { minLength: 1, maxLength: 4 }),
    merge: fc
      .option(
        fc.tuple(fc.nat(9), fc.nat(9), fc.constantFrom(...mergeRules), fc.constantFrom('id' as const, 'code' as const)),
        { freq: 2 },
      )
      .map((one) => one ?? undefined),
    renames: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  })

  /** An organisation of its own, in which `note` is called something else every now and then. */
  const opened = async () => {
    world = await openWorld(driver(), { history: 'values' })
    await world.addObject('things')
    await world.addAttributes('things', ...modelAttributes)
    let note = 'note'
    const inNote = (one: AssertCommand): AssertCommand => {
      const named = <T>(all: Readonly<Record<string, T>> | undefined) =>
        Object.fromEntries(Object.entries(all ?? {}).map(([slug, value]) => [slug === 'note' ? note : slug, value]))
      return { ...one, values: named(one.values), writeModes: named(one.writeModes) }
    }
    return {
      clear: () =>
        world.driver.batch(
          ['records', 'record_keys', 'record_aliases', 'changes'].map((table) => ({
            sql: `DELETE FROM ${table} WHERE organization_id = ?1`,
            params: [world.organizationId],
          })),
        ),
      state: async () =>
        [...(await there())].map(([id, { data, isArchived }]) => {
          const { [note]: value, ...others } = data
          return [id, { ...others, ...(value && { value }) }, isArchived] as const
        }),
      /** One request: a merge of two records, where there are two, else the commands. */
      async run({ commands, merge: drawn, renames }: Step, options: Partial<AssertOptions>) {
        const records = [...(await there())]
        const at = (place: number | undefined) => records[(place ?? 0) % records.length]
        const [stays, goes] = [at(drawn?.[0]), at(drawn?.[1])]
        if (drawn && stays && goes && stays !== goes) {
          const code = drawn[3] === 'code' ? goes[1].data.code?.[0] : undefined
          const loser = code === undefined ? { name: 'id', value: goes[0] } : { name: 'code', value: code }
          await world.merge(stays[0], loser, drawn[2], options)
        } else await world.run(commands.map(inNote), options)
        if (!renames) return
        const next = `note_${crypto.randomUUID().slice(0, 8)}`
        await rename(note, next)
        note = next
      },
    }
  }

  it('gives back what was before, of everything in the reverse order, through renames', async () => {
    const shared = world
    const { clear, state, run } = await opened()
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 2, maxLength: 6 }),
      fc.boolean(),
      async (steps, isImport) => {
        await clear()
        const before: unknown[] = []
        for (const [i, one] of steps.entries()) {
          before.push(await state())
          await run(one, { request: `step-${i}`, ...(isImport && { importId: 'all' }) })
        }
        if (isImport) await undo({ importId: 'all' }, { created: 'erase' })
        else
          for (const i of [...steps.keys()].reverse()) {
            const told = await undo({ request: `step-${i}` }, { created: 'erase', request: `undo-${i}` })
            // What came back to the value before in between is not taken back a second time, and is named.
            if (told.some(({ kept }) => kept.length > 0)) return
            expect(await state()).toEqual(before[i])
          }
        expect([await state(), await world.rows('record_aliases')]).toEqual([[], []])
      },
    )
    await fc.assert(property, { numRuns: RUNS }).finally(() => {
      world = shared
    })
  }, 120_000)

  it('loses no value, in whichever order merges are undone, and gives all back when it is sent until nothing is left', async () => {
    const shared = world
    const { clear, state, run } = await opened()
    const textsIn = (value: unknown): readonly string[] =>
      typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [String(value)]
    const merging = fc.array(step, { minLength: 2, maxLength: 4 })
    const property = fc.asyncProperty(
      fc.array(command, { minLength: 6, maxLength: 12, size: 'max' }),
      merging,
      fc.infiniteStream(fc.nat()),
      async (commands, merges, places) => {
        await clear()
        await run({ commands, merge: undefined, renames: false }, {})
        const before = await state()
        const requests = merges.map((_, i) => `merge-${i}`)
        for (const [i, one] of merges.entries()) await run({ ...one, commands: [] }, { request: `merge-${i}` })
        let isNamed = false
        let refused: ReadonlySet<string | undefined> = new Set()
        for (let round = 0; round <= merges.length; round++) {
          refused = new Set()
          const order = requests.toSorted(() => ((places.next().value ?? 0) % 3) - 1)
          for (const [i, request] of order.entries()) {
            const values = textsIn(await state())
            const dry = await undo({ request }, { dryRun: true })
            const told = await undo({ request }, { request: `undo-${round}-${i}` })
            const stands = told.filter(({ kept }) => kept.some(({ why }) => why === 'undone_together'))
            refused = new Set([...refused, ...stands.map(({ recordId }) => recordId)])
            // Of attributes: somebody, here another merge, left the value of before in between.
            isNamed ||= told.some(({ kept }) => kept.some(({ attribute }) => attribute !== null))
            expect(told.map(({ recordId, status, kept }) => [recordId, status, kept.length])).toEqual(
              dry.map(({ recordId, status, kept }) => [recordId, status, kept.length]),
            )
            expect(textsIn(await state())).toEqual(expect.arrayContaining([...values]))
          }
        }
        // One stays merged only where it goes back with a survivor whose value of before is another one's by now, and says so each time.
        const stay = (await world.rows('record_aliases')).filter(({ tombstone }) => tombstone !== null)
        expect(stay.filter(({ merged_id: id }) => !isNamed || !refused.has(String(id)))).toEqual([])
        if (stay.length === 0) expect(await world.rows('record_aliases')).toEqual([])
        if (!isNamed) expect(await state()).toEqual(before)
      },
    )
    await fc.assert(property, { numRuns: RUNS }).finally(() => {
      world = shared
    })
  }, 120_000)
}
