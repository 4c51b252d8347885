import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { refuse } from '../../../engine/errors.ts'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { zuluMilliseconds } from '../../kit/read-back.ts'
import { decodeCursor, encodeSequence } from '../cursor.ts'
import { readResponses } from '../responses.ts'
import { limit } from '../schemas.ts'
import { cursorParam, operated } from './routes.ts'

const action = z
  .strictObject({
    at: z.iso.datetime(),
    operator: z.string().openapi({
      description:
        "The beginning of the SHA-256 of the operator's secret; `command` for whoever had the database itself; `upkeep` for what goes on by itself.",
    }),
    action: z.string(),
    tenantId: z.string().nullable(),
    requestId: z.string().nullable(),
    detail: z.unknown(),
    outcome: z.string().openapi({
      description:
        '`started` as long as it is not over, also when whoever did it was interrupted; then `done`, `not_reached` (its database did not answer, so it holds for the directory alone), `abandoned` (deleted there, and nothing erased), `returned` (a move that came back), `failed` (the same again goes on), or the code of the refusal.',
    }),
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
    description:
      'Everything that changed a tenant or was to, refused or not, with a line for each operation, however many requests it takes. What only reads is not in it. Nothing deletes it.',
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
    const found = await c.get('tenants').actions(page)
    const last = found.length === limit ? found[found.length - 1] : undefined
    const actions = found.map(({ sequence: _, at, ...others }) => ({ at: zuluMilliseconds(at), ...others }))
    return c.json({ actions, nextCursor: last ? encodeSequence(last.sequence) : null }, 200)
  })
}
