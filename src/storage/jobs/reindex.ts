import type { SqlDriver, Statement } from '../driver.ts'
import { removeKeys, rewriteKeys } from '../keys-sql.ts'
import { countRecords, RECORDS_AT_ONCE } from '../schema-sql.ts'
import { type BegunJob, beginJob, begunJob } from './begin.ts'
import type { IndexChange } from './index-change.ts'

/** The one place that decides whether an index is made at once or by a job. */

/** Objects that have more records than others would wait for. */
export const largeObjects = async (
  driver: Pick<SqlDriver, 'batch'>,
  organizationId: string,
  objects: readonly string[],
): Promise<ReadonlySet<string>> => {
  const asked = [...new Set(objects)]
  if (asked.length === 0) return new Set()
  const { results } = await driver.batch(asked.map((object) => countRecords(organizationId, object)))
  return new Set(asked.filter((_, i) => Number(results[i]?.rows[0]?.records) > RECORDS_AT_ONCE))
}

/**
 * What a change of an index takes, behind the statements that store its definition: the key rows, or the job that makes them.
 * @param by `key:<id>`, `member:<id>` or `operator`
 */
export const reindex = (
  organizationId: string,
  by: string,
  change: IndexChange,
  isLarge: boolean,
): { readonly statements: readonly Statement[]; readonly begun?: BegunJob } => {
  if (isLarge) {
    const begun = begunJob(change)
    return { statements: beginJob(organizationId, by, change, begun), begun }
  }
  const { to } = change
  return { statements: to ? rewriteKeys(organizationId, { ...change, ...to }) : [removeKeys(organizationId, change)] }
}
