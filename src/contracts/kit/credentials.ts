import { bearerKey } from '../../auth/bearer.ts'
import type { HeaderCredentials, SecurityScheme } from '../../http/credentials.ts'

export const bearerScheme: SecurityScheme = {
  type: 'http',
  scheme: 'bearer',
  description: 'A key in the Authorization header.',
}

/** `Authorization: Bearer <key>`. */
export const bearer: HeaderCredentials = {
  in: 'header',
  schemes: { bearer: bearerScheme },
  summary: 'Bearer',
  challenge: 'Bearer',
  read: bearerKey,
}
