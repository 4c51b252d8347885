import { answers } from './answers.ts'
import type { paths } from './openapi.ts'
import { madeAnew, takesKey } from './repeats.ts'
import type { CallSettings, Sent, Transport } from './transport.ts'

/** Every operation of the OpenAPI document, typed by it. */

export type Method = 'get' | 'put' | 'post' | 'patch' | 'delete'

/** Answered piece by piece, which no call waits for. */
type Streamed = '/v1/objects/{object}/records/export'

/** The paths that take a method. */
export type PathWith<M extends Method> = {
  [P in Exclude<keyof paths, Streamed>]: paths[P] extends Record<M, unknown> ? P : never
}[Exclude<keyof paths, Streamed>]

type OperationOf<M extends Method, P extends PathWith<M>> =
  paths[P] extends Record<M, infer Operation> ? Operation : never

type Given<Name extends string, T> = [T] extends [undefined]
  ? { readonly [N in Name]?: never }
  : undefined extends T
    ? { readonly [N in Name]?: T }
    : { readonly [N in Name]: T }

type Parameters<O, Place extends string> = O extends { parameters: infer All }
  ? Place extends keyof All
    ? All[Place]
    : undefined
  : undefined

type JsonBody<O> = O extends { requestBody: { content: { 'application/json': infer Body } } } ? Body : undefined

/** What a call needs: what the operation requires is required. */
export type CallOptions<M extends Method, P extends PathWith<M>> = CallSettings &
  Given<'path', Parameters<OperationOf<M, P>, 'path'>> &
  Given<'query', Parameters<OperationOf<M, P>, 'query'>> &
  Given<'headers', Parameters<OperationOf<M, P>, 'header'>> &
  Given<'body', JsonBody<OperationOf<M, P>>>

/** They may be left out where nothing is required. */
export type CallArguments<M extends Method, P extends PathWith<M>> =
  object extends CallOptions<M, P> ? [options?: CallOptions<M, P>] : [options: CallOptions<M, P>]

type JsonAnswer<R> = R extends { content: { 'application/json': infer Answer } } ? Answer : undefined

/** What an operation answers when it does not refuse. */
export type Answer<M extends Method, P extends PathWith<M>> =
  OperationOf<M, P> extends { responses: infer R }
    ? { [Status in keyof R & (200 | 201 | 204)]: JsonAnswer<R[Status]> }[keyof R & (200 | 201 | 204)]
    : never

export interface LooseOptions extends CallSettings, Pick<Sent, 'taken' | 'onRetry'> {
  readonly path?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
  /** The Idempotency-Key of a call that needs one. Default: a new one. */
  readonly repeatKey?: string
  /** The body as JSON, if that is known. */
  readonly json?: string
}

/** @throws TypeError when a parameter of the path is missing: the request would be another one */
const pathOf = (template: string, values: Readonly<Record<string, unknown>> = {}): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(values[name] ?? '')
    if (value === '') throw new TypeError(`path.${name} is missing`)
    return encodeURIComponent(value)
  })

/** An object stands for a parameter of each of its members: `{filter: {city: 'Berlin'}}` is `filter[city]=Berlin`. */
const queryOf = (query: Readonly<Record<string, unknown>> = {}): string => {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    if (typeof value !== 'object' || value === null) parameters.append(name, String(value))
    else for (const [member, one] of Object.entries(value)) parameters.append(`${name}[${member}]`, String(one))
  }
  return parameters.size === 0 ? '' : `?${parameters}`
}

const definedOf = (headers: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined))

/** What of an item decides what becomes of it the second time. */
interface SentItem {
  readonly match?: unknown
  readonly mode?: string
  readonly ifVersion?: number
}

/**
 * Whether an item that is asserted twice leaves the same as once: its record is found again, since none is asserted away
 * from the key that it is found by, and nothing is refused that was taken before.
 */
const isIdempotent = (item: SentItem | null): boolean =>
  item?.match !== undefined && item.mode !== 'insert' && item.ifVersion === undefined

const needsKey = (operation: string, { body, query = {}, headers = {} }: LooseOptions): boolean => {
  if (!takesKey.has(operation) || query.dryRun === true) return false
  return headers['if-match'] !== undefined || !([body].flat() as readonly (SentItem | null)[]).every(isIdempotent)
}

/** By the member that its answer always has, which is a list or something else; without one nothing is answered. */
const isAnswerTo = (operation: string, body: unknown): boolean => {
  const said = answers[operation]
  if (said === undefined) return true
  if (said === '') return body === undefined
  const name = said.replace('[]', '')
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return false
  return name === said || Array.isArray((body as Readonly<Record<string, unknown>>)[name])
}

/** Sends a call; whatever is done twice if it is sent twice gets a key by which the server knows it again. */
export const send = (transport: Transport, method: Method, path: string, options: LooseOptions): Promise<unknown> => {
  const { path: values, query, headers = {}, body, json, repeatKey, ...settings } = options
  const operation = `${method} ${path}`
  const text = json ?? (body === undefined ? undefined : JSON.stringify(body))
  return transport.send({
    ...settings,
    method,
    path: pathOf(path, values) + queryOf(query),
    headers: definedOf({
      ...(needsKey(operation, options) && { 'idempotency-key': repeatKey ?? crypto.randomUUID() }),
      ...headers,
    }),
    ...(text !== undefined && { body: text }),
    repeatable: !madeAnew.has(operation),
    isAnswer: (answered) => isAnswerTo(operation, answered),
  })
}
