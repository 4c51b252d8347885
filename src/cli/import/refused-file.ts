import { closeSync, existsSync, openSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileError } from '../files.ts'
import { UsageError } from '../usage-error.ts'
import { REFUSED_COLUMNS } from './mapping.ts'
import type { Table } from './reading/table.ts'
import type { RowResult } from './send.ts'

/** Rows that were refused, or are in without all their cells: as they were, with where and why, to be mended and imported. */

/** Beside the file; of what is itself such a file, the next one. @param file `-` is the standard input */
export const refusedPath = (file: string): string => {
  const name = file === '-' ? 'import' : basename(file)
  const [, first = '', number = '1', ending = ''] = /^(.*)\.refused(?:-(\d+))?\.(csv)$/.exec(name) ?? []
  const next = first === '' ? `${name}.refused.csv` : `${first}.refused-${Number(number) + 1}.${ending}`
  return file === '-' ? next : join(dirname(file), next)
}

/** @throws UsageError when it is there: somebody may be mending it */
export const requireNoRefused = (path: string, mayOverwrite: boolean): void => {
  if (!mayOverwrite && existsSync(path))
    throw new UsageError(
      `${path} is there already, with rows that were refused before: import it, remove it, name another file with --refused, or add --force to overwrite it.`,
    )
}

/** So that spreadsheets take it for UTF-8. */
const MARK = '\ufeff'

export class RefusedFile {
  readonly path: string
  readonly #table: Table
  readonly #kept: readonly number[]
  readonly #line: (cells: readonly unknown[]) => string
  #file: number | undefined

  private constructor(path: string, table: Table, line: (cells: readonly unknown[]) => string) {
    this.path = path
    this.#table = table
    this.#line = line
    const own: readonly string[] = REFUSED_COLUMNS
    this.#kept = [...table.columns.keys()].filter((index) => !own.includes(table.columns[index] ?? ''))
  }

  /** Nothing is written before there is something to be written. */
  static async of(path: string, table: Table): Promise<RefusedFile> {
    const { unparse } = (await import('papaparse')).default
    const { delimiter } = table
    return new RefusedFile(path, table, (cells) => `${unparse([[...cells]], { delimiter, newline: '\r\n' })}\r\n`)
  }

  /** Whether anything was written. */
  get isThere(): boolean {
    return this.#file !== undefined
  }

  /** @throws Error when it cannot be written */
  add({ row, bad }: RowResult): void {
    const columns = [...new Set(bad.map(({ column }) => column).filter((column) => column !== ''))].join('; ')
    const reasons = bad.map(({ column, reason }) => (bad.length > 1 && column !== '' ? `${column}: ${reason}` : reason))
    // What is more than there are columns stays, too: it is what has to be mended.
    const extra = row.cells.slice(this.#table.columns.length)
    const cells = [...this.#kept.map((index) => row.cells[index] ?? ''), ...extra]
    this.#write(this.#line([row.line, columns, reasons.join(' '), ...cells]))
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
  }

  #write(text: string): void {
    try {
      if (this.#file === undefined) {
        this.#file = openSync(this.path, 'w')
        const names = this.#kept.map((index) => this.#table.columns[index])
        writeSync(this.#file, MARK + this.#line([...REFUSED_COLUMNS, ...names]))
      }
      writeSync(this.#file, text)
    } catch (error) {
      throw fileError(this.path, error)
    }
  }
}
