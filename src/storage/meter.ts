import type { BatchOptions, BatchResult, SqlDriver, Statement } from './driver.ts'

/** What one request cost in the database: for Server-Timing, the log line and the counted-calls tests. */
export interface Cost {
  calls: number
  /** Undefined once a call did not tell: part of a sum would be a lie. */
  rowsRead: number | undefined
  rowsWritten: number | undefined
  milliseconds: number
}

export const noCost = (): Cost => ({ calls: 0, rowsRead: 0, rowsWritten: 0, milliseconds: 0 })

const sum = (so: number | undefined, more: number | undefined) =>
  so === undefined || more === undefined ? undefined : so + more

/** Counts every call of a driver, failed ones too. */
export const metered = (driver: SqlDriver, cost: Cost): SqlDriver => ({
  async batch(statements: readonly Statement[], options?: BatchOptions): Promise<BatchResult> {
    cost.calls++
    const started = performance.now()
    const answer = await driver.batch(statements, options).catch((error: unknown) => {
      cost.milliseconds += performance.now() - started
      throw error
    })
    cost.milliseconds += answer.milliseconds
    for (const result of answer.results) {
      cost.rowsRead = sum(cost.rowsRead, result.rowsRead)
      cost.rowsWritten = sum(cost.rowsWritten, result.rowsWritten)
    }
    return answer
  },
})
