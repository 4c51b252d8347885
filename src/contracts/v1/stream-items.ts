import { problem, RefusedError, refuse } from '../../engine/errors.ts'
import { parseJson } from '../../http/json-body.ts'
import { BATCH_LIMIT, type ReadItem, readItem } from './items.ts'
import { type Line, lineCutter } from './lines.ts'

/** Characters of items that are gathered before they are written, however few they are. */
const CHUNK_CHARACTERS = 2_000_000

/** Milliseconds after which a chunk is written as it is: who sends slowly wants to hear, too. */
const FLUSH_MS = 200

const readLine = (line: Line): ReadItem => {
  if (line instanceof RefusedError) return { item: {}, refused: line }
  try {
    return readItem(parseJson(line))
  } catch (error) {
    if (error instanceof RefusedError) return { item: {}, refused: error }
    throw error
  }
}

/**
 * Lets everything that waits have its turn. A chunk for which the database has nothing to do is answered without any
 * waiting, so that a stream of such chunks would keep the event loop for itself.
 */
const nextTurn = () =>
  new Promise<void>((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else setTimeout(resolve, 0)
  })

/** Milliseconds that a stream waits for its client; shorter than platforms keep a connection on which nothing moves. */
export const STREAM_IDLE_MS = 60_000

/** Items that wait to be written. `onDue` is called when the first of them has waited long enough. */
const gathering = (onDue: () => void) => {
  let items: ReadItem[] = []
  let characters = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let due = false
  return {
    add(line: Line) {
      items.push(readLine(line))
      characters += typeof line === 'string' ? line.length : 0
      timer ??= setTimeout(() => {
        due = true
        onDue()
      }, FLUSH_MS)
    },
    isFull: () => items.length >= BATCH_LIMIT || characters >= CHUNK_CHARACTERS,
    isEmpty: () => items.length === 0,
    isDue: () => due,
    take(): ReadItem[] {
      const taken = items
      items = []
      characters = 0
      clearTimeout(timer)
      timer = undefined
      due = false
      return taken
    },
  }
}

/**
 * Chunks of at most a thousand items, so that what is in memory does not depend on how many there are. The next bytes are
 * asked for when the last chunk has been taken, and the event loop makes a turn after each.
 * @param ending what has been gathered by then is the last chunk
 * @param idleMs how long the client may send nothing; time that it is kept waiting does not count
 * @throws RefusedError after the last chunk: `stopping` when the signal ended it, `stalled` when nothing came,
 * `malformed_json` when the body broke off
 */
export async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  ending: AbortSignal,
  idleMs: number = STREAM_IDLE_MS,
): AsyncGenerator<ReadItem[]> {
  // One promise for each wait, and nothing hung onto a promise that lives as long as the stream.
  let wake = () => {}
  const woken = () =>
    new Promise<void>((resolve) => {
      wake = resolve
    })
  let hasStalled = false
  const wokenOrStalled = async () => {
    const stalling = setTimeout(() => {
      hasStalled = true
      wake()
    }, idleMs)
    await woken()
    clearTimeout(stalling)
  }
  const onEvent = () => wake()
  const gathered = gathering(onEvent)
  const cutter = lineCutter()
  const reader = body.getReader()
  let arrived: { readonly bytes?: Uint8Array | undefined; readonly brokeOff?: boolean } | undefined
  let reading = false
  const arrive = (what: NonNullable<typeof arrived>) => {
    reading = false
    arrived = what
    wake()
  }

  ending.addEventListener('abort', onEvent)
  try {
    for (;;) {
      if (!reading && !arrived) {
        reading = true
        reader.read().then(
          ({ value }) => arrive({ bytes: value }),
          () => arrive({ brokeOff: true }),
        )
      }
      if (!arrived && !gathered.isDue() && !ending.aborted) await wokenOrStalled()
      if (arrived) {
        const { bytes, brokeOff } = arrived
        arrived = undefined
        // Half a line that broke off is not read: it might be valid, and something else.
        for (const line of bytes ? cutter.push(bytes) : brokeOff ? [] : cutter.end()) {
          gathered.add(line)
          if (!gathered.isFull()) continue
          yield gathered.take()
          await nextTurn()
        }
        if (!bytes) {
          if (!gathered.isEmpty()) yield gathered.take()
          if (brokeOff) throw refuse('malformed_json', undefined, 'it broke off')
          return
        }
      }
      if (!gathered.isEmpty() && (gathered.isDue() || ending.aborted)) {
        yield gathered.take()
        await nextTurn()
      }
      if (ending.aborted) throw new RefusedError(problem('stopping'), 1)
      // What had been gathered was due long before.
      if (hasStalled && !arrived && gathered.isEmpty()) throw refuse('stalled', undefined, String(idleMs / 1_000))
      hasStalled = false
    }
  } finally {
    ending.removeEventListener('abort', onEvent)
    gathered.take()
  }
}
