import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  AbortError,
  BreakerOpenError,
  NoDatabaseError,
  OverloadedError,
  type SqlDriver,
  UnavailableError,
  UpgradingError,
} from '../../src/storage/driver.ts'
import { withBreaker } from '../../src/storage/drivers/breaker.ts'
import { circuitBreakers } from '../../src/storage/drivers/breakers.ts'

const LIMIT = 7
const PAUSE = 5
const FAULTS = 3

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** How a batch can end, besides by the time limit. */
const endings = {
  answer: null,
  away: new UnavailableError('away'),
  refused: new AbortError('refused'),
  upgrading: new UpgradingError('upgrading'),
  absent: new NoDatabaseError('absent'),
  broken: new Error('no such table'),
  overloaded: new OverloadedError('full'),
}
type Ending = keyof typeof endings

/** A breaker over a driver whose batches end when they are told to, and a clock that only `tick` moves. */
const bench = () => {
  let clock = 0
  const sent: { readonly end: (ending: Ending) => void }[] = []
  const driver: SqlDriver = {
    batch: () =>
      new Promise((resolve, reject) => {
        sent.push({
          end(ending) {
            const error = endings[ending]
            if (error) reject(error)
            else resolve({ results: [], milliseconds: 0 })
          },
        })
      }),
  }
  const lines: string[] = []
  const breaker = withBreaker(driver, {
    name: 'one',
    timeoutMs: LIMIT,
    faults: FAULTS,
    pauseMs: PAUSE,
    now: () => clock,
    log: (line) => lines.push(JSON.parse(line).breaker),
  })
  return {
    sent,
    lines,
    state: () => breaker.state().breaker,
    /** @returns what becomes of it: its error, or undefined */
    call: () =>
      breaker.batch([]).then(
        () => undefined,
        (error: unknown) => error,
      ),
    async tick() {
      clock++
      await vi.advanceTimersByTimeAsync(1)
    },
    async end(index: number, ending: Ending) {
      sent[index]?.end(ending)
      await vi.advanceTimersByTimeAsync(0)
    },
  }
}

/** What the breaker is meant to do, told once more without timers, promises or a driver. */
class Model {
  breaker: 'closed' | 'open' | 'half-open' = 'closed'
  readonly lines: string[] = []
  readonly sent: { readonly until: number; readonly era: number; over: boolean }[] = []
  #clock = 0
  #era = 0
  #row = 0
  #again = 0

  /** @returns how long to wait; undefined when it is sent */
  call(): number | undefined {
    if (this.breaker !== 'closed' && this.#clock < this.#again) return this.#again - this.#clock
    if (this.breaker !== 'closed') {
      this.#again = this.#clock + LIMIT
      this.#become('half-open')
    }
    this.sent.push({ until: this.#clock + LIMIT, era: this.#era, over: false })
    return undefined
  }

  tick() {
    this.#clock++
    for (const [i, { until }] of this.sent.entries()) if (until === this.#clock) this.end(i, 'away')
  }

  end(index: number, ending: Ending) {
    const batch = this.sent[index]
    if (!batch || batch.over) return
    batch.over = true
    const isOfNow = batch.era === this.#era
    if (ending === 'overloaded') this.#again = isOfNow ? this.#clock : this.#again
    else if (ending !== 'away') this.#answered()
    else if (isOfNow) this.#failed()
  }

  #answered() {
    this.#row = 0
    if (this.breaker !== 'closed') this.#become('closed')
  }

  #failed() {
    this.#row++
    if (this.breaker === 'closed' && this.#row < FAULTS) return
    this.#again = this.#clock + PAUSE
    this.#become('open')
  }

  #become(breaker: Model['breaker']) {
    if (this.breaker !== breaker) this.lines.push(breaker)
    this.breaker = breaker
    this.#row = 0
    this.#era++
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('call' as const), times: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('tick' as const), times: fc.integer({ min: 1, max: 9 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      // Counted from the newest, so that what is ended is mostly still under way.
      back: fc.oneof(fc.constant(0), fc.nat({ max: 5 })),
      ending: fc.oneof(fc.constant('away' as const), fc.constantFrom(...(Object.keys(endings) as Ending[]))),
    }),
  },
)

it('does what the model does, whatever comes in whatever order', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 80 }), async (steps) => {
      const real = bench()
      const model = new Model()
      for (const one of steps) {
        if (one.do === 'call') {
          for (let n = 0; n < one.times; n++) {
            const outcome = real.call()
            const wait = model.call()
            if (wait === undefined) continue
            const error = await outcome
            expect(error).toBeInstanceOf(BreakerOpenError)
            expect((error as BreakerOpenError).retryAfterMs).toBe(wait)
          }
        } else if (one.do === 'end') {
          const index = real.sent.length - 1 - one.back
          await real.end(index, one.ending)
          model.end(index, one.ending)
        } else
          for (let n = 0; n < one.times; n++) {
            await real.tick()
            model.tick()
          }
        expect([real.state(), real.sent.length, real.lines]).toEqual([model.breaker, model.sent.length, model.lines])
        for (const line of model.lines) seen.add(line)
      }
    }),
    { numRuns: 2_000, seed: 12 },
  )
  expect([...seen].sort()).toEqual(['closed', 'half-open', 'open'])
})

describe('a breaker', () => {
  const opened = async () => {
    const world = bench()
    for (let n = 0; n < FAULTS; n++) {
      void world.call()
      await world.end(n, 'away')
    }
    expect(world.state()).toBe('open')
    return world
  }

  it('answers at the time limit, lets the work go, and opens after some of these in a row', async () => {
    const { call, tick, end, state } = bench()
    const outcomes = [call(), call(), call()]
    for (let n = 0; n < LIMIT; n++) await tick()
    for (const outcome of outcomes) {
      const error = await outcome
      expect(error).toBeInstanceOf(UnavailableError)
      expect(error).not.toBeInstanceOf(BreakerOpenError)
    }
    expect(state()).toBe('open')
    await end(0, 'answer')
    expect(state()).toBe('open')
  })

  it('lets one through at a time, and another when that one has died', async () => {
    const { call, tick, end, sent, state } = await opened()
    for (let n = 0; n < PAUSE; n++) await tick()
    void call()
    expect([state(), sent.length]).toEqual(['half-open', FAULTS + 1])
    expect(await call()).toBeInstanceOf(BreakerOpenError)
    // A request that dies takes its timers with it, as in a Worker whose client has gone.
    vi.clearAllTimers()
    for (let n = 0; n < LIMIT; n++) await tick()
    void call()
    expect([state(), sent.length]).toEqual(['half-open', FAULTS + 2])
    await end(FAULTS, 'away')
    expect(state()).toBe('half-open')
    await end(FAULTS + 1, 'away')
    expect(state()).toBe('open')
  })

  it.each(['answer', 'refused', 'upgrading', 'absent', 'broken'] as const)('is closed by: %s', async (ending) => {
    const { call, tick, end, state } = await opened()
    for (let n = 0; n < PAUSE; n++) await tick()
    void call()
    await end(FAULTS, ending)
    expect(state()).toBe('closed')
  })

  it('is never opened by too much to do, nor is its pause cut short by that', async () => {
    const { call, end, state } = bench()
    for (let n = 0; n < 10 * FAULTS; n++) {
      void call()
      await end(n, 'overloaded')
    }
    expect(state()).toBe('closed')
    for (let n = 0; n <= FAULTS; n++) void call()
    for (let n = 0; n < FAULTS; n++) await end(10 * FAULTS + n, 'away')
    await end(11 * FAULTS, 'overloaded')
    expect(await call()).toBeInstanceOf(BreakerOpenError)
  })

  it('tells the kind of the last failure and nothing of its message', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED secret.example'), { code: 'ECONNREFUSED' })
    const failing = withBreaker(
      { batch: () => Promise.reject(new UnavailableError('at https://user:secret@secret.example', { cause })) },
      { name: 'one', timeoutMs: LIMIT },
    )
    await expect(failing.batch([])).rejects.toThrow(UnavailableError)
    expect(failing.state()).toMatchObject({ name: 'one', breaker: 'closed', fault: 'ECONNREFUSED' })
    expect(JSON.stringify(failing.state())).not.toContain('secret')
  })
})

it('breakers are one for each name, and so many at most, those asked last', () => {
  const { of, states } = circuitBreakers({ timeoutMs: LIMIT }, 2)
  const a = of('a')
  of('b')
  expect(of('a')).toBe(a)
  of('c')
  expect(states().map(({ name }) => name)).toEqual(['a', 'c'])
})
