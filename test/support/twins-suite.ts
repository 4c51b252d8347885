import { describe, expect, it } from 'vitest'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { historyReader } from '../../src/storage/history-reader.ts'
import { recordReader } from '../../src/storage/record-reader.ts'
import { item, type NewItem, type ProgramWorld, programWorld } from './program-world.ts'

/**
 * Two organisations in one database with the same records, to the id: what a restored or copied organisation is. Whatever
 * one of them does must neither touch the other nor see it; ids that nobody else has could not show that.
 */

const TABLES = ['records', 'record_keys', 'changes', 'replays', 'members'] as const
const all = (world: ProgramWorld) => Promise.all(TABLES.map((table) => world.rows(table)))

/** Copies everything of one organisation, as it is, into another. */
const copy = async (driver: SqlDriver, from: string, to: string) => {
  for (const table of TABLES) {
    const { results } = await driver.batch([{ sql: `SELECT name FROM pragma_table_info('${table}')`, params: [] }])
    const columns = (results[0]?.rows ?? [])
      .map(({ name }) => String(name))
      .filter((name) => name !== 'organization_id')
    const names = columns.join(', ')
    await driver.batch([
      {
        sql: `INSERT INTO ${table} (organization_id, ${names}) SELECT ?2, ${names} FROM ${table} WHERE organization_id = ?1`,
        params: [from, to],
      },
    ])
  }
}

const about = (object: string, code: string, more: NewItem = {}): NewItem => ({ object, key: ['code', code], ...more })

/** Requests that between them enter every stage of the program; each is run in one twin only. */
const requests = (object: string): readonly NewItem[] => [
  about(object, 'a', { attributes: { note: ['changed'] } }),
  about(object, 'a', { attributes: { mail: ['moved'], city: ['Y'] } }),
  about(object, 'a', { merges: { list: ['append', ['more']] } }),
  about(object, 'new', { attributes: { code: ['new'], mail: ['new'] } }),
  about(object, 'new', { attributes: { mail: ['b@x'] } }),
  about(object, 'b', { extras: { lifecycle: 'archive' } }),
  about(object, 'b', { extras: { fills: { note: ['filled'] } } }),
  about(object, 'none', { extras: { fallbacks: [['mail', 'c@x']] }, attributes: { note: ['by mail'] } }),
  about(object, 'c', { extras: { refs: [['to', object, 'code', 'a', 1, null]] } }),
  about(object, 'c', { extras: { refs: [['owner', 'members', 'email', 'm@x', 1, null]] } }),
  about(object, 'c', { extras: { lifecycle: 'erase' } }),
]

export const twinsSuite = (driver: () => SqlDriver): void => {
  const twins = async () => {
    const mine = await programWorld(driver())
    await driver().batch([
      {
        sql: `INSERT INTO members (organization_id, id, name, email, created_at) VALUES (?1, 'member', 'M', 'm@x', 1)`,
        params: [mine.organizationId],
      },
    ])
    for (const object of ['plain', 'full'])
      await mine.assert(
        ['a', 'b', 'c'].map((code) =>
          item({
            object,
            key: ['code', code],
            attributes: { code: [code], mail: [`${code}@x`], city: ['X'], list: [['l']] },
          }),
        ),
        { idempotency: { key: object, fingerprint: 'f' } },
      )
    // Its rows come first, so that whoever forgets the organisation finds them.
    const theirs = await programWorld(driver(), `00000000-${crypto.randomUUID().slice(9)}`)
    await copy(driver(), mine.organizationId, theirs.organizationId)
    return { mine, theirs }
  }

  describe.each(['plain', 'full'])('of %s items', (object) => {
    it('what one organisation writes, another one with the same ids does not notice', async () => {
      const { mine, theirs } = await twins()
      const before = await all(theirs)
      expect(before).toEqual(await all(mine))
      for (const [i, given] of requests(object).entries()) {
        for (const dryRun of [true, false]) {
          const was = await all(mine)
          await mine.one(given, { dryRun, now: 2_000 + i, actor: 'key:me' })
          expect([i, await all(theirs)]).toEqual([i, before])
          if (dryRun) expect([i, await all(mine)]).toEqual([i, was])
        }
      }
      expect((await mine.rows('changes')).map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: (await mine.rows('changes')).length }, (_, i) => i + 1),
      )
    })

    it('what another one has changed, this one does not see', async () => {
      const { mine, theirs } = await twins()
      const unchanged = { status: 'unchanged', record: { version: 1, archivedAt: null, updatedAt: 1_000 } }
      // Theirs is everything of another content, so that whatever is seen of it shows.
      for (const code of ['a', 'b']) {
        await theirs.one(about(object, code, { attributes: { note: ['theirs'], city: ['Theirs'] } }), { now: 7_000 })
        expect(await mine.one(about(object, code, { attributes: { city: ['X'] } }))).toMatchObject(unchanged)
        await theirs.one(about(object, code, { extras: { lifecycle: 'archive' } }), { now: 8_000 })
      }
      await theirs.one(about(object, 'c', { extras: { lifecycle: 'erase' } }))
      await theirs.one(about(object, 'd', { attributes: { code: ['d'], mail: ['d@x'] } }))
      await driver().batch([
        {
          sql: `INSERT INTO members (organization_id, id, name, email, created_at) VALUES (?1, 'other', 'O', 'o@x', 1)`,
          params: [theirs.organizationId],
        },
      ])
      for (const code of ['a', 'b', 'c']) {
        expect(await mine.one(about(object, code))).toMatchObject(unchanged)
        expect(await mine.one(about(object, code, { attributes: { city: ['X'] } }))).toMatchObject(unchanged)
      }
      const refs = (...ref: readonly [string, string, string, string]) =>
        mine.one(about(object, 'a', { extras: { refs: [[...ref, 0, null]] } }))
      for (const [name, value] of [
        ['email', 'o@x'],
        ['id', 'other'],
      ] as const)
        expect(await refs('owner', 'members', name, value)).toMatchObject({ reason: { code: 'reference_not_found' } })
      expect(await refs('to', object, 'code', 'd')).toMatchObject({ reason: { code: 'reference_not_found' } })
      const theirD = (await theirs.rows('records')).find((row) => String(row.data).includes('"d"'))
      expect(await refs('to', object, 'id', String(theirD?.id))).toMatchObject({
        reason: { code: 'reference_not_found' },
      })
      for (const [name, value] of [
        ['code', 'd'],
        ['id', String(theirD?.id)],
      ] as const)
        expect(await mine.one({ object, extras: { when: [object, name, value] } })).toMatchObject({ status: 'created' })
      expect(await mine.one(about(object, 'e', { attributes: { code: ['e'], mail: ['d@x'] } }))).toMatchObject({
        status: 'created',
      })
    })
  })

  it('a kept answer, an included record and a page are one’s own', async () => {
    const { mine, theirs } = await twins()
    const linked = (world: ProgramWorld) =>
      world.one(about('full', 'a', { extras: { refs: [['to', 'full', 'code', 'b', 1, null]] } }))
    await linked(mine)
    await linked(theirs)
    await theirs.one(about('full', 'b', { attributes: { note: ['theirs'] } }))
    const include = { attribute: 'to', object: 'full' }
    expect(await mine.one(about('full', 'a'), { include })).toMatchObject({ related: { version: 1 } })
    expect(await theirs.one(about('full', 'a'), { include })).toMatchObject({ related: { version: 2 } })

    // What is kept is one's own record, and not the twin's.
    const kept = await mine.assert([item(about('full', 'b'))], { idempotency: { key: 'mine only', fingerprint: 'f' } })
    expect(kept.items).toMatchObject([{ status: 'unchanged', record: { version: 1 } }])

    // A key that the other has used is free here, and one that both have used is answered from one's own.
    const idempotency = { key: 'theirs only', fingerprint: 'f' }
    const request = () => [item(about('full', 'kept', { attributes: { code: ['kept'] } }))]
    await theirs.assert(request(), { idempotency })
    expect(await mine.assert(request(), { idempotency })).toMatchObject({
      replayed: false,
      items: [{ status: 'created' }],
    })
    const answers = [await mine.assert(request(), { idempotency }), await theirs.assert(request(), { idempotency })]
    const ids = answers.map(({ items: [first] }) => (first && 'record' in first ? first.record.id : undefined))
    expect(new Set(ids).size).toBe(2)
    expect(answers.map(({ items }) => items.length)).toEqual([1, 1])
  })

  it('whatever one reads is one’s own', async () => {
    const { mine, theirs } = await twins()
    await theirs.one(about('full', 'a', { attributes: { note: ['theirs'] } }))
    await theirs.one(about('full', 'd', { attributes: { code: ['d'], city: ['X'] } }))
    const reader = recordReader(driver())
    const limit = { records: 100, bytes: 100_000, bytesPerRecord: 1 }
    const read = async ({ organizationId }: ProgramWorld) => {
      const scope = { organizationId, revision: 1, credentialId: null, memberId: null, relations: new Map() }
      const table = { kind: 'table', direction: 'asc', range: {} } as const
      const city = {
        kind: 'range',
        direction: 'asc',
        range: {},
        name: 'city',
        by: 'value',
        unique: false,
        list: false,
      } as const
      const query = { object: 'full', archived: 'include', limit } as const
      const [first] = await reader.byKey(scope, 'full', 'code', 'a')
      const { records: listed } = await reader.query(scope, { ...query, plan: { walk: table } })
      const { records: found } = await reader.query(scope, { ...query, plan: { walk: city } })
      return {
        byKey: first?.data.note,
        byId: (await reader.byId(scope, 'full', String(first?.id)))?.data.note,
        another: (await reader.byKey(scope, 'full', 'code', 'd')).length,
        listed: listed.map(({ data }) => String(data.code)),
        found: found.map(({ data }) => String(data.code)).sort(),
        changes: (await historyReader(driver()).changes(scope, { after: { sequence: 0 }, limit })).changes.length,
      }
    }
    expect(await read(mine)).toEqual({
      byKey: undefined,
      byId: undefined,
      another: 0,
      listed: ['a', 'b', 'c'],
      found: ['a', 'b', 'c'],
      changes: 6,
    })
    expect(await read(theirs)).toEqual({
      byKey: ['theirs'],
      byId: ['theirs'],
      another: 1,
      listed: ['a', 'b', 'c', 'd'],
      found: ['a', 'b', 'c', 'd'],
      changes: 8,
    })
  })
}
