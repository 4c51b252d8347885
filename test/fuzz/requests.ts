import fc from 'fast-check'
import { type Operation, operations, type Parameter } from '../support/operations.ts'
import { anything, arbitraryOf, id, name, slug, text } from './values.ts'
import { type Role, roles } from './world.ts'

/** A request as it is printed: with placeholders for ids and secrets. */
export interface FuzzRequest {
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly role: Role
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** What was done to it on purpose; empty for one that follows the document. */
  readonly broken: readonly string[]
}

const operationArbitrary = fc.constantFrom(...operations)
const roleArbitrary = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<Role>('admin', 'admin', 'write') },
  { weight: 1, arbitrary: fc.constantFrom<Role>('member', 'read', 'operator') },
  { weight: 2, arbitrary: fc.constantFrom(...roles) },
)

const wellKnown: Readonly<Record<string, readonly string[]>> = {
  object: ['people', 'people', 'companies', 'products', 'clients'],
  objectSlug: ['products', 'companies'],
  firmId: ['{{a.organization}}', '{{a.organization}}', '{{b.organization}}'],
  attribute: ['emails', 'badge', 'score', 'sku'],
  matchingAttribute: ['email', 'emails', 'sku', 'domain', 'badge', 'id'],
  limit: ['1', '2', '1000'],
  fields: ['emails', 'first_name,emails'],
  'if-match': ['"1"', 'W/"2"', '"0"'],
  prefer: ['return=minimal', 'return=representation'],
}

const sane = ({ name: parameter, schema }: Parameter, path: string): fc.Arbitrary<string> => {
  if (schema.enum) return fc.constantFrom(...schema.enum.map(String))
  if (parameter === 'idempotency-key') return fc.constantFrom('k1', 'k2', 'k3')
  if (parameter === 'cursor')
    return fc.constantFrom('WyIiLCIwMTkwMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAiXQ', 'WzBd')
  if (parameter === 'id') {
    const own = path.includes('/members/') ? '{{a.leaver}}' : path.includes('/keys/') ? '{{a.key}}' : '{{a.person}}'
    return fc.oneof({ weight: 3, arbitrary: fc.constant(own) }, id)
  }
  if (parameter === 'value') return fc.constantFrom('ada@fuzz.example', 'x', '1.5')
  return fc.constantFrom(...(wellKnown[parameter] ?? ['x']))
}

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

const encoded = (value: string) => (value.startsWith('{{') ? value : encodeURIComponent(value.toWellFormed()))

interface Parts {
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

/** What all the others write: archived, it would leave them nothing to try. */
const needed = new Set(['emails', 'first_name', 'name', 'sku', 'badge'])

const urlOf = ({ operation, path, query }: Parts): string => {
  if (operation.id === 'changeAttribute' && needed.has(path.attribute ?? '')) path.attribute = 'score'
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, parameter: string) => encoded(path[parameter] ?? 'x'))
  return query.length === 0 ? filled : `${filled}?${query.map(([key, value]) => `${key}=${encoded(value)}`).join('&')}`
}

const finished = (parts: Parts): FuzzRequest => ({
  operation: parts.operation.id,
  method: parts.method,
  path: urlOf(parts),
  role: parts.role,
  headers: parts.headers,
  ...(parts.body !== undefined && parts.method !== 'GET' && parts.method !== 'HEAD' && { body: parts.body }),
  broken: parts.broken,
})

const parametersOf = (operation: Operation, place: Parameter['in'], all: boolean) =>
  fc.record(
    Object.fromEntries(
      operation.parameters.filter((one) => one.in === place).map((one) => [one.name, sane(one, operation.path)]),
    ),
    all
      ? { noNullPrototype: true }
      : {
          requiredKeys: operation.parameters
            .filter((one) => one.in === place && one.required)
            .map((one) => one.name) as never[],
          noNullPrototype: true,
        },
  ) as fc.Arbitrary<Record<string, string>>

const SECRETS = { developer_secret: '{{a.developer}}', org_id: '{{a.organization}}', member_id: '{{a.actor}}' }

const bodyOf = ({
  body,
  credentials,
  takesLines,
}: Operation): fc.Arbitrary<{ text: string; type: string } | undefined> => {
  if (!body) return fc.constant(undefined)
  const value = fc.oneof(
    { weight: 2, arbitrary: fc.constant(body.example) },
    { weight: 3, arbitrary: arbitraryOf(body.schema) },
  )
  const json = value.map((one) => ({
    text: JSON.stringify(credentials === 'body' ? { ...(one as object), ...SECRETS, api_key: '{{secret}}' } : one),
    type: 'application/json',
  }))
  if (!takesLines) return json
  const lines = value.map((items) => ({
    text: (items as unknown[]).map((item) => `${JSON.stringify(item)}\n`).join(''),
    type: 'application/x-ndjson',
  }))
  return fc.oneof({ weight: 2, arbitrary: json }, lines)
}

const partsOf = (operation: Operation): fc.Arbitrary<Parts> =>
  fc
    .record({
      role:
        operation.credentials === 'operator' ? fc.constantFrom<Role>('operator', 'operator', ...roles) : roleArbitrary,
      path: parametersOf(operation, 'path', true),
      query: parametersOf(operation, 'query', false),
      headers: parametersOf(operation, 'header', false),
      body: bodyOf(operation),
    })
    .map(({ role, path, query, headers, body }) => ({
      operation,
      method: operation.method,
      role,
      path: { ...path },
      query: Object.entries(query),
      headers: { ...headers, ...(body && { 'content-type': body.type }) },
      body: body?.text,
      broken: [],
    }))

const breakage = fc
  .constantFrom(...Object.keys(breakages), 'value', 'value', 'value', 'member', 'member', 'path', 'query')
  .chain((kind) => (breakages[kind] ?? fc.constant(() => undefined)).map((apply) => ({ kind, apply })))

/** Every operation, about half of them broken in one or two ways. */
export const requests: fc.Arbitrary<FuzzRequest> = operationArbitrary.chain((operation) =>
  fc
    .tuple(
      partsOf(operation),
      fc.oneof(
        { weight: 9, arbitrary: fc.constant([]) },
        { weight: 11, arbitrary: fc.array(breakage, { minLength: 1, maxLength: 2 }) },
      ),
    )
    .map(([parts, broken]) => {
      const own = { ...parts, path: { ...parts.path }, query: [...parts.query], headers: { ...parts.headers } }
      for (const { kind, apply } of broken) {
        apply(own)
        own.broken = [...own.broken, kind]
      }
      return finished(own)
    }),
)
