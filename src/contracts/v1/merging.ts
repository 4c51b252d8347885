import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { mergeRecords } from '../../engine/merge/index.ts'
import { mergeRules } from '../../engine/merge/values.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { jsonRequest } from '../kit/responses.ts'
import { allowed } from './access.ts'
import { keyOf } from './commands.ts'
import { importId, provenanceOf } from './provenance.ts'
import { renderRecord } from './render.ts'
import { writeResponses } from './responses.ts'
import { dryRun, matchObject, record, recordParams } from './schemas.ts'

const rule = z.enum(mergeRules).openapi('MergeRule', {
  description:
    'Where both have a value: `keep` that of the record that stays, `take` that of the other one; `append`: of a list both, of a single value the same as `keep`.',
})

const version = (of: string) =>
  z
    .number()
    .int()
    .min(1)
    .optional()
    .openapi({ description: `The version that ${of} must have; another one is answered with 412.` })

const mergeRequest = z
  .strictObject({
    loser: matchObject.openapi({
      description: 'The record that goes: `{"id": …}`, or a match key that it has.',
      example: { emails: 'rozsa@engine.example' },
    }),
    values: z
      .strictObject({
        default: rule.optional().openapi({ description: 'For all attributes. Default: append.' }),
        attributes: z.record(z.string(), rule).optional().openapi({ description: 'By slug, instead of the default.' }),
      })
      .optional()
      .openapi({
        description: 'Which values the record that stays has. What only one of the two has is kept in any case.',
      }),
    ifVersion: version('the record that stays'),
    loserIfVersion: version('the record that goes'),
  })
  .openapi('MergeRequest')

const merged = z
  .strictObject({
    status: z.enum(['merged', 'unchanged']).openapi({ description: '`unchanged`: it had been merged before.' }),
    mergedId: z
      .uuid()
      .nullable()
      .openapi({ description: 'Id of the record that went; null where it had gone before.' }),
    changed: z.array(z.string()).openapi({ description: 'Attributes of the record that are others than before.' }),
    left: z.array(z.string()).openapi({
      description: 'Attributes of which a value of one of the two has no place in the record; the history has it.',
    }),
    relationsMoved: z
      .number()
      .int()
      .openapi({ description: 'Records that pointed at the one that went, and point here now.' }),
    request: z.string().openapi({
      description:
        'Id of this request: POST /v1/changes/revert with it parts the two again. Of one that had been merged before, the history of this record names the request under `merged`.',
    }),
    dryRun: z.literal(true).optional(),
    record,
  })
  .openapi('MergeResult')

const route = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/objects/{object}/records/{id}/merge',
    operationId: 'mergeRecords',
    tags: ['Records'],
    summary: 'Merge another record into this one',
    description:
      'In one transaction: this record takes values by the rules; relations that point at the other one are moved here, at most as many as `relationsPerMerge` of GET /v1/limits; the other one goes, and its id and its match keys lead here from then on, in reads, writes and relations alike. The same again changes nothing. It can be undone by the id of the request.',
    ...allowed(services, 'crm:write', jsonBody),
    request: {
      params: recordParams,
      query: dryRun,
      headers: z.object({ 'import-id': importId }),
      body: jsonRequest(mergeRequest),
    },
    responses: writeResponses(200, 'The record that stays', merged),
  })

export const mountMerging = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const { object, id } = c.req.valid('param')
    const { loser, values = {}, ifVersion, loserIfVersion } = c.req.valid('json')
    const isDry = c.req.valid('query').dryRun === 'true'
    const provenance = provenanceOf(c)
    const { status, survivor, mergedId, changed, left, moved } = await mergeRecords(
      { store: c.get('store'), merging: c.get('merging') },
      c.get('session'),
      {
        ...{ object, id: id.toLowerCase() },
        loser: (schema) => keyOf(schema, loser),
        rules: { default: values.default ?? 'append', attributes: values.attributes ?? {} },
        ...(ifVersion !== undefined && { ifVersion }),
        ...(loserIfVersion !== undefined && { loserIfVersion }),
      },
      { ...provenance, dryRun: isDry },
    )
    return c.json(
      {
        ...{ status, mergedId, changed: [...changed], left: [...left], relationsMoved: moved },
        request: provenance.request,
        ...(isDry && { dryRun: true as const }),
        record: renderRecord(survivor),
      },
      200,
    )
  })
}
