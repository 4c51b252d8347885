import fc from 'fast-check'
import { type JsonSchema, resolved } from '../support/openapi.ts'

/** Values: those that the document's schemas describe, and those that nothing should be undone by. */

/** A name with a meaning somewhere in the product, or none. */
export const slugs = [
  'emails',
  'first_name',
  'last_name',
  'company',
  'owner',
  'stage',
  'tags',
  'badge',
  'score',
  'level',
  'phone_number',
  'avatar_url',
  'do_not_call',
  'tracking_id',
  'domains',
  'name',
  'sku',
  'region',
  'price',
  'seller',
  'sku_region',
  'id',
  'participants',
  'email_labels',
  'description',
  'nothing_of_ours',
] as const
const reservedNames = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '$&',
  "$'",
  '',
  ' ',
  'a.b',
  '0',
  '$.x',
  '"',
]

/** Few, so that requests meet the same records. */
const people = ['ada@fuzz.example', 'ADA@fuzz.example', 'bob@fuzz.example', 'eve@fuzz.example', 'x@b.example']
const ids = [
  '{{a.person}}',
  '{{a.company}}',
  '{{a.product}}',
  '{{a.member}}',
  '{{a.leaver}}',
  '{{a.key}}',
  '{{b.person}}',
  '{{b.member}}',
  '{{b.key}}',
  '{{a.organization}}',
  '01900000-0000-7000-8000-000000000000',
]
const strange = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udc00x',
  '\u202eRTL\u202c',
  '👩‍👩‍👧‍👦',
  '𝕏'.repeat(40),
  'é',
  'e\u0301',
  'ẞ',
  'İ',
  '\ufeff',
  '\u2028',
  "'; DROP TABLE records; --",
  '" OR 1=1',
  '%',
  '_%',
  '$&x',
  '{{detail}}',
  '{detail}',
  '../../etc/passwd',
  '<script>',
  '{"$ref":"#"}',
  '1e309',
  '-0',
  'NaN',
  '9007199254740993',
  '2026-02-30',
  '2026-01-01T00:00:00Z',
  '0000-00-00',
  'https://x.example',
  'javascript:alert(1)',
  'xn--',
  'a'.repeat(256),
  'a'.repeat(5_000),
  'EUR',
  '+1 555 0100',
  'true',
  'null',
]

export const id = fc.constantFrom(...ids)
export const slug = fc.constantFrom<string>(...slugs)
export const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...people) },
  { weight: 2, arbitrary: id },
  { weight: 2, arbitrary: slug },
  {
    weight: 2,
    arbitrary: fc.constantFrom('Ada', 'Engine Ltd', 'low', 'high', 'Lead', 'A-1', 'B-2', 'xyzw', 'x', 'fuzz.example'),
  },
  { weight: 3, arbitrary: fc.constantFrom(...strange) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
)
const number = fc.constantFrom(
  0,
  -0,
  1,
  -1,
  3,
  1.5,
  1e-7,
  1e15,
  2 ** 53 - 1,
  2 ** 53,
  1e20,
  1e308,
  -1e308,
  0.1,
  101,
  1_001,
)
const currency = fc.record(
  { amount: number, code: fc.constantFrom('EUR', 'usd', 'XXX', '', 'zzzz') },
  { requiredKeys: ['amount'] },
)
const leaf = fc.oneof({ weight: 6, arbitrary: text }, number, fc.boolean(), fc.constant(null), currency)

const deep = (depth: number, list: boolean): unknown => {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = list ? [value] : { a: value }
  return value
}

/** Anything that JSON can say, and little else. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: leaf },
  { weight: 3, arbitrary: fc.array(leaf, { maxLength: 4 }) },
  { weight: 2, arbitrary: fc.dictionary(fc.oneof(slug, fc.constantFrom(...reservedNames)), leaf, { maxKeys: 3 }) },
  { weight: 1, arbitrary: fc.nat(30).chain((depth) => fc.boolean().map((list) => deep(depth, list))) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 90, max: 300 }).map((n) => Array.from({ length: n }, (_, i) => `n${i}@many.example`)),
  },
)

export const name = fc.oneof(
  { weight: 3, arbitrary: slug },
  { weight: 1, arbitrary: fc.constantFrom(...reservedNames) },
  { weight: 1, arbitrary: text },
)

/** What attributes may well hold. */
const likely = fc.record(
  {
    emails: fc.oneof(fc.constantFrom(...people), fc.subarray(people, { minLength: 1 })),
    first_name: fc.constantFrom('Ada', 'Bob'),
    badge: fc.constantFrom('B-1', 'B-2'),
    score: fc.constantFrom(1, 2.5, 100),
    level: fc.constantFrom('low', 'high'),
    company: id,
    tags: fc.constantFrom(['a'], ['a', 'b']),
    sku: fc.constantFrom('A-1', 'A-2'),
    region: fc.constantFrom('EU', 'US'),
    name: fc.constantFrom('Engines', 'Works'),
    domains: fc.constantFrom(['fuzz.example'], ['b.example']),
  },
  { requiredKeys: [], noNullPrototype: true },
)

/** Values of attributes by their slugs: where a schema says only that names map to anything. */
const attributes = fc.oneof(
  { weight: 2, arbitrary: likely },
  { weight: 1, arbitrary: fc.dictionary(slug, anything, { maxKeys: 5, noNullPrototype: true }) },
)

const stringOf = (schema: JsonSchema): fc.Arbitrary<unknown> => {
  if (schema.format === 'uuid') return id
  if (schema.format === 'date-time')
    return fc.constantFrom('2026-01-01T00:00:00Z', '2999-01-01T00:00:00.000Z', '2026-02-30T00:00:00Z')
  if (schema.format === 'email') return fc.constantFrom(...people)
  return typeof schema.example === 'string' ? fc.oneof(fc.constant(schema.example), text) : text
}

/** Of a schema that refers to itself, as a filter does: below this only what must be there. */
const DEEPEST = 4

const objectOf = (schema: JsonSchema, depth: number): fc.Arbitrary<unknown> => {
  const members = Object.entries(schema.properties ?? {})
    .filter(([key]) => depth < DEEPEST || schema.required?.includes(key))
    .map(([key, one]) => [key, arbitraryOf(one, depth + 1)] as const)
  if (members.length === 0) return attributes
  const required = schema.required ?? []
  const record = fc.record(Object.fromEntries(members), {
    requiredKeys: [...required] as never[],
    noNullPrototype: true,
  })
  return schema.additionalProperties === undefined || schema.additionalProperties === false
    ? record
    : fc
        .tuple(record, fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, attributes))
        .map(([own, more]) => ({ ...more, ...own }))
}

/** What a schema of our document describes; for `unknown`, anything. */
export const arbitraryOf = (ref: JsonSchema, depth = 0): fc.Arbitrary<unknown> => {
  const schema = resolved(ref)
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const either = schema.anyOf ?? schema.oneOf
  if (either) return fc.oneof(...either.map((one) => arbitraryOf(one, depth)))
  if (schema.allOf)
    return fc.tuple(...schema.allOf.map((one) => arbitraryOf(one, depth))).map((parts) => Object.assign({}, ...parts))
  const types = [schema.type ?? []].flat()
  if (types.length > 1) return fc.oneof(...types.map((type) => arbitraryOf({ ...schema, type }, depth)))
  switch (types[0]) {
    case 'string':
      return stringOf(schema)
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1_000, 1_000_000) })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, depth + 1), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 6, 6),
      })
    case 'object':
      return objectOf(schema, depth)
    default:
      return anything
  }
}
