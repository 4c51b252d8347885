import type { Context } from 'hono'
import { assertRecords } from '../../engine/assert.ts'
import { errorTable, problem, RefusedError, refuse } from '../../engine/errors.ts'
import type { Outcome } from '../../engine/outcome.ts'
import type { Session } from '../../engine/session.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { dataBytesOf, problemsOf } from './answer-size.ts'
import { commandInput, type ReadItem } from './items.ts'
import { provenanceOf } from './provenance.ts'
import { renderOutcome } from './render.ts'
import { chunksOf } from './stream-items.ts'
import { checkCalls, endedBy, type StreamSummary, streamed } from './streaming.ts'

/** A stream ends after so many lines in a row that no database could have taken: who sends them is not helped by more. */
export const STREAM_REFUSED_LINES = 1_000

const encoder = new TextEncoder()

interface Flags {
  readonly isDry: boolean
  readonly withRecord: boolean
}

type Limits = Pick<Services, 'stopping' | 'streams'>

interface Summary extends StreamSummary, Record<'created' | 'updated' | 'unchanged' | 'refused', number> {}

/** Refused for what it says. What the match found is no fault of the line: a file that is sent again may well be all of that. */
const isFruitless = (outcome: Outcome) =>
  outcome.status === 'refused' && errorTable[outcome.refusal.problems[0].code].kind !== 'match'

/** How many lines in a row have been fruitless by the end of these. */
const fruitlessAfter = (outcomes: readonly Outcome[], before: number) => {
  const last = outcomes.findLastIndex((outcome) => !isFruitless(outcome))
  return last < 0 ? before + outcomes.length : outcomes.length - 1 - last
}

/**
 * Outcomes as lines. Whatever ends a stream early, its last line says from which index to repeat; what was gathered and
 * not answered for may or may not have been written, and asserting it again is safe.
 */
async function* outcomeLines(
  c: Context<AppEnv>,
  object: string,
  chunks: AsyncGenerator<ReadItem[]>,
  { isDry, withRecord }: Flags,
  limits: Limits,
  summary: Summary,
) {
  let session: Session = c.get('session')
  const provenance = provenanceOf(c)
  let index = 0
  let fruitless = 0
  try {
    for await (const items of chunks) {
      checkCalls(c, limits)
      const result = await assertRecords(
        c.get('store'),
        session,
        (organization) => items.map((one) => commandInput(organization, object, one)),
        { ...provenance, track: true, dataBytes: withRecord ? dataBytesOf(items.length) : 0, dryRun: isDry },
      )
      session = result.session
      const place = { most: problemsOf(items.length), first: index }
      const rendered = result.outcomes.map((one, i) =>
        renderOutcome(one, index + i, items[i]?.item ?? {}, withRecord, place),
      )
      for (const { status } of rendered) summary[status]++
      index += items.length
      yield encoder.encode(rendered.map((one) => `${JSON.stringify(one)}\n`).join(''))
      fruitless = fruitlessAfter(result.outcomes, fruitless)
      if (fruitless >= STREAM_REFUSED_LINES) throw refuse('nothing_written', undefined, String(STREAM_REFUSED_LINES))
    }
    summary.ended = 'complete'
  } catch (error) {
    const details = endedBy(c, summary, error)
    yield encoder.encode(`${JSON.stringify({ index, repeatFrom: index, error: details })}\n`)
  }
}

/** NDJSON in, NDJSON out, a thousand items at a time; the next chunk is read when the client has taken the last. */
export const assertStream = (
  c: Context<AppEnv>,
  object: string,
  { atomic, ...flags }: Flags & { readonly atomic: boolean },
  limits: Limits,
): Response => {
  if (atomic)
    throw new RefusedError(problem('invalid_request', 'atomic', 'A stream cannot be atomic; send a JSON array'))
  if (c.req.header('idempotency-key') !== undefined)
    throw new RefusedError(
      problem('invalid_request', 'Idempotency-Key', 'A stream has none; its items are matched by their keys'),
    )
  const { body } = c.req.raw
  if (!body) throw refuse('malformed_json', undefined, 'it is empty')
  const summary: Summary = { created: 0, updated: 0, unchanged: 0, refused: 0, ended: 'abandoned' }
  const linesUntil = (ending: AbortSignal) => {
    const chunks = chunksOf(body as ReadableStream<Uint8Array>, ending, limits.streams.idleMs)
    return outcomeLines(c, object, chunks, flags, limits, summary)
  }
  return streamed(c, limits, summary, linesUntil, { 'Content-Type': 'application/x-ndjson' })
}
