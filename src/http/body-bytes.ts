import { refuse } from '../engine/errors.ts'

type Coding = 'gzip' | 'deflate'

/** Content codings that are undone, and what the platform calls them. */
const codings: ReadonlyMap<string, Coding> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
])

/** The coding of the body; undefined where it is sent as it is. @throws RefusedError unsupported_media_type */
const codingOf = (request: Request): Coding | undefined => {
  const sent = request.headers.get('content-encoding')?.trim().toLowerCase() ?? ''
  if (sent === '' || sent === 'identity') return undefined
  const coding = codings.get(sent)
  if (!coding) throw refuse('unsupported_media_type', undefined, 'Content-Encoding gzip, deflate or none')
  return coding
}

/** For bodies that are taken chunk by chunk. @throws RefusedError unsupported_media_type when the body is encoded */
export const requireUnencoded = (request: Request): void => {
  if (codingOf(request)) throw refuse('unsupported_media_type', undefined, 'a stream without Content-Encoding')
}

const tooLarge = (limit: number) => refuse('body_too_large', undefined, `${limit} bytes`)

/** All bytes of a stream, without ever holding more than the limit and one chunk. */
const gather = async (body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

const inflated = async (body: ReadableStream<Uint8Array>, coding: Coding, limit: number) => {
  try {
    return await gather(body.pipeThrough(new DecompressionStream(coding)), limit)
  } catch (error) {
    if (error instanceof TypeError) throw refuse('malformed_json', undefined, `it is not ${coding}, as its header says`)
    throw error
  }
}

/**
 * The bytes of a body, inflated where it was sent gzipped or deflated. The limit holds for both: what is sent, and what
 * it inflates to.
 * @throws RefusedError body_too_large, unsupported_media_type, malformed_json
 */
export const bodyBytes = async (request: Request, limit: number): Promise<Uint8Array> => {
  const coding = codingOf(request)
  const declared = request.headers.get('content-length')
  if (declared !== null && Number(declared) > limit) throw tooLarge(limit)
  // A declared length is held by the platform, so there is nothing to count; on Node the body is then read without streams.
  if (!coding && declared !== null) return new Uint8Array(await request.arrayBuffer())
  if (!request.body) return new Uint8Array()
  if (coding) return inflated(request.body as ReadableStream<Uint8Array>, coding, limit)
  return gather(request.body as ReadableStream<Uint8Array>, limit)
}
