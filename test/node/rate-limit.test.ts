import { expect, it, vi } from 'vitest'
import { rateLimit } from '../../src/auth/rate-limit.ts'

it('a clock that is set back freezes no limit', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    const limit = rateLimit({ limit: 1, periodSeconds: 0.1 })
    const isAllowed = () => limit.take('key', () => undefined).allowed
    expect(isAllowed()).toBe(true)
    vi.setSystemTime(Date.now() - 3_600_000)
    await expect.poll(isAllowed, { timeout: 10_000 }).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})
