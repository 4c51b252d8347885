import { and, asc, eq, gte, lt } from 'drizzle-orm'
import { drizzleOver } from '../storage/drizzle.ts'
import { usageHours } from '../storage/tables.ts'
import { HOUR_MS } from '../storage/usage/counter.ts'
import { percentile } from '../storage/usage/latencies.ts'
import type { CurrentOrganization } from './authority.ts'

export { USAGE_DAYS } from '../storage/usage/usage-sql.ts'
export { HOUR_MS }

/** What was asked in some hours, by contract, oldest first. @param from the first hour since 1970 @param until the one behind the last */
export const listUsage = async (
  { organization, driver }: CurrentOrganization,
  { from, until }: { readonly from: number; readonly until: number },
) => {
  const rows = await drizzleOver(driver)
    .select()
    .from(usageHours)
    .where(and(eq(usageHours.organizationId, organization.id), gte(usageHours.hour, from), lt(usageHours.hour, until)))
    .orderBy(asc(usageHours.hour), asc(usageHours.contract))
  return rows.map(({ organizationId: _, hour, latencies, ...counted }) => ({
    ...counted,
    at: hour * HOUR_MS,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
  }))
}
