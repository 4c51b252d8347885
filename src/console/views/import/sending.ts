import { computed, signal } from '@preact/signals'
import type { BadCell, ReadRow } from '../../../import/rows.ts'
import { type RowResult, sendRows } from '../../../import/send.ts'
import { attributesOf, type ObjectSchema } from '../../schema/objects.ts'
import { client, refusedKey } from '../../session/session.ts'
import type { Judged, SendableRow } from './thread/thread.ts'

/** Rows on their way to the server, dry or not: what became of each, how fast it goes, and how it is stopped. */

export const statuses = ['created', 'updated', 'unchanged', 'refused'] as const
export type Status = (typeof statuses)[number]

export interface SendingOptions {
  readonly object: ObjectSchema
  readonly columns: Judged['columns']
  readonly rowCount: number
  readonly importId: string
  readonly dryRun: boolean
  /** Asks the thread. */
  readonly read: (indexes: readonly number[]) => Promise<readonly SendableRow[]>
}

/** Rows that are asked of the thread at once: a request's worth. */
const PAGE = 1_000

/** The page is told this often at most. Milliseconds. */
const TOLD_EVERY = 100

export class Sending {
  readonly options: SendingOptions
  /** What became of each row, by its place. */
  readonly #became: (Status | undefined)[]
  /** Of refused rows why; of others, the cells that were left out. */
  readonly bad = new Map<number, readonly BadCell[]>()
  /** How often it was sent: all, what was left, what was mended. */
  readonly rounds = signal(0)
  /** Counts up whenever there is something new to be seen. */
  readonly #round = signal(0)
  readonly state = signal<'running' | 'paused' | 'stopped' | 'done'>('stopped')
  readonly error = signal<unknown>(undefined)
  #toldAt = 0
  #told = 0
  #runningMs = 0
  #resume: (() => void) | undefined
  #stop = new AbortController()

  constructor(options: SendingOptions) {
    this.options = options
    this.#became = Array.from({ length: options.rowCount })
  }

  readonly counts = computed(() => {
    void this.#round.value
    const counts = { rows: 0, created: 0, updated: 0, unchanged: 0, refused: 0 }
    for (const status of this.#became) {
      if (status === undefined) continue
      counts.rows++
      counts[status]++
    }
    return counts
  })

  /** Rows a second, while it ran. */
  readonly rate = computed(() => {
    void this.#round.value
    return this.#runningMs === 0 ? 0 : (1_000 * this.#told) / this.#runningMs
  })

  /** Places of the rows that came to this. */
  rowsOf(status: Status): readonly number[] {
    return this.#became.flatMap((one, index) => (one === status ? [index] : []))
  }

  /** Rows of which something is not in. */
  get incomplete(): readonly (readonly [number, readonly BadCell[]])[] {
    return [...this.bad].sort(([one], [other]) => one - other)
  }

  /** Rows that have not come to anything yet. */
  get #left(): readonly number[] {
    return [...this.#became.keys()].filter((index) => this.#became[index] === undefined)
  }

  pause(): void {
    if (this.state.peek() === 'running') this.state.value = 'paused'
  }

  goOn(): void {
    if (this.state.peek() === 'paused') this.state.value = 'running'
    this.#resume?.()
  }

  /** What the server has taken stays; what is under way is given up, and sent again by whoever goes on. */
  stop(): void {
    this.#stop.abort(new StoppedError())
    this.#resume?.()
  }

  /** Sends rows, or those that are left: all of them, after a stop those behind it. Settles at its end, stopped, or failed. */
  async send(indexes: readonly number[] = this.#left): Promise<void> {
    this.#stop = new AbortController()
    this.error.value = undefined
    this.state.value = 'running'
    for (const index of indexes) {
      this.#became[index] = undefined
      this.bad.delete(index)
    }
    const { object, columns, importId, dryRun } = this.options
    const { signal } = this.#stop
    let next = 0
    let runningSince = performance.now()
    const told = (result: RowResult) => {
      const index = indexes[next++] ?? 0
      this.#became[index] = result.status
      if (result.bad.length > 0) this.bad.set(index, result.bad)
      this.#told++
      const now = performance.now()
      if (this.state.peek() === 'running') this.#runningMs += now - runningSince
      runningSince = now
      if (now - this.#toldAt < TOLD_EVERY) return
      this.#toldAt = now
      this.#round.value++
    }
    try {
      const named = { columns: this.#named(columns) }
      await sendRows(client(), this.#rows(indexes), named, { object: object.slug, importId, dryRun, signal }, told)
      this.state.value = 'done'
    } catch (error) {
      this.state.value = 'stopped'
      if (!(error instanceof StoppedError)) {
        refusedKey(error)
        this.error.value = error
      }
    }
    this.#round.value++
    this.rounds.value++
  }

  #named(columns: Judged['columns']) {
    const attributes = attributesOf(this.options.object)
    return columns.flatMap(({ name, attribute: slug }, index) => {
      const attribute = attributes.find((one) => one.slug === slug)
      return attribute ? [{ name, index, attribute }] : []
    })
  }

  async *#rows(indexes: readonly number[]): AsyncGenerator<ReadRow> {
    for (let at = 0; at < indexes.length; at += PAGE) {
      for (const { line, item, bad } of await this.options.read(indexes.slice(at, at + PAGE))) {
        while (this.state.peek() === 'paused' && !this.#stop.signal.aborted)
          await new Promise<void>((resolve) => {
            this.#resume = resolve
          })
        yield { row: { line, cells: [] }, ...(item && { item }), bad }
      }
    }
  }
}

/** Somebody has stopped it. */
class StoppedError extends Error {
  override readonly name = 'StoppedError'
}
