import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import type { ImportOptions } from '../../../import/options.ts'
import type { ParseCsv, ParsedRow } from '../../../import/reading/csv.ts'
import { openTable as openAny } from '../../../import/reading/open.ts'
import type { Table } from '../../../import/reading/table.ts'
import type { Source } from './source.ts'

/** Row by row, so that a file of any size is read in the same memory. */
const parseCsv: ParseCsv = async function* (text, settings) {
  const parser = parse(settings)
  // What is wrong with the text itself has to come through, too.
  const input = Readable.from(text)
  input.once('error', (error) => parser.destroy(error))
  try {
    yield* input.pipe(parser) as AsyncIterable<ParsedRow>
  } finally {
    input.destroy()
  }
}

/** A file as a table, whatever its format. @throws ImportError for what is none of the formats */
export const openTable = (source: Source, options: ImportOptions): Promise<Table> =>
  openAny(source, options, { parseCsv })
