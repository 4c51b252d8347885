import { type BatchResult, driverError, type SqlDriver, type Statement } from '../driver.ts'
import { platformPasses } from './faults.ts'

/** A batch on D1 is one call and one transaction. D1 keeps prepared statements by their text, so texts are constant. */
export const d1Driver = (database: D1Database): SqlDriver => ({
  async batch(statements: readonly Statement[]): Promise<BatchResult> {
    const prepared = statements.map((s) => database.prepare(s.sql).bind(...s.params))
    let answers: D1Result<Record<string, unknown>>[]
    try {
      answers = await database.batch<Record<string, unknown>>(prepared)
    } catch (error) {
      throw driverError(error, platformPasses)
    }
    let milliseconds = 0
    const results = answers.map(({ results, meta }) => {
      milliseconds += meta.duration
      return { rows: results, rowsRead: meta.rows_read, rowsWritten: meta.rows_written }
    })
    return { results, milliseconds }
  },
})
