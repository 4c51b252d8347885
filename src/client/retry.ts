import { AnsweredError, ConnectionError, type EdgeUpsertError } from './errors.ts'

/** When a request is sent again, and how long is waited before. */

/** Milliseconds. Who is asked to wait longer is told so instead: it can do something else meanwhile. */
export const LONGEST_WAIT_MS = 60_000

const FIRST_BACKOFF_MS = 500
const LONGEST_BACKOFF_MS = 8_000

/** Besides what Retry-After says, so that all who were told the same do not come at once. */
const SPREAD_MS = 250

/** @returns milliseconds from `now`; undefined where the header says nothing. It is a number of seconds or a date */
export const retryAfterOf = (header: string | null, now: number): number | undefined => {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  const milliseconds = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1_000
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds)
}

/** Exponential, with full jitter. @param failures in a row, at least 1. @returns milliseconds */
export const backoff = (failures: number, random: number, longest: number = LONGEST_BACKOFF_MS): number =>
  random * Math.min(longest, FIRST_BACKOFF_MS * 2 ** (failures - 1))

/** @returns milliseconds to wait; undefined when it is longer than anybody waits */
export const waitAfter = (error: EdgeUpsertError, failures: number, random: number): number | undefined => {
  const asked = error instanceof AnsweredError ? error.retryAfterMs : undefined
  if (asked === undefined) return backoff(failures, random)
  return asked > LONGEST_WAIT_MS ? undefined : asked + random * SPREAD_MS
}

/** Was refused before it was begun, whatever it is. */
const WAS_NOT_BEGUN: readonly number[] = [408, 429]

/** Whether it may have been done, though nobody was told. */
export const wasBegun = (error: EdgeUpsertError): boolean =>
  !(error instanceof AnsweredError && WAS_NOT_BEGUN.includes(error.status))

/**
 * Whether the same request may well be answered otherwise.
 * @param repeatable whether it may be done twice: else only what was surely not begun is sent again
 */
export const mayPass = (error: EdgeUpsertError, repeatable: boolean): boolean => {
  if (!wasBegun(error)) return true
  return repeatable && (error instanceof ConnectionError || (error instanceof AnsweredError && error.status >= 500))
}

/** @throws what the signal was aborted with, at once */
export const wait = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
