/** Items gathered into requests, as they come. */

export interface Batch<I> {
  readonly items: readonly I[]
  /** Each of them as JSON. */
  readonly texts: readonly string[]
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
const isFull = (texts: readonly string[], characters: number, text: string, limits: BatchLimits) =>
  texts.length >= limits.items || (texts.length > 0 && characters + text.length > limits.characters)

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
  let texts: string[] = []
  let characters = 0
  let dueAt = 0
  const take = (): Batch<I> => {
    const batch = { items, texts }
    items = []
    texts = []
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
      const text = JSON.stringify(next.value)
      if (isFull(texts, characters, text, limits)) yield take()
      if (items.length === 0) dueAt = Date.now() + limits.lingerMs
      items.push(next.value)
      texts.push(text)
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
