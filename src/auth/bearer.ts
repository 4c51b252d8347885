import { refuse } from '../engine/errors.ts'
import type { Presented } from './access.ts'

/** Where a contract's clients put their key. Each contract picks one of these; none looks anywhere else. */
export type HeaderStrategy = (headers: Headers) => Presented

const BEARER = /^Bearer +(\S+)$/i

const presented = (key: string | undefined): Presented => {
  if (key === undefined) throw refuse('invalid_credentials')
  return { secrets: [{ kind: 'key', value: key }] }
}

const authorization = (headers: Headers): string => {
  const header = headers.get('authorization')?.trim()
  if (!header) throw refuse('missing_credentials')
  return header
}

/** `Authorization: Bearer <key>`. @throws RefusedError missing_credentials, invalid_credentials */
export const bearerKey: HeaderStrategy = (headers) => presented(BEARER.exec(authorization(headers))?.[1])

/** `Authorization: Bearer <key>`, or the key alone in `X-Api-Key`. */
export const bearerOrApiKey: HeaderStrategy = (headers) => {
  const key = headers.get('x-api-key')?.trim()
  return key && !headers.has('authorization') ? presented(key) : bearerKey(headers)
}

/** The key in `Authorization`, alone or after `Bearer`. */
export const bareOrBearerKey: HeaderStrategy = (headers) => {
  const header = authorization(headers)
  return presented(BEARER.exec(header)?.[1] ?? (/\s/.test(header) ? undefined : header))
}
