import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type SqlDriver, type Statement, UnavailableError } from '../../src/storage/driver.ts'
import { type Answered, UsageCounter } from '../../src/storage/usage/counter.ts'
import { UsageKeeper } from '../../src/storage/usage/keeper.ts'
import { LATENCIES, latencyOf, noLatencies, percentile } from '../../src/storage/usage/latencies.ts'

/** How requests are counted and when their sums are written. What a store makes of them: test/support/usage-suite.ts. */

const answered = (more: Partial<Answered> = {}): Answered => ({
  organizationId: 'acme',
  contract: 'v1',
  keyIds: ['key'],
  at: 0,
  status: 200,
  milliseconds: 1,
  cost: { calls: 1, rowsRead: 2, rowsWritten: 3, milliseconds: 1 },
  ...more,
})

describe('latencies', () => {
  it('are counted by what they did not exceed', () => {
    expect([0, 2, 2.1, 5_000, 5_001].map(latencyOf)).toEqual([0, 0, 1, LATENCIES.length - 1, LATENCIES.length])
  })

  it.each<[what: string, milliseconds: readonly number[], p50: number | null, p95: number | null]>([
    ['none', [], null, null],
    ['one', [15], 15, 19.5],
    ['all alike', Array.from({ length: 100 }, () => 3), 3.5, 4.9],
    ['few that are slow', [...Array.from({ length: 90 }, () => 1), ...Array.from({ length: 10 }, () => 150)], 1.1, 150],
    ['beyond the last', [9_000, 20_000], 5_000, 5_000],
  ])('of %s tell what half and 95 %% took', (_, milliseconds, p50, p95) => {
    const counts = noLatencies()
    for (const one of milliseconds) counts[latencyOf(one)] = (counts[latencyOf(one)] ?? 0) + 1
    expect([percentile(counts, 0.5), percentile(counts, 0.95)]).toEqual([p50, p95])
  })
})

describe('a counter', () => {
  it('keeps no more entries than it may, and counts on in those that it has', () => {
    const counter = new UsageCounter(4)
    for (const organizationId of ['a', 'b', 'c', 'a']) counter.count(answered({ organizationId }))
    expect(counter.organizationIds).toEqual(['a', 'b'])
    expect(counter.take('a')?.tallies.get('0 v1')?.requests).toBe(2)
    counter.count(answered({ organizationId: 'c' }))
    expect(counter.organizationIds).toEqual(['b', 'c'])
  })

  it('says of rows nothing, once a database did not tell', () => {
    const counter = new UsageCounter()
    counter.count(answered())
    counter.count(answered({ cost: { calls: 1, rowsRead: undefined, rowsWritten: 1, milliseconds: 1 } }))
    expect(counter.take('acme')?.tallies.get('0 v1')).toMatchObject({ rowsRead: undefined, rowsWritten: 4, calls: 2 })
  })
})

describe('a keeper', () => {
  const EVERY_MS = 20_000
  let written: Record<string, unknown>[]
  let fail: Error | undefined
  let behind: Promise<unknown>[]
  const driver: SqlDriver = {
    async batch(statements: readonly Statement[]) {
      if (fail) throw fail
      const [organizationId, rows] = statements[0]?.params ?? []
      written.push({ organizationId, requests: JSON.parse(String(rows)).map((row: unknown[]) => row[2]) })
      return { results: [], milliseconds: 0 }
    },
  }
  const newKeeper = () => {
    const keeper = new UsageKeeper(() => driver, { everyMs: EVERY_MS })
    return { keeper, count: (more?: Partial<Answered>) => keeper.count(answered(more), (work) => behind.push(work)) }
  }
  beforeEach(() => {
    vi.useFakeTimers()
    written = []
    behind = []
    fail = undefined
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('writes once for all that came meanwhile, and nothing where nothing came', async () => {
    const { keeper, count } = newKeeper()
    for (const organizationId of ['a', 'a', 'b', 'a']) count({ organizationId })
    expect(behind).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(EVERY_MS - 1)
    expect(written).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(written).toEqual([
      { organizationId: 'a', requests: [3] },
      { organizationId: 'b', requests: [1] },
    ])
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS)
    await keeper.writeAll()
    expect(written).toHaveLength(2)
  })

  it('counts again what was not written since the database was away, and not what it has refused', async () => {
    const { count } = newKeeper()
    count()
    fail = new UnavailableError('away')
    await vi.advanceTimersByTimeAsync(EVERY_MS)
    fail = undefined
    count()
    await vi.advanceTimersByTimeAsync(EVERY_MS)
    expect(written).toEqual([{ organizationId: 'acme', requests: [2] }])
    fail = new Error('no such table')
    count()
    const refused = expect(behind.at(-1)).rejects.toThrow('no such table')
    await vi.advanceTimersByTimeAsync(EVERY_MS)
    await refused
    fail = undefined
    count()
    await vi.advanceTimersByTimeAsync(EVERY_MS)
    expect(written.at(-1)).toEqual({ organizationId: 'acme', requests: [1] })
  })

  it('waits no longer for who was to write and has ended with their request', async () => {
    const { count } = newKeeper()
    count()
    vi.clearAllTimers()
    vi.setSystemTime(Date.now() + 2 * EVERY_MS)
    count()
    await vi.advanceTimersByTimeAsync(EVERY_MS)
    expect(written).toEqual([{ organizationId: 'acme', requests: [2] }])
  })

  it('writes what is left when the process ends', async () => {
    const { keeper, count } = newKeeper()
    count()
    await keeper.writeAll()
    expect(written).toEqual([{ organizationId: 'acme', requests: [1] }])
    await vi.advanceTimersByTimeAsync(EVERY_MS)
    expect(written).toHaveLength(1)
  })
})
