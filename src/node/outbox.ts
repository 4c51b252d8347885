import { request as requestPlain } from 'node:http'
import { request } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from '../subscriptions/address.ts'
import { subscriptionLimits } from '../subscriptions/definition.ts'
import { type Answered, Outbox, type OutboxOptions, type Transport } from '../subscriptions/sending.ts'
import { type Lookup, type LookupOptions, lookupBy } from './names.ts'

/** Sends to the receivers of subscriptions from a machine that may stand beside what nobody outside should reach. */

class InsideError extends Error {}

/**
 * Refuses addresses inside at the moment of connecting: what a name resolved to when somebody looked before says nothing
 * of what it resolves to now.
 */
const publicOnly =
  (lookup: LookupFunction): LookupFunction =>
  (hostname, options, callback) =>
    lookup(hostname, options, (error, address, family) => {
      const found = typeof address === 'string' ? [address] : (address ?? []).map((one) => one.address)
      if (!error && !(found.length > 0 && found.every(isPublicAddress)))
        callback(new InsideError('an address inside'), address, family)
      else callback(error, address, family)
    })

const failureOf = (error: unknown): string =>
  error instanceof InsideError
    ? 'its name stands for an address that is not of the public Internet'
    : 'it could not be reached'

/** Bytes that a receiver may send before it has answered: the head of its answer, and a few interim ones (1xx). */
const UNANSWERED_BYTES = 32_768

const transportBy =
  (lookup: Lookup, inside: boolean): Transport =>
  ({ url, headers, body }, signal) =>
    new Promise<Answered>((done) => {
      const start = url.startsWith('https:') ? request : requestPlain
      const sent = start(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        signal,
        // A connection of its own: none that was checked for another name is used again.
        agent: false,
        lookup: inside ? lookup(signal) : publicOnly(lookup(signal)),
      })
      sent.on('response', (answer) => {
        done({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] ?? null })
        // Nobody reads what it has to say.
        answer.destroy()
      })
      // Interim answers need not end, and whoever reads them holds up all others. Node reads a piece before it is counted here.
      sent.on('socket', (socket) => {
        let bytes = 0
        socket.on('data', ({ length }: Buffer) => {
          bytes += length
          if (bytes <= UNANSWERED_BYTES) return
          done({ failed: 'it sent too much before its answer' })
          sent.destroy()
        })
      })
      // Node tells of a 101 in another way than of all other answers.
      sent.on('upgrade', ({ statusCode = 101 }, socket) => {
        done({ status: statusCode, retryAfter: null })
        socket.destroy()
      })
      sent.on('error', (error) => done({ failed: failureOf(error) }))
      sent.on('close', () => done({ failed: 'it could not be reached' }))
      sent.end(body)
    })

export interface NodeOutboxOptions extends Pick<OutboxOptions, 'answerMs'>, Pick<LookupOptions, 'servers'> {
  /** By the operator's switch: http, any port and any address. */
  readonly inside: boolean
  /** What names stand for. Default: as the name servers of the system say. */
  readonly lookup?: LookupFunction
}

/** Whatever an organisation may have of subscriptions goes on at its own pace. */
export const nodeOutbox = ({ inside, lookup, servers, ...options }: NodeOutboxOptions): Outbox =>
  new Outbox(transportBy(lookup ? () => lookup : lookupBy({ inside, servers }), inside), {
    ...options,
    inside,
    atOnce: subscriptionLimits.subscriptions,
  })
