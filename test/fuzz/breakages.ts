import fc from 'fast-check'
import type { Operation } from '../support/openapi.ts'
import { anything, name, slug, text } from './values.ts'
import type { Role } from './world.ts'

const wild = fc.oneof(
  text,
  slug,
  fc.constantFrom(
    'constructor',
    '__proto__',
    '%00',
    '..',
    '1',
    '-1',
    '1e9',
    'TRUE',
    'yes',
    'eyJ',
    'W10',
    'WyJhIiwiYiJd',
  ),
)

/** A request in parts that can be broken one by one; broken where it stands. */
export interface Parts {
  operation: Operation
  method: string
  role: Role
  path: Record<string, string>
  query: [string, string][]
  headers: Record<string, string>
  body: string | undefined
  broken: string[]
}

/** Whole JSON values in text, so that what no value can say (two members of one name) can be said. */
const breakages: Readonly<Record<string, fc.Arbitrary<(parts: Parts) => void>>> = {
  value: fc.tuple(fc.nat(), anything).map(([at, value]) => (parts) => {
    const leaves = [...(parts.body ?? '').matchAll(/"(?:[^"\\]|\\.)*"(?!\s*:)|-?\d+(?:\.\d+)?|true|false|null/g)]
    const leaf = leaves[at % Math.max(1, leaves.length)]
    if (leaf && parts.body !== undefined)
      parts.body =
        parts.body.slice(0, leaf.index) + JSON.stringify(value) + parts.body.slice(leaf.index + leaf[0].length)
  }),
  member: fc.tuple(fc.nat(), name, anything).map(([at, member, value]) => (parts) => {
    const braces = [...(parts.body ?? '').matchAll(/\{(?=\s*")/g)]
    const brace = braces[at % Math.max(1, braces.length)]
    if (brace && parts.body !== undefined)
      parts.body = `${parts.body.slice(0, brace.index + 1)}${JSON.stringify(member)}:${JSON.stringify(value)},${parts.body.slice(brace.index + 1)}`
  }),
  misspelt: fc.nat().map((at) => (parts) => {
    const names = [...(parts.body ?? '').matchAll(/"([a-zA-Z_]{3,})"\s*:/g)]
    const one = names[at % Math.max(1, names.length)]
    if (one && parts.body !== undefined)
      parts.body = `${parts.body.slice(0, one.index + 2)}${parts.body.slice(one.index + 3)}`
  }),
  doubled: fc.nat().map((at) => (parts) => {
    const names = [...(parts.body ?? '').matchAll(/("[a-zA-Z_]+")\s*:/g)]
    const one = names[at % Math.max(1, names.length)]
    if (one && parts.body !== undefined)
      parts.body = `${parts.body.slice(0, one.index)}${one[1]}:null,${parts.body.slice(one.index)}`
  }),
  whole: anything.map((value) => (parts) => {
    parts.body = JSON.stringify(value)
  }),
  cut: fc.double({ min: 0, max: 1, noNaN: true }).map((share) => (parts) => {
    parts.body = parts.body?.slice(0, Math.floor(parts.body.length * share))
  }),
  empty: fc.constant((parts: Parts) => {
    parts.body = ''
  }),
  deep: fc.constantFrom(17, 100, 5_000).map((depth) => (parts) => {
    parts.body = '['.repeat(depth) + ']'.repeat(depth)
  }),
  many: fc.constantFrom(101, 1_001, 5_000).map((count) => (parts) => {
    const item = parts.body?.startsWith('[') ? parts.body.slice(1, -1) || '{}' : (parts.body ?? '{}')
    parts.body = `[${Array.from({ length: Math.min(count, Math.floor(400_000 / item.length)) }, () => item).join(',')}]`
  }),
  large: fc.constantFrom(1_048_577, 1_000_001).map((size) => (parts) => {
    parts.body = `{"a":"${'x'.repeat(size)}"}`
  }),
  type: fc
    .constantFrom(
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=utf-16',
      'application/jsonp',
      'multipart/form-data',
      '',
      'application/x-ndjson',
      'application/vnd.api+json',
    )
    .map((type) => (parts) => {
      parts.headers['content-type'] = type
    }),
  gzip: fc.constant((parts: Parts) => {
    parts.headers['content-encoding'] = 'gzip'
  }),
  method: fc.constantFrom('GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS').map((method) => (parts) => {
    parts.method = method
  }),
  path: fc.tuple(fc.nat(), wild).map(([at, value]) => (parts) => {
    const names = Object.keys(parts.path)
    const one = names[at % Math.max(1, names.length)]
    if (one !== undefined) parts.path[one] = value
  }),
  query: fc
    .tuple(fc.constantFrom('limit', 'cursor', 'dryRun', 'atomic', 'fields', 'archived', 'matchingAttribute'), wild)
    .map(([parameter, value]) => (parts) => {
      parts.query.push([parameter, value])
    }),
  undeclared: fc
    .constantFrom('since', 'q', 'dryrun', 'Limit', 'page', '__proto__', 'atomic2')
    .map((parameter) => (parts) => {
      parts.query.push([parameter, 'true'])
    }),
  twice: fc.constant((parts: Parts) => {
    parts.query.push(...parts.query)
  }),
  header: fc
    .tuple(
      fc.constantFrom(
        'if-match',
        'if-none-match',
        'idempotency-key',
        'prefer',
        'x-request-id',
        'accept',
        'x-api-key',
        'x-forwarded-for',
        'cf-connecting-ip',
        'expect',
        'range',
        'x-http-method-override',
        'origin',
      ),
      fc.constantFrom(
        '',
        '*',
        '"x"',
        '"99999999999999999999"',
        'return=everything',
        'x'.repeat(300),
        'x'.repeat(4_000),
        '1,2',
        '__proto__',
        'application/xml',
        'bytes=0-1',
        'DELETE',
        '::1',
        '999.1.1.1',
        'caf\u00e9',
      ),
    )
    .map(([header, value]) => (parts) => {
      if (header !== 'expect') parts.headers[header] = value
    }),
}

/** One way to break a request. */
export const breakage = fc
  .constantFrom(...Object.keys(breakages), 'value', 'value', 'value', 'member', 'member', 'path', 'query')
  .chain((kind) => (breakages[kind] ?? fc.constant(() => undefined)).map((apply) => ({ kind, apply })))
