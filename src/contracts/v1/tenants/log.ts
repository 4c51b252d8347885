import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { refuse } from '../../../engine/errors.ts'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { zuluMilliseconds } from '../../kit/read-back.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { readResponses } from '../responses.ts'
import { limit } from '../schemas.ts'
import { cursorParam, operated, tenantsOf } from './routes.ts'

const action = z
  .strictObject({
    at: z.iso.datetime(),
    operator: z.string().openapi({ description: "The beginning of the SHA-256 of the operator's secret." }),
    action: z.string(),
    tenantId: z.string().nullable(),
    requestId: z.string().nullable(),
    detail: z.unknown(),
    outcome: z.string().openapi({ description: '`done`, `failed`, or the code of the refusal.' }),
  })
  .openapi('OperatorAction')

/** Where a page begins. @throws RefusedError invalid_value */
const beforeOf = (cursor: string | undefined): number => {
  const [text] = decodeCursor(cursor) ?? []
  const before = text === undefined ? Number.MAX_SAFE_INTEGER : Number(text)
  if (!Number.isSafeInteger(before)) throw refuse('invalid_value', 'cursor', 'the nextCursor of an earlier page')
  return before
}

export const mountLog = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const list = createRoute({
    method: 'get',
    path: '/v1/operator-log',
    operationId: 'listOperatorActions',
    summary: 'What operators did, newest first',
    description: 'Everything that changed a tenant or was to, refused or not. Nothing deletes it.',
    ...operated(services),
    request: {
      query: cursorParam.extend({
        limit,
        tenantId: z.uuid().optional().openapi({ description: 'Only what was done to this tenant.' }),
      }),
    },
    responses: readResponses(
      'The actions',
      z.strictObject({ actions: z.array(action), nextCursor: z.string().nullable() }).openapi('OperatorLog'),
    ),
  })
  app.openapi(list, async (c) => {
    const { cursor, limit, tenantId } = c.req.valid('query')
    const page = { before: beforeOf(cursor), limit, ...(tenantId && { tenantId: tenantId.toLowerCase() }) }
    const found = await tenantsOf(services, c).actions(page)
    const last = found.length === limit ? found[found.length - 1] : undefined
    const actions = found.map(({ sequence: _, at, ...others }) => ({ at: zuluMilliseconds(at), ...others }))
    return c.json({ actions, nextCursor: last ? encodeCursor([String(last.sequence), '']) : null }, 200)
  })
}
