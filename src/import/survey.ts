import { ImportError } from './import-error.ts'
import type { Table } from './reading/table.ts'
import { cellOf, isEmpty } from './rows.ts'
import type { ColumnReader, Doubt } from './values/column-reader.ts'

/** Before anything is sent, the whole file is looked at: what one cell leaves open, another one may tell. */

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

/**
 * Shows each column its cells.
 * @param nameless columns that may have no values, by their place
 * @returns how many rows there are
 * @throws ImportError where the file cannot be read to its end, or leaves open what it means
 */
export const survey = async (
  table: Table,
  columns: readonly Learning[],
  nameless: readonly number[],
): Promise<number> => {
  let rows = 0
  for await (const { cells, line, broken } of table.rows()) {
    rows++
    if (broken !== undefined) continue
    for (const { index, reader } of columns) {
      const cell = cellOf(table, cells[index])
      if (!isEmpty(cell) && cell !== null) reader.learn(cell, line)
    }
    const named = nameless.find((index) => !isEmpty(cells[index]))
    if (named !== undefined)
      throw new ImportError(
        `Line ${line}: column ${named + 1} has a value here, and no name in the first line. Give it one.`,
      )
  }
  const doubts = columns.flatMap(({ name, reader }) => (reader.doubt ? [sentence(name, reader.doubt)] : []))
  if (doubts.length > 0) throw new ImportError(doubts.join(' '))
  return rows
}
