import type { Context } from 'hono'
import { refuse } from '../engine/errors.ts'
import { hashSecret } from '../secrets/hash.ts'
import type { AppEnv } from './context.ts'

export const IDEMPOTENCY_KEY_CHARACTERS = 255

const KEY = new RegExp(`^[\\x21-\\x7e]{1,${IDEMPOTENCY_KEY_CHARACTERS}}$`)

/** Headers that change what a request does or is answered; another value of one makes it another request. */
const MEANT = ['if-match', 'prefer'] as const

/**
 * The Idempotency-Key of a request, bound to the credential, with the fingerprint of what was asked for.
 * @param body the parsed body: the order of its members counts
 */
export const idempotencyOf = async (c: Context<AppEnv>, body: unknown) => {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return undefined
  if (!KEY.test(key))
    throw refuse('invalid_value', 'Idempotency-Key', `1 to ${IDEMPOTENCY_KEY_CHARACTERS} visible ASCII characters`)
  const headers = MEANT.map((name) => c.req.header(name) ?? null)
  // As JSON, so that no two requests can be written down alike.
  const asked = [c.req.method, c.req.path, new URL(c.req.url).search, headers, body]
  return {
    key: `${c.get('session').credentials[0]?.id ?? ''}:${key}`,
    fingerprint: await hashSecret(JSON.stringify(asked)),
  }
}
