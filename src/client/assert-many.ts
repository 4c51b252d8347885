import type { JsonFault } from '../schema/json-values.ts'
import { type Batch, type BatchLimits, batchesOf } from './batches.ts'
import { AnsweredError, type EdgeUpsertError } from './errors.ts'
import { Flow, isBusy } from './flow.ts'
import { anything, milliseconds, type Rules, whole } from './options.ts'
import type { Problem } from './schema.ts'

/** Any number of items, in requests of many, several of them under way; outcomes in the order of the items. */

export interface ManyOptions {
  /** Requests that are under way at most; how many really are adapts to what the server takes. Default: 4. */
  readonly inFlight?: number
  /** Items of a request at most. Default: 1,000, which is what the server takes. */
  readonly batchItems?: number
  /** Milliseconds after which what has come is sent, however little it is. Default: 200. */
  readonly lingerMs?: number
  /** Milliseconds without an answer after which a server that only says that it is busy is given up. Default: 300,000. */
  readonly patienceMs?: number
  readonly signal?: AbortSignal
}

export const manyRules: Rules<ManyOptions> = {
  inFlight: whole(1),
  batchItems: whole(1),
  lingerMs: milliseconds(0),
  patienceMs: milliseconds(0, Number.POSITIVE_INFINITY),
  signal: anything,
}

/** What a batch is answered, an outcome for each item. */
export interface LooseOutcome {
  readonly index: number
  readonly status: string
  readonly error?: Problem
}

/** The outcome of an item for which the whole request would be, or has been refused. */
export type RefuseItem<I, O extends LooseOutcome> = (item: I, index: number, why: JsonFault | Problem) => O

/** Sends a request: items, and the same as JSON. With the same key it is the same request. */
export type SendBatch<I, O extends LooseOutcome> = (
  request: { readonly body: readonly I[]; readonly json: string; readonly repeatKey: string },
  settings: {
    readonly signal: AbortSignal
    readonly onRetry: (error: EdgeUpsertError) => void
  },
) => Promise<readonly O[]>

const DEFAULTS = { inFlight: 4, batchItems: 1_000, lingerMs: 200, patienceMs: 300_000 }

/** Of JSON: in UTF-8 at most three times as many bytes, and the server takes 8 MiB. */
const BATCH_CHARACTERS = 2_000_000

/** What was not written since the items before it had changed enough for one request; it goes into the next. */
const cutOf = (outcomes: readonly LooseOutcome[]): number => {
  const cut = outcomes.findIndex(({ error }) => error?.code === 'too_much_work')
  return cut < 1 ? outcomes.length : cut
}

/** The places that an outcome names are those of its own request. @param placeOf where they are in the whole */
const moved = <O extends LooseOutcome>(outcome: O, placeOf: (index: number) => number): O => {
  const { error } = outcome
  const index = placeOf(outcome.index)
  if (!error?.conflicts) return { ...outcome, index }
  const conflicts = error.conflicts.map((one) =>
    one.index === undefined ? one : { ...one, index: placeOf(one.index) },
  )
  return { ...outcome, index, error: { ...error, conflicts } }
}

const TOO_LARGE = 413

const isTooLarge = (error: unknown): error is AnsweredError & { readonly problem: Problem } =>
  error instanceof AnsweredError && error.status === TOO_LARGE && error.problem !== undefined

/** Sends a batch until each item that is sent has its outcome. */
const answeredOf = async <I, O extends LooseOutcome>(
  { sent }: Batch<I>,
  first: number,
  send: SendBatch<I, O>,
  refuse: RefuseItem<I, O>,
  flow: Flow,
  signal: AbortSignal,
): Promise<O[]> => {
  const outcomes: O[] = []
  let repeatKey = crypto.randomUUID()
  while (outcomes.length < sent.length) {
    await flow.turn(signal)
    const left = sent.slice(outcomes.length)
    const [only, other] = left
    try {
      const onRetry = (error: EdgeUpsertError) => flow.onBusy(error)
      const json = `[${left.map(({ text }) => text).join()}]`
      const answered = await send({ body: left.map(({ item }) => item), json, repeatKey }, { signal, onRetry })
      const placeOf = (index: number) => first + (left[index]?.place ?? 0)
      outcomes.push(...answered.slice(0, cutOf(answered)).map((one) => moved(one, placeOf)))
      repeatKey = crypto.randomUUID()
      flow.onAnswer()
    } catch (error) {
      if (isTooLarge(error) && only && !other)
        return [...outcomes, refuse(only.item, first + only.place, error.problem)]
      if (!isBusy(error)) throw error
      flow.onBusy(error)
      if (!flow.isPatient()) throw error
    }
  }
  return outcomes
}

/** An outcome for each item, in their order. */
const outcomesOf = async <I, O extends LooseOutcome>(
  batch: Batch<I>,
  first: number,
  refuse: RefuseItem<I, O>,
  answered: Promise<readonly O[]>,
): Promise<readonly O[]> => {
  const outcomes = [...(await answered)]
  for (const [place, fault] of batch.faults) outcomes.push(refuse(batch.items[place] as I, first + place, fault))
  return batch.faults.size === 0 ? outcomes : outcomes.sort((one, other) => one.index - other.index)
}

/**
 * What may mean one record. Requests under way at the same time are worked off in any order, so items that share one of
 * these must not be in two of them. Case and punctuation do not tell records apart here, as they often do not there.
 */
const namesOf = ({ sent }: Batch<unknown>): ReadonlySet<string> => {
  const names = new Set<string>()
  for (const { item } of sent) {
    const { match } = (item ?? {}) as { readonly match?: object | readonly object[] }
    for (const [name, value] of [match ?? []].flat().flatMap((one) => Object.entries(one ?? {})))
      names.add(
        `${name} ${String(JSON.stringify(value))
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N}]+/gu, '')}`,
      )
  }
  return names
}

interface UnderWay<I, O> {
  readonly items: readonly I[]
  readonly names: ReadonlySet<string>
  readonly outcomes: Promise<readonly O[]>
}

const shareOne = (some: ReadonlySet<string>, others: ReadonlySet<string>) => [...some].some((one) => others.has(one))

/** Rejects when the signal comes, and never resolves. Nobody has to wait for it. */
const abortOf = (signal: AbortSignal): Promise<never> => {
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
  })
  aborted.catch(() => undefined)
  return aborted
}

/**
 * Takes items only as fast as their outcomes are taken: memory holds `inFlight` requests and their answers. What was under
 * way when it is left is given up.
 * @throws EdgeUpsertError after the outcomes of all requests before the one that failed; what the source throws, after
 * those of all items before; what the signal was aborted with, at once
 */
export async function* assertMany<I, O extends LooseOutcome>(
  source: Iterable<I> | AsyncIterable<I>,
  send: SendBatch<I, O>,
  refuse: RefuseItem<I, O>,
  options: ManyOptions = {},
): AsyncGenerator<O & { readonly item: I }, void> {
  const { inFlight, batchItems, lingerMs, patienceMs } = { ...DEFAULTS, ...options }
  const left = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal
  const aborted = abortOf(signal)
  const limits: BatchLimits = { items: batchItems, characters: BATCH_CHARACTERS, lingerMs }
  const flow = new Flow(inFlight, patienceMs)
  const underWay: UnderWay<I, O>[] = []
  let first = 0

  const begin = (batch: Batch<I>) => {
    const names = namesOf(batch)
    const before = underWay.filter((one) => shareOne(names, one.names)).map(({ outcomes }) => outcomes)
    const at = first
    first += batch.items.length
    const answered = Promise.all(before).then(() => answeredOf(batch, at, send, refuse, flow, signal))
    const outcomes = outcomesOf(batch, at, refuse, answered)
    // It may fail while those before it are being taken, and is looked at in its turn.
    outcomes.catch(() => undefined)
    underWay.push({ items: batch.items, names, outcomes })
  }

  const batches = batchesOf(source, limits)
  let isOver = false
  let failure: { readonly error: unknown } | undefined
  let coming: Promise<unknown> | undefined
  const read = async () => {
    try {
      const { value, done } = await batches.next()
      if (done) isOver = true
      else begin(value)
    } catch (error) {
      isOver = true
      failure = { error }
    }
    coming = undefined
  }

  try {
    for (;;) {
      if (!isOver && underWay.length < flow.limit) coming ??= read()
      const next = underWay[0]
      if (!next && !coming) break
      const outcomes = await Promise.race([aborted, ...(coming ? [coming] : []), ...(next ? [next.outcomes] : [])])
      if (!next || !Array.isArray(outcomes)) continue
      underWay.shift()
      for (const [i, outcome] of (outcomes as readonly O[]).entries()) yield { ...outcome, item: next.items[i] as I }
    }
    if (failure) throw failure.error
  } finally {
    left.abort()
    // A source from which something is still awaited may never bring it.
    const ended = batches.return(undefined).catch(() => undefined)
    if (!coming) await ended
  }
}
