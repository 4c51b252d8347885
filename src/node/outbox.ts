import { lookup as resolve } from 'node:dns'
import { request as requestPlain } from 'node:http'
import { request } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from '../subscriptions/address.ts'
import { subscriptionLimits } from '../subscriptions/definition.ts'
import { type Answered, type Attempt, type Outbox, refusedAddress } from '../subscriptions/sending.ts'

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

const failureOf = (error: unknown, isLate: boolean): string => {
  if (error instanceof InsideError) return 'its name stands for an address that is not of the public Internet'
  return isLate ? 'it did not answer in time' : 'it could not be reached'
}

const sendOnce = ({ url, headers, body }: Attempt, inside: boolean, lookup: LookupFunction): Promise<Answered> => {
  // For connecting, sending and the head of the answer together: a receiver cannot keep it waiting by a byte now and then.
  const signal = AbortSignal.timeout(subscriptionLimits.answerMs)
  const start = url.startsWith('https:') ? request : requestPlain
  return new Promise((done) => {
    const sent = start(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        signal,
        // A connection of its own: none that was checked for another name is used again.
        agent: false,
        lookup: inside ? lookup : publicOnly(lookup),
      },
      (answer) => {
        done({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] ?? null })
        // Nobody reads what it has to say.
        answer.destroy()
      },
    )
    sent.on('error', (error) => done({ failed: failureOf(error, signal.aborted) }))
    sent.end(body)
  })
}

export interface NodeOutboxOptions {
  /** By the operator's switch: http, any port and any address. */
  readonly inside: boolean
  /** How names are resolved. Default: as by the system. */
  readonly lookup?: LookupFunction
}

export const nodeOutbox = ({ inside, lookup = resolve as LookupFunction }: NodeOutboxOptions): Outbox => ({
  inside,
  async send(attempt) {
    return refusedAddress(attempt.url, inside) ?? sendOnce(attempt, inside, lookup)
  },
})
