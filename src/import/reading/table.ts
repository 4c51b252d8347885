/** What every format of a file comes to: columns with names, and rows of cells. */

export interface Row {
  /** On which it begins, counted from 1. */
  readonly line: number
  /** In the order of the columns; undefined: the row says nothing of this one. */
  readonly cells: readonly unknown[]
  /** Why its cells cannot be told apart: the end of a sentence about the row. */
  readonly broken?: string
  /** Of a row without cells: what stands there. */
  readonly text?: string
}

export interface Table {
  readonly format: 'csv' | 'ndjson' | 'json'
  readonly columns: readonly string[]
  /** Of CSV: what stands between the cells. */
  readonly delimiter: string
  /** From the first to the last, as often as it is asked for. @throws ImportError where the file cannot be read on */
  rows(): AsyncIterable<Row>
}
