import { v7 } from 'uuid'

/** Random bytes are fetched for many ids at once: a thousand small requests for them cost as much as planning does. */
const pool = new Uint8Array(16 * 256)
let used = pool.length

const random16 = (): Uint8Array => {
  if (used === pool.length) {
    crypto.getRandomValues(pool)
    used = 0
  }
  used += 16
  return pool.slice(used - 16, used)
}

let time = 0
let sequence = 0

const LAST_IN_SEQUENCE = 0x7fff_ffff

/** A sequence starts somewhere in the lower half of 31 bits, so that it cannot run out within a millisecond. */
const startOf = ([a = 0, b = 0, c = 0, d = 0]: Uint8Array) => ((a & 0x3f) << 24) | (b << 16) | (c << 8) | d

/** @returns milliseconds since 1970 at which the UUIDv7 was made; undefined for any other text */
export const timeOfId = (id: string): number | undefined => {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(id) ?? []
  return high === undefined ? undefined : Number.parseInt(`${high}${low}`, 16)
}

/**
 * Ids are greater than this one from now on, even if the clock has been set back since it was made: of two records the
 * one with the lower id counts as the older.
 * @param id what is no UUIDv7 tells no time, and changes nothing
 */
export const idsFollow = (id: string): void => {
  const made = timeOfId(id)
  if (made === undefined || made < time) return
  time = made + 1
  sequence = startOf(random16())
}

/**
 * A UUIDv7 (RFC 9562). Within an isolate each is greater than the one before, so records of one request are in the order
 * of its items; 96 of its bits are random or counted from random.
 */
export const newId = (): string => {
  const now = Date.now()
  if (now > time || sequence === LAST_IN_SEQUENCE) {
    time = Math.max(now, time + 1)
    sequence = startOf(random16())
  } else sequence++
  return v7({ msecs: time, seq: sequence, random: random16() })
}
