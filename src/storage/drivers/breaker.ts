import {
  type BatchOptions,
  type BatchResult,
  BreakerOpenError,
  type DatabaseState,
  OverloadedError,
  type SqlDriver,
  type Statement,
  UnavailableError,
} from '../driver.ts'
import { inTime } from '../time-limit.ts'
import { faultName } from './faults.ts'

/** Fewer may be chance; each of them has cost a request its whole wait. */
const FAULTS = 5

/** About what it takes to start a database again, and what a client waits gladly. */
const PAUSE_MS = 5_000

export interface BreakerOptions {
  /** What the log and /ready call the database. Never its address, which may hold a secret. */
  readonly name: string
  /** Milliseconds that one batch may take. */
  readonly timeoutMs: number
  /** Takes a line for every change of state; absent: none is written. */
  readonly log?: (line: string) => void
  /** Failures in a row that open it; infinitely many where a failure says nothing about the next batch. */
  readonly faults?: number
  /** Milliseconds for which it stays open. */
  readonly pauseMs?: number
  /** Milliseconds of a clock that is never set. */
  readonly now?: () => number
}

export interface Breaker {
  /**
   * The driver behind the breaker; every driver of the same database goes behind the same one.
   * @returns a driver that besides throws BreakerOpenError at once while the breaker is open
   */
  over(driver: SqlDriver): SqlDriver
  state(): DatabaseState
}

/**
 * A time limit for every batch of one database, and a circuit breaker: after some failures in a row nothing is sent to it
 * for a while (open), then one batch is let through (half open), whose answer closes it and whose failure opens it
 * again. Whatever the database answers closes it, a refusal as well. It holds no promise, only numbers: an isolate
 * may not share more between its requests, and a probe whose request has died is given up after the time limit.
 */
export const circuitBreaker = ({
  name,
  timeoutMs,
  log,
  faults = FAULTS,
  pauseMs = PAUSE_MS,
  now = () => performance.now(),
}: BreakerOptions): Breaker => {
  let state: DatabaseState = { name, breaker: 'closed', since: new Date().toISOString() }
  let inARow = 0
  /** Open: when a batch is let through. Half open: when that batch is given up. */
  let until = 0
  /** Grows with every change, so that a batch that was sent before it is not counted after it. */
  let turn = 0

  const change = (breaker: DatabaseState['breaker']) => {
    state = { ...state, breaker, since: new Date().toISOString() }
    turn++
    const { since, fault } = state
    log?.(JSON.stringify({ at: since, database: name, breaker, ...(fault && { fault }) }))
  }

  /** @returns the turn that the batch belongs to */
  const enter = (): number => {
    if (state.breaker === 'closed') return turn
    const left = until - now()
    if (left > 0) throw new BreakerOpenError('The database has failed lately and is left alone', left)
    until = now() + timeoutMs
    if (state.breaker === 'open') change('half-open')
    else turn++
    return turn
  }

  const answered = () => {
    inARow = 0
    if (state.breaker !== 'closed') change('closed')
  }

  const failed = (error: unknown, began: number) => {
    if (began !== turn) return
    state = { ...state, fault: faultName(error), faultAt: new Date().toISOString() }
    inARow++
    if (state.breaker === 'closed' && inARow < faults) return
    until = now() + pauseMs
    change('open')
  }

  /** The database was not asked at all: the next batch is let through instead. */
  const notAsked = (began: number) => {
    if (began === turn) until = now()
  }

  return {
    over: (driver) => ({
      async batch(statements: readonly Statement[], options?: BatchOptions): Promise<BatchResult> {
        const began = enter()
        try {
          const result = await inTime(driver.batch(statements, options), timeoutMs)
          answered()
          return result
        } catch (error) {
          if (error instanceof OverloadedError) notAsked(began)
          else if (error instanceof UnavailableError) failed(error, began)
          else answered()
          throw error
        }
      },
    }),
    state: () => state,
  }
}

export interface WatchedDriver extends SqlDriver {
  readonly state: Breaker['state']
}

/** A driver with a breaker of its own. */
export const withBreaker = (driver: SqlDriver, options: BreakerOptions): WatchedDriver => {
  const breaker = circuitBreaker(options)
  return { ...breaker.over(driver), state: breaker.state }
}
