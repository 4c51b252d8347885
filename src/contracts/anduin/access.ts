import type { MiddlewareHandler } from 'hono'
import { refuse } from '../../engine/errors.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'

/** The firm of the path must be the organisation of the key. Any other answers alike, whether it exists or not. */
const ownFirm: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (c.req.param('firmId')?.toLowerCase() !== c.get('session').organization.id) throw refuse('wrong_organization')
  await next()
}

/** Who may write: a key with the scope, within its own firm. */
export const firmAccess = (services: Services) => [services.bareOrBearer('crm:write'), ownFirm] as const

/** Names of the schemes that index.ts registers. */
export const security = [{ anduinKey: [] }, { bearer: [] }]
