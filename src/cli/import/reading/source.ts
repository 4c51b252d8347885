import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Source as Bytes } from '../../../import/reading/source.ts'
import { ExitError, UsageError } from '../../exit-errors.ts'
import { fileError } from '../../files.ts'

/** One whose bytes are held to what they were when they were read first. */
export interface Source extends Bytes {
  /** What it is read from, and nothing may be written over. */
  readonly path?: string
  /** From the first to the last; those of a gzipped file inflated. @throws SourceChangedError */
  bytes(): AsyncIterable<Buffer>
  /** SHA-256 of the file as it is stored. @throws SourceChangedError */
  fingerprint(): Promise<string>
  close(): Promise<void>
}

/** Somebody wrote to the file while it was read: what was sent of it may be of the one or of the other. */
export class SourceChangedError extends ExitError {
  override readonly name = 'SourceChangedError'
  readonly exitCode = 1

  constructor(file: string) {
    super(
      `${file} was changed while it was read, so nothing more is done with it: run the same again when it is whole.`,
    )
  }
}

/** What was piped in, put where it can be read again. Its file has no name any more, so nothing is left however this ends. */
const spool = async (input: AsyncIterable<Buffer>): Promise<FileHandle> => {
  const path = join(tmpdir(), `edge-upsert-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  try {
    for await (const chunk of input) await file.write(chunk)
  } catch (error) {
    await file.close()
    throw error
  }
  return file
}

const CHUNK = 65_536

/**
 * A file as it was when it was read first. Each later reading is held to that before its last byte counts as the last one,
 * so that nobody takes for the end of a file where its writer has cut it.
 */
class Stored {
  readonly #name: string
  readonly #file: FileHandle
  #written: string | undefined
  #fingerprint: string | undefined

  constructor(name: string, file: FileHandle) {
    this.#name = name
    this.#file = file
  }

  /** By places and not as a stream of the file, since it is read more than once. @throws SourceChangedError */
  async *bytes(): AsyncGenerator<Buffer> {
    await this.requireUnwritten()
    const hash = createHash('sha256')
    for (let position = 0; ; ) {
      const { bytesRead, buffer } = await this.#file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position)
      if (bytesRead === 0) break
      hash.update(buffer.subarray(0, bytesRead))
      yield buffer.subarray(0, bytesRead)
      position += bytesRead
    }
    await this.requireUnwritten()
    const read = hash.digest('hex')
    this.#fingerprint ??= read
    if (this.#fingerprint !== read) throw new SourceChangedError(this.#name)
  }

  async fingerprint(): Promise<string> {
    if (this.#fingerprint === undefined) for await (const _ of this.bytes());
    return this.#fingerprint ?? ''
  }

  /** Where its size or its time tells. @throws SourceChangedError */
  async requireUnwritten(): Promise<void> {
    const { size, mtimeNs } = await this.#file.stat({ bigint: true })
    const written = `${size} ${mtimeNs}`
    this.#written ??= written
    if (this.#written !== written) throw new SourceChangedError(this.#name)
  }
}

async function* inflated(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stored = Readable.from(bytes)
  const gunzip = createGunzip()
  stored.once('error', (error) => gunzip.destroy(error))
  try {
    yield* stored.pipe(gunzip) as AsyncIterable<Buffer>
  } finally {
    stored.destroy()
  }
}

const isGzip = async (file: FileHandle): Promise<boolean> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
}

const isBrokenGzip = (error: unknown) =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

const sourceOf = async (name: string, file: FileHandle, path?: string): Promise<Source> => {
  const isZipped = await isGzip(file)
  const stored = new Stored(name, file)
  async function* bytes(): AsyncGenerator<Buffer> {
    try {
      yield* isZipped ? inflated(stored.bytes()) : stored.bytes()
      // What is zipped ends by itself, wherever its file does.
      await stored.requireUnwritten()
    } catch (error) {
      if (!isBrokenGzip(error)) throw fileError(name, error)
      throw new UsageError(`${name} cannot be inflated: copy it anew.`, { cause: error })
    }
  }
  const fingerprint = () => stored.fingerprint()
  return { name, ...(path !== undefined && { path }), bytes, fingerprint, close: () => file.close() }
}

/**
 * What comes once only.
 * @param path where it comes from, if that is a file
 * @throws Error when it cannot be kept; what the input throws
 */
export const spooled = async (name: string, input: AsyncIterable<Buffer>, path?: string): Promise<Source> => {
  try {
    return await sourceOf(name, await spool(input), path)
  } catch (error) {
    throw fileError(name, error)
  }
}

/** @param path `-` is what is piped in. @throws Error when it cannot be read */
export const openSource = async (path: string, input: AsyncIterable<Buffer> = process.stdin): Promise<Source> => {
  if (path === '-') return spooled('What was piped in', input)
  try {
    return await sourceOf(path, await open(path), path)
  } catch (error) {
    throw fileError(path, error)
  }
}
