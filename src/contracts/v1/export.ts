import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { problem, RefusedError, refuse } from '../../engine/errors.ts'
import { type ExportedPage, type ExportQuery, exportPages, lastChange } from '../../engine/export.ts'
import type { HistoryPlace } from '../../engine/history.ts'
import { objectOf } from '../../engine/names.ts'
import { readFilter } from '../../engine/query/filter.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { allowed } from './access.ts'
import { exportLimit } from './answer-size.ts'
import { encodePlace } from './cursor.ts'
import { csv, type ExportFormat, ndjson } from './export-formats.ts'
import { archived } from './find.ts'
import { conditionOf, filter, ids, ofParameter, parts } from './list.ts'
import { checkNames } from './records.ts'
import { readResponses } from './responses.ts'
import { fields, objectParam } from './schemas.ts'
import { checkCalls, endedBy, type StreamSummary, streamed } from './streaming.ts'

const query = z.object({
  format: z
    .enum(['ndjson', 'csv'])
    .default('ndjson')
    .openapi({ description: 'Lines of JSON, or CSV for a spreadsheet.' }),
  values: z.enum(['readable', 'stored']).optional().openapi({
    description:
      'readable: options by their values, related records by the value of their first unique attribute, members by their names, amounts with their currency. stored: as everywhere else. Default: readable for csv, stored for ndjson.',
  }),
  after: z.uuid().optional().openapi({
    description:
      'Goes on behind the record with this id: the `after` of a last line, or the id in the last row of a CSV that broke off.',
  }),
  fields,
  archived,
  ids,
  filter,
  where: z.string().optional().openapi({
    description:
      'A filter as a query takes it (`RecordFilter`), as JSON: `{"attribute":"emails","operator":"exists"}`. It must hold besides the others.',
  }),
})

const lines = {
  description:
    'First {"export": …}, then a record a line, at the end {"end": …}: `complete`, or else `error` and the `after` to go on with.',
  schema: z.string(),
}

const route = (services: Services) => {
  const responses = readResponses('The records', z.string())
  return createRoute({
    method: 'get',
    path: '/v1/objects/{object}/records/export',
    operationId: 'exportRecords',
    tags: ['Records'],
    summary: 'Export all records of an object',
    description:
      'As a stream, in the order of their ids, while others write: each record once, in a state that is no older than the beginning. What is changed meanwhile is in the change feed behind `changesCursor`, so that export and feed are an exact copy together. NDJSON says at its end whether it is complete; CSV that is not complete breaks off.',
    ...allowed(services, 'crm:read'),
    request: { params: objectParam, query },
    responses: {
      ...responses,
      200: {
        description: 'The records',
        content: {
          'application/x-ndjson': { schema: lines.schema.openapi({ description: lines.description }) },
          'text/csv': { schema: z.string() },
        },
      },
    },
  })
}

type Asked = z.infer<typeof query>

/** @throws RefusedError for what is no JSON */
const parsedWhere = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw refuse('invalid_value', 'where', 'a filter as JSON')
  }
}

const whereOf = (
  text: string | undefined,
  url: URL,
  listed: readonly string[] | undefined,
): ExportQuery['condition'] => {
  const ofParameters = conditionOf(url, listed)
  if (text === undefined) return ofParameters
  const where = parsedWhere(text)
  return (organization, object) => {
    const condition = ofParameter('where', (path) => readFilter(organization, object, where, path))
    const others = ofParameters(organization, object)
    return others ? { kind: 'and', of: [others, condition] } : condition
  }
}

const formatOf = ({
  format,
  values,
  fields: names,
  after,
  archived: which,
}: Asked): Promise<ExportFormat> | ExportFormat => {
  if (format === 'ndjson') return ndjson(values === 'readable', names)
  return csv(values !== 'stored', names, { isContinued: after !== undefined, withArchived: which !== 'exclude' })
}

const queryOf = (
  url: URL,
  object: string,
  { fields: names, archived: which, after, where, ...asked }: Asked,
): ExportQuery => ({
  objectOf(organization) {
    const schema = objectOf(organization, object)
    checkNames(schema, 'fields', names)
    return schema
  },
  condition: whereOf(where, url, parts(asked.ids)),
  archived: which,
  limit: exportLimit,
  named: asked.values === undefined ? asked.format === 'csv' : asked.values === 'readable',
  ...(after !== undefined && { after }),
})

const cursorAt = (place: HistoryPlace | undefined) => (place === undefined ? null : encodePlace(place))

interface Summary extends StreamSummary {
  records: number
}

const encoder = new TextEncoder()

/** The pieces of the answer. The first page is there already: what is wrong with the request was refused with it. */
async function* piecesOf(
  c: Context<AppEnv>,
  services: Services,
  format: ExportFormat,
  head: string,
  pages: { readonly first: ExportedPage; readonly others: AsyncGenerator<ExportedPage> },
  summary: Summary,
  ending: AbortSignal,
) {
  const readers = { reader: c.get('reader'), history: c.get('history') }
  let after = c.req.query('after') ?? null
  const take = (page: ExportedPage) => {
    summary.records += page.records.length
    after = page.next ?? page.records.at(-1)?.id ?? after
    return encoder.encode(format.page(page))
  }
  yield encoder.encode(head)
  try {
    yield take(pages.first)
    for (let page: ExportedPage | undefined = pages.first; page?.next !== undefined; ) {
      if (ending.aborted) throw new RefusedError(problem('stopping'), 1)
      checkCalls(c, services)
      page = (await pages.others.next()).value ?? undefined
      if (page) yield take(page)
    }
    const changesCursor = cursorAt(await lastChange(readers, c.get('session')))
    summary.ended = 'complete'
    yield encoder.encode(format.end({ complete: true, records: summary.records, changesCursor }) ?? '')
  } catch (error) {
    const told = endedBy(c, summary, error)
    const last = format.end({ complete: false, records: summary.records, after, error: told })
    if (last === undefined) throw error
    yield encoder.encode(last)
  }
}

const types = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' } as const

export const mountExport = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const { object } = c.req.valid('param')
    const asked = c.req.valid('query')
    const readers = { reader: c.get('reader'), history: c.get('history') }
    const at = new Date().toISOString()
    // Ahead of the first page: what is changed from here on is told by the changes behind it.
    const changesCursor = cursorAt(await lastChange(readers, c.get('session')))
    const pages = exportPages(readers, c.get('session'), queryOf(new URL(c.req.url), object, asked))
    const [format, { value: first }] = await Promise.all([formatOf(asked), pages.next()])
    if (!first) throw new RefusedError(problem('internal'))
    if (changesCursor !== null) c.header('Changes-Cursor', changesCursor)
    const head = format.head({ object, at, after: asked.after ?? null, changesCursor }, first.object)
    const summary: Summary = { records: 0, ended: 'abandoned' }
    return streamed(
      c,
      services,
      summary,
      (ending) => piecesOf(c, services, format, head, { first, others: pages }, summary, ending),
      {
        'Content-Type': types[asked.format],
        'Content-Disposition': `attachment; filename="${object}.${asked.format}"`,
      },
    )
  })
}
