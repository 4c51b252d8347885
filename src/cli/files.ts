import { createReadStream, createWriteStream, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Files that commands read and write. Whatever is wrong with one is told with its name. */

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this user may not use it',
  EPERM: 'this user may not use it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'what should be its folder is a file',
  EROFS: 'it is on a disk that is only read',
  ENOSPC: 'its disk is full',
}

const fileError = (path: string, error: unknown): unknown => {
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

/** Whole or not at all, in a folder that is made if need be. @throws Error when it cannot be written */
export const writeJson = (path: string, value: unknown): void => {
  const unfinished = `${path}.${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(unfinished, `${JSON.stringify(value, null, 2)}\n`)
    renameSync(unfinished, path)
  } catch (error) {
    throw fileError(path, error)
  }
}

/** The values of an NDJSON file, one by one. @throws Error when it cannot be read, or naming the line that is no JSON */
export async function* readJsonLines(path: string): AsyncGenerator<unknown> {
  const file = createReadStream(path)
  // The lines would wait for ever for a file that cannot be read.
  const failed = new Promise<never>((_, reject) => file.once('error', (error) => reject(fileError(path, error))))
  const lines = createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
  try {
    for (let number = 1; ; number++) {
      const { value, done } = await Promise.race([lines.next(), failed])
      if (done) return
      if (value.trim() !== '') yield parsed(value, `${path}, line ${number},`)
    }
  } finally {
    file.destroy()
  }
}

/** Resolves when everything is in the file. @throws Error when it cannot be written */
export const writeLines = async (path: string, lines: AsyncIterable<string>): Promise<void> => {
  async function* ended() {
    for await (const line of lines) yield `${line}\n`
  }
  const file = createWriteStream(path)
  let failure: unknown
  file.once('error', (error) => {
    failure = error
  })
  try {
    await pipeline(Readable.from(ended()), file)
  } catch (error) {
    throw error === failure ? fileError(path, error) : error
  }
}
