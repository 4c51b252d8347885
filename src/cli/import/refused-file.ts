import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UsageError } from '../exit-errors.ts'
import { fileError } from '../files.ts'
import { isOfRefused, REFUSED_COLUMNS, REFUSED_TEXT } from './mapping.ts'
import type { Row, Table } from './reading/table.ts'
import type { RowResult } from './send.ts'

/** Rows that were refused, or are in without all their cells: as they were, with where and why, to be mended and imported. */

/** Beside the file; of what is itself such a file, the next one. @param file `-` is what is piped in */
export const refusedPath = (file: string, { format }: Pick<Table, 'format'>): string => {
  const ending = format === 'csv' ? 'csv' : 'ndjson'
  const name = file === '-' ? 'import' : basename(file).replace(/\.gz$/, '')
  const [, first, number = '1'] = /^(.+)\.refused(?:-(\d+))?\.\w+$/.exec(name) ?? []
  const refused = first === undefined ? `${name}.refused` : `${first}.refused-${Number(number) + 1}`
  return file === '-' ? `${refused}.${ending}` : join(dirname(file), `${refused}.${ending}`)
}

const isWritable = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** @throws UsageError when it is there, since somebody may be mending it, or could not be written when it is needed */
export const requireNoRefused = (path: string, mayOverwrite: boolean): void => {
  if (!isWritable(dirname(path)))
    throw new UsageError(`${dirname(path)} takes no file for refused rows: name another one with --refused.`)
  if (!mayOverwrite && existsSync(path))
    throw new UsageError(
      `${path} is there already, with rows that were refused before: import it, remove it, name another file with --refused, or add --force to overwrite it.`,
    )
}

/** How a refused row is written: `where` are the columns, `why` the reasons. */
interface RefusedFormat {
  readonly head: string
  line(row: Row, where: string, why: string): string
}

/** So that spreadsheets take it for UTF-8. */
const MARK = '\ufeff'

const csv = async ({ columns, delimiter }: Table): Promise<RefusedFormat> => {
  const { unparse } = (await import('papaparse')).default
  const kept = [...columns.entries()].filter(([, name]) => !isOfRefused(name))
  const line = (cells: readonly unknown[]) => `${unparse([[...cells]], { delimiter, newline: '\r\n' })}\r\n`
  return {
    head: MARK + line([...REFUSED_COLUMNS, ...kept.map(([, name]) => name)]),
    line({ line: number, cells }, where, why) {
      // What is more than there are columns stays, too: it is what has to be mended.
      const extra = cells.slice(columns.length)
      // A row with too few cells stays one, or it would be taken as it stands the next time.
      const own = kept.flatMap(([index]) => (index < cells.length ? [cells[index]] : []))
      return line([number, where, why, ...own, ...extra])
    },
  }
}

const ndjson = ({ columns }: Table): RefusedFormat => ({
  head: '',
  line({ line, cells, text }, where, why) {
    const kept = [...columns.entries()].filter(([index, name]) => cells[index] !== undefined && !isOfRefused(name))
    const members = Object.fromEntries(kept.map(([index, name]) => [name, cells[index]]))
    const [first, second, third] = REFUSED_COLUMNS
    const about = { [first]: line, [second]: where, [third]: why, ...(text !== undefined && { [REFUSED_TEXT]: text }) }
    return `${JSON.stringify({ ...about, ...members })}\n`
  },
})

/** What a run of before has written, and no more. @throws UsageError when that is not there */
const cutTo = (path: string, bytes: number): void => {
  const length = existsSync(path) ? statSync(path).size : 0
  if (length < bytes)
    throw new UsageError(
      `${path} is no longer there as the earlier run has left it: put it back, or begin anew with --restart.`,
    )
  if (bytes === 0) rmSync(path, { force: true })
  else if (length > bytes) truncateSync(path, bytes)
}

export class RefusedFile {
  readonly #path: string
  readonly #format: RefusedFormat
  #bytes: number
  #file: number | undefined

  private constructor(path: string, format: RefusedFormat, bytes: number) {
    this.#path = path
    this.#format = format
    this.#bytes = bytes
  }

  /**
   * Nothing is written before there is something to be written.
   * @param bytes that a run of before has written; what is more is cut off, since its rows are sent again
   */
  static async of(path: string, table: Table, bytes: number): Promise<RefusedFile> {
    cutTo(path, bytes)
    return new RefusedFile(path, table.format === 'csv' ? await csv(table) : ndjson(table), bytes)
  }

  /** All that was written, by runs of before too. */
  get bytes(): number {
    return this.#bytes
  }

  /** @throws Error when it cannot be written */
  add({ row, bad }: RowResult): void {
    const columns = [...new Set(bad.map(({ column }) => column).filter((column) => column !== ''))]
    const reasons = bad.map(({ column, reason }) => (bad.length > 1 && column !== '' ? `${column}: ${reason}` : reason))
    const line = this.#format.line(row, columns.join('; '), reasons.join(' '))
    try {
      this.#file ??= openSync(this.#path, 'a')
      const text = Buffer.from(this.#bytes === 0 ? this.#format.head + line : line)
      writeFileSync(this.#file, text)
      this.#bytes += text.length
    } catch (error) {
      throw fileError(this.#path, error)
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
  }
}
