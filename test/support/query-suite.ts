import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { readFilter } from '../../src/engine/query/filter.ts'
import { planQuery, type Sort } from '../../src/engine/query/plan.ts'
import { WALKED_BYTES, WALKED_ROWS } from '../../src/engine/query/walk.ts'
import type { RecordQuery } from '../../src/engine/read.ts'
import { readScopeOf } from '../../src/engine/read.ts'
import type { ObjectSchema } from '../../src/schema/schema.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { metered, noCost } from '../../src/storage/meter.ts'
import { recordReader } from '../../src/storage/record-reader.ts'
import { openWorld, recordOf, type StorageWorld } from './storage-world.ts'

/** Random filters and sorts over random records, against a model that goes through a list. */

interface Row {
  readonly id: string
  readonly code: string
  readonly city?: string
  readonly size?: number
  readonly price?: number
  readonly tags?: readonly string[]
  readonly ratings?: readonly number[]
  readonly note?: string
}

type Tree =
  | { readonly and: readonly Tree[] }
  | { readonly or: readonly Tree[] }
  | { readonly not: Tree }
  | { readonly attribute: string; readonly operator: string; readonly value?: unknown }

const words = ['', 'a', 'ab', 'b', 'B', 'ä', '%', '_', '\u{10ffff}', '\ue000'] as const
const numbers = [-2.5, -1, 0, 1, 2, 10, 1e12] as const
const texts = ['code', 'city', 'tags', 'note']
const word = fc.constantFrom(...words.slice(1))
const number = fc.constantFrom(...numbers)

const textLeaf = fc.oneof(
  fc.record({
    operator: fc.constantFrom('eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'starts_with', 'contains'),
    value: word,
  }),
  fc.record({ operator: fc.constantFrom('in', 'not_in'), value: fc.array(word, { maxLength: 4 }) }),
)
const numberLeaf = fc.oneof(
  fc.record({ operator: fc.constantFrom('eq', 'ne', 'gt', 'gte', 'lt', 'lte'), value: number }),
  fc.record({ operator: fc.constantFrom('in', 'not_in'), value: fc.array(number, { maxLength: 4 }) }),
  fc.record({
    operator: fc.constant('between'),
    value: fc.tuple(number, number).map((ends) => ends.sort((a, b) => a - b)),
  }),
)
const leaf: fc.Arbitrary<Tree> = fc.oneof(
  fc.tuple(fc.constantFrom(...texts), textLeaf).map(([attribute, rest]) => ({ attribute, ...rest })),
  fc
    .tuple(fc.constantFrom('size', 'price', 'ratings'), numberLeaf)
    .map(([attribute, rest]) => ({ attribute, ...rest })),
  fc.record({
    attribute: fc.constantFrom('city', 'tags', 'size', 'price', 'note', 'ratings'),
    operator: fc.constantFrom('exists', 'not_exists'),
  }),
)
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ and: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('tree'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ not: tie('tree') }),
  ),
}))
const sort = fc.option(
  fc.record({
    attribute: fc.constantFrom('createdAt', 'updatedAt', 'code', 'city', 'size', 'price', 'tags', 'ratings'),
    direction: fc.constantFrom('asc', 'desc'),
  }),
  { nil: undefined },
) satisfies fc.Arbitrary<Sort | undefined>

const bytes = (text: string) => new TextEncoder().encode(text)
const order = (a: string | number, b: string | number): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [bytes(String(a)), bytes(String(b))]
  const at = left.findIndex((byte, i) => byte !== right[i])
  return at === -1 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1)
}

const valuesOf = (row: Row, attribute: string): readonly (string | number)[] => {
  const value = row[attribute as keyof Row]
  return value === undefined ? [] : Array.isArray(value) ? value : [value as string | number]
}

const answers: Readonly<Record<string, (one: string | number, value: never) => boolean>> = {
  eq: (one, value) => one === value,
  in: (one, value: readonly unknown[]) => value.includes(one),
  gt: (one, value) => order(one, value) > 0,
  gte: (one, value) => order(one, value) >= 0,
  lt: (one, value) => order(one, value) < 0,
  lte: (one, value) => order(one, value) <= 0,
  between: (one, [from, to]: [number, number]) => order(one, from) >= 0 && order(one, to) <= 0,
  starts_with: (one, value) => String(one).startsWith(value),
  contains: (one, value) => String(one).includes(value),
  exists: () => true,
}
const opposites: Readonly<Record<string, string>> = { ne: 'eq', not_in: 'in', not_exists: 'exists' }

const holds = (filter: Tree, row: Row): boolean => {
  if ('and' in filter) return filter.and.every((one) => holds(one, row))
  if ('or' in filter) return filter.or.some((one) => holds(one, row))
  if ('not' in filter) return !holds(filter.not, row)
  const opposite = opposites[filter.operator]
  const asked = answers[opposite ?? filter.operator]
  const yes = valuesOf(row, filter.attribute).some((one) => asked?.(one, filter.value as never))
  return opposite === undefined ? yes : !yes
}

/** Where a record stands in the order; undefined where it has no place. */
const placeIn = (row: Row, { attribute, direction }: Sort, updated: readonly string[]) => {
  if (attribute === 'createdAt') return ''
  if (attribute === 'updatedAt') return updated.indexOf(row.id)
  const values = [...valuesOf(row, attribute)].sort(order)
  return direction === 'desc' ? values.at(-1) : values[0]
}

const sorted = (rows: readonly Row[], by: Sort, updated: readonly string[]): readonly string[] => {
  const placed = rows.flatMap((row) => {
    const place = placeIn(row, by, updated)
    return place === undefined ? [] : [{ id: row.id, place }]
  })
  const up = placed.sort((a, b) => order(a.place, b.place) || order(a.id, b.id)).map(({ id }) => id)
  return by.direction === 'desc' ? up.reverse() : up
}

export const querySuite = (driver: () => SqlDriver, countsRows: boolean): void => {
  let world: StorageWorld
  let rows: readonly Row[]
  /** Ids in the order of their last change. */
  let updated: readonly string[]
  const COUNT = 40

  const put = async (values: Record<string, unknown>) =>
    recordOf(
      (await world.run([{ object: 'finds', match: [{ name: 'code', value: values.code as string }], values }]))
        .outcomes[0],
    )

  const valuesAt = (i: number): Omit<Row, 'id'> => ({
    code: `c${i}`,
    ...(words[i % 11] && { city: words[i % 11] }),
    ...(i % 5 > 0 && { size: numbers[(i * 3) % 7] as number }),
    ...(i % 4 > 0 && { price: numbers[(i * 5) % 7] as number }),
    ...(i % 3 > 0 && { tags: [...new Set([words[1 + (i % 9)], words[1 + ((i * 2) % 9)]])] as string[] }),
    ...(i % 4 > 1 && { ratings: [...new Set([numbers[i % 7], numbers[(i * 4) % 7]])] as number[] }),
    ...(words[i % 7] && { note: words[i % 7] }),
  })

  beforeAll(async () => {
    world = await openWorld(driver())
    await world.addObject('finds')
    await world.addAttributes(
      'finds',
      { label: 'Code', type: 'text', unique: true },
      { label: 'City', type: 'text', indexed: true },
      { label: 'Size', type: 'number', indexed: true },
      { label: 'Price', type: 'currency', indexed: true },
      { label: 'Tags', type: 'text', multiple: true, indexed: true },
      { label: 'Ratings', type: 'number', multiple: true, indexed: true },
      { label: 'Note', type: 'text' },
    )
    const made: Row[] = []
    for (let i = 0; i < COUNT; i++) made.push({ ...valuesAt(i), id: (await put({ ...valuesAt(i) })).id })
    const changed = made.filter((_, i) => i % 6 === 0)
    for (const { code } of changed) await put({ code, note: 'changed' })
    rows = made.map((row, i) => (i % 6 === 0 ? { ...row, note: 'changed' } : row))
    updated = [...rows.filter((row) => !changed.some(({ id }) => id === row.id)), ...changed].map(({ id }) => id)
  })

  const queryOf = async (filter: Tree | undefined, by: Sort | undefined, more: Partial<RecordQuery> = {}) => {
    const session = await world.session()
    const { organization } = session
    const object = organization.objects.get('finds') as ObjectSchema
    const condition = filter && readFilter(organization, object, filter)
    const plan = planQuery(object, condition, by, { hasFeed: true, path: ['sort'] })
    const limit = { records: 7, bytes: 1_000_000, bytesPerRecord: 100 }
    return {
      scope: readScopeOf(session),
      query: { object: 'finds', plan, archived: 'exclude', limit, ...more } as const,
    }
  }

  const pagesOf = async (filter: Tree | undefined, by: Sort | undefined) => {
    const { scope, query } = await queryOf(filter, by)
    const pages: string[][] = []
    for (let after: RecordQuery['after']; ; ) {
      const page = await recordReader(driver()).query(scope, { ...query, ...(after && { after }) })
      pages.push(page.records.map(({ id }) => id))
      expect(page.workLimitReached).toBe(false)
      if (!page.next) return pages
      after = page.next
    }
  }

  it('finds what a model finds, in its order, each once, in full pages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.option(tree, { nil: undefined }), sort, async (filter, by) => {
        const wanted = rows.filter((row) => !filter || holds(filter, row))
        const pages = await pagesOf(filter, by)
        if (by) expect(pages.flat()).toEqual(sorted(wanted, by, updated))
        else expect(pages.flat().sort()).toEqual(wanted.map(({ id }) => id).sort())
        expect(pages.slice(0, -1).every((page) => page.length === 7)).toBe(true)
        if (pages.length > 1) expect(pages.at(-1)?.length).toBeGreaterThan(0)
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  it.each([
    ['ids', (some: readonly Row[]) => ({ attribute: 'id', operator: 'in', value: some.map(({ id }) => id) })],
    [
      'a unique key',
      (some: readonly Row[]) => ({ attribute: 'code', operator: 'in', value: some.map(({ code }) => code) }),
    ],
  ])('puts the records that are named by %s in any order', async (_what, naming) => {
    const orders = ['createdAt', 'updatedAt', 'code', 'city', 'size', 'price', 'tags', 'ratings']
    for (const attribute of orders)
      for (const direction of ['asc', 'desc'] as const)
        for (const some of [rows.filter((_, i) => i % 2 === 0), rows.slice(3, 4)]) {
          const by = { attribute, direction }
          const filter = { and: [naming(some), { attribute: 'note', operator: 'not_exists' }] } as Tree
          const wanted = some.filter(({ note }) => note === undefined)
          expect((await pagesOf(naming(some), by)).flat(), JSON.stringify(by)).toEqual(sorted(some, by, updated))
          expect((await pagesOf(filter, by)).flat(), JSON.stringify(by)).toEqual(sorted(wanted, by, updated))
        }
  })

  it.each(['createdAt', 'updatedAt'])('finds by ranges of %s', async (attribute) => {
    const session = await world.session()
    const { records } = await recordReader(driver()).query(readScopeOf(session), {
      ...(await queryOf(undefined, undefined)).query,
      limit: { records: COUNT, bytes: 1_000_000, bytesPerRecord: 100 },
    })
    expect(records).toHaveLength(COUNT)
    const timed = records.map((one) => ({ id: one.id, at: attribute === 'createdAt' ? one.createdAt : one.updatedAt }))
    const times = timed.map(({ at }) => at).sort((a, b) => a - b)
    const [low, high] = [times[10], times[30]] as [number, number]
    const text = (time: number) => new Date(time).toISOString()
    const cases: readonly [string, unknown, (at: number) => boolean][] = [
      ['gt', text(low), (at) => at > low],
      ['gte', text(low), (at) => at >= low],
      ['lt', text(high), (at) => at < high],
      ['lte', text(high), (at) => at <= high],
      ['between', [text(low), text(high)], (at) => at >= low && at <= high],
    ]
    for (const [operator, value, isIn] of cases) {
      const wanted = timed
        .filter(({ at }) => isIn(at))
        .map(({ id }) => id)
        .sort()
      for (const by of [
        undefined,
        { attribute: 'size', direction: 'asc' },
        { attribute, direction: 'desc' },
      ] as const) {
        const found = (await pagesOf({ attribute, operator, value }, by)).flat()
        const placed =
          by?.attribute === 'size'
            ? wanted.filter((id) => rows.some((row) => row.id === id && row.size !== undefined))
            : wanted
        expect(found.sort(), `${operator} ${JSON.stringify(by)}`).toEqual(placed)
      }
    }
  })

  it('counts, and says when it has not counted to the end', async () => {
    const { scope, query } = await queryOf({ attribute: 'note', operator: 'exists' }, undefined, { counted: true })
    const { count } = await recordReader(driver()).query(scope, query)
    expect(count).toEqual({ value: rows.filter(({ note }) => note !== undefined).length, exact: true })
  })

  it('goes on at its place while others write before and behind it', async () => {
    const { scope, query } = await queryOf(undefined, { attribute: 'code', direction: 'asc' })
    const first = await recordReader(driver()).query(scope, query)
    const made = await Promise.all(['c00', 'd0'].map((code) => put({ code })))
    const seen = first.records.map(({ id }) => id)
    for (let after = first.next; after; ) {
      const page = await recordReader(driver()).query(scope, { ...query, after })
      seen.push(...page.records.map(({ id }) => id))
      after = page.next
    }
    expect(seen).toHaveLength(COUNT + 1)
    expect(new Set(seen).size).toBe(COUNT + 1)
    expect(seen.at(-1)).toBe(made[1]?.id)
    for (const { id } of made)
      await world.run([
        { object: 'finds', match: [{ name: 'id', value: id }], values: {}, lifecycle: 'erase' } as never,
      ])
  })

  it('looks into so many bytes of records and no more, and says where it has stopped', async () => {
    await world.addObject('texts')
    await world.addAttributes(
      'texts',
      { label: 'Text', type: 'long_text', multiple: true },
      { label: 'Of', type: 'relation', related: 'texts', multiple: true },
    )
    const text = Array.from({ length: 25 }, (_, i) => `${i}`.padEnd(9_900, 'x'))
    const make = async (values: object) =>
      recordOf((await world.run([{ object: 'texts', match: [], values } as never])).outcomes[0])
    const large = []
    const marked = [...text.slice(1), 'z'.padStart(9_900, 'x')]
    for (let i = 0; i < 24; i++) large.push(await make({ text: i === 23 ? marked : text }))
    const small = await make({ of: large.map(({ id }) => id) })
    const session = await world.session()
    const object = session.organization.objects.get('texts') as ObjectSchema
    const look = (attribute: string, conditions: number, more: Partial<RecordQuery> = {}, value = 'y') => {
      const filter = { or: Array.from({ length: conditions }, () => ({ attribute, operator: 'contains', value })) }
      const plan = planQuery(object, readFilter(session.organization, object, filter), undefined, {
        hasFeed: true,
        path: [],
      })
      const limit = { records: 5, bytes: 1_000_000, bytesPerRecord: 100 }
      return recordReader(driver()).query(readScopeOf(session), {
        object: 'texts',
        plan,
        archived: 'exclude',
        limit,
        ...more,
      })
    }
    const bytes = JSON.stringify({ text: [text] }).length
    expect(20 * 24 * bytes).toBeGreaterThan(WALKED_BYTES)
    const first = await look('text', 20, { counted: true })
    expect(first).toMatchObject({ records: [], workLimitReached: true, count: { value: 0, exact: false } })
    const place = large.findIndex(({ id }) => id === first.next?.[1])
    expect(place + 1).toBe(Math.ceil(WALKED_BYTES / (20 * bytes)))
    // What it goes on with is little enough.
    expect(await look('text', 20, { ...(first.next && { after: first.next }) })).toMatchObject({
      records: [],
      workLimitReached: false,
    })
    // Nor is anything found behind the place where it has stopped.
    const before = await look('text', 20, {}, 'z')
    expect(before).toMatchObject({ records: [], workLimitReached: true, next: first.next })
    const behind = await look('text', 20, { ...(before.next && { after: before.next }) }, 'z')
    expect(behind.records.map(({ id }) => id)).toEqual([large[23]?.id])
    expect(await look('text', 1, { counted: true })).toMatchObject({
      workLimitReached: false,
      count: { value: 0, exact: true },
    })
    // The one record that points at all of them costs what they cost.
    expect((await look('of.text', 10)).next).toEqual(['', small.id])
  })

  describe('over many records', () => {
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({
        object: 'people',
        match: [],
        values: { city: `z${(from + i) % 2}`, job_title: `j${from + i}`, tracking_id: `t${from + i}` },
      }))
    const costOf = async (filter: Tree, by?: Sort, counted = false) => {
      const session = await world.session()
      const object = session.organization.objects.get('people') as ObjectSchema
      const plan = planQuery(object, readFilter(session.organization, object, filter), by, { hasFeed: true, path: [] })
      const cost = noCost()
      const limit = { records: 5, bytes: 1_000_000, bytesPerRecord: 100 }
      const page = await recordReader(metered(driver(), cost)).query(readScopeOf(session), {
        object: 'people',
        plan,
        archived: 'exclude',
        limit,
        counted,
      })
      return { page, rowsRead: cost.rowsRead }
    }
    const eq = { attribute: 'city', operator: 'eq', value: 'z1' } as const
    const cases: readonly [Tree, Sort?][] = [
      [eq],
      [eq, { attribute: 'createdAt', direction: 'desc' }],
      [{ attribute: 'city', operator: 'in', value: ['z0', 'z1'] }],
      [{ attribute: 'city', operator: 'starts_with', value: 'z' }],
      [
        { attribute: 'job_title', operator: 'exists' },
        { attribute: 'createdAt', direction: 'desc' },
      ],
      [
        { attribute: 'job_title', operator: 'exists' },
        { attribute: 'updatedAt', direction: 'desc' },
      ],
      // The last ones of the order, which its index would come to at the end.
      ...['city', 'updatedAt'].map((attribute): [Tree, Sort] => [
        { attribute: 'tracking_id', operator: 'in', value: ['t1', 't3', 't5', 't7', 't9', 't11'] },
        { attribute, direction: attribute === 'city' ? 'asc' : 'desc' },
      ]),
    ]

    it('costs what the page costs, and stops at the work limit and says so', async () => {
      await world.operator.changeAttribute('people', 'city', { indexed: true })
      await world.run(many(0, 300))
      const before = await Promise.all(cases.map(([filter, by]) => costOf(filter, by)))
      for (let from = 300; from < 1_500; from += 600) await world.run(many(from, 600))
      const after = await Promise.all(cases.map(([filter, by]) => costOf(filter, by)))
      for (const { page } of after) expect(page.records).toHaveLength(5)
      if (countsRows) expect(after.map((one) => one.rowsRead)).toEqual(before.map((one) => one.rowsRead))
      const nobody = await costOf({ attribute: 'job_title', operator: 'eq', value: 'nobody' })
      expect(nobody.page).toMatchObject({ records: [], workLimitReached: true, next: expect.anything() })
      const { page } = await costOf({ attribute: 'job_title', operator: 'exists' }, undefined, true)
      expect(page.count?.exact).toBe(false)
      // So many there are at least: it has looked at no more, and all of them count.
      expect(page.count?.value).toBeGreaterThan(WALKED_ROWS / 2)
      expect(page.count?.value).toBeLessThanOrEqual(1_500)
    }, 60_000)
  })
}
