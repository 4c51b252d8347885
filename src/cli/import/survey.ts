import { UsageError } from '../usage-error.ts'
import type { Table } from './reading/table.ts'
import { cellOf, isEmpty } from './rows.ts'
import type { ColumnReader, Doubt } from './values/column-reader.ts'

/** Before anything is sent, the whole file is looked at: what one cell leaves open, another one may tell. */

export interface Emptiness {
  readonly rows: number
  /** Columns without a value in any row, by their place. */
  readonly empty: ReadonlySet<number>
}

/** How many rows there are, and which columns are empty. @throws UsageError where the file cannot be read to its end */
export const measure = async (table: Table): Promise<Emptiness> => {
  const empty = new Set(table.columns.keys())
  let rows = 0
  for await (const { cells } of table.rows()) {
    rows++
    for (const index of empty) if (!isEmpty(cells[index])) empty.delete(index)
  }
  return { rows, empty }
}

interface Learning {
  readonly name: string
  readonly index: number
  readonly reader: ColumnReader
}

const sentence = (name: string, { text, line, flag }: Doubt): string => {
  const either = flag === '--decimal' ? 'either sign of it may be the decimal one' : 'either number may be the day'
  const choice = flag === '--decimal' ? '. or ,' : 'day-first, month-first or a form such as DD.MM.YYYY'
  return `Column "${name}", line ${line}: of "${text}" ${either}, and no other cell of the column tells. Say ${flag} '${name}=…': ${choice}.`
}

/** Shows each column its cells. @throws UsageError where a column leaves open how it is to be read */
export const learn = async (table: Table, columns: readonly Learning[]): Promise<void> => {
  for await (const { cells, line, broken } of table.rows()) {
    if (broken !== undefined) continue
    for (const { index, reader } of columns) {
      const cell = cellOf(table, cells[index])
      if (!isEmpty(cell) && cell !== null) reader.learn(cell, line)
    }
  }
  const doubts = columns.flatMap(({ name, reader }) => (reader.doubt ? [sentence(name, reader.doubt)] : []))
  if (doubts.length > 0) throw new UsageError(doubts.join(' '))
}
