import fc from 'fast-check'
import { type Operation, operations, type Parameter } from '../support/openapi.ts'
import { breakage, type Parts } from './breakages.ts'
import { arbitraryOf, id } from './values.ts'
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

const operatorArbitrary = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Role>('operator') },
  { weight: 1, arbitrary: fc.constantFrom<Role>(...roles) },
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
  sort: ['createdAt', '-createdAt', 'emails'],
  ids: ['{{a.person}}', '{{b.person}}'],
  expand: ['company'],
  address: ['{{a.organization}}_{{a.hook}}', '{{a.organization}}_{{a.hook}}', '{{b.organization}}_{{a.hook}}'],
  delivery: ['{{a.delivery}}'],
  contactId: ['{{a.person}}', '{{a.person}}', 'crm-17', '{{b.person}}'],
  clientId: ['crm-4711', 'crm-4721', 'x'],
  investmentEntityId: ['crm-4712', 'x'],
  challenge: ['1158201444', '<script>'],
  since: ['now', '2026-01-01T00:00:00Z'],
  'filter[first_name]': ['Ada', 'x'],
}

const sane = ({ name: parameter, schema }: Parameter, path: string): fc.Arbitrary<string> => {
  if (schema.enum) return fc.constantFrom(...schema.enum.map(String))
  if (parameter === 'idempotency-key') return fc.constantFrom('k1', 'k2', 'k3')
  if (parameter === 'cursor')
    return fc.constantFrom('WyIiLCIwMTkwMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAiXQ', 'WzBd')
  // Whoever is suspended or deleted is of no more use: operators have a tenant of their own to work on.
  if (parameter === 'id' && path.startsWith('/v1/tenants/'))
    return fc.constantFrom('{{a.tenant}}', '{{a.tenant}}', '01900000-0000-7000-8000-000000000000', 'x')
  if (parameter === 'id') {
    const kind = path.includes('/members/')
      ? ['leaver', 'member']
      : path.includes('/keys/')
        ? ['key', 'key']
        : path.includes('/jobs/')
          ? ['job', 'job']
          : path.includes('/hooks/')
            ? ['hook', 'hook']
            : path.includes('/subscriptions/')
              ? ['subscription', 'subscription']
              : path.includes('/companies/')
                ? ['company', 'company']
                : ['person', 'person']
    return fc.oneof(
      { weight: 3, arbitrary: fc.constant(`{{a.${kind[0]}}}`) },
      { weight: 2, arbitrary: fc.constant(`{{b.${kind[1]}}}`) },
      id,
    )
  }
  if (parameter === 'value') return fc.constantFrom('ada@fuzz.example', 'x', '1.5')
  return fc.constantFrom(...(wellKnown[parameter] ?? [String(schema.example ?? 'x')]))
}

const encoded = (value: string) => (value.startsWith('{{') ? value : encodeURIComponent(value.toWellFormed()))

/** What all the others write: archived, it would leave them nothing to try. */
const needed = new Set(['emails', 'first_name', 'name', 'sku', 'badge'])

/** What takes a hook or a subscription away from all the others has one of its own. */
const ownIds: Readonly<Record<string, string>> = {
  changeHook: '{{a.changed}}',
  rotateHookSecret: '{{a.changed}}',
  deleteHook: '{{a.unused}}',
  changeSubscription: '{{a.changedSubscription}}',
  deleteSubscription: '{{a.unusedSubscription}}',
}

const urlOf = ({ operation, path, query }: Parts): string => {
  if (operation.id === 'changeAttribute' && needed.has(path.attribute ?? '')) path.attribute = 'score'
  if (operation.path.startsWith('/v1/tenants/') && path.id?.includes('organization')) path.id = '{{a.tenant}}'
  if (path.id === '{{a.hook}}' || path.id === '{{a.subscription}}') path.id = ownIds[operation.id] ?? path.id
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, parameter: string) => encoded(path[parameter] ?? 'x'))
  return query.length === 0 ? filled : `${filled}?${query.map(([key, value]) => `${key}=${encoded(value)}`).join('&')}`
}

/** Nor may an attribute become required, or matching make no index: nothing could be created or found any more. */
const harmful: Readonly<Record<string, readonly [string, string]>> = {
  addAttribute: ['"required":true', '"required":false'],
  changeAttribute: ['"required":true', '"required":false'],
  changeOrganization: ['"automaticIndexing":false', '"automaticIndexing":true'],
}
const harmless = ({ operation, body }: Parts) => {
  const [found, instead] = harmful[operation.id] ?? ['', '']
  return found === '' ? body : body?.replaceAll(found, instead)
}

const finished = (parts: Parts): FuzzRequest => ({
  operation: parts.operation.id,
  method: parts.method,
  path: urlOf(parts),
  role: parts.role,
  headers: parts.headers,
  ...(parts.body !== undefined && !['GET', 'HEAD'].includes(parts.method) && { body: harmless(parts) ?? '' }),
  broken: parts.broken,
})

const parametersOf = (operation: Operation, place: Parameter['in'], all: boolean) =>
  fc.boolean().chain((withOptional) => parametersWith(operation, place, all, withOptional))

/** @param withOptional many of them together leave hardly anything that can be done */
const parametersWith = (operation: Operation, place: Parameter['in'], all: boolean, withOptional: boolean) =>
  fc.record(
    Object.fromEntries(
      operation.parameters
        .filter((one) => one.in === place && (all || withOptional || one.required))
        .map((one) => (one.schema.type === 'object' ? { ...one, name: `${one.name}[first_name]` } : one))
        .map((one) => [one.name, sane(one, operation.path)]),
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

/** Where what the document has for an example is nobody here. */
const ownBodies: Readonly<Record<string, unknown>> = {
  mergeRecords: { loser: { emails: 'bob@fuzz.example' } },
}

const bodyOf = ({
  id,
  body,
  credentials,
  takesLines,
}: Operation): fc.Arbitrary<{ text: string; type: string } | undefined> => {
  if (!body) return fc.constant(undefined)
  const value = fc.oneof(
    { weight: 2, arbitrary: fc.constant(ownBodies[id] ?? body.example) },
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
      role: operation.credentials === 'operator' ? operatorArbitrary : roleArbitrary,
      path: parametersOf(operation, 'path', true),
      query: parametersOf(operation, 'query', false),
      headers: parametersOf(operation, 'header', false),
      body: bodyOf(operation),
    })
    // Archiving whatever a made-up document leaves out would take the schema away that everything else is about.
    .filter(({ query }) => query.prune !== 'archive' || query.dryRun === 'true')
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
