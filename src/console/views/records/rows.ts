import { computed, signal } from '@preact/signals'
import type { components, Filter } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import type { Count } from '../../schema/counts.ts'
import { refusedKey } from '../../session/session.ts'
import { know, type StoredRecord } from '../../values/known.ts'
import type { Archived, Sort } from './place.ts'

export interface Asked {
  readonly object: string
  readonly filter: Filter | undefined
  readonly q?: string | undefined
  readonly sort: Sort | undefined
  readonly archived: Archived
  /** Relations whose records come along, for their names. */
  readonly expand: readonly string[]
}

type RecordQuery = components['schemas']['RecordQuery']

/** Of the first page, which is waited for, and of those behind it. */
const FIRST = 200
const FURTHER = 1_000

/** Pages without any record that are asked for in a row: a filter that no index helps may have thousands of them. */
const EMPTY_PAGES = 20

export const rowsQuestion = ({ object, filter, q, sort, archived, expand }: Asked, more: Partial<RecordQuery> = {}) =>
  ask('post', '/v1/objects/{object}/records/query', {
    path: { object },
    body: {
      ...(filter && { filter }),
      ...(q !== undefined && { q }),
      ...(sort && { sort }),
      ...(archived !== 'exclude' && { archived }),
      ...(expand.length > 0 && { expand: [...expand] }),
      ...more,
    },
  })

/** The rows of a list, page by page along the cursors, as far as somebody has scrolled. */
export class Rows {
  readonly asked: Asked
  readonly records = signal<readonly StoredRecord[]>([])
  readonly count = signal<Count | undefined>(undefined)
  readonly error = signal<unknown>(undefined)
  readonly isWaiting = signal(false)
  /** Sorted by the time of change, those from before the history are on no page. */
  readonly isCutOff = signal(false)
  /** Enough has been looked at without finding anything. Whoever wants it goes on. */
  readonly isPaused = signal(false)
  readonly #next = signal<string | null | undefined>(undefined)
  readonly hasMore = computed(() => this.#next.value !== null)
  #isLeft = false

  constructor(asked: Asked) {
    this.asked = asked
  }

  /** Another list has taken its place: what is still answered is of no use. */
  leave(): void {
    this.#isLeft = true
  }

  /** Reads the next page that has a record. Does nothing while one is waited for, or at the end. */
  async more(): Promise<void> {
    if (this.isWaiting.peek() || this.#next.peek() === null) return
    this.isWaiting.value = true
    this.isPaused.value = false
    this.error.value = undefined
    try {
      for (let pages = 0; !(await this.#page()); pages++)
        if (pages === EMPTY_PAGES) {
          this.isPaused.value = true
          break
        }
    } catch (error) {
      refusedKey(error)
      this.error.value = error
    }
    this.isWaiting.value = false
  }

  /** @returns whether there is nothing to go on for */
  async #page(): Promise<boolean> {
    const cursor = this.#next.peek()
    const isFirst = cursor === undefined
    const sent = { limit: isFirst ? FIRST : FURTHER, ...(isFirst ? { count: true } : { cursor: cursor ?? '' }) }
    const answer = await rowsQuestion(this.asked, sent).send()
    if (this.#isLeft) return true
    know(answer.expanded ?? [])
    if (answer.count) this.count.value = answer.count
    if (answer.cutOff) this.isCutOff.value = true
    if (answer.records.length > 0) this.records.value = [...this.records.peek(), ...answer.records]
    this.#next.value = answer.nextCursor
    return answer.records.length > 0 || answer.nextCursor === null
  }

  /** A record as it is now, in its place. */
  put(record: StoredRecord): void {
    this.records.value = this.records.peek().map((one) => (one.id === record.id ? record : one))
  }
}
