import { createReadStream, statSync } from 'node:fs'
import { fileError } from '../../files.ts'

/** Where bytes come from; they are read more than once. */
export interface Source {
  /** As messages call it. */
  readonly name: string
  bytes(): AsyncIterable<Buffer>
}

/** @throws Error when there is no such file */
export const openSource = (path: string): Source => {
  try {
    statSync(path)
  } catch (error) {
    throw fileError(path, error)
  }
  async function* bytes() {
    try {
      yield* createReadStream(path) as AsyncIterable<Buffer>
    } catch (error) {
      throw fileError(path, error)
    }
  }
  return { name: path, bytes }
}

/** @param most bytes */
export const beginningOf = async (source: Source, most: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of source.bytes()) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= most) break
  }
  return Buffer.concat(chunks).subarray(0, most)
}
