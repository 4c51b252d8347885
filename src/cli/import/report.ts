import type { RowResult } from '../../import/send.ts'
import { counted } from '../output.ts'

/** What became of a file, in numbers and, of a dry run, in examples. */

const EXAMPLES = 3
const statuses = ['created', 'updated', 'unchanged', 'refused'] as const
type Status = (typeof statuses)[number]

export type Counts = Readonly<Record<Status | 'rows' | 'incomplete', number>>

export interface Example {
  readonly status: Status
  readonly line: number
  /** What was to be written, or why it is not. */
  readonly text: string
}

const exampleOf = ({ status, row, bad }: RowResult): Example => {
  const cells = row.cells.filter((cell) => (typeof cell === 'string' ? cell !== '' : cell != null))
  const values = cells
    .slice(0, 4)
    .map((cell) => (typeof cell === 'string' ? cell : JSON.stringify(cell)))
    .join(' | ')
  const reasons = bad.map(({ column, reason }) => (column === '' ? reason : `${column}: ${reason}`)).join(' ')
  return { status, line: row.line, text: status === 'refused' ? reasons : values }
}

export class Report {
  readonly #counts: Record<keyof Counts, number>
  readonly #examples: Example[] = []

  /** @param before of an earlier run of the same */
  constructor(before: Counts = { rows: 0, created: 0, updated: 0, unchanged: 0, refused: 0, incomplete: 0 }) {
    this.#counts = { ...before }
  }

  add(result: RowResult): void {
    const { status, bad } = result
    this.#counts.rows++
    this.#counts[status]++
    if (status !== 'refused' && bad.length > 0) this.#counts.incomplete++
    if (this.#examples.filter((one) => one.status === status).length < EXAMPLES) this.#examples.push(exampleOf(result))
  }

  get counts(): Counts {
    return { ...this.#counts }
  }

  /** The first of each, in the order of the counts. */
  get examples(): readonly Example[] {
    return statuses.flatMap((status) => this.#examples.filter((one) => one.status === status))
  }

  text(dryRun: boolean): string {
    const { rows, incomplete } = this.#counts
    const parts = statuses.map((status) => `${this.#counts[status]} ${status}`)
    const first = `${dryRun ? 'Would be: ' : ''}${parts.join(', ')}, of ${counted(rows, 'rows')}.`
    const more = incomplete > 0 ? [`${incomplete} of them without the cells that could not be read.`] : []
    const examples = dryRun ? this.examples.map(({ status, line, text }) => `${status}, line ${line}: ${text}`) : []
    return [first, ...more, ...examples].join('\n')
  }
}
