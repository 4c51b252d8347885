import { describe, expect, it } from 'vitest'
import { Flow } from '../../src/client/flow.ts'
import { AnsweredError, ConnectionError, RateLimitError, ServerError } from '../../src/client/index.ts'
import { backoff, LONGEST_WAIT_MS, retryAfterOf, waitAfter } from '../../src/client/retry.ts'

const NOW = Date.parse('2026-11-26T12:00:00Z')

describe('Retry-After', () => {
  it.for([
    ['0', 0],
    ['2', 2_000],
    ['0.5', 500],
    ['Thu, 26 Nov 2026 12:00:03 GMT', 3_000],
    ['Thu, 26 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    [' ', undefined],
    [null, undefined],
  ] as const)('%s', ([header, milliseconds]) => expect(retryAfterOf(header, NOW)).toBe(milliseconds))
})

describe('the pause before the next attempt', () => {
  const busy = (retryAfterMs: number | undefined) =>
    new AnsweredError({ status: 503, problem: undefined, requestId: undefined, retryAfterMs })

  it('doubles, up to a limit, and is anything from nothing to that: so no two clients come together', () => {
    expect([1, 2, 3, 4, 5, 6, 60].map((failures) => backoff(failures, 1))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ])
    expect([0, 0.25, 0.5].map((random) => backoff(2, random))).toEqual([0, 250, 500])
  })

  it('is what the server asks for, and a little more, or the backoff where it asks for nothing', () => {
    expect(waitAfter(busy(3_000), 1, 0)).toBe(3_000)
    expect(waitAfter(busy(3_000), 1, 1)).toBeGreaterThan(3_000)
    expect(waitAfter(busy(undefined), 2, 1)).toBe(1_000)
    expect(waitAfter(new ConnectionError('gone'), 2, 1)).toBe(1_000)
  })

  it('is none where the server asks for more than anybody waits', () => {
    expect(waitAfter(busy(LONGEST_WAIT_MS), 1, 0)).toBe(LONGEST_WAIT_MS)
    expect(waitAfter(busy(LONGEST_WAIT_MS + 1), 1, 0)).toBeUndefined()
  })
})

describe('how many requests are under way', () => {
  const answer = { problem: undefined, requestId: undefined }
  const busy = new RateLimitError({ ...answer, status: 429, retryAfterMs: undefined })

  it('is halved whenever the server is busy, down to one, and grows by one with each answer, up to what was said', () => {
    const flow = new Flow(8, 0)
    const limitAfter = (event: () => void) => {
      event()
      return flow.limit
    }
    expect([1, 2, 3, 4].map(() => limitAfter(() => flow.onBusy(busy)))).toEqual([4, 2, 1, 1])
    expect(Array.from({ length: 8 }, () => limitAfter(() => flow.onAnswer()))).toEqual([2, 3, 4, 5, 6, 7, 8, 8])
  })

  it('stays as it is after what is no sign of that', () => {
    const flow = new Flow(8, 0)
    flow.onBusy(new ConnectionError('gone'))
    flow.onBusy(new ServerError({ ...answer, status: 500, retryAfterMs: undefined }))
    expect(flow.limit).toBe(8)
    flow.onBusy(new ServerError({ ...answer, status: 503, retryAfterMs: 0 }))
    expect(flow.limit).toBe(4)
  })
})
