import type { Described } from './described.ts'
import type { Recorded } from './recorded-examples.ts'
import { type RefusedOperation, refusalExample } from './refusal-examples.ts'

interface MediaType {
  readonly schema?: { readonly $ref?: string }
  example?: unknown
}
interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly schema: { readonly type?: string }
  example?: unknown
}
interface Operation {
  readonly operationId: string
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  /** Where credentials are in the body, so that there is no security scheme to have the scope. */
  readonly 'x-scope'?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Record<string, MediaType> }
  readonly responses: Record<string, { readonly content?: Record<string, MediaType> }>
}
export interface Document {
  readonly components?: { readonly schemas?: Readonly<Record<string, { readonly example?: unknown }>> }
  readonly paths: Record<string, Record<string, Operation>>
}

const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')

const requestExample = (type: string, request: unknown) =>
  type.includes('ndjson') ? lines(request as unknown[]) : request

interface Feed {
  readonly changes: readonly unknown[]
  readonly nextCursor: string
}

/** The last change of a page as the event that a stream would make of it. */
const lastEvent = ({ changes, nextCursor }: Feed) =>
  `id: ${nextCursor}\nevent: change\ndata: ${JSON.stringify(changes.at(-1))}\n\n`

/** What was answered as text is shown as it was. */
const responseExample = (type: string, response: unknown) => {
  if (type === 'text/event-stream') return lastEvent(response as Feed)
  return type.includes('ndjson') && typeof response !== 'string'
    ? lines((response as { outcomes: unknown[] }).outcomes)
    : response
}

/**
 * The values that the parameters of a path template have in a request. Headers have none: a page that sends requests
 * would send them with the first one.
 */
const parametersIn = (template: string, requested: string): ReadonlyMap<string, string> => {
  const { pathname, searchParams } = new URL(requested, 'http://edge.example')
  const segments = pathname.split('/').map(decodeURIComponent)
  const inPath = template
    .split('/')
    .flatMap((segment, i): [string, string][] =>
      segment.startsWith('{') ? [[segment.slice(1, -1), segments[i] ?? '']] : [],
    )
  return new Map([...inPath, ...searchParams])
}

const refusedOperation = ({ security = [], requestBody, ...operation }: Operation): RefusedOperation => ({
  scope: security.flatMap((scheme) => Object.values(scheme).flat())[0] ?? operation['x-scope'] ?? '',
  hasBody: requestBody !== undefined,
})

/** A refusal is an example of the type that it came as; other answers are shown in every type that they may have. */
const answerFor = (own: readonly Recorded[], status: string, type: string): Recorded | undefined =>
  own.find((one) => String(one.status) === status && one.type === type) ??
  own.find((one) => String(one.status) === status && one.status < 400)

type Schemas = NonNullable<NonNullable<Document['components']>['schemas']>

/** That of the schema itself: of an answer that the demo cannot give. */
const ownExample = (schemas: Schemas, { schema }: MediaType): unknown =>
  schemas[schema?.$ref?.split('/').at(-1) ?? '']?.example

const illustrate = (
  path: string,
  operation: Operation,
  described: readonly Described[],
  recorded: readonly Recorded[],
  schemas: Schemas,
) => {
  const contract = described.find(({ entry }) => entry.prefixes.some((prefix) => path.startsWith(prefix)))?.contract
  const own = recorded.filter(({ operationId }) => operationId === operation.operationId)
  // Where the demo cannot do it, that it cannot is what it answers first.
  const first = own.find(({ status }) => status < 400) ?? own[0]
  if (!contract || !first) throw new Error(`${operation.operationId} has no example in the examples.ts of its contract`)
  const values = parametersIn(path, first.path)
  for (const parameter of operation.parameters ?? []) {
    const value = parameter.in === 'header' ? undefined : values.get(parameter.name)
    if (value !== undefined) parameter.example = parameter.schema.type === 'integer' ? Number(value) : value
  }
  for (const [type, media] of Object.entries(operation.requestBody?.content ?? {}))
    media.example = requestExample(type, first.request)
  for (const [status, { content }] of Object.entries(operation.responses))
    for (const [type, media] of Object.entries(content ?? {})) {
      const answer = answerFor(own, status, type)
      const example = answer
        ? responseExample(type, answer.response)
        : (ownExample(schemas, media) ?? refusalExample(contract, refusedOperation(operation), Number(status)))
      if (example !== undefined) media.example = example
    }
}

/** Puts an example on every parameter that needs one and on every body. @throws Error when an operation has none */
export const withExamples = (
  document: Document,
  described: readonly Described[],
  recorded: readonly Recorded[],
): Document => {
  for (const [path, operations] of Object.entries(document.paths))
    for (const operation of Object.values(operations))
      illustrate(path, operation, described, recorded, document.components?.schemas ?? {})
  return document
}
