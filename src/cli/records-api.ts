import { AnsweredError, ConnectionError, EdgeUpsertError } from '../client/index.ts'
import { mayPass, wait, waitAfter } from '../client/retry.ts'
import { notOurs, refusalOf } from '../client/transport.ts'
import { urlUnder } from './api-url.ts'

/** The records of an organisation as its clients read them: with a key, from a running deployment of any kind. */

export interface ExportRequest {
  readonly url: string
  readonly key: string
  readonly object: string
  readonly format: 'ndjson' | 'csv'
  /** Of the address: fields, archived, values, filters. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/** Where an export has come to. */
interface Progress {
  after?: string
  hasHead: boolean
  isComplete: boolean
  records: number
  changesCursor?: string
}

/** What is told of an export as it goes on. */
export interface Told {
  /** How many records there are so far. */
  records(count: number): void
  /** From where a copy that is made of it goes on, once: the cursor of GET /v1/changes. Never where the history is off. */
  changesCursor(cursor: string): void
}

/** Parts in a row that bring no record: what ends them is nothing that passes. */
const TRIES = 5

const requestOf = ({ url: api, key, object, format, parameters }: ExportRequest, { after }: Progress) => {
  const url = urlUnder(api, `/v1/objects/${encodeURIComponent(object)}/records/export`)
  for (const [name, value] of parameters) url.searchParams.append(name, value)
  url.searchParams.set('format', format)
  if (after !== undefined) url.searchParams.set('after', after)
  return new Request(url, { headers: { authorization: `Bearer ${key}` } })
}

/** What each format is sent as. */
const TYPES = { csv: /^text\/csv\b/i, ndjson: /^application\/x-ndjson\b/i } as const

/** Whole rows: a line feed inside quotes ends none. What comes after the last one is given up, since it is asked for again. */
async function* rowsOf(chunks: AsyncIterable<string>, quoted: boolean): AsyncGenerator<string> {
  let kept = ''
  let looked = 0
  let isInside = false
  for await (const chunk of chunks) {
    kept += chunk
    let from = 0
    for (; looked < kept.length; looked++) {
      const character = kept[looked]
      if (quoted && character === '"') isInside = !isInside
      else if (character === '\n' && !isInside) {
        yield kept.slice(from, looked + 1)
        from = looked + 1
      }
    }
    kept = kept.slice(from)
    looked -= from
  }
}

interface ExportedRow {
  readonly export?: object
  readonly end?: { readonly complete: boolean }
  readonly id?: string
}

/** @returns nothing of what is no object */
const parsedRow = (row: string): ExportedRow => {
  try {
    return ((JSON.parse(row) as ExportedRow | null) ?? {}) as ExportedRow
  } catch {
    return {}
  }
}

/** Whatever columns are asked for, these are there: with a mark before them, perhaps. */
const isCsvHead = (row: string): boolean => /^\ufeff?id,(?:.*,)?createdAt,/s.test(row)

/** What a row is: of CSV the first one is the head, unless it goes on behind a record. */
const kindOf = (row: string, isCsv: boolean, isHead: boolean) => {
  if (isCsv) return isHead ? { head: isCsvHead(row) } : { id: row.slice(0, row.indexOf(',')) }
  const { export: head, end, id } = parsedRow(row)
  return { head: head !== undefined, id, end }
}

/** One part: what of it is to be written. @throws AnsweredError when it is refused; TypeError when it breaks off */
async function* part(request: ExportRequest, progress: Progress, told: Told): AsyncGenerator<string> {
  const isCsv = request.format === 'csv'
  const isFirst = progress.after === undefined
  const response = await fetch(requestOf(request, progress))
  const { status, headers } = response
  if (!response.ok || !response.body) throw refusalOf(status, headers, await response.json().catch(() => undefined))
  if (!TYPES[request.format].test(headers.get('content-type') ?? '')) throw notOurs(status, headers)
  // That of the first part: what is changed while the others are read is told by the changes behind it.
  const changesCursor = headers.get('changes-cursor')
  if (changesCursor !== null && progress.changesCursor === undefined) {
    progress.changesCursor = changesCursor
    told.changesCursor(changesCursor)
  }
  let rows = 0
  for await (const row of rowsOf(response.body.pipeThrough(new TextDecoderStream()), isCsv)) {
    const isFirstRow = isFirst && rows++ === 0
    const { head = false, id, end } = kindOf(row, isCsv, isFirstRow)
    if (isFirstRow && !head) throw notOurs(status, headers)
    if (head && progress.hasHead) continue
    if (head) progress.hasHead = true
    if (id !== undefined) {
      progress.after = id
      progress.records++
    }
    if (end) progress.isComplete = end.complete
    if (!end) yield row
    else if (end.complete) yield `${JSON.stringify({ end: { ...end, records: progress.records } })}\n`
  }
  if (!isCsv) return
  // One that is not all has broken off by now, and one without any record has a head still.
  if (!progress.hasHead) throw notOurs(status, headers)
  progress.isComplete = true
}

/** @throws what is not about the answer */
const failureOf = (error: unknown): EdgeUpsertError => {
  if (error instanceof EdgeUpsertError) return error
  // What fetch and a body that broke off throw.
  if (error instanceof TypeError) return new ConnectionError(error.message, { cause: error })
  throw error
}

/** What no waiting helps against is told as it is. */
const endOf = (failure: EdgeUpsertError, { url }: ExportRequest, { records }: Progress): Error => {
  if (!mayPass(failure, true) || waitAfter(failure, 1, 0) === undefined) return failure
  const told = failure instanceof AnsweredError ? ` ${failure.message}` : ''
  return new Error(
    `The export stopped after ${records} records, and nothing more comes: see that ${url} can be reached.${told}`,
    { cause: failure },
  )
}

/**
 * The rows of an export, whole, though it takes several parts: where one ends early, the next goes on behind its last record.
 * What passes is asked for again, as the client does it with every request.
 * @throws EdgeUpsertError when it is refused; Error when nothing more comes
 */
export async function* exportedRows(request: ExportRequest, told: Told): AsyncGenerator<string> {
  const progress: Progress = { hasHead: false, isComplete: false, records: 0 }
  for (let failures = 1; ; failures++) {
    const before = progress.records
    let failure: EdgeUpsertError = new ConnectionError('The export has broken off.')
    try {
      for await (const row of part(request, progress, told)) {
        yield row.slice(0, -1)
        told.records(progress.records)
      }
    } catch (error) {
      failure = failureOf(error)
    }
    if (progress.isComplete) return
    if (progress.records > before) {
      failures = 0
      continue
    }
    const pause = waitAfter(failure, failures, Math.random())
    if (failures >= TRIES || pause === undefined || !mayPass(failure, true)) throw endOf(failure, request, progress)
    await wait(pause)
  }
}
