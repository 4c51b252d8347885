import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { type Finding, verifyOrganization } from '../../src/admin/verify.ts'
import type { AssertCommand } from '../../src/engine/command.ts'
import { type Find, findRecords } from '../../src/engine/find.ts'
import { readFilter } from '../../src/engine/query/filter.ts'
import { planQuery } from '../../src/engine/query/plan.ts'
import { countedPrefixes, FEW_WORDS, rarestOf, readSearch } from '../../src/engine/query/search.ts'
import type { ObjectSchema } from '../../src/schema/schema.ts'
import { loadPhoneLibrary } from '../../src/schema/schema.ts'
import { wordsOf } from '../../src/schema/words.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { runJobs } from '../../src/storage/jobs/run.ts'
import { metered, noCost } from '../../src/storage/meter.ts'
import { recordReader } from '../../src/storage/record-reader.ts'
import { openWorld, recordOf, type StorageWorld } from './storage-world.ts'

/** Words as keys: what the program keeps, what a search finds, and how an object comes to be searched. */

const LIMIT = { bytes: 1_000_000, bytesPerRecord: 100 }

/** All pages of a search. */
const found = async (
  world: StorageWorld,
  q: string,
  { filter, records = 3, ...asked }: Pick<Find, 'sort'> & { readonly filter?: unknown; readonly records?: number } = {},
) => {
  const session = await (await world.session()).refresh()
  const object = session.organization.objects.get('folk') as ObjectSchema
  const condition = filter === undefined ? undefined : readFilter(session.organization, object, filter)
  const cost = noCost()
  const reader = recordReader(metered(world.driver, cost))
  const ids: string[] = []
  let count: unknown
  for (let after: Find['after']; ; ) {
    const page = await findRecords(reader, session, object, {
      ...asked,
      ...(condition && { condition }),
      search: readSearch(object, q),
      archived: 'exclude',
      limit: { ...LIMIT, records },
      counted: true,
      ...(after && { after }),
    })
    expect(page.workLimitReached).toBe(false)
    ids.push(...page.records.map(({ id }) => id))
    count ??= page.count
    if (!page.next) return { ids, count, cost }
    expect(page.records).toHaveLength(records)
    after = page.next
  }
}

/** @param countsRows whether the database tells how many rows it reads */
export const searchSuite = (driver: () => SqlDriver, countsRows: boolean): void => {
  let world: StorageWorld
  beforeAll(loadPhoneLibrary)
  const put = (values: Record<string, unknown>, more: Partial<AssertCommand> = {}, options = {}) =>
    world.run([{ object: 'folk', match: [{ name: 'code', value: values.code as string }], values, ...more }], options)
  const made = async (values: Record<string, unknown>) => recordOf((await put(values)).outcomes[0])
  const wordRows = async (over = world) =>
    (await over.rows('record_keys')).filter(({ name }) => name === '*').map(({ value }) => value as string)
  const verified = async (repair: boolean) => {
    const findings: Finding[] = []
    for await (const one of verifyOrganization(asOperator(driver(), world.organizationId), { repair }))
      findings.push(one)
    return findings.map(({ kind, name, value }) => `${kind} ${name} ${value}`).sort()
  }
  const apply = (...attributes: readonly object[]) =>
    administration(asOperator(driver(), world.organizationId)).applySchema(
      { objects: [{ slug: 'folk', attributes: attributes as [] }] },
      { dryRun: false, pruning: false },
    )
  const open = async (searchable: boolean) => {
    world = await openWorld(driver(), { defaultCountry: 'DE' })
    await world.addObject('folk')
    await world.addAttributes(
      'folk',
      { label: 'Code', type: 'text', unique: true },
      { label: 'Name', type: 'text', searchable },
      { label: 'Mails', type: 'email', multiple: true, indexed: true, searchable },
      { label: 'Phones', type: 'phone_number', multiple: true, searchable },
      { label: 'Note', type: 'long_text' },
      { label: 'Size', type: 'number', indexed: true },
    )
  }

  describe('kept by the program', () => {
    it('has the words of a record, and of no other value', async () => {
      await open(true)
      const values = {
        code: 'a',
        name: 'Łucja O’Brien',
        mails: ['l.obrien@acme.example', 'lucja@acme.example'],
        note: 'not',
      }
      const { cost } = await put(values)
      expect((await wordRows()).sort()).toEqual(['acme', 'brien', 'example', 'l', 'lucja', 'o', 'obrien'])
      // The record, its change, three keys of its own and seven words.
      if (countsRows) expect(cost.rowsWritten).toBe(2 + 3 + 7)
      const again = await put(values)
      if (countsRows) expect(again.cost.rowsWritten).toBe(0)
      const other = await put({ code: 'a', note: 'another' })
      if (countsRows) expect(other.cost.rowsWritten).toBe(2)
      // `acme` and `example` are words of the other address, too.
      await put({ code: 'a' }, { values: { mails: ['lucja@acme.example'] }, writeModes: { mails: 'remove' } })
      const name = await put({ code: 'a', name: 'LUCJA Brien' })
      // `o` is gone; what both names have stays.
      if (countsRows) expect(name.cost.rowsWritten).toBe(2 + 1)
      expect((await wordRows()).sort()).toEqual(['acme', 'brien', 'example', 'l', 'lucja', 'obrien'])
      const before = await world.tables()
      await put({ code: 'a', name: 'Somebody else' }, {}, { dryRun: true })
      await put({ code: 'new', name: 'Somebody new' }, {}, { dryRun: true })
      expect(await world.tables()).toBe(before)
      expect(await verified(false)).toEqual([])
      await put({ code: 'a' }, { values: {}, lifecycle: 'erase' })
      expect(await wordRows()).toEqual([])
    })

    it('finds by half a name in the wrong case and accents, by parts of addresses, and by phone numbers', async () => {
      await open(true)
      const { id } = await made({
        code: 'g',
        name: 'María García-Ñúñez',
        mails: ['m.garcia@sales.acme-group.example'],
        phones: ['0151 12345678'],
      })
      const { id: other } = await made({ code: 'h', name: 'Mario Garibaldi', phones: ['+1 212 736 5000'] })
      const cases: readonly [string, readonly string[]][] = [
        ['GARC', [id]],
        ['nunez maria', [id]],
        ['gar mar', [id, other]],
        ['@acme', [id]],
        ['m.garcia@sales.acme-group.example', [id]],
        ['maria acme', [id]],
        ['mario acme', []],
        ['0151 12345678', [id]],
        ['+49 (151) 123', [id]],
        ['00491511234', [id]],
        ['212-736', [other]],
        ['36', []],
        ['arcia', []],
      ]
      for (const [q, ids] of cases) expect((await found(world, q)).ids.sort(), q).toEqual([...ids].sort())
      await put({ code: 'g' }, { values: {}, lifecycle: 'archive' })
      expect((await found(world, 'garc')).ids).toEqual([])
    })

    it('takes digits in groups for the number that there is, and else for words as any', async () => {
      await open(true)
      const { id } = await made({ code: 'p', name: 'Maria Muster', phones: ['0151 12345678'] })
      const ids: string[] = []
      for (const [code, name] of Object.entries({ a: 'Order 2003-1005', b: 'Order 2003-1006', c: 'Zeros 000 007 0' }))
        ids.push((await made({ code, name })).id)
      const [a = '', b = '', c = ''] = ids
      const cases: readonly [string, readonly string[]][] = [
        ['2003-1005', [a]],
        ['1005 2003', [a]],
        ['order 2003-100', [a, b]],
        ['000 007 0', [c]],
        ['0151 12345', [id]],
        ['muster 0151 / 12345 maria', [id]],
        ['order 0151 12345', []],
      ]
      for (const [q, wanted] of cases) expect((await found(world, q, { records: 1 })).ids, q).toEqual(wanted)
      const { id: other } = await made({ code: 'q', phones: ['+1 200 310 0512'] })
      expect((await found(world, '200-3100')).ids).toEqual([other])
    })

    it('puts who has the words whole before who has longer ones, of numbers in groups, too', async () => {
      await open(true)
      const ids: Record<string, string> = {}
      for (const [code, name] of Object.entries({
        a: 'Order 2003-00025',
        b: 'Order 2003-00020',
        c: 'Order 2003-00002',
        d: 'Annabel Smithers',
        e: 'Ann Smith',
      }))
        ids[code] = (await made({ code, name })).id
      const { a = '', b = '', c = '', d = '', e = '' } = ids
      const cases: readonly [string, readonly string[]][] = [
        ['2003-00002', [c, a, b]],
        ['2003-00020', [b, a, c]],
        ['2003-0', [a, b, c]],
        ['ann smith', [e, d]],
      ]
      for (const [q, wanted] of cases) {
        expect((await found(world, q)).ids, q).toEqual(wanted)
        expect((await found(world, q, { records: 1 })).ids, q).toEqual(wanted)
      }
    })

    it('goes together with the largest filters, as deep as a parser goes', async () => {
      await open(true)
      await world.operator.addAttribute('folk', { label: 'Boss', type: 'relation', related: 'folk' })
      const { id } = await made({ code: 'a', name: 'Ana One', size: 1 })
      await made({ code: 'b', name: 'Ana Two', size: 1 })
      const own = { attribute: 'size', operator: 'gte', value: 0 }
      const related = { attribute: 'boss.name', operator: 'not_exists' }
      const wide = { and: Array.from({ length: 20 }, (_, i) => (i % 2 ? related : own)) }
      const deep = { not: { or: [{ and: [{ not: { or: [own, related] } }, own] }, { not: own }] } }
      for (const filter of [wide, deep])
        for (const sort of [
          undefined,
          { attribute: 'createdAt', direction: 'desc' },
          { attribute: 'size', direction: 'asc' },
        ] as const)
          expect((await found(world, 'on an', { filter, ...(sort && { sort }) })).ids).toEqual([id])
    })

    it('finds what a model finds, in any order, each once, in full pages', async () => {
      await open(true)
      const parts = [
        'ana',
        'Ánna',
        'annabel',
        'Bo',
        'bob',
        'ß',
        'ss',
        '東京',
        '007',
        '7',
        'x-y',
        'ｗide',
        'www',
        'Ελένη',
        'ЖАННА',
      ]
      const rows: { id: string; name: string; mails: string[]; size: number | undefined }[] = []
      const text = (i: number, n: number) =>
        Array.from({ length: n }, (_, k) => parts[(i * 7 + k * 5 + i * k) % parts.length]).join(' ')
      const values = Array.from({ length: 30 }, (_, i) => ({
        name: text(i, 1 + (i % 4)),
        mails:
          i % 3 === 0
            ? [
                `${parts[i % 3]}@${parts[(i * 2) % 5]?.replace('Á', 'a')}.example`
                  .normalize('NFKD')
                  .replace(/[^\w@.]/g, ''),
              ]
            : [],
        size: i % 5 === 0 ? undefined : (i * 3) % 11,
      }))
      for (const [i, { size, ...one }] of values.entries())
        rows.push({ id: (await made({ code: `c${i}`, ...one, ...(size !== undefined && { size }) })).id, ...one, size })
      const has = (row: (typeof rows)[number], q: string) => {
        const words = [row.name, ...row.mails].flatMap(wordsOf)
        const asked = new Set(wordsOf(q))
        return [...asked]
          .filter((word) => word !== '0' || asked.size === 1)
          .every((word) => words.some((one) => one.startsWith(word)))
      }
      const word = fc
        .constantFrom(...parts.filter((part) => part !== 'www'))
        .chain((part) => fc.integer({ min: 1, max: part.length }).map((n) => part.slice(0, n)))
      const by = fc.option(
        fc.record({ attribute: fc.constantFrom('createdAt', 'size'), direction: fc.constantFrom('asc', 'desc') }),
        { nil: undefined },
      )
      await fc.assert(
        fc.asyncProperty(
          fc.array(word, { minLength: 1, maxLength: 3 }),
          by,
          fc.boolean(),
          async (words, sort, isSmall) => {
            const filter = isSmall ? { attribute: 'size', operator: 'lt', value: 6 } : undefined
            const q = words.join(' ')
            // That would be a phone number.
            fc.pre(/[^\d ]/.test(q))
            const wanted = rows
              .filter((row) => has(row, q))
              .filter(({ size }) => (isSmall || sort?.attribute === 'size' ? size !== undefined : true))
              .filter(({ size }) => !isSmall || (size ?? 9) < 6)
            const { ids, count } = await found(world, q, { ...(filter && { filter }), ...(sort && { sort }) })
            const sign = sort?.direction === 'desc' ? -1 : 1
            const place = ({ id, size = 0 }: (typeof rows)[number]) =>
              `${sort?.attribute === 'size' ? String(size).padStart(3) : ''}${id}`
            const inOrder = wanted.toSorted((a, b) => (place(a) < place(b) ? -sign : sign)).map(({ id }) => id)
            if (sort) expect(ids, q).toEqual(inOrder)
            else expect(ids.toSorted(), q).toEqual(inOrder)
            expect(count, q).toEqual({ value: wanted.length, exact: true })
          },
        ),
        { numRuns: 40 },
      )
    }, 60_000)
  })

  describe('as a part of the schema', () => {
    beforeEach(async () => {
      await open(false)
      await made({ code: 'a', name: 'Ada Lovelace', mails: ['ada@engine.example'] })
      await made({ code: 'b', name: 'Bob', mails: ['bob@engine.example'] })
    })
    const set = (slug: string, change: Parameters<typeof world.operator.changeAttribute>[2]) =>
      world.operator.changeAttribute('folk', slug, change)
    const refusal = (q = 'x') =>
      found(world, q).then(
        ({ ids }) => ids.length,
        (error: { refusal?: { problems: readonly [{ code: string }] } }) => error.refusal?.problems[0].code,
      )

    it('makes and removes words with the mark, and with what is archived', async () => {
      expect(await refusal()).toBe('not_searchable')
      expect(await set('name', { searchable: true })).toMatchObject({ searchable: true })
      expect((await wordRows()).sort()).toEqual(['ada', 'bob', 'lovelace'])
      expect(await refusal('...')).toBe('invalid_value')
      expect(await refusal('a b c d e f g h i j k')).toBe('too_many_values')
      const characters = Array.from({ length: 31 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('')
      expect(await refusal(characters)).toBe('too_many_values')
      await made({ code: 'c', name: `${characters.slice(1)} a b c d e f g h i j` })
      expect(await refusal(`a b c d e f g h i j ${characters.slice(1)}`)).toBe(1)
      await put({ code: 'c' }, { values: {}, lifecycle: 'erase' })
      await set('mails', { searchable: true })
      expect(await refusal('ada engine')).toBe(1)
      expect(await refusal('engine')).toBe(2)
      await set('name', { searchable: false })
      expect((await wordRows()).sort()).toEqual(['ada', 'bob', 'engine', 'engine', 'example', 'example'])
      expect(await set('mails', { archived: true })).toMatchObject({ searchable: false })
      expect(await wordRows()).toEqual([])
      expect(await refusal()).toBe('not_searchable')
      await set('mails', { archived: false })
      await expect(set('size', { searchable: true })).rejects.toMatchObject({
        refusal: { problems: [{ code: 'invalid_value', field: 'searchable' }] },
      })
      expect(await verified(false)).toEqual([])
    })

    it('is said by a document, beside renaming and converting', async () => {
      await apply({ slug: 'name', searchable: true }, { slug: 'motto', label: 'Motto', type: 'text', searchable: true })
      await made({ code: 'a', motto: 'Poetical science' })
      expect(await refusal('ada poet')).toBe(1)
      expect((await apply({ slug: 'name', searchable: true })).steps).toEqual([])
      await apply({ slug: 'saying', renamedFrom: 'motto' })
      await made({ code: 'b', saying: 'Poems' })
      expect(await refusal('poe')).toBe(2)
      await apply({ slug: 'saying', type: 'long_text', convert: true })
      expect(await refusal('poe')).toBe(2)
      await apply({ slug: 'call', label: 'Call', type: 'phone_number', searchable: true })
      await made({ code: 'b', call: '0151 12345678' })
      expect(await refusal('15112345')).toBe(1)
      // As a text it has other words.
      await apply({ slug: 'call', type: 'text', convert: true })
      expect(await refusal('15112345')).toBe(0)
      expect(await verified(false)).toEqual([])
      await apply({ slug: 'call', searchable: false })
      await apply({ slug: 'saying', searchable: false })
      expect(await refusal('poe')).toBe(0)
      expect(await refusal('ada')).toBe(1)
      expect(await verified(false)).toEqual([])
    })

    it('is held to the records by verify', async () => {
      await set('name', { searchable: true })
      const { id } = await made({ code: 'v', name: 'Vera Verify' })
      const params = [world.organizationId]
      const of = "organization_id = ?1 AND object = 'folk' AND name = '*'"
      await driver().batch([
        { sql: `UPDATE record_keys SET value = 'gone' WHERE ${of} AND value = 'vera'`, params },
        { sql: `DELETE FROM record_keys WHERE ${of} AND value = 'verify'`, params },
      ])
      expect(await verified(true)).toEqual(['missing * vera', 'missing * verify', 'surplus * gone'])
      expect(await verified(false)).toEqual([])
      expect((await found(world, 'ver')).ids).toEqual([id])
    })
  })

  describe('of an object that is large', () => {
    const LONG = 'far beyond '.repeat(500)

    it('makes words by a job, keeps what is written meanwhile, and refuses to search until then', async () => {
      await open(false)
      const commands = Array.from({ length: 200 }, (_, i) => ({
        object: 'folk',
        match: [],
        values: { code: `c${i}`, name: `Person number${i}`, note: LONG },
      }))
      await world.run(commands)
      const marked = async () => {
        const session = await (await world.session()).refresh()
        return session.organization.objects.get('folk')
      }
      const { wording } = await world.operator.changeAttribute('folk', 'name', { searchable: true })
      expect(wording).toBeDefined()
      await expect(found(world, 'person')).rejects.toMatchObject({ refusal: { problems: [{ code: 'indexing' }] } })
      await expect(world.operator.changeAttribute('folk', 'mails', { searchable: true })).rejects.toMatchObject({
        refusal: { problems: [{ code: 'indexing' }] },
      })
      await made({ code: 'c1', name: 'Renamed meanwhile' })
      const stopping = new AbortController()
      await runJobs(driver(), { stopping: stopping.signal, onChunk: () => stopping.abort() })
      await apply({ slug: 'called', renamedFrom: 'name' })
      const { id } = await made({ code: 'new', called: 'Person made meanwhile' })
      await runJobs(driver())
      expect((await marked())?.attributes.get('called')).toMatchObject({ searchable: true })
      expect((await marked())?.search).toEqual({ attributes: ['called'] })
      const { ids, count, cost } = await found(world, 'person', { records: 150 })
      expect(new Set(ids).size).toBe(200)
      expect(count).toEqual({ value: 200, exact: true })
      expect(ids).toContain(id)
      if (countsRows) expect(cost.rowsRead).toBeLessThan(200 * 80)
      expect((await found(world, 'number19', { records: 20 })).ids).toHaveLength(11)
      expect((await found(world, 'renamed person')).ids).toEqual([])
      expect(await verified(false)).toEqual([])
      // Unmarked, by a job again; meanwhile no more words are made.
      await world.operator.changeAttribute('folk', 'called', { searchable: false })
      await made({ code: 'late', called: 'Written since' })
      expect(await wordRows()).not.toContain('since')
      await runJobs(driver())
      expect((await marked())?.search).toBeUndefined()
      expect(await wordRows()).toEqual([])
    }, 60_000)
  })

  describe('of a word that many records have', () => {
    const COUNT = FEW_WORDS + 1
    const sizeAt = (i: number) => (i * 37) % COUNT

    it('is sorted all the same, along the index of the order, through pages', async () => {
      await open(true)
      const commands = Array.from({ length: COUNT }, (_, i) => ({
        object: 'folk',
        match: [],
        values: { code: `c${i}`, name: `many${(i * 101) % COUNT}`, size: sizeAt(i) },
      }))
      const ids = (await world.run(commands)).outcomes.map((one) => recordOf(one).id)
      const bySize = ids.toSorted((a, b) => sizeAt(ids.indexOf(a)) - sizeAt(ids.indexOf(b)))
      const sorted = (attribute: string, direction: 'asc' | 'desc') =>
        found(world, 'many', { sort: { attribute, direction }, records: 200 })
      expect((await sorted('createdAt', 'desc')).ids).toEqual(ids.toReversed())
      expect((await sorted('size', 'asc')).ids).toEqual(bySize)
      const object = (await world.session()).organization.objects.get('folk') as ObjectSchema
      const walkOf = (attribute: string, few: boolean) =>
        planQuery(
          object,
          undefined,
          { attribute, direction: 'asc' },
          {
            ...{ hasFeed: true, path: ['sort'] },
            searched: { search: readSearch(object, 'many'), along: { prefix: 'many', few, grouped: false } },
          },
        ).walk.kind
      expect(['createdAt', 'size', 'updatedAt'].map((one) => walkOf(one, false))).toEqual(['table', 'range', 'feed'])
      expect(['createdAt', 'size', 'updatedAt'].map((one) => walkOf(one, true))).toEqual(['set', 'set', 'set'])
    }, 60_000)

    it('costs what folding their texts does, wherever they are folded', async () => {
      await open(true)
      const value = (n: number) =>
        `${'a'.repeat(2 + (n % 2))}${String.fromCharCode(98 + (n % 20))}${n}`.padEnd(100, 'z')
      const data = JSON.stringify({ mails: [Array.from({ length: 100 }, (_, n) => value(n))] })
      const params = [world.organizationId]
      await driver().batch([
        {
          sql: `
WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 49)
INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
SELECT ?1, 'folk', '01900000-0000-7000-8000-0000000000' || i, ?2, 1, 1, 1, NULL, 'operator', 'operator', '[]' FROM n`,
          params: [...params, data],
        },
        {
          sql: `
INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
SELECT r.organization_id, r.object, '*', v.value, r.id, r.id, NULL FROM records r CROSS JOIN json_each(?2) v WHERE r.organization_id = ?1`,
          params: [...params, JSON.stringify([0, 1].map(value))],
        },
      ])
      const session = await (await world.session()).refresh()
      const object = session.organization.objects.get('folk') as ObjectSchema
      const pageOf = (q: string, sort?: Find['sort']) =>
        findRecords(recordReader(driver()), session, object, {
          ...(sort && { sort }),
          ...{ search: readSearch(object, q), archived: 'exclude', limit: { ...LIMIT, records: 200 }, counted: false },
        })
      for (const [q, sort] of [['aab'], ['aab aaa', { attribute: 'createdAt', direction: 'asc' }]] as const) {
        const { records, workLimitReached } = await pageOf(q, sort)
        expect([q, workLimitReached, records.length > 0, records.length < 30]).toEqual([q, true, true, true])
      }
    })
  })

  it('counts no further than what is few, to tell the rarest word', async () => {
    await open(true)
    const session = await world.session()
    const scope = { organizationId: world.organizationId, revision: session.organization.revision }
    await driver().batch([
      {
        sql: `
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${FEW_WORDS})
INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
SELECT ?1, 'folk', '*', p.value, i, i, NULL FROM n CROSS JOIN json_each('["many","some"]') p WHERE i < ${FEW_WORDS} OR p.value = 'many'`,
        params: [world.organizationId],
      },
    ])
    const rarest = async (...prefixes: string[]) => {
      const search = { kind: 'words', attributes: ['name'], prefixes, words: prefixes } as const
      return rarestOf(search, await recordReader(driver()).wordCounts(scope, 'folk', countedPrefixes(search)))
    }
    expect(await rarest('many', 'some')).toEqual({ prefix: 'some', few: true, grouped: false })
    expect(await rarest('some', 'none')).toEqual({ prefix: 'none', few: true, grouped: false })
    expect(await rarest('many')).toEqual({ prefix: 'many', few: false, grouped: false })
  })
}
