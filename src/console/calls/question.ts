import type { Answer, CallArguments, Method, PathWith } from '../../client/index.ts'
import { client } from '../session/session.ts'

/** A request as a value: the one that is sent is the one that is shown. */
export interface Question<A> {
  readonly method: Method
  /** As in the OpenAPI document: `/v1/objects/{object}`. */
  readonly path: string
  readonly options: QuestionOptions
  /** @throws EdgeUpsertError; what the signal was aborted with */
  send(signal?: AbortSignal): Promise<A>
}

/** All of it as it can be written down. */
export interface QuestionOptions {
  readonly path?: Readonly<Record<string, unknown>> | undefined
  readonly query?: Readonly<Record<string, unknown>> | undefined
  readonly headers?: Readonly<Record<string, unknown>> | undefined
  readonly body?: unknown
}

/** The same call, which can be abandoned. */
const abortable = <M extends Method, P extends PathWith<M>>(args: CallArguments<M, P>, signal?: AbortSignal) =>
  // Whatever a call takes, it takes a signal besides: TypeScript cannot tell that of all of them at once.
  (signal ? [{ ...args[0], signal }] : args) as CallArguments<M, P>

export const ask = <M extends Method, P extends PathWith<M>>(
  method: M,
  path: P,
  ...args: CallArguments<M, P>
): Question<Answer<M, P>> => {
  const options: QuestionOptions = args[0] ?? {}
  return { method, path, options, send: (signal) => client().call(method, path, ...abortable<M, P>(args, signal)) }
}
