import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'

interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Record<string, Schema>
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}
interface MediaType {
  readonly schema: Schema
  readonly example?: unknown
}
interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly tags: readonly string[]
  readonly security: readonly Record<string, unknown>[]
  readonly parameters?: readonly {
    readonly name: string
    readonly description?: string
    readonly schema?: { readonly description?: string }
  }[]
  readonly requestBody?: { readonly content: Record<string, MediaType> }
  readonly responses: Record<
    string,
    { readonly content?: Record<string, MediaType>; readonly headers?: Record<string, { readonly $ref: string }> }
  >
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>
  readonly tags: readonly { name: string; description: string }[]
  readonly components: {
    readonly schemas: Record<string, Schema>
    readonly headers: Record<string, { readonly description: string; readonly required: boolean }>
    readonly securitySchemes: Record<string, unknown>
  }
}

const document = JSON.parse(readFileSync('public/openapi.json', 'utf8')) as Document
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

/** Types that every TypeScript program has, besides the objects that every program has. */
const BUILT_IN =
  /^(Record|Partial|Required|Readonly|Pick|Omit|Exclude|Extract|NonNullable|Parameters|ReturnType|Awaited|Response|Request|Headers|Event|Node|Element|File|Blob|Option)$/

/** What generators make of an operation's id: a schema of that name would be made twice. */
const ofOperation = (operationId: string) => {
  const name = operationId.charAt(0).toUpperCase() + operationId.slice(1)
  return ['Data', 'Error', 'Errors', 'Response', 'Responses', 'Params', 'Result'].map((end) => name + end)
}

/**
 * Objects and enumerations without a name that stand in a list, and objects among alternatives: there generators make up `…Item` and `…AnyOfTwo`. A
 * member is called by its own name, so that one needs none.
 */
const nameless = (schema: Schema, at: string, needsName: boolean): string[] => [
  ...(needsName && schema.properties ? [at] : []),
  ...(schema.items?.enum ? [`${at}[]`] : []),
  ...(schema.items ? nameless(schema.items, `${at}[]`, true) : []),
  ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap((one, i) =>
    nameless(one, `${at}|${i}`, true),
  ),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) => nameless(one, `${at}.${name}`, false)),
]

/** The names of all members below a value, and its texts: a query names attributes in those. */
const membersOf = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value]
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([name, inner]) => [name, ...membersOf(inner)])
}

/** The schema with those that it refers to. */
const whole = (schema: unknown, around: readonly string[] = []): unknown =>
  JSON.parse(JSON.stringify(schema ?? null), (_, inner: { $ref?: string } | null) => {
    const name = inner?.$ref?.split('/').at(-1)
    if (name === undefined || around.includes(name)) return inner
    return whole(document.components.schemas[name], [...around, name])
  })

/** What a client of the operation knows by name; a record's own id may be matched by wherever records are. */
const namesOf = ({ requestBody, parameters = [] }: Operation): ReadonlySet<string> =>
  new Set([
    'id',
    ...parameters.map(({ name }) => name),
    ...Object.values(requestBody?.content ?? {}).flatMap(({ schema, example }) => membersOf([whole(schema), example])),
  ])

const fieldsNamedIn = (example: unknown): readonly string[] =>
  example !== null && typeof example === 'object'
    ? Object.entries(example).flatMap(([name, inner]) =>
        name === 'field' && typeof inner === 'string' ? [inner] : fieldsNamedIn(inner),
      )
    : []

/** Every body that the document describes, with the JSON pointer of its schema. */
const bodies = operations.flatMap(({ path, method, operation }) => {
  const at = `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}`
  const of = (name: string, where: string, content: Record<string, MediaType> = {}) =>
    Object.entries(content).map(([type, media]) => ({
      name: `${operation.operationId} ${name} ${type}`,
      pointer: `${at}/${where}/content/${type.replaceAll('/', '~1')}/schema`,
      media,
      operation,
    }))
  return [
    ...of('request', 'requestBody', operation.requestBody?.content),
    ...Object.entries(operation.responses).flatMap(([status, { content }]) =>
      of(status, `responses/${status}`, content),
    ),
  ]
})

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
ajv.addSchema(document, 'openapi.json')
const validatorOf = (pointer: string) => ajv.compile({ $ref: `openapi.json${encodeURI(pointer)}` })

describe('public/openapi.json', () => {
  it('has an example on every body that is no refusal', () => {
    const without = bodies.filter(({ media, name }) => media.example === undefined && !/ [45]\d\d /.test(name))
    expect(without.map(({ name }) => name)).toEqual([])
    expect(bodies.length).toBeGreaterThan(300)
  })

  it('has examples that are what their schemas say', () => {
    const wrong = bodies
      .filter(({ media }) => media.example !== undefined)
      .flatMap(({ name, pointer, media }) => {
        const validate = validatorOf(pointer)
        return validate(media.example) ? [] : [`${name}: ${ajv.errorsText(validate.errors)}`]
      })
    expect(wrong).toEqual([])
  })

  it('has refusals that name fields of their operation, each as its contract calls it', () => {
    const named = bodies
      .filter(({ name }) => / 4\d\d /.test(name))
      .flatMap(({ name, operation, media }) =>
        fieldsNamedIn(media.example).map((field) => ({ name, operation, field })),
      )
    const foreign = named.filter(({ operation, field }) => {
      const known = namesOf(operation)
      return field.split('.').some((part) => !/^\d+$/.test(part) && !known.has(part))
    })
    expect(foreign.map(({ name, field }) => `${name}: ${field}`)).toEqual([])
    // Refusals of what somebody has sent, and not of the request as such: in every group of operations that writes records.
    expect(named.length).toBeGreaterThan(30)
    const tags = new Set(named.flatMap(({ operation }) => operation.tags))
    const writing = operations.filter(({ operation }) => operation.responses['409'] && operation.requestBody)
    for (const { operation } of writing) for (const tag of operation.tags) expect([...tags]).toContain(tag)
  })

  it('would notice an example that is not', () => {
    const person = bodies.find(({ name }) => name.startsWith('zeegAssertPerson 201'))
    const validate = validatorOf(person?.pointer ?? '')
    expect(validate({ ...(person?.media.example as object), status: 'no number' })).toBe(false)
  })

  it('names every operation once, under a described tag, with a registered security scheme', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const tags = new Set(document.tags.filter(({ description }) => description !== '').map(({ name }) => name))
    for (const { operation } of operations) {
      for (const tag of operation.tags) expect(tags, operation.operationId).toContain(tag)
      for (const scheme of operation.security.flatMap(Object.keys))
        expect(Object.keys(document.components.securitySchemes)).toContain(scheme)
      if (operation.operationId !== 'getLimits')
        expect(Object.keys(operation.responses), operation.operationId).toEqual(
          expect.arrayContaining(['401', '403', '429']),
        )
    }
  })

  it('has names that generators take as they are', () => {
    const schemas = Object.entries(document.components.schemas)
    const made = new Set(operations.flatMap(({ operation }) => ofOperation(operation.operationId)))
    const isUgly = (name: string) =>
      !/^[A-Z][A-Za-z0-9]*$/.test(name) || BUILT_IN.test(name) || name in globalThis || made.has(name)
    expect(schemas.map(([name]) => name).filter(isUgly)).toEqual([])
    expect(schemas.flatMap(([name, schema]) => nameless(schema, name, false))).toEqual([])
    expect(bodies.flatMap(({ name, media }) => nameless(media.schema, name, true))).toEqual([])
    const nullable = schemas.filter(([, { type = [], anyOf = [] }]) =>
      [type, anyOf.map((one) => one.type)].flat(2).includes('null'),
    )
    expect(nullable.map(([name]) => name)).toEqual([])
    expect(schemas.length).toBeGreaterThan(50)
  })

  it('describes every parameter', () => {
    const parameters = operations.flatMap(({ operation: { operationId, parameters = [] } }) =>
      parameters.map((one) => ({ ...one, of: `${operationId} ${one.name}` })),
    )
    expect(parameters.length).toBeGreaterThan(80)
    const described = parameters.filter((one) => /\w/.test(one.description ?? one.schema?.description ?? ''))
    expect(parameters.filter((one) => !described.includes(one)).map((one) => one.of)).toEqual([])
  })

  it('describes every operation, and the headers of every answer', () => {
    for (const { operation } of operations) {
      expect(operation.description, operation.operationId).toMatch(/\w.*\.$/s)
      for (const [status, { headers = {} }] of Object.entries(operation.responses)) {
        expect(Object.keys(headers), `${operation.operationId} ${status}`).toContain('X-Request-Id')
        for (const { $ref } of Object.values(headers))
          expect(document.components.headers[$ref.split('/').at(-1) ?? '']?.description).toMatch(/\w/)
      }
    }
    const one = operations.find(({ operation }) => operation.operationId === 'assertRecord')?.operation.responses
    const created = ['X-Request-Id', 'Server-Timing', 'RateLimit-Policy', 'RateLimit', 'ETag', 'Location']
    expect(Object.keys(one?.[201]?.headers ?? {})).toEqual([...created, 'Idempotency-Replayed'])
    const requiredOf = (status: number) =>
      Object.entries(one?.[status]?.headers ?? {})
        .filter(([, { $ref }]) => document.components.headers[$ref.split('/').at(-1) ?? '']?.required)
        .map(([name]) => name)
    expect(requiredOf(201)).toEqual(['X-Request-Id', 'ETag', 'Location'])
    expect(requiredOf(200)).toEqual(['X-Request-Id'])
    expect(requiredOf(429)).toEqual(['X-Request-Id', 'Retry-After'])
    expect(requiredOf(401)).toEqual(['X-Request-Id', 'WWW-Authenticate'])
  })

  it('shows no real secret, id or address', () => {
    const text = JSON.stringify(document)
    expect(text).not.toMatch(/(eu|zdk)_[0-9a-f]{32}_/)
    expect(text).not.toMatch(/@(?!engine\.example|zyntro\.example)[a-z.]+\.(com|net|org)\b/)
  })
})

describe('what operators can do to a tenant', () => {
  const read = (path: string) => readFileSync(path, 'utf8')
  /** The table of all operations in all shapes, and its world. */
  const tried = read('test/edge/tenant-operations.test.ts') + read('test/support/tenants-world.ts')
  const page = read('docs/tenants.md')
  const [, rows = ''] = /\| operation \| what it does \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(page) ?? []
  const told = rows.split('\n').flatMap((row) => (row.split('|')[1] ?? '').match(/[a-z]+/g) ?? [])
  const commands = read('docs/operations.md')
  const ofOperators = operations.filter(({ operation }) => operation.tags.includes('Tenants'))

  /** What the page and the command call it. */
  const wordOf = (method: string, part: string): string => {
    const [, word] = part.split('/')
    if (word !== undefined) return word.replace(/s$/, '')
    return { post: 'create', patch: 'change', get: part === '' ? 'get' : 'list' }[method] ?? method
  }

  it.each(ofOperators.map(({ path, method }) => [method, path] as const))(
    '%s %s is tried in every shape, and stands on the page and among the commands',
    (method, path) => {
      const [, part] = /^\/v1\/tenants\/\{id\}(.*)$/.exec(path) ?? []
      if (part === undefined && path !== '/v1/tenants') return expect(page).toContain(path)
      const call =
        part === undefined
          ? new RegExp(`'${method.toUpperCase()}', '(\\?|')`)
          : new RegExp(`'${method.toUpperCase()}', \`/\\$\\{\\w+\\}${part}[\`?$]`)
      expect(tried).toMatch(call)
      const word = part === undefined ? wordOf(method, 'all') : wordOf(method, part)
      expect(told).toContain(word)
      expect(commands).toMatch(new RegExp(`\\btenant ${word}\\b`))
    },
  )
})
