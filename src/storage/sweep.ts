import type { SqlDriver, Statement, StatementResult } from './driver.ts'
import { blankErased, isErasedLeft } from './erased-history.ts'
import { forgetErased, isForgettingLeft } from './forgotten-values.ts'
import { areChangesExpired, deleteExpired } from './old-changes.ts'
import { deliverySweep } from './old-deliveries.ts'
import { replaySweep } from './old-replays.ts'

/** What every database has to be rid of from time to time, of every organisation in it. */

/** Calls of one run: it ends even if work comes faster than it is done, and the next run goes on. */
const CALLS = 50

/** Each part says by a row `more` whether it has more to do. */
export const sweepStatements = (now: number): readonly Statement[] => [
  ...replaySweep(now),
  ...deliverySweep(now),
  isErasedLeft,
  isForgettingLeft,
  areChangesExpired(now),
]

type Row = StatementResult['rows'][number]

/** What is done where a part has found something, by the `what` of its row. */
const further: Readonly<Record<string, (row: Row) => readonly Statement[]>> = {
  erased: () => blankErased,
  forgotten: () => forgetErased,
  expired: deleteExpired,
}

/** What is to be done besides, which is hardly ever anything. @param results of those statements */
export const furtherSweep = (results: readonly StatementResult[]): readonly Statement[] =>
  results.flatMap(({ rows: [row] }) => (row && further[String(row.what)]?.(row)) ?? [])

/** Whether it must be called again. @param results of the statements */
export const hasMore = (results: readonly StatementResult[]): boolean => results.some(({ rows }) => rows[0]?.more === 1)

/**
 * Deletes answers to an Idempotency-Key that are too old to be replayed and deliveries that are kept no longer, blanks what
 * the history still holds of erased records and attributes, and deletes changes that are kept no longer.
 * @returns whether nothing is left to do
 */
export const sweep = async (driver: SqlDriver, now: number, calls = CALLS): Promise<boolean> => {
  for (let call = 0; call < calls; call++) {
    const { results } = await driver.batch(sweepStatements(now))
    const further = furtherSweep(results)
    if (further.length > 0) await driver.batch(further)
    if (!hasMore(results)) return true
  }
  return false
}
