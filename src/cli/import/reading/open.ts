import { delimiterSaid, encodingSaid, type ImportOptions } from '../../../import/options.ts'
import type { Table } from '../../../import/reading/table.ts'
import { UsageError } from '../../exit-errors.ts'
import { encodingOf, textOf } from './encoding.ts'
import type { Source } from './source.ts'

/** A file as a table, whatever its format. */

type Format = Table['format']

const formats: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'csv',
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
}

const formatSaid = ({ format }: ImportOptions): Format | undefined => {
  if (format === undefined) return undefined
  const known = formats[format]
  if (!known) throw new UsageError(`--format: "${format}" must be one of ${Object.keys(formats).join(', ')}.`)
  return known
}

const byName = (name: string): Format | undefined => formats[/\.(\w+)(\.gz)?$/.exec(name)?.[1]?.toLowerCase() ?? '']

const byContent = async (text: AsyncIterable<string>): Promise<Format> => {
  for await (const part of text) {
    const [first] = part.trimStart()
    if (first !== undefined) return first === '[' ? 'json' : first === '{' ? 'ndjson' : 'csv'
  }
  return 'csv'
}

/** @throws UsageError for what is none of the formats */
export const openTable = async (source: Source, options: ImportOptions): Promise<Table> => {
  const said = formatSaid(options)
  const delimiter = delimiterSaid(options)
  const encoding = encodingSaid(options) ?? (await encodingOf(source))
  const text = () => textOf(source, encoding)
  const format = said ?? byName(source.name) ?? (await byContent(text()))
  if (format !== 'csv') return (await import('../../../import/reading/json.ts')).jsonTable(format, text, source.name)
  return (await import('./csv.ts')).csvTable(text, source.name, delimiter)
}
