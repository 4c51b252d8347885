import type { Answer, CallArguments, Method, PathWith } from '../../client/index.ts'
import { client } from '../session/session.ts'

/** A request as a value: the one that is sent is the one that is shown. */
export interface Question<A> {
  readonly method: Method
  /** As in the OpenAPI document: `/v1/objects/{object}`. */
  readonly path: string
  readonly options: QuestionOptions
  /** @throws EdgeUpsertError */
  send(): Promise<A>
}

/** All of it as it can be written down. */
export interface QuestionOptions {
  readonly path?: Readonly<Record<string, unknown>> | undefined
  readonly query?: Readonly<Record<string, unknown>> | undefined
  readonly headers?: Readonly<Record<string, unknown>> | undefined
  readonly body?: unknown
}

export const ask = <M extends Method, P extends PathWith<M>>(
  method: M,
  path: P,
  ...args: CallArguments<M, P>
): Question<Answer<M, P>> => {
  const options: QuestionOptions = args[0] ?? {}
  return { method, path, options, send: () => client().call(method, path, ...args) }
}
