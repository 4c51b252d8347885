import type { MiddlewareHandler } from 'hono'
import { authorizationOf, bearerToken, keyAlone } from '../../auth/bearer.ts'
import { refuse } from '../../engine/errors.ts'
import type { AppEnv } from '../../http/context.ts'
import type { HeaderCredentials } from '../../http/credentials.ts'
import { bearerScheme } from '../kit/credentials.ts'

/** The key in `Authorization`, alone or after `Bearer`. */
export const credentials: HeaderCredentials = {
  in: 'header',
  schemes: {
    bearer: bearerScheme,
    anduinKey: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: 'Instead of bearer: the same key alone, without a scheme in front of it.',
    },
  },
  summary: 'the bare key, Bearer',
  challenge: 'Bearer',
  read: (headers) => {
    const header = authorizationOf(headers)
    return keyAlone(bearerToken(header) ?? (/\s/.test(header) ? undefined : header))
  },
}

/** The firm of the path must be the organisation of the key. Any other answers alike, whether it exists or not. */
export const ownFirm: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (c.req.param('firmId')?.toLowerCase() !== c.get('session').organization.id) throw refuse('wrong_organization')
  await next()
}
