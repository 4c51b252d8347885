import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { written } from '../../engine/assert.ts'
import { refuse } from '../../engine/errors.ts'
import { scopeOf, withCurrent } from '../../engine/session.ts'
import { revertRecord, type Undone, type UndoRequest, undoChanges } from '../../engine/undo.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { jsonRequest } from '../kit/responses.ts'
import { someTextUpTo } from '../kit/text.ts'
import { allowed } from './access.ts'
import { historyResponses, requireHistory } from './changes.ts'
import { decodeSequences, encodeCursor } from './cursor.ts'
import { problemDetails } from './errors.ts'
import { renderRecord } from './render.ts'
import { writeResponses } from './responses.ts'
import { cursor, dryRun, problem, record, recordParams } from './schemas.ts'

const reverted = z
  .strictObject({
    status: z.enum(['updated', 'unchanged']),
    changed: z.array(z.string()).openapi({ description: 'Attributes that were set back.' }),
    transition: z.enum(['archived', 'restored']).nullable(),
    dryRun: z.literal(true).optional(),
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
      'All values are again what they were in that version, whoever has changed them since; unique keys may have been taken by others meanwhile (409), and an attribute may have become one of another type (422). It is a change like any other: a new version, which can be taken back too. 410 where the history does not tell what the record was.',
    ...allowed(services, 'crm:write', jsonBody),
    request: {
      params: recordParams,
      query: dryRun,
      body: jsonRequest(
        z
          .strictObject({ version: z.number().int().min(1).openapi({ description: 'The version to go back to.' }) })
          .openapi('RevertRequest', { example: { version: 1 } }),
      ),
    },
    responses: { ...writeResponses(200, 'The record as it is now', reverted), ...historyResponses },
  })

const text = someTextUpTo(200)

const undoRequest = z
  .strictObject({
    request: text.optional().openapi({ description: 'X-Request-Id of the request to undo.' }),
    importId: text.optional().openapi({ description: 'Import-Id of the import to undo.' }),
    key: z.uuid().optional().openapi({ description: 'Id of the key whose changes are to be undone; needs `since`.' }),
    since: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Only what was changed after that.' }),
    created: z.enum(['archive', 'erase']).default('archive').openapi({
      description: 'What becomes of records that were created. What is erased cannot come back.',
    }),
    cursor,
  })
  .openapi('UndoRequest', { example: { request: 'sync-2026-11-26', created: 'archive' } })

const kept = z
  .strictObject({
    why: z.enum(['changed_since', 'not_recorded', 'too_many_changes', 'other_type']),
    attribute: z.string().nullable().openapi({ description: 'Null: the record as a whole.' }),
    actor: z.string().nullable().openapi({ description: 'Who has changed it since.' }),
    sequence: z.number().int().nullable().openapi({ description: 'The change in which they did.' }),
  })
  .openapi('Kept')

const undone = z
  .strictObject({
    object: z.string(),
    recordId: z.uuid(),
    status: z.enum(['reverted', 'archived', 'erased', 'unchanged', 'gone', 'refused']),
    version: z.number().int().nullable(),
    attributes: z.array(z.string()).openapi({ description: 'Attributes that were set back.' }),
    kept: z.array(kept).openapi({ description: 'What stays as it is, and why.' }),
    error: problem.optional(),
  })
  .openapi('Undone')

const undonePage = z
  .strictObject({
    records: z.array(undone),
    nextCursor: z.string().nullable().openapi({ description: 'Ask with it again for the rest; null at the end.' }),
    cutOff: z.boolean().openapi({
      description:
        'Changes before that are kept no longer, or were not recorded: what was to be undone may be among them.',
    }),
    dryRun: z.literal(true).optional(),
  })
  .openapi('UndonePage')

const undoRoute = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/changes/revert',
    operationId: 'revertChanges',
    tags: ['Changes'],
    summary: 'Undo what a request, an import or a key did',
    description:
      'A page of records at a time, those that were changed last first; a page may be empty and still have a nextCursor. What somebody else has changed since stays as it is, and is named under `kept`. Sent again it finds nothing to do.',
    ...allowed(services, 'crm:write', jsonBody),
    request: { query: dryRun, body: jsonRequest(undoRequest) },
    responses: { ...writeResponses(200, 'What became of each record', undonePage), ...historyResponses },
  })

const renderUndone = ({ kept, refusal, attributes, ...one }: Undone): z.infer<typeof undone> => ({
  ...one,
  attributes: [...attributes],
  kept: kept.map(({ why, attribute, by }) => ({
    why,
    attribute,
    actor: by?.actor ?? null,
    sequence: by?.sequence ?? null,
  })),
  ...(refusal && { error: problemDetails(refusal) }),
})

const selectionOf = ({ request, importId, key, since }: z.infer<typeof undoRequest>): UndoRequest['selection'] => {
  const named = [request, importId, key].filter((one) => one !== undefined)
  if (named.length !== 1)
    throw refuse('invalid_request', undefined, 'Name a request, an importId or a key, and one only')
  if (key !== undefined && since === undefined) throw refuse('required', 'since', ' with a key')
  if (request !== undefined) return { request }
  return importId === undefined ? { actor: `key:${key}` } : { importId }
}

/** Where the walk began stays the same from page to page: what undoing writes is behind it. */
const rangeOf = async (c: Context<AppEnv>, { cursor, since }: z.infer<typeof undoRequest>) => {
  const place = decodeSequences(cursor)
  if (place) return { before: place[0], after: place[1] }
  return withCurrent(c.get('session'), async (session) => {
    requireHistory(session)
    const scope = scopeOf(session)
    const history = c.get('history')
    const { sequence: last } = await history.moment(scope)
    if (since === undefined) return { before: last + 1, after: 0 }
    const moment = await history.moment(scope, Date.parse(since))
    if (!moment.reaches) throw refuse('history_gap', 'since', 'changes after that time are kept no longer')
    return { before: last + 1, after: moment.sequence }
  })
}

export const mountReverting = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(revertRoute(services), async (c) => {
    const { object, id } = c.req.valid('param')
    const isDry = c.req.valid('query').dryRun === 'true'
    const ports = { store: c.get('store'), history: c.get('history') }
    const { outcome, found } = await revertRecord(
      ports,
      c.get('session'),
      { object, id, version: c.req.valid('json').version },
      { contract: 'v1', request: c.get('requestId'), track: true, dryRun: isDry },
    )
    const now = outcome ? written(outcome) : undefined
    return c.json(
      {
        status: now && now.status !== 'unchanged' ? ('updated' as const) : ('unchanged' as const),
        changed: [...(now?.changed ?? [])],
        transition: now?.transition ?? null,
        ...(isDry && { dryRun: true as const }),
        record: renderRecord(now?.record ?? found.record),
      },
      200,
    )
  })

  app.openapi(undoRoute(services), async (c) => {
    const body = c.req.valid('json')
    const isDry = c.req.valid('query').dryRun === 'true'
    const selection = selectionOf(body)
    const range = await rangeOf(c, body)
    const { records, next, isCutOff } = await undoChanges(
      { store: c.get('store'), history: c.get('history') },
      c.get('session'),
      { selection, created: body.created, ...range },
      { contract: 'v1', request: c.get('requestId'), track: true, dataBytes: 0, dryRun: isDry },
    )
    return c.json(
      {
        records: records.map(renderUndone),
        nextCursor: next === undefined ? null : encodeCursor([String(next), String(range.after)]),
        cutOff: isCutOff,
        ...(isDry && { dryRun: true as const }),
      },
      200,
    )
  })
}
