import { refuse } from '../engine/errors.ts'
import type { Presented, PresentedSecret } from './access.ts'
import type { SecretKind } from './secret.ts'

/** Where a contract's clients put their credentials when they put them into the JSON body. */
export type BodyStrategy = (body: Readonly<Record<string, unknown>>) => Presented

const isAbsent = (value: unknown) => value === undefined || value === null || value === ''

/** Names the field of a problem, never its value. */
const secretIn = (body: Readonly<Record<string, unknown>>, field: string, kind: SecretKind): PresentedSecret => {
  const value = body[field]
  if (isAbsent(value)) throw refuse('missing_credentials', field)
  if (typeof value !== 'string') throw refuse('invalid_credentials', field)
  return { kind, value, field }
}

/**
 * `api_key`, `developer_secret`, and the `org_id` and `member_id` that they are used for. That the two ids are sent at
 * all is for the route's schema to demand: their absence says nothing about the secrets.
 * @throws RefusedError missing_credentials, invalid_credentials
 */
export const bodyCredentials: BodyStrategy = (body) => {
  const { org_id: organizationId, member_id: memberId } = body
  return {
    secrets: [secretIn(body, 'api_key', 'key'), secretIn(body, 'developer_secret', 'developer_secret')],
    ...(typeof organizationId === 'string' && { organizationId }),
    ...(typeof memberId === 'string' && { memberId }),
  }
}
