import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { assertRecords } from '../../engine/assert.ts'
import { changeFound, checkChange, commandTo, type ManyChange } from '../../engine/change-many.ts'
import { refuse } from '../../engine/errors.ts'
import { objectOf } from '../../engine/names.ts'
import type { Outcome } from '../../engine/outcome.ts'
import { readFilter } from '../../engine/query/filter.ts'
import { readSearch } from '../../engine/query/search.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import type { Organization } from '../../schema/schema.ts'
import { jsonRequest } from '../kit/responses.ts'
import { allowed } from './access.ts'
import { pageLimit, problemsOf } from './answer-size.ts'
import { historyResponses } from './changes.ts'
import { commandOf, keysOf } from './commands.ts'
import { decodeQueryCursor, encodeQueryCursor } from './cursor.ts'
import { problemDetails } from './errors.ts'
import { q } from './find.ts'
import { BATCH_LIMIT } from './items.ts'
import { importId, provenanceOf } from './provenance.ts'
import { filter } from './query.ts'
import { writeResponses } from './responses.ts'
import { cursor, dryRun, item, matchObject, objectParam, outcomeFields, problem } from './schemas.ts'

const body = z
  .strictObject({
    change: z.enum(['update', 'archive', 'restore', 'erase']),
    filter: filter.optional(),
    q: q.openapi({ description: 'Words that are searched for, as in a query: besides a filter, or alone.' }),
    keys: z.array(matchObject).min(1).max(BATCH_LIMIT).optional().openapi({
      description: 'Instead of filter and q: a match key of each record, such as `{"emails": "ada@engine.example"}`.',
    }),
    values: item.shape.values.optional().openapi({ description: 'Of an update: what each of them is given.' }),
    write: item.shape.write,
    archived: z.enum(['include', 'exclude', 'only']).optional().openapi({
      description: 'Whether the filter finds archived records, or them alone. Absent: exclude; to restore: only.',
    }),
    limit: z.number().int().min(1).max(BATCH_LIMIT).default(200),
    cursor,
  })
  .openapi('ChangeManyRequest', {
    example: { change: 'archive', filter: { attribute: 'job_title', operator: 'eq', value: 'Retired' } },
  })

const changedRecord = z
  .strictObject({
    index: z.number().int(),
    status: z.enum(['updated', 'unchanged', 'erased', 'refused']),
    id: outcomeFields.id.openapi({ description: 'Also of what is erased. Null where no record has the key.' }),
    version: outcomeFields.version,
    changed: outcomeFields.changed,
    transition: outcomeFields.transition,
    error: problem.optional(),
  })
  .openapi('ChangedRecord')

const page = z
  .strictObject({
    records: z.array(changedRecord),
    nextCursor: z
      .string()
      .nullable()
      .openapi({ description: 'Send the same again with it for the rest; null at the end.' }),
    workLimitReached: z.literal(true).optional(),
    dryRun: z.literal(true).optional(),
  })
  .openapi('ChangedPage')

const route = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/objects/{object}/records/change',
    operationId: 'changeRecords',
    tags: ['Records'],
    summary: 'Update, archive, restore or erase many records',
    description:
      'Those that a filter lets through and `q` finds, a page at a time in the order of their creation, or those that have the keys. A record that somebody else has changed since it was found is refused (`version_mismatch`): send the same again from the beginning. With an Import-Id all pages can be undone together, but for what is erased.',
    ...allowed(services, 'crm:write', jsonBody),
    request: {
      params: objectParam,
      query: dryRun,
      headers: z.object({ 'import-id': importId }),
      body: jsonRequest(body),
    },
    responses: { ...writeResponses(200, 'What became of each record', page), ...historyResponses },
  })

type Asked = z.infer<typeof body>

/** What is done, in the words of the engine. @throws RefusedError */
const changeOf = (organization: Organization, object: string, { change, values, write }: Asked): ManyChange => {
  if (change !== 'update') return { values: {}, lifecycle: change }
  const { values: own, writeModes } = commandOf(organization, object, { values: values ?? {}, write })
  return { values: own, ...(writeModes && { writeModes }) }
}

/** @throws RefusedError for what means nothing together */
const check = ({ change, filter: sent, q: words, keys, values, write, cursor: at, archived }: Asked): void => {
  if (((sent ?? words) === undefined) === (keys === undefined))
    throw refuse('invalid_request', 'filter', 'Send a filter or q, or both, or keys instead')
  if (change === 'update' && values === undefined) throw refuse('required', 'values', ' to update')
  if (change !== 'update' && (values ?? write) !== undefined)
    throw refuse('unknown_field', values === undefined ? 'write' : 'values', `a request to ${change}`)
  if (keys && (at ?? archived) !== undefined)
    throw refuse('unknown_field', at === undefined ? 'archived' : 'cursor', 'a request with keys')
}

const render = (outcome: Outcome, index: number, id: string | null, most: number): z.infer<typeof changedRecord> => {
  const none = { index, id, version: null, changed: [], transition: null }
  if (outcome.status === 'erased') return { ...none, status: 'erased', id: outcome.recordId }
  if (outcome.status === 'refused')
    return { ...none, status: 'refused', error: problemDetails(outcome.refusal, undefined, { most }) }
  if (outcome.status === 'skipped' || outcome.status === 'created') throw refuse('internal')
  const { status, record, changed, transition } = outcome
  return { index, status, id: record.id, version: record.version, changed: [...changed], transition }
}

const options = (c: Context<AppEnv>, dry: boolean) =>
  ({ ...provenanceOf(c), track: true, dataBytes: 0, dryRun: dry }) as const

const changeByFilter = async (c: Context<AppEnv>, object: string, asked: Asked, dry: boolean) => {
  const after = decodeQueryCursor(asked.cursor)
  const { changed, next, workLimitReached } = await changeFound(
    { reader: c.get('reader'), store: c.get('store') },
    c.get('session'),
    {
      objectOf: (organization) => objectOf(organization, object),
      condition: (organization, schema) =>
        asked.filter === undefined ? undefined : readFilter(organization, schema, asked.filter),
      search: (schema) => (asked.q === undefined ? undefined : readSearch(schema, asked.q)),
      change: (organization) => changeOf(organization, object, asked),
      archived: asked.archived ?? (asked.change === 'restore' ? 'only' : 'exclude'),
      limit: pageLimit(asked.limit),
      ...(after && { after }),
    },
    options(c, dry),
  )
  const most = problemsOf(changed.length)
  return {
    records: changed.map(({ found, outcome }, i) => render(outcome, i, found.id, most)),
    nextCursor: next ? encodeQueryCursor(next) : null,
    ...(workLimitReached && { workLimitReached: true as const }),
  }
}

const changeByKeys = async (c: Context<AppEnv>, object: string, asked: Asked, dry: boolean) => {
  const keys = asked.keys ?? []
  const { outcomes } = await assertRecords(
    c.get('store'),
    c.get('session'),
    (organization) => {
      const schema = objectOf(organization, object)
      const change = changeOf(organization, object, asked)
      checkChange(organization, object, change)
      return keys.map((key) => commandTo(object, keysOf(schema, key), change))
    },
    options(c, dry),
  )
  const most = problemsOf(outcomes.length)
  return { records: outcomes.map((one, i) => render(one, i, null, most)), nextCursor: null }
}

export const mountChangeMany = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const { object } = c.req.valid('param')
    const asked = c.req.valid('json')
    const dry = c.req.valid('query').dryRun === 'true'
    check(asked)
    const answer = await (asked.keys ? changeByKeys : changeByFilter)(c, object, asked, dry)
    return c.json({ ...answer, ...(dry && { dryRun: true as const }) }, 200)
  })
}
