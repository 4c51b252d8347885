/** How long answers took, as counts of those that took no longer than so many milliseconds; the last are those beyond. */

export const LATENCIES = [2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000] as const

const BEYOND = LATENCIES.length

export const noLatencies = (): number[] => new Array<number>(BEYOND + 1).fill(0)

/** Which of the counts an answer belongs to. */
export const latencyOf = (milliseconds: number): number => {
  const place = LATENCIES.findIndex((limit) => milliseconds <= limit)
  return place === -1 ? BEYOND : place
}

/**
 * What a part of the answers took no longer than, as if those of one count were spread evenly over it.
 * @param part such as 0.95
 * @returns milliseconds; of those beyond the last limit that limit; null where there are none
 */
export const percentile = (counts: readonly number[], part: number): number | null => {
  const all = counts.reduce((sum, count) => sum + count, 0)
  if (all === 0) return null
  let below = 0
  for (const [i, limit] of LATENCIES.entries()) {
    const count = counts[i] ?? 0
    const from = LATENCIES[i - 1] ?? 0
    if (count > 0 && below + count >= part * all)
      return Math.round((from + ((part * all - below) / count) * (limit - from)) * 10) / 10
    below += count
  }
  return LATENCIES[BEYOND - 1] ?? null
}
