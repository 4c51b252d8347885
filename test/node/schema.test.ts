import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asOperator } from '../../src/admin/authority.ts'
import { verifyOrganization } from '../../src/admin/verify.ts'
import { LIST_LIMIT, parseMatchValue, parseValue } from '../../src/schema/parse.ts'
import {
  combinationKeyText,
  keyText,
  loadPhoneLibrary,
  optionIdOf,
  type Scalar,
  slugOf,
  type TypeName,
  typeNames,
  valueTypes,
} from '../../src/schema/schema.ts'
import { attribute } from '../../src/schema/standard/define.ts'
import { type LibsqlFile, libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { openWorld, recordOf, type StorageWorld, verdicts } from '../support/storage-world.ts'

const ID = '0190a5c4-0000-7000-8000-00000000000a'
const options = ['Small', '50-200', '中文']
const extras = { related: 'companies', options }
const of = (type: TypeName) => attribute('it', type, extras)
const parse = (type: TypeName, input: unknown) => parseValue(input, of(type))
beforeAll(async () => {
  await loadPhoneLibrary()
})

const refusal = (type: TypeName, input: unknown) => {
  const result = parse(type, input)
  return result.ok ? `took ${JSON.stringify(result.value)}` : result.problem.code
}

const wide = (length: number) => 'x'.repeat(length)
const MAX = Number.MAX_SAFE_INTEGER

/** Of each type: input and what is stored (absent: the same), then input and code of the refusal. */
const cases: Record<TypeName, { takes: readonly unknown[][]; refuses: readonly (readonly [unknown, string])[] }> = {
  text: {
    takes: [['a'], [' kept '], [''], [wide(255)], ['🙂'.repeat(255)], ['\u0001"\\\n🙂']],
    refuses: [
      [wide(256), 'too_long'],
      ['🙂'.repeat(256), 'too_long'],
      [7, 'wrong_type'],
      [true, 'wrong_type'],
      [{}, 'wrong_type'],
      [['a'], 'wrong_type'],
    ],
  },
  long_text: {
    takes: [['a\nb'], [wide(20_000)], ['🙂'.repeat(20_000)]],
    refuses: [
      [wide(20_001), 'too_long'],
      [7, 'wrong_type'],
    ],
  },
  number: {
    takes: [[0], [-0, 0], [1.5], [-1e-7], [MAX], [-MAX]],
    refuses: [
      ['1', 'wrong_type'],
      [true, 'wrong_type'],
      [2 ** 53, 'out_of_range'],
      [1e20, 'out_of_range'],
      [Number.POSITIVE_INFINITY, 'out_of_range'],
      [Number.NaN, 'out_of_range'],
    ],
  },
  checkbox: {
    takes: [[true], [false]],
    refuses: [
      ['true', 'wrong_type'],
      [1, 'wrong_type'],
      ['', 'wrong_type'],
    ],
  },
  date: {
    takes: [['2025-06-01'], ['2024-02-29'], ['0001-01-01']],
    refuses: [
      ['2025-02-29', 'invalid_value'],
      ['2025-13-01', 'invalid_value'],
      ['2025-6-1', 'invalid_value'],
      ['2025-06-01T00:00:00Z', 'invalid_value'],
      [20250601, 'invalid_value'],
      ['', 'invalid_value'],
    ],
  },
  datetime: {
    takes: [
      ['2025-06-01T09:30:00.000Z'],
      ['2025-06-01T09:30:00Z', '2025-06-01T09:30:00.000Z'],
      ['2025-06-01 09:30z', '2025-06-01T09:30:00.000Z'],
      ['2025-06-01T00:30:00+02:00', '2025-05-31T22:30:00.000Z'],
      ['2025-06-01T09:30:00.123456789-0130', '2025-06-01T11:00:00.123Z'],
    ],
    refuses: [
      ['2025-06-01T09:30:00', 'invalid_value'],
      ['2025-06-01', 'invalid_value'],
      ['2025-02-30T09:30:00Z', 'invalid_value'],
      ['2025-06-01T25:30:00Z', 'invalid_value'],
      ['0000-01-01T00:00:00+01:00', 'invalid_value'],
      ['9999-12-31T23:59:59-01:00', 'invalid_value'],
      [0, 'invalid_value'],
    ],
  },
  email: {
    takes: [
      ['ada@x.example'],
      [' Ada@X.Example ', 'ada@x.example'],
      ["o'brien+tag@x.example"],
      ['ä@bücher.example'],
      [`${wide(244)}@x.example`],
    ],
    refuses: [
      ['ada', 'invalid_value'],
      ['ada@x', 'invalid_value'],
      ['a b@x.example', 'invalid_value'],
      ['Ada <ada@x.example>', 'invalid_value'],
      ['', 'invalid_value'],
      [`${wide(245)}@x.example`, 'too_long'],
      // In lower case, this letter is two.
      [`İ${wide(243)}@x.example`, 'too_long'],
      [7, 'wrong_type'],
    ],
  },
  domain: {
    takes: [['acme.com'], [' ACME.com. ', 'acme.com'], ['bücher.example'], ['a-b.co.uk']],
    refuses: [
      ['acme', 'invalid_value'],
      ['https://acme.com', 'invalid_value'],
      ['-a.com', 'invalid_value'],
      ['a..com', 'invalid_value'],
      [`${wide(250)}.com`, 'too_long'],
      [7, 'wrong_type'],
    ],
  },
  phone_number: {
    takes: [['+1-555-0123'], [' (030) 12 34 ', '(030) 12 34'], ['5550123 ext. 12'], ['1']],
    refuses: [
      ['call me', 'invalid_value'],
      ['+', 'invalid_value'],
      ['', 'invalid_value'],
      [wide(65), 'too_long'],
      [5550123, 'wrong_type'],
    ],
  },
  url: {
    takes: [['https://acme.com/a?b=c#d'], ['acme.com'], [' http://acme.com ', 'http://acme.com'], ['acme.com:8080/x']],
    refuses: [
      ['javascript:alert(1)', 'invalid_value'],
      ['ftp://acme.com', 'invalid_value'],
      ['https://a b.com', 'invalid_value'],
      ['', 'invalid_value'],
      [`https://${wide(2_041)}`, 'too_long'],
      [7, 'wrong_type'],
    ],
  },
  select: {
    takes: [
      ['opt_small'],
      ['Small', 'opt_small'],
      [{ id: 'opt_small' }, 'opt_small'],
      ['50-200', 'opt_50_200'],
      ['中文', 'opt_4e2d_6587'],
    ],
    refuses: [
      ['small', 'unknown_option'],
      ['', 'unknown_option'],
      [7, 'wrong_type'],
      [{}, 'wrong_type'],
      [{ id: null }, 'wrong_type'],
    ],
  },
  status: { takes: [['Small', 'opt_small']], refuses: [['Large', 'unknown_option']] },
  multiselect: {
    takes: [
      [['opt_small', 'opt_50_200']],
      ['Small', ['opt_small']],
      [[{ id: 'opt_small' }, 'Small'], ['opt_small']],
      [[], null],
    ],
    refuses: [
      [['Small', 'Large'], 'unknown_option'],
      [[null], 'wrong_type'],
    ],
  },
  rating: {
    takes: [[0], [5]],
    refuses: [
      [6, 'out_of_range'],
      [-1, 'out_of_range'],
      [2.5, 'out_of_range'],
      ['3', 'out_of_range'],
    ],
  },
  currency: {
    takes: [
      [{ amount: 12.5, code: 'EUR' }],
      [12.5, { amount: 12.5 }],
      [{ code: 'EUR', amount: 1 }],
      [{ amount: 1, code: null }, { amount: 1 }],
    ],
    refuses: [
      ['12', 'wrong_type'],
      [{ code: 'EUR' }, 'wrong_type'],
      [{ amount: 1, code: 'eur' }, 'invalid_value'],
      [{ amount: 1, tax: 2 }, 'invalid_value'],
      [2 ** 60, 'out_of_range'],
    ],
  },
  relation: {
    takes: [[ID], [ID.toUpperCase(), ID]],
    refuses: [
      ['acme', 'invalid_value'],
      [7, 'invalid_value'],
    ],
  },
  user: { takes: [[ID.toUpperCase(), ID]], refuses: [['me@x.example', 'invalid_value']] },
}

describe.each(typeNames)('%s', (type) => {
  const { takes, refuses } = cases[type]
  it.each(takes)('takes %j', (input, stored = input) => {
    expect(parse(type, input)).toEqual({ ok: true, value: stored })
  })
  it.each(refuses)('%j: %s', (input, code) => {
    expect(refusal(type, input)).toBe(code)
  })
  it('stores what is returned as it is: plain JSON, in the same order', () => {
    for (const [input] of takes) {
      const result = parse(type, input)
      if (result.ok) expect(JSON.stringify(JSON.parse(JSON.stringify(result.value)))).toBe(JSON.stringify(result.value))
    }
  })
  it('takes null and nothing as "no value"', () => {
    expect([parse(type, null), parse(type, undefined)]).toEqual([
      { ok: true, value: null },
      { ok: true, value: null },
    ])
  })
  it('is called by its own name, and says what it takes', () => {
    expect(valueTypes[type].name).toBe(type)
    expect(valueTypes[type].describes.length).toBeGreaterThan(5)
  })
  it('is matchable if it is unique: a constraint without a key would be none', () => {
    const { matchable, uniqueable } = valueTypes[type]
    expect(matchable || !uniqueable).toBe(true)
  })
  it('as a match key is one scalar, or refused', () => {
    const [input] = takes[0] as [unknown]
    const one = parseMatchValue(Array.isArray(input) ? input[0] : input, of(type))
    if (valueTypes[type].matchable) expect(one).toMatchObject({ ok: true })
    else expect(one).toMatchObject({ ok: false, problem: { code: 'invalid_value' } })
  })
})

describe('lists', () => {
  const list = attribute('it', 'email', { multiple: true })
  it('lose duplicates after normalising, and keep their order', () => {
    expect(parseValue(['B@x.example', 'a@x.example', 'b@X.example'], list)).toMatchObject({
      value: ['b@x.example', 'a@x.example'],
    })
    expect(parseValue('B@x.example', list)).toMatchObject({ value: ['b@x.example'] })
  })
  it('are refused whole for one element, and when they are too long', () => {
    expect(parseValue(['a@x.example', 'nobody'], list)).toMatchObject({ problem: { code: 'invalid_value' } })
    expect(parseValue(['a@x.example', null], list)).toMatchObject({ problem: { code: 'wrong_type' } })
    const numbered = (length: number) => Array.from({ length }, (_, i) => `n${i}@x.example`)
    expect(parseValue(numbered(LIST_LIMIT), list).ok).toBe(true)
    expect(parseValue(numbered(LIST_LIMIT + 1), list)).toMatchObject({ problem: { code: 'too_many_values' } })
  })
})

describe('slugs and option ids', () => {
  it.each([
    ['Deal number (EU)', 'deal_number_eu'],
    ['2nd e-mail', 'nd_e_mail'],
    [' Größe ', 'grosse'],
    ['Prénom', 'prenom'],
    ['Łódź, Øre & Æther', 'lodz_ore_aether'],
    ['İstanbul ılık', 'istanbul_ilik'],
    ['Ｗｉｄｅ', 'wide'],
    ['Телефон 2', ''],
    ['名前', ''],
    ['50-200', ''],
  ])('of the label "%s", the slug is "%s"', (label, slug) => expect(slugOf(label)).toBe(slug))

  it('of a value, option ids are always the same', () => {
    expect(['Very small', 'Größe', '50-200', '200+', '中文', '+'].map(optionIdOf)).toEqual([
      'opt_very_small',
      'opt_grosse',
      'opt_50_200',
      'opt_200',
      'opt_4e2d_6587',
      'opt_2b',
    ])
  })
})

/** Text as it may come over the wire: no NUL, no lone surrogates. */
const anyText = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom(
        '"',
        '\\',
        '\\u0041',
        "'",
        '\u0001',
        '\u001f',
        '\u007f',
        '\n',
        '\u2028',
        '🙂',
        '%',
        '[',
        ' ',
      ),
    }),
    fc.constantFrom(
      'null',
      'true',
      '1',
      '1.0',
      '[]',
      '{}',
      '"a"',
      '\\',
      '\\\\n',
      "'; DROP TABLE records; --",
      'ﬀ',
      'e\u0301',
      'é',
    ),
  )
  .map((text) => text.replaceAll('\u0000', ''))
  .filter((text) => text.length <= 255)

const anyNumber = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ min: -MAX, max: MAX, noNaN: true }),
  fc.constantFrom(
    0,
    0.1 + 0.2,
    1e-7,
    -1e-7,
    5e-324,
    1.5e15,
    123456.789,
    4503599627370495.5,
    MAX,
    -MAX,
    1 / 3,
    100,
    1e15,
  ),
)
const anyDay = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((d) => d.toISOString().slice(0, 10))

describe('parsing', () => {
  const near: Partial<Record<TypeName, fc.Arbitrary<unknown>>> = {
    email: fc.oneof(
      fc.emailAddress(),
      anyText.map((t) => `${t}@x.example`),
    ),
    domain: fc.oneof(
      fc.domain(),
      anyText.map((t) => `${t}.example`),
    ),
    url: fc.oneof(
      fc.webUrl({ withQueryParameters: true }),
      anyText.map((t) => `acme.com/${t}`),
    ),
    phone_number: fc.string({ unit: fc.constantFrom(...'0123456789+-() x#'), maxLength: 42 }),
    datetime: fc
      .tuple(
        anyDay,
        fc.constantFrom('00:00', '23:59:59.999', '24:00', '12:30:15.123456'),
        fc.constantFrom('Z', '+14:00', '-1200', '+00:30'),
      )
      .map(([day, time, offset]) => `${day}T${time}${offset}`),
    date: anyDay,
    currency: fc.record({ amount: anyNumber, code: fc.constantFrom('EUR', 'USD', null, 'x') }),
    select: fc.constantFrom(...options, 'opt_small'),
    multiselect: fc.array(fc.constantFrom(...options, 'opt_small')),
    relation: fc.uuid(),
    user: fc.uuid(),
    rating: fc.integer({ min: -1, max: 6 }),
    number: anyNumber,
    checkbox: fc.boolean(),
  }
  it.each(typeNames)('%s twice is the same as once', (type) => {
    fc.assert(
      fc.property(fc.oneof({ arbitrary: near[type] ?? anyText, weight: 4 }, anyText, fc.jsonValue()), (input) => {
        const once = parse(type, input)
        if (once.ok) expect(parse(type, once.value)).toEqual(once)
      }),
      { numRuns: 300 },
    )
  })
})

/**
 * What is matched by and what is unique are the same only if TypeScript (which writes the key that is looked for)
 * and SQL (which derives the keys of what is stored) spell every value alike.
 */
describe('the text of a key is the same in TypeScript and in SQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
  let file: LibsqlFile
  let world: StorageWorld
  const slugs = ['text', 'list', 'number', 'checkbox', 'day'] as const
  type Sample = Readonly<Record<(typeof slugs)[number], Scalar | readonly Scalar[]>>

  beforeAll(async () => {
    file = await libsqlFile(`file:${join(folder, 'keys.db')}`)
    await migrate(file)
    world = await openWorld(file)
    await world.addObject('samples')
    const indexed = { indexed: true }
    await world.addAttributes(
      'samples',
      { label: 'Text', type: 'text', ...indexed },
      { label: 'List', type: 'text', multiple: true, ...indexed },
      { label: 'Number', type: 'number', ...indexed },
      { label: 'Checkbox', type: 'checkbox', ...indexed },
      { label: 'Day', type: 'date', ...indexed },
    )
    await world.addCombination('samples', 'all', ['text', 'number', 'checkbox', 'day'])
  })
  afterAll(async () => {
    await file.close()
    rmSync(folder, { recursive: true })
  })

  const sample: fc.Arbitrary<Sample> = fc.record({
    text: anyText,
    list: fc.uniqueArray(anyText, { minLength: 1, maxLength: 3 }),
    number: anyNumber.map((n) => (n === 0 ? 0 : n)),
    checkbox: fc.boolean(),
    day: anyDay,
  })
  const combined = ({ text, number, checkbox, day }: Sample) => [text, number, checkbox, day] as readonly Scalar[]
  const texts = (value: Sample[keyof Sample]) => [value].flat().map((v) => keyText(v as Scalar))
  /** Every key that TypeScript expects of the sample. */
  const expected = (s: Sample) =>
    [
      ...slugs.flatMap((slug) => texts(s[slug]).map((text) => [slug, text])),
      ['all', combinationKeyText(combined(s))],
    ].sort()

  const taken = new Set<string>()

  it('when records are created, and when their keys are made anew', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 8 }), async (samples) => {
        const { outcomes } = await world.run(samples.map((values) => ({ object: 'samples', match: [], values })))
        const rows = await world.rows('record_keys')
        for (const [i, values] of samples.entries()) {
          const all = combinationKeyText(combined(values))
          expect(verdicts([outcomes[i] as never])).toEqual([taken.has(all) ? 'unique_conflict' : 'created'])
          if (taken.has(all)) continue
          taken.add(all)
          const { id } = recordOf(outcomes[i])
          expect(
            rows
              .filter((k) => k.record_id === id)
              .map((k) => [k.name, k.value])
              .sort(),
          ).toEqual(expected(values))
        }
      }),
      { numRuns: 60 },
    )
    const findings = []
    for await (const finding of verifyOrganization(asOperator(file, world.organizationId), { repair: false }))
      findings.push(finding)
    expect(findings).toEqual([])
  })

  it('when a record is changed from one value to another, and matched by either', async () => {
    await fc.assert(
      fc.asyncProperty(sample, sample, async (before, after) => {
        const match = (s: Sample) => [{ name: 'all', value: combined(s) }]
        fc.pre(!taken.has(combinationKeyText(combined(before))) && !taken.has(combinationKeyText(combined(after))))
        fc.pre(before.text !== '' && after.text !== '')
        const [made] = (await world.run([{ object: 'samples', match: match(before), values: before }])).outcomes
        const { id } = recordOf(made)
        const byId = { object: 'samples', match: [{ name: 'id', value: id }] }
        const { outcomes } = await world.run([
          { ...byId, values: after },
          { object: 'samples', match: match(after), values: after, mode: 'update' },
          { object: 'samples', match: match(after), values: {}, mode: 'insert' },
        ])
        expect(outcomes.map((o) => (o.status === 'refused' ? o.refusal.recordId : recordOf(o).id))).toEqual([
          id,
          id,
          id,
        ])
        const keys = (await world.rows('record_keys')).filter((k) => k.record_id === id)
        expect(keys.map((k) => [k.name, k.value]).sort()).toEqual(expected(after))
        await world.run([{ ...byId, values: {}, lifecycle: 'erase' }])
      }),
      { numRuns: 60 },
    )
  })

  it('when merged lists are keyed', async () => {
    await fc.assert(
      fc.asyncProperty(sample, fc.uniqueArray(anyText, { minLength: 1, maxLength: 4 }), async (before, list) => {
        const byText = { object: 'samples', match: [] }
        fc.pre(!taken.has(combinationKeyText(combined(before))))
        const { id } = recordOf((await world.run([{ ...byText, values: before }])).outcomes[0])
        const byId = { object: 'samples', match: [{ name: 'id', value: id }] }
        const merging = { ...byId, values: { list }, writeModes: { list: 'append' } } as const
        const merged = recordOf((await world.run([merging])).outcomes[0])
        const union = [...new Set([...(before.list as readonly string[]), ...list])]
        expect(merged.data.list).toEqual([union])
        const keys = (await world.rows('record_keys')).filter((k) => k.record_id === id && k.name === 'list')
        expect(keys.map((k) => k.value).sort()).toEqual([...union].sort())
        await world.run([{ ...byId, values: {}, lifecycle: 'erase' }])
      }),
      { numRuns: 60 },
    )
  })
})
