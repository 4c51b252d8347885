import type { Context } from 'hono'
import { assertRecords } from '../../engine/assert.ts'
import { problem, RefusedError, refuse } from '../../engine/errors.ts'
import type { Session } from '../../engine/session.ts'
import { refusalFrom } from '../../http/app-errors.ts'
import type { AppEnv } from '../../http/context.ts'
import { BODY_LIMIT, parseJson } from '../../http/json-body.ts'
import { problemDetails } from './errors.ts'
import { BATCH_LIMIT, commandInput, type ReadItem, readItem } from './items.ts'
import { renderOutcome } from './render.ts'

/** Characters of items that are gathered before they are written, however few they are. */
const CHUNK_CHARACTERS = 2_000_000

const readLine = (line: string): ReadItem => {
  try {
    return readItem(parseJson(line))
  } catch (error) {
    if (error instanceof RefusedError) return { item: {}, refused: error }
    throw error
  }
}

/** Lines of a byte stream. A line over the limit comes as a refusal, and the rest of it is dropped as it arrives. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string | RefusedError> {
  const decoder = new TextDecoder()
  let rest = ''
  let dropping = false
  for await (const bytes of body) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      if (!dropping && part.trim() !== '') yield part
      dropping = false
    }
    if (rest.length > BODY_LIMIT) {
      if (!dropping) yield refuse('body_too_large', undefined, `${BODY_LIMIT} characters a line`)
      dropping = true
      rest = ''
    }
  }
  if (!dropping && rest.trim() !== '') yield rest
}

/** Chunks of at most a thousand items, so that what is in memory does not depend on how many there are. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ReadItem[]> {
  let chunk: ReadItem[] = []
  let characters = 0
  for await (const line of linesOf(body)) {
    chunk.push(typeof line === 'string' ? readLine(line) : { item: {}, refused: line })
    characters += typeof line === 'string' ? line.length : 0
    if (chunk.length < BATCH_LIMIT && characters < CHUNK_CHARACTERS) continue
    yield chunk
    chunk = []
    characters = 0
  }
  if (chunk.length > 0) yield chunk
}

const encoder = new TextEncoder()

/** Outcomes as lines. After a failure of the database one line says from which index to repeat. */
async function* outcomeLines(c: Context<AppEnv>, object: string, body: ReadableStream<Uint8Array>, isDry: boolean) {
  const withRecord = /\breturn=representation\b/.test(c.req.header('prefer') ?? '')
  let session: Session = c.get('session')
  let index = 0
  for await (const items of chunksOf(body)) {
    try {
      const result = await assertRecords(
        c.get('store'),
        session,
        (organization) => items.map((one) => commandInput(organization, object, one)),
        { contract: 'v1', track: true, ...(!withRecord && { dataBytes: 0 }), dryRun: isDry },
      )
      session = result.session
      const lines = result.outcomes.map((one, i) =>
        JSON.stringify(renderOutcome(one, index + i, items[i]?.item ?? {}, withRecord)),
      )
      yield encoder.encode(`${lines.join('\n')}\n`)
    } catch (error) {
      yield encoder.encode(
        `${JSON.stringify({ index, repeatFrom: index, error: problemDetails(refusalFrom(error).refusal) })}\n`,
      )
      return
    }
    index += items.length
  }
}

const streamOf = (chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> =>
  new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await chunks.return(undefined)
    },
  })

/** NDJSON in, NDJSON out, a thousand items at a time; the next chunk is read when the client has taken the last. */
export const assertStream = (
  c: Context<AppEnv>,
  object: string,
  { atomic, isDry }: { atomic: boolean; isDry: boolean },
): Response => {
  if (atomic)
    throw new RefusedError(problem('invalid_request', 'atomic', 'A stream cannot be atomic; send a JSON array'))
  if (c.req.header('idempotency-key') !== undefined)
    throw new RefusedError(
      problem('invalid_request', 'Idempotency-Key', 'A stream has none; its items are matched by their keys'),
    )
  const { body } = c.req.raw
  if (!body) throw refuse('malformed_json', undefined, 'it is empty')
  return c.body(streamOf(outcomeLines(c, object, body as ReadableStream<Uint8Array>, isDry)), 200, {
    'Content-Type': 'application/x-ndjson',
  })
}
