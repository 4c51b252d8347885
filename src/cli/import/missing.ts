import { appendFileSync, createReadStream, existsSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { EdgeUpsert, Filter } from '../../client/index.ts'
import type { RowResult } from '../../import/send.ts'
import { progress } from '../output.ts'
import type { Checkpoint } from './checkpoint.ts'

/**
 * What is in an object and not in a file. All records are listed before the first row is sent, and each row strikes the one
 * that it is about: a record that others make meanwhile is never taken for missing.
 */

export interface MissingRules {
  /** Whether what is missing is archived, or stays. */
  readonly archive: boolean
  /** The part of the object that the file stands for; absent: all of it. */
  readonly filter?: Filter
  /** Percent of that part that may be archived. Absent: `MOST_PERCENT`, or `MOST_RECORDS` if they are more. */
  readonly most?: number
}

export const MOST_PERCENT = 10
/** So few may go whatever share of a small object they are. */
export const MOST_RECORDS = 10

/** Why nothing is archived. */
export type Stop = 'no_rows' | 'refused_rows' | 'too_many'

export interface MissingReport {
  /** Records of the part, before. */
  readonly records: number
  readonly missing: number
  readonly archived: number
  /** Somebody has changed them at the same moment: the next run looks at them again. */
  readonly refused: number
  readonly stopped: Stop | null
  readonly examples: readonly string[]
}

export interface Ending {
  readonly object: string
  readonly importId: string
  readonly dryRun: boolean
  readonly counts: { readonly rows: number; readonly refused: number }
  readonly signal?: AbortSignal
}

const EXAMPLES = 3
const PAGE = 1_000
/** Of one change: a filter takes a thousand values, and some may be in that of the part. */
const ARCHIVED_AT_ONCE = 500
const ID_LENGTH = 36

const linesOf = (ids: readonly string[]): string => ids.map((id) => `${id}\n`).join('')

/** Whole ids: what a process was killed at is none. */
async function* idsIn(path: string): AsyncGenerator<string> {
  if (!existsSync(path)) return
  for await (const line of createInterface({ input: createReadStream(path) })) if (line.length === ID_LENGTH) yield line
}

export class Missing {
  readonly #rules: MissingRules
  /** Of which no row has come. */
  #left = new Set<string>()
  #records = 0
  #rowIds: string[] = []
  /** Where it is to be written down; absent: nothing is. */
  #beside: { readonly listed: string; readonly seen: string } | undefined
  #isListed = false
  #report: MissingReport | undefined

  constructor(rules: MissingRules) {
    this.#rules = rules
  }

  /** Absent before the end. */
  get report(): MissingReport | undefined {
    return this.#report
  }

  /** Lists the part of the object, or takes what an earlier run has listed and struck. @throws EdgeUpsertError */
  async begin(client: EdgeUpsert, object: string, checkpoint?: Checkpoint): Promise<void> {
    if (checkpoint) this.#beside = { listed: checkpoint.beside('listed'), seen: checkpoint.beside('seen') }
    if (checkpoint?.found && this.#beside && existsSync(this.#beside.listed)) {
      for await (const id of idsIn(this.#beside.listed)) this.#left.add(id)
      this.#records = this.#left.size
      for await (const id of idsIn(this.#beside.seen)) this.#left.delete(id)
      this.#isListed = true
      return
    }
    const { filter } = this.#rules
    const query = { fields: [], limit: PAGE, ...(filter && { filter }) }
    for await (const { items } of client.records(object).query(query).pages()) {
      for (const { id } of items) this.#left.add(id)
      progress('listed', this.#left.size, items.length)
    }
    this.#records = this.#left.size
  }

  add({ id, status }: Pick<RowResult, 'id' | 'status'>): void {
    if (id === null || status === 'refused') return
    this.#left.delete(id)
    if (this.#beside) this.#rowIds.push(id)
  }

  /** Writes down what was listed and struck, before it is noted that its rows have been sent. @throws Error when it cannot */
  keep(): void {
    if (!this.#beside) return
    if (!this.#isListed) {
      writeFileSync(this.#beside.seen, '')
      writeFileSync(this.#beside.listed, linesOf([...this.#left]))
      this.#isListed = true
    }
    const ids = this.#rowIds.splice(0)
    if (ids.length > 0) appendFileSync(this.#beside.seen, linesOf(ids))
  }

  /** Nothing can be written down any more. */
  keepNothing(): void {
    this.#beside = undefined
    this.#rowIds = []
  }

  /** Archives what is missing, unless a rule stands against it. @throws EdgeUpsertError; what the signal was aborted with */
  async end(client: EdgeUpsert, ending: Ending): Promise<void> {
    const ids = [...this.#left]
    const stopped = this.#rules.archive && ids.length > 0 ? this.#stopOf(ending, ids.length) : null
    const done =
      this.#rules.archive && stopped === null && !ending.dryRun
        ? await this.#archive(client, ids, ending)
        : { archived: 0, refused: 0 }
    const examples = ids.slice(0, EXAMPLES)
    this.#report = { records: this.#records, missing: ids.length, ...done, stopped, examples }
  }

  /** Of a refused row nobody knows whose it is, so its record would be taken for missing. */
  #stopOf({ counts }: Ending, missing: number): Stop | null {
    const { most } = this.#rules
    if (counts.refused > 0) return 'refused_rows'
    if (counts.rows === 0 && most !== 100) return 'no_rows'
    const share = (this.#records * (most ?? MOST_PERCENT)) / 100
    return missing > (most === undefined ? Math.max(share, MOST_RECORDS) : share) ? 'too_many' : null
  }

  /** Only what is in the part still: it is looked at again as it is archived. */
  async #archive(client: EdgeUpsert, ids: readonly string[], { object, importId, signal }: Ending) {
    const { filter } = this.#rules
    const done = { archived: 0, refused: 0 }
    for (let at = 0; at < ids.length; at += ARCHIVED_AT_ONCE) {
      const those: Filter = { attribute: 'id', operator: 'in', value: ids.slice(at, at + ARCHIVED_AT_ONCE) }
      const change = { change: 'archive', filter: filter ? { and: [filter, those] } : those } as const
      const options = { importId, limit: ARCHIVED_AT_ONCE, ...(signal && { signal }) }
      for await (const { status, transition } of client.records(object).change(change, options)) {
        if (status === 'refused') done.refused++
        else if (transition === 'archived') done.archived++
      }
      progress('archived', at + ARCHIVED_AT_ONCE, ARCHIVED_AT_ONCE)
    }
    return done
  }
}
