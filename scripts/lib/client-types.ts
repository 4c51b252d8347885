/**
 * OpenAPI 3.1 to the `paths` type that openapi-fetch takes. Of JSON Schema it knows what our routes use and fails on
 * anything else. (openapi-typescript does the same, but needs TypeScript 5 as a library.)
 */

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Record<string, Schema>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly default?: unknown
}
interface Parameter {
  readonly in: 'path' | 'query' | 'header'
  readonly name: string
  readonly required?: boolean
  readonly schema: Schema
}
type Content = Record<string, { readonly schema?: Schema }>
interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Record<string, { readonly content?: Content }>
}
export interface Document {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, Schema> }
}

const KEY_HEADER = 'idempotency-key'

/** A body that is sent may leave out what has a default; an answer has it. */
type Use = 'sent' | 'answered'

const literal = (value: unknown) => JSON.stringify(value)
const union = (parts: readonly string[]) => [...new Set(parts)].join(' | ')
const parens = (text: string) => (text.includes(' ') ? `(${text})` : text)

const objectType = (schema: Schema, use: Use): string => {
  const required = new Set(schema.required)
  const members = Object.entries(schema.properties ?? {}).map(([name, one]) => {
    const optional = !required.has(name) || (use === 'sent' && one.default !== undefined)
    return `${literal(name)}${optional ? '?' : ''}: ${typeOf(one, use)}`
  })
  const { additionalProperties: more } = schema
  // Of what it may have nothing is said, and nothing is forbidden.
  if (more === undefined && members.length === 0) return 'object'
  if (more === undefined || more === false)
    return members.length > 0 ? `{ ${members.join('; ')} }` : 'Record<string, never>'
  const open = `{ [name: string]: ${typeof more === 'object' && members.length === 0 ? typeOf(more, use) : 'unknown'} }`
  return members.length > 0 ? `{ ${members.join('; ')} } & ${open}` : open
}

const namedType = (name: string, schema: Schema, use: Use): string => {
  if (name === 'object') return objectType(schema, use)
  if (name === 'array') return `${parens(typeOf(schema.items ?? {}, use))}[]`
  if (name === 'integer') return 'number'
  if (['string', 'number', 'boolean', 'null'].includes(name)) return name
  throw new Error(`No type is known for ${JSON.stringify(schema)}`)
}

const typeOf = (schema: Schema, use: Use): string => {
  if (schema.$ref) return `components['schemas'][${literal(schema.$ref.split('/').at(-1))}]`
  if ('const' in schema) return literal(schema.const)
  if (schema.enum) return union(schema.enum.map(literal))
  const either = schema.anyOf ?? schema.oneOf
  if (either) return union(either.map((one) => typeOf(one, use)))
  if (schema.allOf) return schema.allOf.map((one) => parens(typeOf(one, use))).join(' & ')
  if (schema.type === undefined) return 'unknown'
  return union([schema.type].flat().map((name) => namedType(name, schema, use)))
}

const contentType = (content: Content | undefined, use: Use) =>
  content
    ? `content: { ${Object.entries(content)
        .map(([type, { schema }]) => `${literal(type)}: ${typeOf(schema ?? {}, use)}`)
        .join('; ')} }`
    : 'content?: never'

const parametersOf = (parameters: readonly Parameter[] = []) => {
  const places = ['query', 'header', 'path', 'cookie'].map((place) => {
    const own = parameters.filter((one) => one.in === place)
    if (own.length === 0) return `${place}?: never`
    const members = own.map((one) => `${literal(one.name)}${one.required ? '' : '?'}: ${typeOf(one.schema, 'sent')}`)
    return `${place}${own.some((one) => one.required) ? '' : '?'}: { ${members.join('; ')} }`
  })
  return `parameters: { ${places.join('; ')} }`
}

const operationType = ({ parameters, requestBody, responses }: Operation) => `{
      ${parametersOf(parameters)}
      ${requestBody ? `requestBody: { ${contentType(requestBody.content, 'sent')} }` : 'requestBody?: never'}
      responses: {
${Object.entries(responses)
  .map(
    ([status, { content }]) =>
      `        ${status}: { headers: { [name: string]: unknown }; ${contentType(content, 'answered')} }`,
  )
  .join('\n')}
      }
    }`

/** All schemas that a part of the document leads to. */
const schemasOf = (parts: readonly unknown[], { schemas }: Document['components']): ReadonlySet<string> => {
  const found = new Set<string>()
  const follow = (value: unknown) => {
    for (const [, name] of JSON.stringify(value ?? null).matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      if (name !== undefined && !found.has(name)) {
        found.add(name)
        follow(schemas[name])
      }
  }
  for (const part of parts) follow(part)
  return found
}

/** Schemas that a request body leads to: their members with a default may be left out. */
const sentSchemas = ({ paths, components }: Document): ReadonlySet<string> => {
  const operations = Object.values(paths).flatMap((one) => Object.values(one))
  const bodies = operations.map(({ requestBody }) => requestBody)
  return schemasOf(bodies, components)
}

/** What the document says of the paths that begin so, and nothing that only others need. */
export const partOf = ({ paths, components }: Document, prefix: string): Document => {
  const own = Object.fromEntries(Object.entries(paths).filter(([path]) => path.startsWith(prefix)))
  const needed = schemasOf([own], components)
  const schemas = Object.fromEntries(Object.entries(components.schemas).filter(([name]) => needed.has(name)))
  return { paths: own, components: { schemas } }
}

export const clientTypes = (document: Document): string => {
  const sent = sentSchemas(document)
  const paths = Object.entries(document.paths).map(
    ([path, operations]) => `  ${literal(path)}: {
${Object.entries(operations)
  .map(([method, operation]) => `    ${method}: ${operationType(operation)}`)
  .join('\n')}
  }`,
  )
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) => `    ${literal(name)}: ${typeOf(schema, sent.has(name) ? 'sent' : 'answered')}`,
  )
  return `// Made from public/openapi.json by scripts/client-types.ts. Do not edit.
export interface paths {
${paths.join('\n')}
}
export interface components {
  schemas: {
${schemas.join('\n')}
  }
}
`
}

/** The first list that an answer always has, or else its first member. */
const memberOf = (schema: Schema, schemas: Document['components']['schemas']): string => {
  const { required = [], properties = {} } = schema.$ref ? (schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema
  const list = required.find((name) => properties[name]?.type === 'array')
  if (list !== undefined) return `${list}[]`
  const [first] = required
  if (first === undefined) throw new Error(`Nothing is always in ${literal(schema)}`)
  return first
}

/** By what a client knows that an answer is one of the operation: one member, so that older servers are known as well. */
export const clientAnswers = ({ paths, components }: Document): string => {
  const lines = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) => {
      const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'))
      const schemas = successes.flatMap(([, { content }]) => content?.['application/json']?.schema ?? [])
      const members = new Set(schemas.map((schema) => memberOf(schema, components.schemas)))
      if (members.size > 1) throw new Error(`${method} ${path} answers in several ways`)
      const isSilent = successes.every(([, { content }]) => content === undefined)
      const [member = isSilent ? '' : undefined] = members
      return member === undefined ? [] : [`  '${method} ${path}': '${member}',`]
    }),
  )
  return `// Made from public/openapi.json by scripts/client-types.ts. Do not edit.

/** What the answer of each operation always has: a list ([]), or another member; nothing: there is no answer. */
export const answers: Readonly<Record<string, string>> = {
${lines.join('\n')}
}
`
}

/**
 * What becomes of an operation that is sent twice. Who creates something answers 200 where it was there already; what never does
 * makes another one each time.
 */
export const clientRepeats = ({ paths }: Document): string => {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, ...operation })),
  )
  const takesKey = operations.filter(({ parameters = [] }) => parameters.some(({ name }) => name === KEY_HEADER))
  const madeAnew = operations.filter(({ responses }) => '201' in responses && !('200' in responses))
  const setOf = (some: readonly { readonly name: string }[]) =>
    `ReadonlySet<string> = new Set([\n${some.map(({ name }) => `  '${name}',\n`).join('')}])`
  return `// Made from public/openapi.json by scripts/client-types.ts. Do not edit.

/** Those that take an Idempotency-Key: with it they are done once, however often they are sent. It costs a row an item. */
export const takesKey: ${setOf(takesKey)}

/** Each time they are done they make something else, such as a secret that is told once. All others that create answer the same again. */
export const madeAnew: ${setOf(madeAnew)}
`
}
