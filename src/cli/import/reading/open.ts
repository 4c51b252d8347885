import type { ImportOptions } from '../options.ts'
import { delimiterSaid, encodingSaid } from '../options.ts'
import { encodingOf, textOf } from './encoding.ts'
import { openSource } from './source.ts'
import type { Table } from './table.ts'

/** A file as a table, whatever its format. */

/** @throws UsageError for what is none of the formats */
export const openTable = async (path: string, options: ImportOptions): Promise<Table> => {
  const source = openSource(path)
  const said = encodingSaid(options)
  const delimiter = delimiterSaid(options)
  const encoding = said ?? (await encodingOf(source))
  const { csvTable } = await import('./csv.ts')
  return csvTable(() => textOf(source, encoding), path, delimiter)
}
