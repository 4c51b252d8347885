import { bearerKey } from '../../auth/bearer.ts'
import type { HeaderCredentials, SecurityScheme } from '../../http/credentials.ts'

export const bearerScheme: SecurityScheme = {
  type: 'http',
  scheme: 'bearer',
  description:
    'Start here: your key, and nothing before it. Every contract takes it so, but one that has its credentials in the body.',
}

/** `Authorization: Bearer <key>`. */
export const bearer: HeaderCredentials = {
  in: 'header',
  schemes: { bearer: bearerScheme },
  summary: 'Bearer',
  challenge: 'Bearer',
  read: bearerKey,
}
