import type { Context } from 'hono'
import { hashSecret } from '../auth/secret.ts'
import { refuse } from '../engine/errors.ts'
import type { AppEnv } from './context.ts'

const KEY = /^[\x21-\x7e]{1,255}$/

/**
 * The Idempotency-Key of a request, bound to the credential, with the fingerprint of what was asked for.
 * @param body the parsed body: the order of its members counts
 */
export const idempotencyOf = async (c: Context<AppEnv>, body: unknown) => {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return undefined
  if (!KEY.test(key)) throw refuse('invalid_value', 'Idempotency-Key', '1 to 255 visible ASCII characters')
  const { pathname, search } = new URL(c.req.url)
  const fingerprint = await hashSecret(`${c.req.method} ${pathname}${search} ${JSON.stringify(body)}`)
  return { key: `${c.get('session').credentials[0]?.id ?? ''}:${key}`, fingerprint }
}
