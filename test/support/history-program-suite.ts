import { describe, expect, it } from 'vitest'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { schemaChanged } from '../../src/storage/history-events.ts'
import { renameAttribute } from '../../src/storage/schema-sql.ts'
import { sweep } from '../../src/storage/sweep.ts'
import { item, type NewItem, type ProgramWorld, programWorld } from './program-world.ts'

/** What the assert program writes of the history, on any driver: docs/history.md. */

interface Row {
  readonly sequence: number
  readonly action: string
  readonly version: number
  readonly previous: number | null
  readonly delta: unknown
}

const historyOf = async (own: ProgramWorld): Promise<Row[]> =>
  (await own.rows('changes')).map(({ sequence, action, version, previous, delta }) => ({
    sequence: sequence as number,
    action: action as string,
    version: version as number,
    previous: previous as number | null,
    delta: delta === null ? null : JSON.parse(delta as string),
  }))

export const historyProgramSuite = (driver: () => SqlDriver): void => {
  describe('the history', () => {
    const about = (object: string, code: string, more: NewItem = {}): NewItem => ({
      object,
      key: ['code', code],
      attributes: { code: [code] },
      ...more,
    })

    it.each(['plain', 'full'])(
      'chains the changes of a record, %s, over others and over a time without',
      async (object) => {
        const own = await programWorld(driver())
        const write = (code: string, note: string, more = {}) =>
          own.one(about(object, code, { attributes: { code: [code], note: [note] } }), more)
        await write('a', '1')
        await write('b', '1')
        await write('a', '2')
        await write('a', '3', { history: 'off' })
        await write('a', '4', { history: 'names' })
        await write('b', '2')
        await write('a', '4')
        expect(await historyOf(own)).toEqual([
          { sequence: 1, action: 'created', version: 1, previous: null, delta: { code: ['a'], note: ['1'] } },
          { sequence: 2, action: 'created', version: 1, previous: null, delta: { code: ['b'], note: ['1'] } },
          { sequence: 3, action: 'updated', version: 2, previous: 1, delta: { note: [['1'], ['2']] } },
          { sequence: 4, action: 'updated', version: 4, previous: 3, delta: null },
          { sequence: 5, action: 'updated', version: 2, previous: 2, delta: { note: [['1'], ['2']] } },
        ])
      },
    )

    it('holds what merges, fills and lifecycles do, and normal forms with the values', async () => {
      const own = await programWorld(driver())
      await own.one(about('full', 'a', { attributes: { code: ['a'], phone: ['0171', '+49171'], list: [['x']] } }))
      await own.one(
        about('full', 'a', {
          merges: { list: ['append', ['y']] },
          extras: { fills: { kind: ['k'], phone: ['no'] } },
        }),
      )
      await own.one(about('full', 'a', { extras: { lifecycle: 'archive', onArchived: 'keep' } }))
      await own.one(about('full', 'a', { attributes: { phone: null } }))
      expect((await historyOf(own)).map(({ action, delta }) => [action, delta])).toEqual([
        ['created', { code: ['a'], phone: ['0171', '+49171'], list: [['x']] }],
        ['updated', { list: [[['x']], [['x', 'y']]], kind: [null, ['k']] }],
        ['archived', null],
        ['restored', { phone: [['0171', '+49171'], null] }],
      ])
    })

    it('tells the request and the import', async () => {
      const own = await programWorld(driver())
      await own.one(about('plain', 'a'), { request: 'request-1', importId: 'import-1' })
      await own.one(about('plain', 'b'), { request: 'request-2' })
      expect((await own.rows('changes')).map((row) => [row.contract, row.request, row.import])).toEqual([
        ['c', 'request-1', 'import-1'],
        ['c', 'request-2', null],
      ])
    })

    it('holds nothing of a dry run, of what is refused and of what is unchanged', async () => {
      const own = await programWorld(driver())
      await own.one(about('full', 'a'))
      await own.one(about('full', 'a', { attributes: { note: ['n'] } }), { dryRun: true })
      await own.one(about('full', 'a', { extras: { lifecycle: 'erase' } }), { dryRun: true })
      await own.one(about('full', 'a', { attributes: { note: ['n'] }, extras: { ifVersion: 9 } }))
      await own.one(about('full', 'a'))
      expect(await historyOf(own)).toMatchObject([{ action: 'created', delta: { code: ['a'] } }])
    })

    it.each(['values', 'off'] as const)('keeps no value of what was erased, while it is %s', async (history) => {
      const own = await programWorld(driver())
      for (const code of ['a', 'b']) {
        await own.one(about('plain', code))
        await own.one(about('plain', code, { attributes: { note: [`secret of ${code}`] } }))
      }
      await own.one(about('plain', 'a', { extras: { lifecycle: 'erase' } }), { history })
      const rows = await historyOf(own)
      expect(rows.filter(({ delta }) => delta !== null).map(({ sequence }) => sequence)).toEqual([3, 4])
      expect(rows.slice(4)).toMatchObject(
        history === 'off' ? [] : [{ action: 'erased', version: 3, previous: 2, delta: null }],
      )
    })

    it.each(['values', 'off'] as const)(
      'of a record with more changes than one transaction blanks, says where to go on, while it is %s',
      async (history) => {
        const own = await programWorld(driver())
        const writes = Array.from({ length: 1_003 }, (_, i) =>
          item(about('plain', 'a', { attributes: { code: ['a'], note: [String(i)] } })),
        )
        await own.assert(writes, { dataBytes: 0 })
        const erase = about('plain', 'a', { extras: { lifecycle: 'erase' } })
        await own.one(erase, { history, dryRun: true })
        await own.one(erase, { history })
        const rows = await historyOf(own)
        expect(rows.filter(({ delta }) => delta !== null).map(({ sequence, delta }) => [sequence, delta])).toEqual([
          [1, { code: ['a'], note: ['0'] }],
          [2, { note: [['0'], ['1']] }],
          [3, { note: [['1'], ['2']] }],
          [1_004, 3],
        ])
        expect(await sweep(driver(), 0)).toBe(true)
        expect((await historyOf(own)).every(({ delta }) => delta === null)).toBe(true)
      },
    )

    it('gives keys their numbers, and those of lists and lists only', async () => {
      const own = await programWorld(driver())
      const numbers = async () =>
        (await own.rows('record_keys')).map(({ name, value, number }) => [name, value, number])
      for (const object of ['plain', 'full']) {
        await own.one(about(object, 'a', { attributes: { code: ['a'], city: [12.5] } }))
        expect(await numbers()).toContainEqual(['city', '12.5', 12.5])
        await own.one(about(object, 'a', { attributes: { city: [[1, 20]] } }))
        expect(await numbers()).toEqual(
          expect.arrayContaining([
            ['city', '1', 1],
            ['city', '20', 20],
          ]),
        )
        await own.one(about(object, 'a', { attributes: { city: [{ amount: 3, code: 'EUR' }] } }))
        expect(await numbers()).toEqual(
          expect.arrayContaining([
            ['city', '3', 3],
            ['code', 'a', null],
          ]),
        )
        expect(await numbers()).not.toContainEqual(['city', 'EUR', null])
        const before = await own.rows('record_keys')
        await own.one(about(object, 'a', { attributes: { city: ['text'] } }), { dryRun: true })
        expect(await own.rows('record_keys')).toEqual(before)
        await own.one(about(object, 'a', { attributes: { city: ['7'] } }))
        expect(await numbers()).toContainEqual(['city', '7', null])
      }
    })
  })
}

export const historyUpkeepSuite = (driver: () => SqlDriver): void => {
  const DAY = 86_400_000

  describe('the upkeep of the history', () => {
    const notes = (count: number, from = 0) =>
      Array.from({ length: count }, (_, i) =>
        item({ object: 'plain', key: ['code', `c${from + i}`], attributes: { code: [`c${from + i}`], note: ['n'] } }),
      )
    const organizationOf = async ({ organizationId }: ProgramWorld, set = '') => {
      const { results } = await driver().batch([
        ...(set === '' ? [] : [{ sql: `UPDATE organizations SET ${set} WHERE id = ?1`, params: [organizationId] }]),
        { sql: 'SELECT history_from FROM organizations WHERE id = ?1', params: [organizationId] },
      ])
      return results.at(-1)?.rows[0]?.history_from
    }
    const sequences = async (own: ProgramWorld) => (await historyOf(own)).map(({ sequence }) => sequence)

    it('deletes what is older than its days, in pieces, and says from where on there is no hole', async () => {
      const own = await programWorld(driver())
      await own.assert(notes(1_000), { now: 1 * DAY, dataBytes: 0 })
      await own.assert(notes(200, 1_000), { now: 1 * DAY, dataBytes: 0 })
      await own.assert(notes(3, 2_000), { now: 9 * DAY })
      await organizationOf(own, 'history_days = 2')
      // Of another one everything is kept.
      const other = await programWorld(driver())
      await other.assert(notes(2), { now: 1 })
      expect(await sweep(driver(), 10 * DAY)).toBe(true)
      expect(await sequences(own)).toEqual([1_201, 1_202, 1_203])
      expect(await organizationOf(own)).toBe(1_200)
      expect(await sequences(other)).toEqual([1, 2])
    })

    it('never deletes the newest change, by which the next is numbered', async () => {
      const own = await programWorld(driver())
      await own.assert(notes(3), { now: 1 })
      await organizationOf(own, 'history_days = 1')
      expect(await sweep(driver(), 100 * DAY)).toBe(true)
      expect(await sequences(own)).toEqual([3])
      await own.assert(notes(1, 10), { now: 100 * DAY })
      expect(await sequences(own)).toEqual([3, 4])
      expect(await sweep(driver(), 100 * DAY + 1)).toBe(true)
      expect([await sequences(own), await organizationOf(own)]).toEqual([[4], 3])
    })

    it('leaves an organisation alone that moves', async () => {
      const own = await programWorld(driver())
      await own.assert(notes(3), { now: 1 })
      await organizationOf(own, "history_days = 1, status = 'moving'")
      await sweep(driver(), 100 * DAY)
      expect(await sequences(own)).toEqual([1, 2, 3])
    })

    it('forgets the values of an attribute in all changes, in pieces, and of no other', async () => {
      const own = await programWorld(driver())
      const about = (object: string, note: string) =>
        item({ object, key: ['code', object], attributes: { code: [object], note: [note], city: ['kept'] } })
      await own.assert([about('plain', 'secret'), about('full', 'of another object')])
      await own.assert([about('plain', 'secret too')])
      await own.assert(notes(1_000), { dataBytes: 0 })
      await driver().batch(
        schemaChanged({ id: own.organizationId, by: 'operator' }, 'plain', ['note'], { erased: ['note'] }),
      )
      const secrets = async () => JSON.stringify(await own.rows('changes')).match(/secret/g)?.length ?? 0
      expect(await secrets()).toBeGreaterThan(0)
      expect(await sweep(driver(), 0)).toBe(true)
      expect(await secrets()).toBe(0)
      const rows = await historyOf(own)
      expect(rows.slice(0, 4).map(({ delta }) => delta)).toEqual([
        { code: ['plain'], city: ['kept'] },
        { code: ['full'], note: ['of another object'], city: ['kept'] },
        {},
        { code: ['c0'] },
      ])
      expect(rows.at(-1)).toMatchObject({ action: 'schema_changed', delta: null })
    })

    it('forgets the values of an attribute under the slugs that it had before, and of none that has one of these since', async () => {
      const own = await programWorld(driver())
      const write = (values: Record<string, [string] | null>) =>
        own.one({ object: 'plain', key: ['code', 'a'], attributes: { code: ['a'], ...values } })
      const rename = async (from: string, to: string, gone: Parameters<typeof schemaChanged>[3] = {}) => {
        const event = schemaChanged({ id: own.organizationId, by: 'operator' }, 'plain', [from, to], {
          renamed: { [to]: from },
          ...gone,
        })
        await driver().batch([...renameAttribute(own.organizationId, 'plain', from, to), ...event])
      }
      await write({ kind: ['other 1'], note: ['secret 1'] })
      await write({ kind: null })
      await rename('note', 'kind')
      await write({ kind: ['secret 2'], note: ['other 2'] })
      await own.assert(notes(1_500), { dataBytes: 0 })
      await rename('kind', 'city')
      await write({ city: ['secret 3'], kind: ['other 3'] })
      await rename('city', 'list', { erased: ['list'] })
      const left = async () => JSON.stringify(await own.rows('changes')).match(/(secret|other) \d/g)
      expect(await sweep(driver(), 0)).toBe(true)
      expect(new Set(await left())).toEqual(new Set(['other 1', 'other 2', 'other 3']))
      expect(await sweep(driver(), 0)).toBe(true)
    })

    it('forgets all values of an object', async () => {
      const own = await programWorld(driver())
      await own.assert([...notes(2), item({ key: ['code', 'x'], attributes: { code: ['x'] } })])
      await driver().batch(schemaChanged({ id: own.organizationId, by: 'operator' }, 'plain', [], { erased: [] }))
      expect((await historyOf(own)).map(({ delta }) => delta)).toEqual([null, null, { code: ['x'] }, null])
    })
  })
}
