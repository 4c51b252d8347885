import { ImportError } from '../../../../import/import-error.ts'
import { parseAtOnce } from '../../../../import/reading/csv-at-once.ts'
import type { Encoding } from '../../../../import/reading/encoding.ts'
import { openTable } from '../../../../import/reading/open.ts'
import type { Source } from '../../../../import/reading/source.ts'
import type { Row, Table } from '../../../../import/reading/table.ts'
import { dayReadings } from '../../../../import/values/date.ts'
import { numberReadings } from '../../../../import/values/number.ts'

/** A file of the reader's, all of it in the memory of this thread: so its cells can be mended, and nobody has to read it again. */

/** What somebody has corrected of how its text is understood. */
export interface TextSaid {
  readonly encoding?: Encoding
  readonly delimiter?: string
  readonly headless?: boolean
}

export interface HeldTable extends Table {
  readonly encoding: Encoding
  readonly headless: boolean
  readonly held: Row[]
}

/** Bytes: a larger one is for the command, whose memory it does not fill. */
export const LARGEST_FILE = 100_000_000

const isGzip = async (file: File): Promise<boolean> => {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  return first === 0x1f && second === 0x8b
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel()
  }
}

const sourceOf = async (file: File): Promise<Source> => {
  const isZipped = await isGzip(file)
  return {
    name: file.name,
    bytes: () => chunksOf(isZipped ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream()),
  }
}

/** No column is called by an address, a number or a day. */
const isValue = (cell: string): boolean =>
  /^\S+@\S+\.\S+$/.test(cell) || [numberReadings(cell), dayReadings(cell)].some((one) => Object.keys(one).length > 0)

/** @throws ImportError for what cannot be read as was said */
export const holdFile = async (file: File, said: TextSaid): Promise<HeldTable> => {
  if (file.size > LARGEST_FILE)
    throw new ImportError(
      `${file.name} is larger than ${LARGEST_FILE / 1_000_000} MB: import it by the command, npx edge-upsert import.`,
    )
  const source = await sourceOf(file)
  const { headless: saidHeadless, ...options } = said
  const open = (headless: boolean) => openTable(source, { object: '', ...options }, { parseCsv: parseAtOnce, headless })
  let headless = saidHeadless ?? false
  let table = await open(headless)
  if (saidHeadless === undefined && table.format === 'csv' && table.columns.some(isValue)) {
    headless = true
    table = await open(headless)
  }
  const held: Row[] = []
  for await (const row of table.rows()) held.push(row)
  async function* rows() {
    yield* held
  }
  return { ...table, headless, held, rows }
}
