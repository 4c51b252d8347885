import { beforeAll, describe, expect, it } from 'vitest'
import { readFilter } from '../../src/engine/query/filter.ts'
import { planQuery, type Sort } from '../../src/engine/query/plan.ts'
import { LOOKUP_BYTES, WALKED_BYTES, WALKED_ROWS } from '../../src/engine/query/walk.ts'
import { type RecordQuery, readScopeOf } from '../../src/engine/read.ts'
import { WORK_REFERENCES } from '../../src/engine/record.ts'
import type { ObjectSchema } from '../../src/schema/schema.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { historyReader } from '../../src/storage/history-reader.ts'
import { metered, noCost } from '../../src/storage/meter.ts'
import { recordReader } from '../../src/storage/record-reader.ts'
import { openWorld, recordOf, type StorageWorld, verdicts } from './storage-world.ts'

/** What a read costs is counted where it happens: hubs that each point at a hundred things, and a history of other objects. */

const LINKS = 100
const HUBS = 120
/** With a code of thirty characters. */
const codeOf = (i: number) => `${i}`.padStart(30, '-')

export const readCostSuite = (driver: () => SqlDriver, countsRows: boolean): void => {
  let world: StorageWorld
  let things: readonly string[]
  let hubs: readonly string[] = []

  const make = async (object: string, all: readonly object[]): Promise<string[]> => {
    const commands = all.map((values) => ({ object, match: [], values }) as never)
    return (await world.run(commands)).outcomes.map((outcome) => recordOf(outcome).id)
  }

  const read = async (object: string, filter: unknown, sort?: Sort, more: Partial<RecordQuery> = {}) => {
    const session = await world.session()
    const schema = session.organization.objects.get(object) as ObjectSchema
    const condition = filter === undefined ? undefined : readFilter(session.organization, schema, filter)
    const plan = planQuery(schema, condition, sort, { hasFeed: true, path: [] })
    const cost = noCost()
    const limit = { records: 5, bytes: 8_000_000, bytesPerRecord: 100 }
    const page = await recordReader(metered(driver(), cost)).query(readScopeOf(session), {
      object,
      plan,
      archived: 'exclude',
      limit,
      ...more,
    })
    return { page, cost, ids: page.records.map(({ id }) => id) }
  }
  const limited = (records: number) => ({ limit: { records, bytes: 8_000_000, bytesPerRecord: 100 } })

  beforeAll(async () => {
    world = await openWorld(driver(), { history: 'names' })
    await world.addObject('things')
    await world.addObject('hubs')
    await world.addAttributes('things', { label: 'Code', type: 'text' }, { label: 'Size', type: 'number' })
    await world.addAttributes(
      'hubs',
      { label: 'Place', type: 'number' },
      { label: 'Links', type: 'relation', related: 'things', multiple: true },
      { label: 'Best', type: 'relation', related: 'things' },
    )
    things = await make(
      'things',
      Array.from({ length: LINKS }, (_, i) => ({ code: codeOf(i), size: i })),
    )
    const hub = (_: unknown, i: number) => ({ place: i, links: things, ...(i % 2 && { best: things[i % LINKS] }) })
    const all = Array.from({ length: HUBS }, hub)
    for (let i = 0; i < HUBS; i += 40) hubs = [...hubs, ...(await make('hubs', all.slice(i, i + 40)))]
  }, 60_000)

  const none = (count: number) => ({
    or: Array.from({ length: count }, (_, i) => ({ attribute: 'links.code', operator: 'eq', value: `none ${i}` })),
  })

  it('looks up each related record once, whatever is asked of it, and stops where that has cost enough', async () => {
    const { page, cost } = await read('hubs', none(20))
    const hub = JSON.stringify({ place: [10], links: [things] }).length
    const thing = JSON.stringify({ code: [codeOf(0)], size: [10] }).length
    const perHub = 20 * hub + LINKS * (21 * LOOKUP_BYTES + 20 * thing)
    const stopped = WALKED_BYTES / perHub
    expect(page).toMatchObject({ records: [], workLimitReached: true })
    // Numbers and relations make some hubs a little larger than others.
    const at = hubs.indexOf(page.next?.[1] ?? '') + 1
    expect([at, Math.ceil(stopped * 0.98) <= at, at <= Math.ceil(stopped * 1.02)]).toEqual([at, true, true])
    // A link, what it leads to, and a value for each condition.
    if (countsRows) expect(cost.rowsRead).toBeLessThan(at * LINKS * (2 + 20) * 1.1 + WALKED_ROWS)
    // Behind the place it goes on, to the end.
    const behind = await read('hubs', none(20), undefined, { ...(page.next && { after: page.next }) })
    expect(behind.page).toMatchObject({ records: [], workLimitReached: false })
    if (countsRows) expect(behind.cost.rowsRead).toBeLessThan(cost.rowsRead ?? 0)
  })

  it('looks for what a page points at once, however many records and relations do', async () => {
    const few = await read('hubs', undefined, undefined, limited(20))
    const many = await read('hubs', undefined, undefined, limited(60))
    expect([few.ids, many.ids]).toEqual([hubs.slice(0, 20), hubs.slice(0, 60)])
    if (!countsRows) return
    const perHub = ((many.cost.rowsRead ?? 0) - (few.cost.rowsRead ?? 0)) / 40
    expect(perHub).toBeGreaterThan(LINKS)
    // A row for each link, and none for what it leads to.
    expect(perHub).toBeLessThan(LINKS * 1.5)
  })

  it('looks up so many references of one request, and says so of the items behind', async () => {
    const commands = Array.from(
      { length: 60 },
      () => ({ object: 'hubs', match: [], values: { links: things } }) as never,
    )
    const { outcomes } = await world.run(commands, { dryRun: true })
    const expected = commands.map((_, i) => (i <= WORK_REFERENCES / LINKS ? 'created' : 'too_much_work'))
    expect(verdicts(outcomes)).toEqual(expected)
  })

  it('stops at a full page and looks up nothing behind it', async () => {
    const filter = { attribute: 'links.size', operator: 'gte', value: 0 }
    const [one, ten] = [
      await read('hubs', filter, undefined, limited(1)),
      await read('hubs', filter, undefined, limited(10)),
    ]
    expect([one.ids, ten.ids]).toEqual([hubs.slice(0, 1), hubs.slice(0, 10)])
    expect([one.page.workLimitReached, ten.page.workLimitReached]).toEqual([false, false])
    if (countsRows) expect(one.cost.rowsRead).toBeLessThan((ten.cost.rowsRead ?? 0) / 3)
  })

  describe('asks of related records and of the record itself alike', () => {
    const best = (operator: string, value?: unknown) => ({ attribute: 'best.size', operator, value })
    const place = (operator: string, value: unknown) => ({ attribute: 'place', operator, value })
    const links = (operator: string, value: unknown) => ({ attribute: 'links.size', operator, value })
    const cases: readonly [filter: unknown, holds: (i: number) => boolean][] = [
      [best('eq', 3), (i) => i === 3 || i === 103],
      [{ and: [place('lt', 10), best('eq', 3)] }, (i) => i === 3],
      [{ and: [best('gte', 3), best('lt', 7), place('gt', 100)] }, (i) => [103, 105].includes(i)],
      [{ or: [place('lt', 2), best('eq', 3)] }, (i) => i < 2 || i === 3 || i === 103],
      [{ and: [place('lt', 4), { not: best('eq', 3) }] }, (i) => i < 3],
      [{ and: [place('lt', 4), best('ne', 1)] }, (i) => i < 4 && i !== 1],
      [{ and: [place('lt', 4), best('not_exists')] }, (i) => i === 0 || i === 2],
      [{ and: [place('lt', 4), links('eq', 99), best('exists')] }, (i) => i === 1 || i === 3],
      [{ and: [place('lt', 4), { or: [links('gt', 99), best('eq', 1)] }] }, (i) => i === 1],
      [
        { and: [{ attribute: 'best.code', operator: 'eq', value: codeOf(5) }, { not: place('gt', 50) }] },
        (i) => i === 5,
      ],
      [{ and: [links('eq', 100), place('lt', 4)] }, () => false],
    ]
    it.each(cases)('%j', async (filter, holds) => {
      const { ids } = await read('hubs', filter, undefined, limited(100))
      expect(ids).toEqual(hubs.filter((_, i) => holds(i)))
    })
  })

  describe('along the history', () => {
    const newest = { attribute: 'updatedAt', direction: 'desc' } as const

    it('walks past what has changed of other objects, and stops after so many changes', async () => {
      const others = Array.from({ length: 1_000 }, (_, i) => ({ size: i }))
      for (let i = 0; i < 2; i++) await make('things', others)
      const { ids, page } = await read('hubs', undefined, newest)
      expect([ids, page.workLimitReached]).toEqual([[...hubs].reverse().slice(0, 5), false])
      const counted = await read('hubs', undefined, newest, { counted: true })
      expect(counted.page.count).toEqual({ value: HUBS, exact: true })
      // Of its own no more than the limit: each has a record that is looked for.
      const { page: full, cost } = await read('things', { attribute: 'code', operator: 'eq', value: 'none' }, newest)
      expect(full).toMatchObject({ records: [], workLimitReached: true })
      if (countsRows) expect(cost.rowsRead).toBeLessThan(WALKED_ROWS * 5)
    }, 60_000)

    it('looks at so many changes of all records of an undo, and tells those down to the lowest that is meant', async () => {
      const [RECORDS, EACH, CHANGES] = [20, 900, 5_000]
      const own = await openWorld(driver(), { history: 'values' })
      const commands = Array.from({ length: RECORDS }, () => ({ object: 'people', match: [], values: {} }) as never)
      const ids = (await own.run(commands)).outcomes.map((outcome) => recordOf(outcome).id)
      const sequence = (nth: string) => `1000 + (${nth}) * ${RECORDS} + i.key`
      const params = [own.organizationId, JSON.stringify(ids)]
      await driver().batch([
        {
          sql: `INSERT INTO changes (organization_id, sequence, at, actor, contract, action, object, record_id, version, changed, delta, import, previous)
WITH RECURSIVE n (nth) AS (SELECT 0 UNION ALL SELECT nth + 1 FROM n WHERE nth < ${EACH - 1})
SELECT ?1, ${sequence('nth')}, 1, 'operator', 'test', 'updated', 'people', i.value, nth + 2, '["first_name"]',
  '{"first_name":[["a"],["b"]]}', iif(nth IN (${EACH - 2}, ${EACH - 4}), 'last', NULL), iif(nth = 0, NULL, ${sequence('nth - 1')})
FROM n CROSS JOIN json_each(?2) i`,
          params,
        },
        {
          sql: `UPDATE records AS r SET version = ${EACH + 1}, last_write = json_set(last_write, '$[4]', ${sequence(`${EACH - 1}`)})
FROM json_each(?2) i WHERE r.organization_id = ?1 AND r.object = 'people' AND r.id = i.value`,
          params,
        },
      ])
      const scope = readScopeOf(await own.session())
      const look = async (count: number) => {
        const cost = noCost()
        const some = ids.slice(0, count).map((recordId) => ({ object: 'people', recordId, sequence: 0 }))
        const limit = { records: 1_000, bytes: 16_000_000, bytesPerRecord: 200, changes: CHANGES }
        const meant = { selection: { importId: 'last' }, after: 0 }
        const found = await historyReader(metered(driver(), cost)).ofRecords(scope, some, meant, limit)
        return { ...found, rowsRead: cost.rowsRead ?? 0 }
      }
      const [few, half, all] = [await look(2), await look(RECORDS / 2), await look(RECORDS)]
      expect([few.read, half.read, all.read]).toEqual([2, 5, 5])
      // What somebody else has done since, the two that are meant, and the one between them.
      for (const { changes, next } of [...few.histories, ...all.histories])
        expect([changes.map(({ version }) => version), next]).toEqual([[EACH + 1, EACH, EACH - 1, EACH - 2], undefined])
      if (!countsRows) return
      expect(few.rowsRead).toBeLessThan(half.rowsRead / 2)
      // Each record is looked for; of its changes it looks at no more.
      expect(all.rowsRead - half.rowsRead).toBeLessThan(RECORDS * 10)
    }, 60_000)
  })
}
