import type { Caller, Examples, Signature } from '../../src/contracts/kit/examples.ts'
import { isJsonObject, type JsonObject } from '../../src/contracts/kit/json.ts'

/** What of a request is to be sent, before it is signed. */
export interface Unsigned {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const bearer = ({ key }: Caller): Signature => ({ headers: { authorization: `Bearer ${key}` } })

/** A text is sent as it is. */
const withMembers = (sent: unknown, members: JsonObject | undefined) =>
  members && isJsonObject(sent) ? { ...members, ...sent } : sent

/** The request with the credentials where its contract has them. */
export const signed = (request: Unsigned, { sign = bearer }: Pick<Examples, 'sign'>, caller: Caller) => {
  const { headers, body } = sign(caller)
  return {
    ...request,
    headers: { ...headers, ...request.headers },
    ...(request.body !== undefined && { body: withMembers(request.body, body) }),
  }
}
