import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { refuse } from '../../engine/errors.ts'
import type { Selection } from '../../engine/history.ts'
import { scopeOf, withCurrent } from '../../engine/session.ts'
import { type Undone, type UndoRequest, undoChanges } from '../../engine/undo.ts'
import { type Kept, keptReasons } from '../../engine/undoing.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { jsonRequest } from '../kit/responses.ts'
import { someTextUpTo } from '../kit/text.ts'
import { allowed } from './access.ts'
import { historyResponses, requireHistory } from './changes.ts'
import { decodeUndoing, encodeUndoing } from './cursor.ts'
import { problemDetails } from './errors.ts'
import { importId, provenanceOf } from './provenance.ts'
import { writeResponses } from './responses.ts'
import { cursor, dryRun, problem } from './schemas.ts'

const text = someTextUpTo(200)

const undoRequest = z
  .strictObject({
    request: text.optional().openapi({ description: 'X-Request-Id of the request to undo.' }),
    importId: text.optional().openapi({ description: 'Import-Id of the import to undo.' }),
    key: z.uuid().optional().openapi({ description: 'Id of the key whose changes are to be undone; needs `since`.' }),
    since: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Only what was changed from then on.' }),
    created: z.enum(['archive', 'erase']).default('archive').openapi({
      description: 'What becomes of records that were created. What is erased cannot come back.',
    }),
    cursor,
  })
  .openapi('UndoRequest', { example: { importId: 'examples', created: 'archive' } })

export const kept = z
  .strictObject({
    why: z.enum(keptReasons).openapi({
      description:
        '`changed_since` by somebody else, with a `record` by merging that into this one: undo that merge first, or this one is in its way later; `not_recorded`: its values were not kept; `too_many_changes` since; `other_type`: the attribute has become one of another type; `attribute_gone`: it was removed; `record_merged`: into `record`, which has to be undone first; `undone_together`: goes back only together with `record`, which cannot.',
    }),
    attribute: z.string().nullable().openapi({ description: 'Null: the record as a whole.' }),
    actor: z.string().nullable().openapi({ description: 'Who has changed it since.' }),
    sequence: z.number().int().nullable().openapi({ description: 'The change in which they did.' }),
    record: z.uuid().nullable().openapi({ description: 'Another record that is in the way.' }),
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
    nextCursor: z
      .string()
      .nullable()
      .openapi({ description: 'Send the same again with it for the rest; null at the end.' }),
    found: z.boolean().openapi({
      description:
        'Whether any change of what is to be undone has been found, on this page or an earlier one. At the end false only with `cutOff`: else it is 404.',
    }),
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
      'A page of records at a time, those that were changed last first; a page may be empty and still have a nextCursor. What somebody else has changed since stays as it is, and is named under `kept`. A merge is undone as a whole or not at all, and what was merged with a record of the page comes with it, so a record may be told of on two pages. Sent again it finds nothing to do. 404 where the history goes back to its beginning and has no such change; where it does not, `cutOff` says so.',
    ...allowed(services, 'crm:write', jsonBody),
    request: { query: dryRun, headers: z.object({ 'import-id': importId }), body: jsonRequest(undoRequest) },
    responses: { ...writeResponses(200, 'What became of each record', undonePage), ...historyResponses },
  })

export const renderKept = ({ why, attribute, by, record }: Kept): z.infer<typeof kept> => ({
  why,
  attribute,
  actor: by?.actor ?? null,
  sequence: by?.sequence ?? null,
  record: record ?? null,
})

const renderUndone = ({ kept, refusal, attributes, ...one }: Undone): z.infer<typeof undone> => ({
  ...one,
  attributes: [...attributes],
  kept: kept.map(renderKept),
  ...(refusal && { error: problemDetails(refusal) }),
})

type Asked = z.infer<typeof undoRequest>

/** What is to be undone, as the engine knows it and as whoever asked does. */
interface Meant {
  readonly selection: Selection
  readonly named: string
}

/** @throws RefusedError where that is not one thing */
const meantBy = ({ request, importId, key, since }: Asked): Meant => {
  const given = [request, importId, key].filter((one) => one !== undefined)
  if (given.length !== 1)
    throw refuse('invalid_request', undefined, 'Name a request, an importId or a key, and one only')
  if (key !== undefined && since === undefined) throw refuse('required', 'since', ' with a key')
  const from = since === undefined ? {} : { since: Date.parse(since) }
  const later = since === undefined ? '' : ` since ${since}`
  if (request !== undefined) return { selection: { request, ...from }, named: `the request "${request}"${later}` }
  if (importId !== undefined) return { selection: { importId, ...from }, named: `the import "${importId}"${later}` }
  return { selection: { actor: `key:${key}`, ...from }, named: `the key ${key}${later}` }
}

type Range = Required<Pick<UndoRequest, 'after' | 'goesOn'>>

/** Where the walk began stays the same from page to page: what undoing writes is behind it. */
const rangeOf = async (c: Context<AppEnv>, { cursor }: Asked, { selection }: Meant): Promise<Range> =>
  decodeUndoing(cursor) ??
  withCurrent(c.get('session'), async (session) => {
    requireHistory(session)
    const scope = scopeOf(session)
    const history = c.get('history')
    const begun = await history.moment(scope)
    const goesOn = { before: begun.sequence + 1, begun, found: false }
    if (selection.since === undefined) return { after: 0, goesOn }
    const { sequence, reaches } = await history.moment(scope, selection.since)
    // Behind a hole there may be some of them too: all that there is is looked at, and the answer says that it is cut off.
    return { after: reaches ? sequence : 0, goesOn }
  })

export const mountUndoing = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(undoRoute(services), async (c) => {
    const body = c.req.valid('json')
    const isDry = c.req.valid('query').dryRun === 'true'
    const meant = meantBy(body)
    const range = await rangeOf(c, body, meant)
    const { records, next, found, isCutOff } = await undoChanges(
      { store: c.get('store'), history: c.get('history') },
      c.get('session'),
      { selection: meant.selection, created: body.created, ...range },
      { ...provenanceOf(c), track: true, dataBytes: 0, dryRun: isDry },
    )
    if (next === undefined && !found && !isCutOff) throw refuse('not_found', undefined, `change of ${meant.named}`)
    return c.json(
      {
        records: records.map(renderUndone),
        nextCursor:
          next === undefined
            ? null
            : encodeUndoing({ after: range.after, goesOn: { ...range.goesOn, before: next, found } }),
        found,
        cutOff: isCutOff,
        ...(isDry && { dryRun: true as const }),
      },
      200,
    )
  })
}
