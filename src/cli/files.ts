import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { UsageError } from './exit-errors.ts'

/** Files that commands read and write. Whatever is wrong with one is told with its name. */

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this user may not use it',
  EPERM: 'this user may not use it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'what should be its folder is a file',
  EROFS: 'it is on a disk that is only read',
  ENOSPC: 'its disk is full',
  EDQUOT: 'this user has no room left on its disk',
  EFBIG: 'it would be larger than files may be here',
  EEXIST: 'somebody else has made it meanwhile',
}

/** The same, naming the file and what to do; what is not about a file stays as it is. */
export const fileError = (path: string, error: unknown): unknown => {
  const reason = reasons[String((error as { code?: unknown } | undefined)?.code)]
  return reason === undefined ? error : new Error(`${path}: ${reason}. Name another file.`, { cause: error })
}

const parsed = (text: string, where: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${where} is no JSON: correct it, or name another file.`, { cause: error })
  }
}

/** @throws Error when it cannot be read or is no JSON */
export const readJson = <T>(path: string): T => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw fileError(path, error)
  }
  return parsed(text, path) as T
}

/** Where a file is written until it is whole. */
interface Writing {
  readonly unfinished: string
  /** Gives it its name. */
  finish(): void
}

/**
 * Beside the file, so that it can be given its name at once, and of its own, since others may write the same file just now. What
 * is there and no file, such as a terminal, is written to itself.
 */
const writingOf = (path: string, own = false): Writing => {
  const there = statSync(path, { throwIfNoEntry: false })
  if (there && !there.isFile()) return { unfinished: path, finish: () => undefined }
  const target = there ? realpathSync(path) : path
  const unfinished = `${target}.${randomUUID()}.part`
  // Who may read what is replaced, and nobody else, may read what replaces it.
  const mode = own ? 0o600 : there && there.mode & 0o777
  if (mode !== undefined) {
    closeSync(openSync(unfinished, 'wx', 0o600))
    chmodSync(unfinished, mode)
  }
  return { unfinished, finish: () => renameSync(unfinished, target) }
}

const giveUp = ({ unfinished }: Writing, path: string): void => {
  if (unfinished !== path) rmSync(unfinished, { force: true })
}

interface Written {
  /** Whether file and folder are for their owner alone, from the first byte on. */
  readonly own?: boolean
}

/**
 * Whole or not at all, in a folder that is made if need be.
 * @throws Error when it cannot be written
 */
export const writeText = (path: string, text: string, { own = false }: Written = {}): void => {
  const folder = dirname(path)
  let writing: Writing | undefined
  try {
    mkdirSync(folder, { recursive: true, ...(own && { mode: 0o700 }) })
    if (own) chmodSync(folder, 0o700)
    writing = writingOf(path, own)
    writeFileSync(writing.unfinished, text)
    writing.finish()
  } catch (error) {
    if (writing) giveUp(writing, path)
    throw fileError(path, error)
  }
}

/** @throws Error when it cannot be written */
export const writeJson = (path: string, value: unknown, written?: Written): void =>
  writeText(path, `${JSON.stringify(value, null, 2)}\n`, written)

/** A line of an NDJSON file, counted from 1. */
export interface FileLine {
  readonly value: unknown
  readonly number: number
}

/** The lines of an NDJSON file that are not empty. @throws Error when it cannot be read, or naming the line that is no JSON */
export async function* readJsonLines(path: string): AsyncGenerator<FileLine> {
  const file = createReadStream(path)
  // The lines would wait for ever for a file that cannot be read.
  const failed = new Promise<never>((_, reject) => file.once('error', (error) => reject(fileError(path, error))))
  const lines = createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
  try {
    for (let number = 1; ; number++) {
      const { value, done } = await Promise.race([lines.next(), failed])
      if (done) return
      if (value.trim() !== '') yield { value: parsed(value, `${path}, line ${number},`), number }
    }
  } finally {
    file.destroy()
  }
}

/** Whether two paths lead to one file, however they are spelt. */
export const isSameFile = (one: string, other: string): boolean => {
  if (resolve(one) === resolve(other)) return true
  const [first, second] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }))
  return first !== undefined && second !== undefined && first.dev === second.dev && first.ino === second.ino
}

/** @throws UsageError when something else is there, such as a device or a link, which a file would take the place of */
export const requireRegular = (path: string): void => {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false)
    throw new UsageError(`${path} is no regular file, and one would take its place: name another file.`)
}

/** @throws Error when it is there already, and may not be overwritten: nothing but a file may, since a file is put in its place */
export const requireNewFile = (path: string, mayOverwrite: boolean): void => {
  requireRegular(path)
  if (!mayOverwrite && existsSync(path))
    throw new Error(`${path} is there already: name another file, or add --force to overwrite it.`)
}

async function* ended(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`
}

const isBrokenPipe = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EPIPE'

/** To stdout, as fast as it is read there; whoever reads no more (`head`) has had enough. */
export const printLines = async (lines: AsyncIterable<string>): Promise<void> => {
  try {
    await pipeline(Readable.from(ended(lines)), process.stdout, { end: false })
  } catch (error) {
    if (!isBrokenPipe(error)) throw error
  }
}

/**
 * Resolves when everything is in the file, which has its name only then: so nobody takes a part for the whole.
 * @throws Error when it cannot be written
 */
export const writeLines = async (path: string, lines: AsyncIterable<string>): Promise<void> => {
  let writing: Writing | undefined
  let failure: unknown
  try {
    writing = writingOf(path)
    const file = createWriteStream(writing.unfinished)
    file.once('error', (error) => {
      failure = error
    })
    await pipeline(Readable.from(ended(lines)), file)
  } catch (error) {
    if (writing) giveUp(writing, path)
    throw !writing || error === failure ? fileError(path, error) : error
  }
  try {
    writing.finish()
  } catch (error) {
    giveUp(writing, path)
    throw fileError(path, error)
  }
}
