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

/** An item that fills a batch alone is one: the server says what is wrong with it. */
const isFull = (items: number, characters: number, text: string, limits: BatchLimits) =>
  items >= limits.items || (characters > 0 && characters + text.length > limits.characters)

/** How deep in the body of a request its items stand. */
const ITEM_DEPTH = 1

const iterate = <I>(source: Iterable<I> | AsyncIterable<I>): AsyncIterator<I> | Iterator<I> =>
  Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()

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
      const fault = jsonFaultOf(item, ITEM_DEPTH)
      const text = fault ? '' : JSON.stringify(item)
      if (isFull(items.length, characters, text, limits)) yield take()
      if (items.length === 0) dueAt = Date.now() + limits.lingerMs
      if (fault) faults.set(items.length, fault)
      else sent.push({ item, text, place: items.length })
      items.push(item)
      characters += text.length
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
