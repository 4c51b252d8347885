import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { written } from '../../engine/assert.ts'
import { revertRecord } from '../../engine/revert.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { jsonRequest } from '../kit/responses.ts'
import { allowed } from './access.ts'
import { historyResponses } from './changes.ts'
import { importId, provenanceOf } from './provenance.ts'
import { renderRecord } from './render.ts'
import { writeResponses } from './responses.ts'
import { dryRun, record, recordParams } from './schemas.ts'
import { kept, renderKept } from './undoing.ts'

const reverted = z
  .strictObject({
    status: z.enum(['updated', 'unchanged']),
    changed: z.array(z.string()).openapi({ description: 'Attributes that were set back.' }),
    transition: z.enum(['archived', 'restored']).nullable(),
    dryRun: z.literal(true).optional(),
    kept: z.array(kept).openapi({ description: 'Attributes of that version that have been removed since.' }),
    record,
  })
  .openapi('Reverted')

const revertRoute = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/objects/{object}/records/{id}/revert',
    operationId: 'revertRecord',
    tags: ['Records'],
    summary: 'Take a record back to an earlier version',
    description:
      'All values are again what they were in that version, whoever has changed them since; unique keys may have been taken by others meanwhile (409), and an attribute may have become one of another type (422); one that has another slug by now goes back under that, and one that was removed is named under `kept`; a version that the record has not had is refused (422). It is a change like any other: a new version, which can be taken back too. 410 where the history does not tell what the record was.',
    ...allowed(services, 'crm:write', jsonBody),
    request: {
      params: recordParams,
      query: dryRun,
      headers: z.object({ 'import-id': importId }),
      body: jsonRequest(
        z
          .strictObject({ version: z.number().int().min(1).openapi({ description: 'The version to go back to.' }) })
          .openapi('RevertRequest', { example: { version: 1 } }),
      ),
    },
    responses: { ...writeResponses(200, 'The record as it is now', reverted), ...historyResponses },
  })

export const mountReverting = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(revertRoute(services), async (c) => {
    const { object, id } = c.req.valid('param')
    const isDry = c.req.valid('query').dryRun === 'true'
    const ports = { store: c.get('store'), history: c.get('history') }
    const { outcome, found, gone } = await revertRecord(
      ports,
      c.get('session'),
      { object, id, version: c.req.valid('json').version },
      { ...provenanceOf(c), track: true, dryRun: isDry },
    )
    const now = outcome ? written(outcome) : undefined
    return c.json(
      {
        status: now && now.status !== 'unchanged' ? ('updated' as const) : ('unchanged' as const),
        changed: [...(now?.changed ?? [])],
        transition: now?.transition ?? null,
        ...(isDry && { dryRun: true as const }),
        kept: gone.map((attribute) => renderKept({ why: 'attribute_gone', attribute, by: null })),
        record: renderRecord(now?.record ?? found.record),
      },
      200,
    )
  })
}
