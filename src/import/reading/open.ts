import { ImportError } from '../import-error.ts'
import { delimiterSaid, encodingSaid, type ImportOptions } from '../options.ts'
import type { ParseCsv } from './csv.ts'
import { type Encoding, encodingOf, textOf } from './encoding.ts'
import type { Source } from './source.ts'
import type { Table } from './table.ts'

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
  if (!known) throw new ImportError(`--format: "${format}" must be one of ${Object.keys(formats).join(', ')}.`)
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

export interface Opening {
  readonly parseCsv: ParseCsv
  readonly headless?: boolean | undefined
}

/** A table, and how its text was understood. */
export interface OpenedTable extends Table {
  readonly encoding: Encoding
}

/** @throws ImportError for what is none of the formats */
export const openTable = async (
  source: Source,
  options: ImportOptions,
  { parseCsv, headless }: Opening,
): Promise<OpenedTable> => {
  const said = formatSaid(options)
  const delimiter = delimiterSaid(options)
  const encoding = encodingSaid(options) ?? (await encodingOf(source))
  const text = () => textOf(source, encoding)
  const format = said ?? byName(source.name) ?? (await byContent(text()))
  const { name } = source
  const table =
    format === 'csv'
      ? await (await import('./csv.ts')).csvTable(text, { name, parse: parseCsv, delimiter, headless })
      : await (await import('./json.ts')).jsonTable(format, text, name)
  return { ...table, encoding }
}
