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

export interface Survey {
  readonly rowCount: number
  /** What the file leaves open, by its columns: nothing may be sent before that is said. */
  readonly doubts: readonly { readonly name: string; readonly doubt: Doubt }[]
}

/**
 * Shows each column its cells.
 * @param nameless columns that may have no values, by their place
 * @throws ImportError where the file cannot be read to its end, or a column without a name has values
 */
export const survey = async (
  table: Table,
  columns: readonly Learning[],
  nameless: readonly number[],
): Promise<Survey> => {
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
  const doubts = columns.flatMap(({ name, reader }) => (reader.doubt ? [{ name, doubt: reader.doubt }] : []))
  return { rowCount: rows, doubts }
}
