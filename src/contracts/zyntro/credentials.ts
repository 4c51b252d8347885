import type { PresentedSecret } from '../../auth/access.ts'
import type { SecretKind } from '../../auth/secret.ts'
import { refuse } from '../../engine/errors.ts'
import type { BodyCredentials } from '../../http/credentials.ts'
import { isEmpty, type JsonObject } from '../kit/json.ts'

/** Names the field of a problem, never its value. */
const secretIn = (body: JsonObject, field: string, kind: SecretKind): PresentedSecret => {
  const value = body[field]
  if (isEmpty(value)) throw refuse('missing_credentials', field)
  if (typeof value !== 'string') throw refuse('invalid_credentials', field)
  return { kind, value, field }
}

/**
 * `api_key`, `developer_secret`, and the `org_id` and `member_id` that they are used for. That the two ids are sent at
 * all is for the route's schema to demand: their absence says nothing about the secrets.
 */
export const credentials: BodyCredentials = {
  in: 'body',
  // OpenAPI has no word for secrets in a body: they are fields of it.
  schemes: {},
  summary: 'in the body, with an IP allowlist',
  read: (body) => {
    const { org_id: organizationId, member_id: memberId } = body
    return {
      secrets: [secretIn(body, 'api_key', 'key'), secretIn(body, 'developer_secret', 'developer_secret')],
      ...(typeof organizationId === 'string' && { organizationId }),
      ...(typeof memberId === 'string' && { member: { id: memberId, field: 'member_id' } }),
    }
  },
}
