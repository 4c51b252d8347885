import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { assertRecords, written } from '../../engine/assert.ts'
import { refuse } from '../../engine/errors.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { idempotencyOf } from '../../http/idempotency.ts'
import { jsonBody } from '../../http/json-body.ts'
import { json, jsonRequest } from '../kit/responses.ts'
import { allowed } from './access.ts'
import { commandInput } from './items.ts'
import { importId, provenanceOf } from './provenance.ts'
import { renderWritten } from './render.ts'
import { writeResponses } from './responses.ts'
import { dryRun, idempotencyKey, ifMatch, item, objectParam, prefer, written as writtenSchema } from './schemas.ts'

const headers = z.object({
  'if-match': ifMatch,
  'idempotency-key': idempotencyKey,
  'import-id': importId,
  prefer: prefer('return=minimal'),
})

const route = (services: Services) =>
  createRoute({
    method: 'put',
    path: '/v1/objects/{object}/records',
    operationId: 'assertRecord',
    tags: ['Records'],
    summary: 'Create or update one record',
    description:
      'Finds the record by `match` and writes `values` to it; where nothing matches, a record is created. What changes nothing is not written.',
    ...allowed(services, 'crm:write', jsonBody),
    request: { params: objectParam, query: dryRun, headers, body: jsonRequest(item) },
    responses: {
      ...writeResponses(200, 'The record was updated, or needed no update', writtenSchema),
      201: json(writtenSchema, 'A record was created'),
    },
  })

/** Versions begin with 1. */
const VERSION_OF_NONE = 0

/**
 * The version that an `If-Match` asks for. It compares strongly (RFC 9110, 13.1.1), so a weak tag matches no version; `*`
 * is refused, as it asks only that there be a record, which is mode update.
 * @throws RefusedError
 */
export const versionOf = (etag: string | undefined): number | undefined => {
  if (etag === undefined) return undefined
  const [, weak, version] = /^(W\/)?"(\d+)"$/.exec(etag.trim()) ?? []
  if (version === undefined) throw refuse('invalid_value', 'If-Match', 'the ETag of a record, such as "3"')
  return weak === undefined ? Number(version) : VERSION_OF_NONE
}

export const mountAssertOne = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const { object } = c.req.valid('param')
    const body = c.req.valid('json')
    const isDry = c.req.valid('query').dryRun === 'true'
    const { 'if-match': etag, prefer: wanted } = c.req.valid('header')
    const ofHeader = versionOf(etag)
    if (ofHeader !== undefined && body.ifVersion !== undefined && ofHeader !== body.ifVersion)
      throw refuse('invalid_value', 'ifVersion', 'the version that If-Match names, or left out')
    const ifVersion = ofHeader ?? body.ifVersion
    const idempotency = await idempotencyOf(c, body)
    const one = { ...body, ...(ifVersion !== undefined && { ifVersion }) }
    const result = await assertRecords(
      c.get('store'),
      c.get('session'),
      (organization) => commandInput(organization, object, { item: one }),
      {
        ...provenanceOf(c),
        track: true,
        dryRun: isDry,
        ...(idempotency && { idempotency }),
      },
    )
    if (result.replayed) c.header('Idempotency-Replayed', 'true')
    const outcome = written(result.outcomes[0])
    const answer = renderWritten(outcome, body, wanted !== 'minimal')
    if (isDry) return c.json({ ...answer, dryRun: true as const }, 200)
    c.header('ETag', `"${outcome.record.version}"`)
    c.header('Location', `/v1/objects/${object}/records/${outcome.record.id}`)
    return c.json(answer, outcome.status === 'created' ? 201 : 200)
  })
}
