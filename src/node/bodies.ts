import type { IncomingMessage, ServerResponse } from 'node:http'
import { BODY_LIMIT } from '../http/json-body.ts'

/** What @hono/node-server hands on beside a request. */
export interface NodeBindings {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

/** What is known of a body while it comes. */
export interface Body extends NodeBindings {
  /** Bytes that had come over its connection when its headers had. */
  readonly before: number
  /** Bytes that will come at most; 0 of a stream, of which nothing is kept. */
  readonly expected: number
}

/** Bytes that must come in each so many seconds, however many there were before. */
export interface Pace {
  readonly bytes: number
  readonly seconds: number
}

const BATCH = /\/batch(\?|$)/

/** No batch is taken that is larger, and no other body than BODY_LIMIT, whatever a request declares. */
const LARGEST_BATCH = 8_388_608

const NDJSON = /^application\/(x-)?ndjson\b/i

export const isStream = ({ headers }: IncomingMessage): boolean => NDJSON.test(headers['content-type'] ?? '')

const EXPORT = /\/records\/export(\?|$)/

/** Whether its answer goes on after it began. */
export const isStreamed = (incoming: IncomingMessage): boolean => isStream(incoming) || EXPORT.test(incoming.url ?? '')

const expectedBytes = (incoming: IncomingMessage): number => {
  const { 'content-length': declared, 'transfer-encoding': coding } = incoming.headers
  if (isStream(incoming) || (declared === undefined && coding === undefined)) return 0
  const most = BATCH.test(incoming.url ?? '') ? LARGEST_BATCH : BODY_LIMIT
  return declared === undefined ? most : Math.min(Number(declared), most)
}

export const bodyOf = ({ incoming, outgoing }: NodeBindings): Body => ({
  incoming,
  outgoing,
  before: incoming.socket.bytesRead,
  expected: expectedBytes(incoming),
})

/** Bytes that have come since the headers; those of a request that follows at once may be among them. */
const receivedBytes = ({ incoming, before }: Body): number => incoming.socket.bytesRead - before

/**
 * Bytes that a body keeps from others: what has come of it, and from the beginning a quarter. So who declares much and
 * sends nothing keeps few out, and yet all bodies together never grow beyond four times the limit.
 */
export const heldBytes = (body: Body): number =>
  Math.min(body.expected, Math.max(receivedBytes(body), body.expected / 4))

/** The client keeps us waiting, and not we the client: what has come has been taken, and there is room for more. */
const waitsForClient = ({ complete, readableLength, readableHighWaterMark }: IncomingMessage): boolean =>
  !complete && readableLength < readableHighWaterMark

/**
 * Whether a body comes too slowly, to be asked once a second. Time is counted by the questions, each in a turn of the
 * loop: a process that stood still has not heard its clients, and one that is slow itself must not blame them.
 */
export const slowness = (body: Body, pace: Pace): (() => boolean) => {
  let seconds = 0
  let before = 0
  return () => {
    if (waitsForClient(body.incoming) && ++seconds < pace.seconds) return false
    const received = receivedBytes(body)
    const isSlow = seconds >= pace.seconds && received - before < pace.bytes
    seconds = 0
    before = received
    return isSlow
  }
}

const TOO_SLOW = 'The body came too slowly.\n'
const ANSWER = [
  'HTTP/1.1 408 Request Timeout',
  'Connection: close',
  'Content-Type: text/plain',
  `Content-Length: ${TOO_SLOW.length}`,
  '',
  TOO_SLOW,
].join('\r\n')

/** Ends the connection. Its handler can answer nothing any more: it finds that the body has broken off. */
export const cut = ({ incoming, outgoing }: Body): void => {
  if (!outgoing.headersSent && incoming.socket.writable) incoming.socket.write(ANSWER)
  incoming.destroy()
}
