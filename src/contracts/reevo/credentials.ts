import { bearerKey, keyAlone } from '../../auth/bearer.ts'
import type { HeaderCredentials } from '../../http/credentials.ts'
import { bearerScheme } from '../kit/credentials.ts'

/** `Authorization: Bearer <key>`, or the key alone in `X-Api-Key`. */
export const credentials: HeaderCredentials = {
  in: 'header',
  schemes: {
    bearer: bearerScheme,
    apiKey: {
      type: 'apiKey',
      in: 'header',
      name: 'X-Api-Key',
      description: 'Instead of bearer: the same key, in a header of its own.',
    },
  },
  summary: 'Bearer, X-Api-Key',
  challenge: 'Bearer',
  read: (headers) => {
    const key = headers.get('x-api-key')?.trim()
    return key && !headers.has('authorization') ? keyAlone(key) : bearerKey(headers)
  },
}
