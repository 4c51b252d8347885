import type { Statement } from '../driver.ts'
import { removeKeys, rewriteKeys } from '../keys-sql.ts'
import { type BegunJob, beginJob, begunJob } from './begin.ts'
import type { IndexChange } from './index-change.ts'

/**
 * What a change of an index takes, behind the statements that store its definition: the key rows, or the job that makes them.
 * @param by `key:<id>`, `member:<id>` or `operator`
 * @param atOnce whether there is room for it in this transaction: at-once.ts
 */
export const reindex = (
  organizationId: string,
  by: string,
  change: IndexChange,
  atOnce: boolean,
): { readonly statements: readonly Statement[]; readonly begun?: BegunJob } => {
  if (!atOnce) {
    const begun = begunJob(change)
    return { statements: beginJob(organizationId, by, change, begun), begun }
  }
  const { to } = change
  return { statements: to ? rewriteKeys(organizationId, { ...change, ...to }) : [removeKeys(organizationId, change)] }
}
