import type { Caller, Examples, Signature } from '../../src/contracts/kit/examples.ts'

/** What of a request is to be sent, before it is signed. */
export interface Unsigned {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const bearer = ({ key }: Caller): Signature => ({ headers: { authorization: `Bearer ${key}` } })

/** The request with the credentials where its contract has them. */
export const signed = (request: Unsigned, { sign = bearer }: Pick<Examples, 'sign'>, caller: Caller) => {
  const { headers, body } = sign(caller)
  return {
    ...request,
    headers: { ...headers, ...request.headers },
    ...(request.body !== undefined && { body: body ? { ...body, ...(request.body as object) } : request.body }),
  }
}
