import { createHash, type Hash } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Table } from '../../import/reading/table.ts'
import { type RefusedFormat, refusedFormat, refusedName } from '../../import/refused-format.ts'
import type { RowResult } from '../../import/send.ts'
import { UsageError } from '../exit-errors.ts'
import { fileError, requireRegular } from '../files.ts'

/** Rows that were refused, or are in without all their cells: as they were, with where and why, to be mended and imported. */

/** Beside the file; of what is itself such a file, the next one. @param file `-` is what is piped in */
export const refusedPath = (file: string, { format }: Pick<Table, 'format'>): string => {
  const refused = refusedName(file === '-' ? 'import' : basename(file), { format })
  return file === '-' ? refused : join(dirname(file), refused)
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
const requireNoRefused = (path: string, mayOverwrite: boolean): void => {
  if (!isWritable(dirname(path)))
    throw new UsageError(`${dirname(path)} takes no file for refused rows: name another one with --refused.`)
  requireRegular(path)
  if (!mayOverwrite && existsSync(path))
    throw new UsageError(
      `${path} is there already, with rows that were refused before: import it, remove it, name another file with --refused, or add --force to overwrite it.`,
    )
}

/** What of the file a run has noted, so that the next one can go on with it and with no other. */
export interface KeptRefused {
  /** Its number on its disk; null where none was made. */
  readonly file: number | null
  readonly bytes: number
  /** SHA-256 of so many bytes. */
  readonly sha256: string
}

const CHUNK = 65_536

/** Of the beginning of a file, in pieces: it may be as large as the one that rows were refused of. */
const hashOf = (path: string, bytes: number): Hash => {
  const hash = createHash('sha256')
  const file = openSync(path, 'r')
  try {
    const chunk = Buffer.alloc(CHUNK)
    for (let at = 0; at < bytes; ) {
      const read = readSync(file, chunk, 0, Math.min(CHUNK, bytes - at), at)
      if (read === 0) break
      hash.update(chunk.subarray(0, read))
      at += read
    }
    return hash
  } finally {
    closeSync(file)
  }
}

const digestOf = (hash: Hash): string => hash.copy().digest('hex')

/**
 * What a run of before has noted, and no more: the rows behind it are sent again.
 * @throws UsageError when it is another file, or somebody has changed it
 */
const cutTo = (path: string, { file, bytes, sha256 }: KeptRefused): Hash => {
  const hash = existsSync(path) && statSync(path).ino === file ? hashOf(path, bytes) : undefined
  if (!hash || digestOf(hash) !== sha256)
    throw new UsageError(
      `${path} is no longer there as the earlier run has left it: put it back, or begin anew with --restart.`,
    )
  truncateSync(path, bytes)
  return hash
}

interface Opening {
  /** What a run of before has noted of it. */
  readonly kept: KeptRefused | undefined
  readonly mayOverwrite: boolean
  /** Who may read it; undefined: as this user's files are. */
  readonly mode: number | undefined
  /** Is called when the file has been made, before anything is in it: whose it is has to be noted. */
  readonly onMade: () => void
}

export class RefusedFile {
  readonly #path: string
  readonly #format: RefusedFormat
  readonly #onMade: () => void
  readonly #hash: Hash
  readonly #mode: number | undefined
  /** Its number, once it is there. */
  #inode: number | null
  #bytes: number
  #file: number | undefined

  private constructor(path: string, format: RefusedFormat, { onMade, mode }: Opening, hash: Hash, left?: KeptRefused) {
    this.#path = path
    this.#format = format
    this.#onMade = onMade
    this.#mode = mode
    this.#hash = hash
    this.#inode = left?.file ?? null
    this.#bytes = left?.bytes ?? 0
  }

  /**
   * Nothing is written before there is something to be written.
   * @throws UsageError when it is there and not that of the run of before
   */
  static of(path: string, table: Table, opening: Opening): RefusedFile {
    const { kept, mayOverwrite } = opening
    const format = refusedFormat(table)
    if (kept && kept.file !== null && (kept.bytes > 0 || existsSync(path)))
      return new RefusedFile(path, format, opening, cutTo(path, kept), kept)
    requireNoRefused(path, mayOverwrite)
    rmSync(path, { force: true })
    return new RefusedFile(path, format, opening, createHash('sha256'))
  }

  /** Whether any run has written a row. */
  get hasRows(): boolean {
    return this.#bytes > 0
  }

  get kept(): KeptRefused {
    return { file: this.#inode, bytes: this.#bytes, sha256: digestOf(this.#hash) }
  }

  /** @throws Error when it cannot be written */
  add({ row, bad }: RowResult): void {
    const line = this.#format.line(row, bad)
    try {
      this.#file ??= this.#opened()
      const text = Buffer.from(this.#bytes === 0 ? this.#format.head + line : line)
      writeFileSync(this.#file, text)
      this.#hash.update(text)
      this.#bytes += text.length
    } catch (error) {
      throw fileError(this.#path, error)
    }
  }

  /** One that somebody else has made since is not written into. */
  #opened(): number {
    if (this.#inode !== null) return openSync(this.#path, 'a')
    const file = openSync(this.#path, 'wx', this.#mode)
    this.#inode = fstatSync(file).ino
    this.#onMade()
    return file
  }

  /** One without a row tells nothing. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    if (this.#bytes === 0 && this.#inode !== null) rmSync(this.#path, { force: true })
  }
}
