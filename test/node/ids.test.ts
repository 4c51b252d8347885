import { beforeEach, expect, it, vi } from 'vitest'

/** The module remembers the last id that it made: each test has one of its own. */
let newId: () => string
let idsFollow: (id: string) => void
beforeEach(async () => {
  vi.resetModules()
  ;({ newId, idsFollow } = await import('../../src/engine/ids.ts'))
})

it('makes UUIDv7s, each greater than the one before, across many milliseconds and refills', () => {
  const ids = Array.from({ length: 20_000 }, () => newId())
  expect(new Set(ids).size).toBe(ids.length)
  expect([...ids].sort()).toEqual(ids)
  for (const id of ids.slice(0, 500))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

it('carries the time of its making', () => {
  const before = Date.now()
  const id = newId()
  const time = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
  expect(time).toBeGreaterThanOrEqual(before - 5_000)
  expect(time).toBeLessThanOrEqual(Date.now())
})

it('never goes back with the clock, nor behind an id that an earlier process has stored', () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    const first = newId()
    vi.setSystemTime(Date.now() - 3_600_000)
    const second = newId()
    expect(second > first).toBe(true)
    const stored = `${(Date.now() + 7_200_000).toString(16).padStart(12, '0')}`
    const ahead = `${stored.slice(0, 8)}-${stored.slice(8)}-7fff-bfff-ffffffffffff`
    idsFollow(ahead)
    const third = newId()
    expect(third > ahead).toBe(true)
    idsFollow(second)
    idsFollow('01900000-0000-4000-8000-000000000000')
    idsFollow('')
    expect(newId() > third).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})
