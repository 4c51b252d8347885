import { refuse } from '../engine/errors.ts'
import type { Presented } from './access.ts'

const BEARER = /^Bearer +(\S+)$/i

/** A request that shows a key and nothing else. @throws RefusedError invalid_credentials, when there is none */
export const keyAlone = (key: string | undefined): Presented => {
  if (key === undefined) throw refuse('invalid_credentials')
  return { secrets: [{ kind: 'key', value: key }] }
}

/** @throws RefusedError missing_credentials */
export const authorizationOf = (headers: Headers): string => {
  const header = headers.get('authorization')?.trim()
  if (!header || /^Bearer$/i.test(header)) throw refuse('missing_credentials')
  return header
}

/** The token after `Bearer`; undefined when the header is of another scheme, or of none. */
export const bearerToken = (authorization: string): string | undefined => BEARER.exec(authorization)?.[1]

/** `Authorization: Bearer <key>`. @throws RefusedError missing_credentials, invalid_credentials */
export const bearerKey = (headers: Headers): Presented => keyAlone(bearerToken(authorizationOf(headers)))
