import { beforeAll, describe, expect, it } from 'vitest'
import { RECORD_BYTES, WORK_BYTES } from '../../src/engine/record.ts'
import { StaleError } from '../../src/engine/session.ts'
import { AllRefusedError, REPLAY_MS } from '../../src/engine/store.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { type Attributes, item, type NewItem, type ProgramWorld, programWorld } from './program-world.ts'

/** What the assert program must leave behind and answer, to the letter; run on every store. */
export const programSuite = (driver: () => SqlDriver): void => {
  let world: ProgramWorld
  beforeAll(async () => {
    world = await programWorld(driver())
  })

  describe.each(['plain', 'full'])('of %s items', (object) => {
    const about = (code: string, attributes: Attributes = {}, more: NewItem = {}) =>
      ({ object, key: ['code', code], attributes: { code: [code], ...attributes }, ...more }) satisfies NewItem
    const recordOf = async (over: ProgramWorld, id: string | undefined) =>
      (await over.rows('records')).find((row) => row.id === id)

    it('a write leaves times, authors, version, keys and a change', async () => {
      const own = await programWorld(driver())
      const first = item(about('a', { city: ['X'], note: ['n'] }))
      await own.assert([first], { now: 1_000, actor: 'key:a', contract: 'one' })
      const created = { id: first.writeId, object, created_at: 1_000, created_by: 'key:a', archived_at: null }
      expect(await recordOf(own, first.writeId)).toMatchObject({
        ...created,
        version: 1,
        updated_at: 1_000,
        updated_by: 'key:a',
      })
      // Another author, another contract, and a clock that was set back.
      expect(
        await own.one(about('a', { city: ['X'], note: ['o'] }), { now: 900, actor: 'key:b', contract: 'two' }),
      ).toMatchObject({
        status: 'updated',
        matched: 0,
        changed: ['note'],
        transition: null,
        record: { version: 2, createdAt: 1_000, updatedAt: 1_000, createdBy: 'key:a', updatedBy: 'key:b' },
      })
      const updated = { ...created, version: 2, updated_at: 1_000, updated_by: 'key:b' }
      expect(await recordOf(own, first.writeId)).toMatchObject(updated)
      expect(await own.one(about('a', { note: ['o'] }), { now: 2_000, actor: 'key:c' })).toMatchObject({
        status: 'unchanged',
        matched: 0,
        changed: [],
      })
      expect(await recordOf(own, first.writeId)).toMatchObject(updated)
      expect(await own.one(about('a', { note: null, city: ['Y'] }), { now: 3_000, actor: 'key:c' })).toMatchObject({
        status: 'updated',
        changed: ['city', 'note'],
        record: { data: { code: ['a'], city: ['Y'] }, createdAt: 1_000, updatedAt: 3_000 },
      })
      expect(await recordOf(own, first.writeId)).toMatchObject({ version: 3, updated_at: 3_000, updated_by: 'key:c' })
      const keys = { object, record_id: first.writeId, number: null }
      expect(await own.rows('record_keys')).toEqual([
        { ...keys, name: 'city', value: 'Y', slot: first.writeId },
        { ...keys, name: 'code', value: 'a', slot: '' },
      ])
      const change = { object, record_id: first.writeId, request: null, import: null }
      const parsed = ({ changed, delta, ...row }: Record<string, unknown>) => ({
        ...row,
        changed: JSON.parse(String(changed)),
        delta: JSON.parse(String(delta)),
      })
      expect((await own.rows('changes')).map(parsed)).toEqual([
        {
          ...change,
          sequence: 1,
          at: 1_000,
          actor: 'key:a',
          contract: 'one',
          action: 'created',
          version: 1,
          changed: ['city', 'code', 'note'],
          delta: { code: ['a'], city: ['X'], note: ['n'] },
          previous: null,
          merged_into: null,
        },
        {
          ...change,
          sequence: 2,
          at: 900,
          actor: 'key:b',
          contract: 'two',
          action: 'updated',
          version: 2,
          changed: ['note'],
          delta: { note: [['n'], ['o']] },
          previous: 1,
          merged_into: null,
        },
        {
          ...change,
          sequence: 3,
          at: 3_000,
          actor: 'key:c',
          contract: 'c',
          action: 'updated',
          version: 3,
          changed: ['city', 'note'],
          delta: { note: [['o'], null], city: [['X'], ['Y']] },
          previous: 2,
          merged_into: null,
        },
      ])
    })

    it('writes no change where there is no feed, and tells none where nobody asks', async () => {
      const own = await programWorld(driver())
      const quiet = { history: 'off', track: false } as const
      expect(await own.one(about('quiet', { note: ['n'] }), quiet)).toMatchObject({ status: 'created' })
      expect(await own.one(about('quiet', { note: ['o'] }), quiet)).toMatchObject({ status: 'updated', changed: [] })
      expect(await own.rows('changes')).toEqual([])
    })

    it('tells what changed, and not what was sent', async () => {
      const own = await programWorld(driver())
      const write = (title: string) =>
        own.one({ object, key: ['code', 'sent'], attributes: { note: ['same'], title: [title] } })
      await own.one(about('sent', { note: ['same'], title: ['a'] }))
      expect(await write('b')).toMatchObject({ status: 'updated', changed: ['title'], record: { version: 2 } })
      expect(await write('b')).toMatchObject({ status: 'unchanged', changed: [], record: { version: 2 } })
    })

    it('counts bytes, and not characters', async () => {
      const half = Math.ceil(RECORD_BYTES / 6)
      const large = (attributes: Attributes) => world.one(about('large', attributes))
      expect(await large({ x: ['漢'.repeat(half)], y: ['漢'.repeat(half)] })).toMatchObject({
        reason: { code: 'too_large' },
      })
      expect(await large({ x: ['漢'.repeat(half)] })).toMatchObject({ status: 'created' })
      expect(await large({ y: ['漢'.repeat(half)] })).toMatchObject({ reason: { code: 'too_large' } })
      // However little the record holds before.
      await world.one(about('grows'))
      expect(await world.one(about('grows', { x: ['漢'.repeat(2 * half)] }))).toMatchObject({
        reason: { code: 'too_large' },
      })
      // What replaces as much as it adds fits.
      expect(await large({ x: ['字'.repeat(half)] })).toMatchObject({ status: 'updated' })
    })

    it('names the record, the attribute and the value in the way', async () => {
      const own = await programWorld(driver())
      const holder = item(about('held', { mail: ['m'] }))
      await own.assert([holder])
      expect(await own.one(about('other', { mail: ['m'] }))).toMatchObject({
        reason: { code: 'conflict', conflicts: [{ field: 'mail', value: 'm', recordId: holder.writeId }] },
      })
      await own.one(about('other'))
      expect(await own.one(about('other', { mail: ['m'] }))).toMatchObject({
        reason: { code: 'conflict', conflicts: [{ field: 'mail', value: 'm', recordId: holder.writeId }] },
      })
      // Its own keys are not in its way, nor are those that many may have.
      expect(await own.one(about('held', { mail: ['m'], city: ['X'] }))).toMatchObject({ status: 'updated' })
      expect(await own.one(about('other', { city: ['X'] }))).toMatchObject({ status: 'updated' })
    })

    it('merges lists, each value once, with numbers as they were written', async () => {
      const list = [0.1, 1e-7, 1e21, 0.30000000000000004, 2, true, 'x']
      const merge = (op: 'append' | 'prepend' | 'remove', ...values: (number | string | boolean)[]): NewItem => ({
        object,
        key: ['code', 'list'],
        merges: { list: [op, values] },
      })
      await world.one(about('list', { list: [list] }))
      expect(await world.one(merge('append', 1e-7, 'y'))).toMatchObject({
        status: 'updated',
        changed: ['list'],
        record: { data: { list: [[...list, 'y']] } },
      })
      expect(await world.one(merge('append', 'y', 0.1))).toMatchObject({ status: 'unchanged' })
      expect(await world.one(merge('prepend', 3, 'x'))).toMatchObject({
        record: { data: { list: [[3, 'x', 0.1, 1e-7, 1e21, 0.30000000000000004, 2, true, 'y']] } },
      })
      expect(await world.one(merge('remove', 1e21, 'none'))).toMatchObject({
        status: 'updated',
        record: { data: { list: [[3, 'x', 0.1, 1e-7, 0.30000000000000004, 2, true, 'y']] } },
      })
      expect(await world.one(merge('remove', 'none'))).toMatchObject({ status: 'unchanged' })
      expect(await world.one(merge('remove', 3, 'x', 0.1, 1e-7, 0.30000000000000004, 2, true, 'y'))).toMatchObject({
        status: 'updated',
        changed: ['list'],
        record: { data: { code: ['list'] } },
      })
    })
  })

  it('follows the life of a record: when it was archived first, what came back, what is erased', async () => {
    const own = await programWorld(driver())
    const live = (now: number, attributes: Attributes, extras: NewItem['extras'] = {}) =>
      own.one({ key: ['code', 'life'], attributes: { code: ['life'], ...attributes }, extras }, { now })
    const made = await live(1_000, {})
    const id = 'record' in made ? made.record.id : ''
    const archive = { lifecycle: 'archive', onArchived: 'keep' } as const
    expect(await live(1_100, {}, archive)).toMatchObject({ transition: 'archived', record: { archivedAt: 1_100 } })
    expect(await live(1_200, {}, archive)).toMatchObject({ status: 'unchanged', record: { archivedAt: 1_100 } })
    expect(await live(1_300, { note: ['n'] }, { onArchived: 'keep' })).toMatchObject({
      status: 'updated',
      transition: null,
      record: { archivedAt: 1_100 },
    })
    expect(await live(1_400, { note: ['n'] })).toMatchObject({ transition: 'restored', record: { archivedAt: null } })
    expect(await live(1_500, {}, { lifecycle: 'archive' })).toMatchObject({ record: { archivedAt: 1_500 } })
    expect(await live(1_600, {}, { lifecycle: 'restore' })).toMatchObject({ transition: 'restored' })
    expect(await live(1_700, {}, { lifecycle: 'erase' })).toEqual({ position: 0, status: 'erased', recordId: id })
    expect(await own.rows('records')).toEqual([])
    expect(await own.rows('record_keys')).toEqual([])
    expect((await own.rows('changes')).map((c) => [c.sequence, c.action, c.version, c.record_id])).toEqual(
      ['created', 'archived', 'updated', 'restored', 'archived', 'restored', 'erased'].map((action, i) => [
        i + 1,
        action,
        i + 1,
        id,
      ]),
    )
  })

  it('takes every kind of write back from a dry run, row for row', async () => {
    const own = await programWorld(driver())
    const store = (code: string, more: NewItem = {}) =>
      item({ key: ['code', code], attributes: { code: [code], mail: [`${code}@x`], city: ['X'] }, ...more })
    await own.assert([store('a'), store('b')], { now: 1_000, actor: 'key:a' })
    await own.assert([store('a', { attributes: { note: ['n'] } })], { now: 2_000, actor: 'key:b' })
    await own.assert([store('b', { extras: { lifecycle: 'archive' } })], { now: 3_000, actor: 'key:b' })
    const tables = async () =>
      JSON.stringify(await Promise.all(['records', 'record_keys', 'changes', 'replays'].map((t) => own.rows(t))))
    const before = await tables()
    const { items } = await own.assert(
      [
        store('new'),
        store('a', { attributes: { mail: ['moved'], city: ['Y'] } }),
        store('b', { extras: { lifecycle: 'restore' } }),
        store('a', { extras: { lifecycle: 'erase' } }),
        store('b', { extras: { lifecycle: 'erase' } }),
        store('new', { extras: { lifecycle: 'archive' } }),
        store('a', { attributes: { mail: ['a@x'] } }),
        store('none', { extras: { mayCreate: 0 } }),
      ],
      { dryRun: true, now: 9_000, actor: 'key:z' },
    )
    const told = ['created', 'updated', 'updated', 'erased', 'erased', 'updated', 'created', 'refused']
    expect(items.map(({ status }) => status)).toEqual(told)
    expect(await tables()).toBe(before)
    for (const scratch of ['refusals', 'undo_log'])
      expect((await driver().batch([{ sql: `SELECT * FROM ${scratch}`, params: [] }])).results[0]?.rows).toEqual([])
  })

  it('refuses for each reason, and tells what is in the way', async () => {
    const own = await programWorld(driver())
    const first = item({ key: ['code', 'a'], attributes: { code: ['a'], at: ['2'], mail: ['m'] } })
    const second = item({ key: ['code', 'b'], attributes: { code: ['b'] } })
    await own.assert([first, second])
    const id = first.writeId
    const refused = async (extras: NewItem['extras'], attributes: Attributes = {}, key = 'a') => {
      const answer = await own.one({ key: ['code', key], attributes, ...(extras && { extras }) })
      return answer.status === 'refused' ? answer.reason : answer.status
    }
    expect(await refused({ mayCreate: 0 }, {}, 'none')).toEqual({ code: 'not_found' })
    expect(await refused({ mayUpdate: 0 })).toEqual({ code: 'exists', recordId: id })
    expect(await refused({ ifVersion: 7 })).toEqual({ code: 'version_mismatch', recordId: id, version: 1 })
    expect(await refused({ ifNewer: 'at' }, { at: ['1'] })).toEqual({
      code: 'older',
      recordId: id,
      field: 'at',
      stored: '2',
    })
    // As old is not older.
    expect(await refused({ ifNewer: 'at' }, { at: ['2'] })).toBe('unchanged')
    expect(
      await refused(
        {
          fallbacks: [
            ['mail', 'm'],
            ['code', 'a'],
          ],
          keysAgree: 1,
        },
        {},
        'b',
      ),
    ).toEqual({
      code: 'keys_disagree',
      recordId: second.writeId,
      matched: 0,
      conflicts: [
        { field: 'mail', value: 'm', recordId: id },
        { field: 'code', value: 'a', recordId: id },
      ],
    })
    expect(
      await refused(
        {
          fallbacks: [
            ['code', 'a'],
            ['code', 'b'],
          ],
          keysAgree: 1,
        },
        {},
        'none',
      ),
    ).toMatchObject({
      code: 'keys_disagree',
      recordId: id,
      matched: 1,
      conflicts: [{ field: 'code', value: 'b', recordId: second.writeId }],
    })
    expect(await refused({ refs: [['to', 'full', 'code', 'none', 1, null]] })).toEqual({
      code: 'reference_not_found',
      references: [{ field: 'to', object: 'full', name: 'code', value: 'none' }],
    })
    await refused({ lifecycle: 'archive' })
    expect(await refused({ onArchived: 'refuse' })).toEqual({ code: 'archived', recordId: id })
    // The first reason of several is told.
    expect(await refused({ mayUpdate: 0, ifVersion: 7, onArchived: 'refuse' })).toMatchObject({ code: 'exists' })
  })

  it('names up to ten records that a key finds, oldest first', async () => {
    const own = await programWorld(driver())
    const twelve = Array.from({ length: 12 }, () => item({ attributes: { city: ['Many'] } }))
    await own.assert(twelve)
    const answer = await own.one({ key: ['city', 'Many'], extras: { onSeveral: 'error' } })
    expect(answer).toMatchObject({
      reason: { code: 'ambiguous', field: 'city', candidates: twelve.slice(0, 10).map(({ writeId }) => writeId) },
    })
    expect(await own.one({ key: ['city', 'Many'] })).toMatchObject({ record: { id: twelve[0]?.writeId } })
  })

  it('judges the key that found the record, whichever of them it is', async () => {
    const own = await programWorld(driver())
    const [first, second] = [0, 1].map(() => item({ attributes: { city: ['Twice'] } }))
    await own.assert([first ?? item(), second ?? item()])
    const fallbacks = [['city', 'Twice']] as const
    const answer = await own.one({ key: ['code', 'no'], extras: { fallbacks, onSeveral: 'error' } })
    expect(answer).toMatchObject({
      reason: { code: 'ambiguous', field: 'city', candidates: [first?.writeId, second?.writeId] },
    })
    // Found by a key that only one can have, it is not ambiguous whatever else is said of it.
    await own.one({ key: ['id', second?.writeId ?? ''], attributes: { code: ['sure'] } })
    expect(
      await own.one({ key: ['code', 'sure'], extras: { fallbacks, onSeveral: 'error', keysAgree: 1 } }),
    ).toMatchObject({ status: 'unchanged', record: { id: second?.writeId } })
  })

  it('lets keys agree that many may have, and not with another record than theirs', async () => {
    const own = await programWorld(driver())
    const third = item({ attributes: { city: ['Third'] } })
    await own.assert([third, item({ key: ['code', 'g'], attributes: { code: ['g'], city: ['Mine'] } })])
    const by = (city: string) => own.one({ key: ['code', 'g'], extras: { fallbacks: [['city', city]], keysAgree: 1 } })
    expect(await by('Third')).toMatchObject({
      reason: { code: 'keys_disagree', conflicts: [{ field: 'city', value: 'Third', recordId: third.writeId }] },
    })
    expect(await by('Mine')).toMatchObject({ status: 'unchanged' })
    expect(await by('Nowhere')).toMatchObject({ status: 'unchanged' })
  })

  it('refuses a reference that must name one record and names several', async () => {
    const own = await programWorld(driver())
    const [first, second] = [0, 1].map(() => item({ attributes: { city: ['Twice'] } }))
    await own.assert([first ?? item(), second ?? item()])
    const to = ['to', 'full', 'city', 'Twice', 1, null] as const
    const refer = (mustBeOne: boolean) =>
      own.one({
        key: ['code', 'from'],
        attributes: { code: ['from'] },
        extras: { refs: [mustBeOne ? [...to, null, null, 1] : to] },
      })
    expect(await refer(true)).toMatchObject({
      reason: { code: 'ambiguous', field: 'to', candidates: [first?.writeId, second?.writeId] },
    })
    expect(await refer(false)).toMatchObject({ record: { data: { to: [first?.writeId] } } })
  })

  it('stops changing what is large when a batch has cost enough, dry or not, and leaves the rest for another', async () => {
    const own = await programWorld(driver())
    const bytes = RECORD_BYTES - 10_000
    await own.one({ key: ['code', 'large'], attributes: { code: ['large'], text: ['x'.repeat(bytes)] } })
    const lists = Array.from({ length: 10 }, (_, i) => `list${i}`)
    const change = (value: string) =>
      item({
        key: ['code', 'large'],
        merges: Object.fromEntries(lists.map((slug) => [slug, ['append', [value]] as const])),
      })
    const items = () => [...Array.from({ length: 50 }, (_, i) => change(`v${i}`)), item({ key: ['code', 'small'] })]
    const told = (answer: Awaited<ReturnType<typeof own.assert>>) =>
      answer.items.map((one) => (one.status === 'refused' ? one.reason.code : one.status))
    const dry = told(await own.assert(items(), { dryRun: true }))
    const written = dry.indexOf('too_much_work')
    expect(written).toBeGreaterThan(10)
    expect(written).toBeLessThan(WORK_BYTES.batch / (bytes * (2 + lists.length)) + 2)
    expect(new Set(dry.slice(0, written))).toEqual(new Set(['updated']))
    expect(new Set(dry.slice(written))).toEqual(new Set(['too_much_work']))
    await expect(own.assert(items(), { allOrNothing: true })).rejects.toBeInstanceOf(AllRefusedError)
    const real = told(await own.assert(items()))
    expect(real).toEqual(dry)
    // What was refused is not there, and what was told as written is.
    const version = async () => (await own.rows('records')).map((row) => Number(row.version))
    expect(await version()).toEqual([1 + written])
    expect(told(await own.assert([change('later')]))).toEqual(['updated'])
    // Single values of it count as well, whichever way an item takes.
    await own.one({
      object: 'plain',
      key: ['code', 'large'],
      attributes: { code: ['large'], text: ['x'.repeat(bytes)] },
    })
    const touches = Array.from({ length: 200 }, (_, i) =>
      item({ object: 'plain', key: ['code', 'large'], attributes: { note: [`n${i}`] } }),
    )
    // Without data: an answer with all of it would be larger than a Durable Object may send.
    expect(new Set(told(await own.assert(touches, { dataBytes: 0 })))).toEqual(new Set(['updated', 'too_much_work']))
    // Of an erased record, which is gone by then, the changes that lose their values count, and its data.
    const codes = Array.from({ length: 40 }, (_, i) => `old${i}`)
    const old = (code: string, more = {}) =>
      item({ object: 'plain', key: ['code', code], attributes: { code: [code] }, ...more })
    await own.assert(codes.map((code) => old(code)))
    await driver().batch([
      { sql: `UPDATE records SET version = 1000 WHERE organization_id = ?1`, params: [own.organizationId] },
    ])
    const erasures = () => codes.map((code) => old(code, { extras: { lifecycle: 'erase' } }))
    const dryErased = told(await own.assert(erasures(), { dryRun: true }))
    const erased = dryErased.indexOf('too_much_work')
    expect(erased).toBe(WORK_BYTES.batch / (1_000 * WORK_BYTES.blanked))
    expect(told(await own.assert(erasures()))).toEqual(dryErased)
    // What is small is not counted.
    expect(
      told(await own.assert(Array.from({ length: 100 }, () => item({ key: ['code', 'none'], attributes: {} })))),
    ).not.toContain('too_much_work')
  })

  it('lets a list that is too long already stay as it is, and shrink', async () => {
    const own = await programWorld(driver())
    const values = Array.from({ length: 120 }, (_, i) => `v${i}`)
    await own.one({ key: ['code', 'long'], attributes: { code: ['long'], list: [values] } })
    const merge = (op: 'append' | 'remove', ...some: string[]) =>
      own.one({ key: ['code', 'long'], merges: { list: [op, some] } })
    expect(await merge('append', 'more')).toMatchObject({ reason: { code: 'too_many_values', field: 'list' } })
    expect(await merge('append', 'v7')).toMatchObject({ status: 'unchanged' })
    expect(await merge('remove', 'v7')).toMatchObject({ status: 'updated' })
  })

  it('answers with data of so many bytes, and tells what a creation holds where it is left out and asked for', async () => {
    const own = await programWorld(driver())
    const made = (code: string, over: Parameters<typeof own.one>[1]) =>
      own.one({ key: ['code', code], attributes: { code: [code], note: ['漢'.repeat(10)] } }, over)
    const size = JSON.stringify({ code: ['0'], note: ['漢'.repeat(10)] }).length
    // Thirty bytes more than characters.
    expect(await made('0', { dataBytes: size + 19 })).toMatchObject({ complete: false, changed: ['code', 'note'] })
    expect(await made('1', { dataBytes: size + 20 })).toMatchObject({ complete: true, changed: ['code', 'note'] })
    expect(await made('2', { dataBytes: 0, track: false })).toMatchObject({ complete: false, changed: [] })
    const again = { key: ['code', '0'], attributes: { note: ['n'] } } as const
    expect(await own.one(again, { dataBytes: 0 })).toMatchObject({
      status: 'updated',
      complete: false,
      changed: ['note'],
    })
  })

  it('tells the place of the first key that finds a record', async () => {
    const own = await programWorld(driver())
    await own.one({ key: ['code', 'x'], attributes: { code: ['x'], mail: ['m'], room: ['R'], seat: [1] } })
    const by = (...[first, ...fallbacks]: (readonly [string, string])[]) =>
      own.one({ ...(first && { key: first }), extras: { fallbacks } })
    const no = ['code', 'no'] as const
    expect(await by(no, ['mail', 'm'], ['code', 'x'])).toMatchObject({ status: 'unchanged', matched: 1 })
    expect(await by(no, ['mail', 'no'], ['place', '["R",1]'], ['code', 'x'])).toMatchObject({ matched: 2 })
    expect(await by(['code', 'x'], ['mail', 'm'])).toMatchObject({ matched: 0 })
  })

  it('gives a combination its key when all of it is there, and takes it away with half of it', async () => {
    const own = await programWorld(driver())
    const places = async () =>
      (await own.rows('record_keys')).filter(({ name }) => name === 'place').map(({ value }) => value)
    const seat = (attributes: Attributes) => own.one({ key: ['code', 's'], attributes })
    await seat({ code: ['s'], room: ['R'] })
    expect(await places()).toEqual([])
    await seat({ seat: [1] })
    expect(await places()).toEqual(['["R",1]'])
    await seat({ room: null })
    expect(await places()).toEqual([])
  })

  it('sets references of the branch that it takes, in their order', async () => {
    const own = await programWorld(driver())
    const targets = ['c', 'a', 'b'].map((code) => item({ key: ['code', code], attributes: { code: [code] } }))
    await own.assert(targets)
    const ids = targets.map(({ writeId }) => writeId)
    const [c, a, b] = ids
    const write = (use: 1 | 2, branch: 'create' | 'update' | null, ...codes: string[]) =>
      own.one({
        key: ['code', 'from'],
        attributes: { code: ['from'] },
        extras: { refs: codes.map((code) => ['to', 'full', 'code', code, use, branch] as const) },
      })
    expect(await write(2, 'update', 'none')).toMatchObject({ status: 'created', record: { data: { code: ['from'] } } })
    expect(await write(2, 'create', 'none')).toMatchObject({ status: 'unchanged' })
    expect(await write(2, null, 'c', 'a', 'b')).toMatchObject({ record: { data: { to: [[c, a, b]] } } })
    expect(await write(1, 'update', 'b')).toMatchObject({ record: { data: { to: [b] } } })
    expect(await write(1, 'create', 'a')).toMatchObject({ status: 'unchanged', record: { data: { to: [b] } } })
  })

  it('runs a follower when the write that it names has changed what it names, and not otherwise', async () => {
    const own = await programWorld(driver())
    const follow = async (attributes: Attributes, attribute: string, key = 'lead') => {
      const lead = item({ key: ['code', key], attributes: { code: [key], ...attributes } })
      const follower = item({
        attributes: { note: ['f'] },
        extras: { when: ['full', 'code', key, lead.writeId, attribute] },
      })
      return (await own.assert([lead, follower])).items.map(({ status }) => status)
    }
    // A creation gives what it holds another value, and nothing else.
    expect(await follow({ title: ['CTO'] }, 'title')).toEqual(['created', 'created'])
    expect(await follow({ title: ['CTO'] }, 'phone', 'lead 2')).toEqual(['created', 'skipped'])
    expect(await follow({ title: ['CTO'] }, 'title')).toEqual(['unchanged', 'skipped'])
    expect(await follow({ title: ['CTO'], phone: ['1'] }, 'title')).toEqual(['updated', 'skipped'])
    expect(await follow({ title: ['CEO'] }, 'title')).toEqual(['updated', 'created'])
    expect(await follow({ title: null }, 'title')).toEqual(['updated', 'skipped'])
    const absent = (code: string) => own.one({ extras: { when: ['full', 'code', code] } })
    expect(await absent('lead')).toMatchObject({ status: 'skipped' })
    expect(await absent('nobody')).toMatchObject({ status: 'created' })
  })

  it('writes all or nothing, and an erasure is no refusal', async () => {
    const own = await programWorld(driver())
    await own.one({ key: ['code', 'gone'], attributes: { code: ['gone'] } })
    const erase = item({ key: ['code', 'gone'], extras: { lifecycle: 'erase' } })
    const { items } = await own.assert([erase, item()], { allOrNothing: true })
    expect(items.map(({ status }) => status)).toEqual(['erased', 'created'])
  })

  it('writes nothing on another revision, whichever organisation has it', async () => {
    const own = await programWorld(driver(), undefined, 3)
    await programWorld(driver(), undefined, 4)
    for (const revision of [1, 2, 4])
      await expect(own.assert([item()], { revision })).rejects.toBeInstanceOf(StaleError)
    expect(await own.rows('records')).toEqual([])
    expect((await own.assert([item()], { revision: 3 })).items).toMatchObject([{ status: 'created' }])
  })

  describe('an answer that is kept', () => {
    const idempotency = { key: 'k', fingerprint: 'f' }

    it('is the whole of it: status, key, object, reason, what was skipped', async () => {
      const own = await programWorld(driver())
      await own.one({ key: ['code', 'x'], attributes: { code: ['x'], mail: ['m'] } })
      const request = () => [
        item({ key: ['code', 'no'], extras: { fallbacks: [['mail', 'm']] } }),
        item({ object: 'plain', key: ['code', 'p'], attributes: { code: ['p'] } }),
        item({ key: ['code', 'no'], extras: { mayCreate: 0 } }),
        item({ extras: { when: ['full', 'code', 'x'] } }),
      ]
      const first = await own.assert(request(), { idempotency })
      expect(first.items).toMatchObject([
        { status: 'unchanged', matched: 1, record: { object: 'full' } },
        { status: 'created', record: { object: 'plain' } },
        { status: 'refused', reason: { code: 'not_found' } },
        { status: 'skipped' },
      ])
      expect(first.replayed).toBe(false)
      // Of the same request with objects in another order: what was kept counts, not what is asked.
      const again = await own.assert(request().reverse(), { idempotency, now: 1_000 + REPLAY_MS - 1 })
      expect(again).toEqual({ ...first, replayed: true })
    })

    it('is kept for a day, and then forgotten whole, whoever used the key in the meantime', async () => {
      const own = await programWorld(driver())
      const make = (code: string) => item({ key: ['code', code], attributes: { code: [code] } })
      const first = await own.assert([make('a'), make('b')], { idempotency, now: 1_000 })
      const later = 1_000 + REPLAY_MS
      const second = await own.assert([make('c')], { idempotency: { ...idempotency, fingerprint: 'g' }, now: later })
      expect(second).toMatchObject({ replayed: false, fingerprint: 'g', items: [{ status: 'created' }] })
      expect(second.items).toHaveLength(1)
      expect(first.items).toHaveLength(2)
      expect(await own.rows('records')).toHaveLength(3)
    })

    it('is not kept of a dry run, nor taken from it', async () => {
      const own = await programWorld(driver())
      await own.assert([item()], { dryRun: true })
      expect(await own.rows('replays')).toEqual([])
    })
  })
}
