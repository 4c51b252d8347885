import { type JsonFault, jsonFaultOf } from '../schema/json-values.ts'

/** Items gathered into requests, as they come. */

export interface Batch<I> {
  readonly items: readonly I[]
  /** Those that are sent, and where among the items they stand. */
  readonly sent: readonly { readonly item: I; readonly text: string; readonly place: number }[]
  /** Of the others why not, by their places: for one of them the server would refuse the whole request. */
  readonly faults: ReadonlyMap<number, JsonFault>
}

export interface BatchLimits {
  readonly items: number
  /** Characters of JSON. */
  readonly characters: number
  /** Milliseconds after which a batch that is not full is closed: who brings slowly wants to hear, too. */
  readonly lingerMs: number
}

const LATE = Symbol('late')

/** Resolves with LATE when the time is over, and leaves no timer behind. */
const within = async <T>(promise: Promise<T>, milliseconds: number): Promise<T | typeof LATE> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), Math.max(0, milliseconds))
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** An item that fills a batch is one alone: what the server says of the request is said of it. */
const isFull = (items: number, characters: number, more: number, limits: BatchLimits) =>
  items >= limits.items || (characters > 0 && characters + more > limits.characters)

/** How deep in the body of a request its items stand. */
const ITEM_DEPTH = 1

const withoutJson = (reason: string): { readonly fault: JsonFault } => ({
  fault: { code: 'unsafe_value', path: [], detail: `it is nothing that JSON has${reason}` },
})

/** An item as JSON, or why it is none: JSON has no word for a BigInt, and reading an object may fail. */
const written = (item: unknown): { readonly text: string } | { readonly fault: JsonFault } => {
  try {
    const fault = jsonFaultOf(item, ITEM_DEPTH)
    if (fault) return { fault }
    const text: string | undefined = JSON.stringify(item)
    return text === undefined ? withoutJson('') : { text }
  } catch (error) {
    return withoutJson(` (${error instanceof Error ? error.message : error})`)
  }
}

const iterate = <I>(source: Iterable<I> | AsyncIterable<I>): AsyncIterator<I> | Iterator<I> =>
  Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()

/** @throws TypeError for what has no items one after the other; a text has letters, which nobody means */
export const requireIterable = (source: unknown): void => {
  const isIterable =
    typeof source === 'object' && source !== null && (Symbol.asyncIterator in source || Symbol.iterator in source)
  if (!isIterable) throw new TypeError('items: they must be something that can be iterated, such as a list')
}

/**
 * Takes items only as batches are asked for, one item ahead. What had been gathered when the source failed is a batch
 * still, before the failure is thrown.
 */
export async function* batchesOf<I>(
  source: Iterable<I> | AsyncIterable<I>,
  limits: BatchLimits,
): AsyncGenerator<Batch<I>, void> {
  const iterator = iterate(source)
  let items: I[] = []
  let sent: Batch<I>['sent'][number][] = []
  let faults = new Map<number, JsonFault>()
  let characters = 0
  let dueAt = 0
  const take = (): Batch<I> => {
    const batch = { items, sent, faults }
    items = []
    sent = []
    faults = new Map()
    characters = 0
    return batch
  }
  let isOver = false
  try {
    for (;;) {
      const coming = Promise.resolve(iterator.next())
      // It may fail while the batch before it is being taken, and is looked at after that.
      coming.catch(() => undefined)
      let next = await (items.length === 0 ? coming : within(coming, dueAt - Date.now()))
      if (next === LATE) {
        yield take()
        next = await coming
      }
      if (next.done) break
      const item = next.value
      const one = written(item)
      const length = 'text' in one ? one.text.length : 0
      if (isFull(items.length, characters, length, limits)) yield take()
      if (items.length === 0) dueAt = Date.now() + limits.lingerMs
      if ('fault' in one) faults.set(items.length, one.fault)
      else sent.push({ item, text: one.text, place: items.length })
      items.push(item)
      characters += length
    }
    isOver = true
  } catch (error) {
    isOver = true
    if (items.length > 0) yield take()
    throw error
  } finally {
    if (!isOver) await iterator.return?.()
  }
  if (items.length > 0) yield take()
}
