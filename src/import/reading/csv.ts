import { type CsvError, type Options, parse as parseAll } from 'csv-parse/sync'
import { ImportError } from '../import-error.ts'
import { delimiterIn } from './delimiter.ts'
import type { Row, Table } from './table.ts'

/** CSV and TSV: RFC 4180, and what spreadsheets and people make of it. */

/** A row that is longer has most likely a quotation mark that is not closed. */
const LONGEST_ROW = 4_000_000

/** Of the text, for telling what stands between the cells. */
const SAMPLE = 64_000

/** Spreadsheets write, and understand, a first line that says what stands between the cells. */
const SEPARATOR_LINE = /^"?sep=(.)"?(\r\n|\n|\r)/i

const LINE_END = /\r\n|\n|\r/g

const linesIn = (text: string): number => text.match(LINE_END)?.length ?? 0

const settings = (delimiter: string): Options => ({
  delimiter,
  max_record_size: LONGEST_ROW,
  raw: true,
  // All of them, whichever comes first: files are put together from several.
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
})

export interface ParsedRow {
  readonly record: readonly string[]
  readonly raw: string
}

/** Rows of a text by csv-parse: as they come, or all at once, as the place has room. @throws CsvError after the rows before it */
export type ParseCsv = (text: AsyncIterable<string>, settings: Options) => AsyncIterable<ParsedRow>

/** Whether the text is one row by the letter of RFC 4180. */
const isStrict = (raw: string, delimiter: string): boolean => {
  try {
    return parseAll(raw, { ...settings(delimiter), raw: false, relax_quotes: false }).length === 1
  } catch {
    return false
  }
}

const sentence = ({ code }: CsvError, line: number): string => {
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return `Line ${line}: a quotation mark that is opened here or below is closed nowhere. Close it, or write it twice if it is part of the text.`
  if (code === 'CSV_MAX_RECORD_SIZE')
    return `Line ${line}: the row that begins here does not end within ${LONGEST_ROW} characters, which is more than a row may have: close its quotation mark if one is open, or shorten it.`
  return `Line ${line}: this is no CSV (${code}).`
}

const isCsvError = (error: unknown): error is CsvError =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_')

/** The rows, the first one being that of the names. */
async function* parsedRows(text: () => AsyncIterable<string>, delimiter: string, { name, parse }: Csv) {
  let next = 1
  try {
    for await (const { record, raw } of parse(text(), settings(delimiter))) {
      const blank = /^[\r\n]*/.exec(raw)?.[0] ?? ''
      const line = next + linesIn(blank)
      next += linesIn(raw)
      // A mark that closes nothing may have brought lines together that are rows of their own.
      const isDoubtful = record.some((cell) => cell.startsWith('"')) && !isStrict(raw, delimiter)
      const row: Row = isDoubtful
        ? {
            line,
            cells: record,
            broken: 'has a quotation mark that does not stand around a whole cell: write it twice',
          }
        : { line, cells: record }
      yield row
    }
  } catch (error) {
    if (!isCsvError(error)) throw error
    throw new ImportError(`${name}: ${sentence(error, next)}`, { cause: error })
  }
}

const widthProblem = (cells: readonly unknown[], columns: number): string | undefined => {
  const extra = cells.slice(columns).some((cell) => cell !== '')
  if (cells.length < columns || extra) return `has ${cells.length} cells, and the first line has ${columns}`
  return undefined
}

export interface Csv {
  readonly name: string
  readonly parse: ParseCsv
  /** What stands between the cells, if it was said. */
  readonly delimiter?: string | undefined
  /** Of a file without names: its columns are called by their places. Default: the first line has the names. */
  readonly headless?: boolean | undefined
}

/** Of a file that has text at all. */
export const csvTable = async (text: () => AsyncIterable<string>, csv: Csv): Promise<Table> => {
  const { name, delimiter: said, headless = false } = csv
  let sample = ''
  for await (const part of text()) {
    sample += part
    if (sample.length >= SAMPLE) break
  }
  const [line = '', separator, ending = ''] = SEPARATOR_LINE.exec(sample) ?? []
  const rest = sample.slice(line.length)
  const delimiter = said ?? separator ?? delimiterIn(rest, sample.length >= SAMPLE)
  /** The same number of lines, so that each keeps its own. */
  async function* withoutSeparatorLine() {
    let isFirst = line !== ''
    let kept = ''
    for await (const part of text()) {
      if (!isFirst) {
        yield part
        continue
      }
      kept += part
      if (kept.length < line.length) continue
      isFirst = false
      yield ending + kept.slice(line.length)
    }
  }
  let columns: readonly string[] | undefined
  for await (const { cells } of parsedRows(withoutSeparatorLine, delimiter, csv)) {
    columns = cells.map((cell, index) => (headless ? `Column ${index + 1}` : String(cell).trim()))
    break
  }
  if (!columns) throw new ImportError(`${name} is empty: its first line must have the names of its columns.`)
  const width = columns.length
  async function* rows(): AsyncGenerator<Row> {
    let isHead = !headless
    for await (const row of parsedRows(withoutSeparatorLine, delimiter, csv)) {
      if (isHead) isHead = false
      else if (row.broken === undefined && row.cells.every((cell) => cell === '')) continue
      else {
        const broken = row.broken ?? widthProblem(row.cells, width)
        yield broken === undefined ? { ...row, cells: row.cells.slice(0, width) } : { ...row, broken }
      }
    }
  }
  return { format: 'csv', columns, delimiter, rows }
}
