import type { EdgeUpsert, Filter, Query } from '../client/index.ts'
import { type ExportRequest, exportedRows, type Told } from './records-api.ts'

/**
 * An export in another order than that of the ids: a query tells the order, and the export itself what each record looks like.
 * A record that is moved to and fro in the order meanwhile comes once.
 */

export interface Sorting {
  readonly sort: NonNullable<Query['sort']>
  readonly archived: NonNullable<Query['archived']>
  readonly where?: Filter
}

/** As many as one address has room for. */
const IDS = 100

interface Row {
  readonly text: string
  /** Absent: it is no record, but the head or what stands at the end. */
  readonly id?: string
}

const rowOf = (text: string, { format }: ExportRequest, isFirst: boolean): Row => {
  if (format === 'csv') return isFirst ? { text } : { text, id: text.slice(0, text.indexOf(',')) }
  const { id } = JSON.parse(text) as { readonly id?: string }
  return id === undefined ? { text } : { text, id }
}

/** The rows of an export that is small enough to be put in order, by their ids, and its head. */
const rowsOf = async (request: ExportRequest) => {
  const rows: Row[] = []
  const nobody = { records: () => undefined, changesCursor: () => undefined }
  for await (const text of exportedRows(request, nobody)) rows.push(rowOf(text, request, rows.length === 0))
  const [head] = rows
  return { head, byId: new Map(rows.flatMap(({ id, text }) => (id === undefined ? [] : [[id, text]]))) }
}

const withParameters = (request: ExportRequest, ...parameters: ExportRequest['parameters']): ExportRequest => ({
  ...request,
  parameters: [...request.parameters, ...parameters],
})

/** Ids in the order that is asked for, and then of those that have no value to be ordered by. */
async function* idsOf(
  client: EdgeUpsert,
  object: string,
  { sort, archived, where }: Sorting,
): AsyncGenerator<string[]> {
  const without: Filter = { attribute: sort.attribute, operator: 'not_exists' }
  const query = { archived, fields: [], limit: 1_000 }
  const queries: Query[] = [{ ...query, sort, ...(where && { filter: where }) }]
  if (sort.attribute !== 'createdAt') queries.push({ ...query, filter: where ? { and: [where, without] } : without })
  const seen = new Set<string>()
  for (const one of queries)
    for await (const { items } of client.records(object).query(one).pages()) {
      const ids = items.map(({ id }) => id).filter((id) => !seen.has(id))
      for (const id of ids) seen.add(id)
      for (let at = 0; at < ids.length; at += IDS) yield ids.slice(at, at + IDS)
    }
}

/** @throws Error when it is refused, or nothing more comes */
export async function* sortedRows(
  client: EdgeUpsert,
  request: ExportRequest,
  sorting: Sorting,
  told: Told,
): AsyncGenerator<string> {
  let records = 0
  // Of none, for the head, which is there when no record is.
  const { head } = await rowsOf(withParameters(request, ['ids', '00000000-0000-0000-0000-000000000000']))
  if (head) yield head.text
  for await (const ids of idsOf(client, request.object, sorting)) {
    const { byId } = await rowsOf(withParameters(request, ['ids', ids.join()]))
    const rows = ids.flatMap((id) => byId.get(id) ?? [])
    yield* rows
    records += rows.length
    told.records(records)
  }
  if (request.format === 'ndjson') yield JSON.stringify({ end: { complete: true, records } })
}
