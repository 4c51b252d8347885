import { problem, RefusedError } from '../engine/errors.ts'
import type { SqlDriver, Statement } from '../storage/driver.ts'

/** @throws RefusedError not_unique, listing each value that several records share, if the statement finds any */
export const refuseDuplicates = async (driver: SqlDriver, duplicates: Statement, field: string): Promise<void> => {
  const { results } = await driver.batch([duplicates])
  const rows = results[0]?.rows ?? []
  if (rows.length === 0) return
  const conflicts = rows.flatMap((row) =>
    (JSON.parse(row.record_ids as string) as string[])
      .slice(0, 10)
      .map((recordId) => ({ field, value: String(row.value), recordId })),
  )
  const values = rows.map((row) => String(row.value)).join(', ')
  throw new RefusedError({ problems: [problem('not_unique', field, values)], conflicts })
}
