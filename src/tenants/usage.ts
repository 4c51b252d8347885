import { isQuiet } from '../schema/schema.ts'
import { type Deployment, locate } from './deployment.ts'
import type { Tenant, Usage } from './directory.ts'
import { countIn } from './usage-counts.ts'

/** How much there is of a tenant: counted when somebody asks, and by upkeep for the lists. */

/** @throws RefusedError not_found */
export const usageOf = async (deployment: Deployment, id: string): Promise<Usage> => {
  const { tenant, authority } = await locate(deployment, id)
  return authority.run(({ reads }) => countIn(reads, tenant.id))
}

/** So old may be what the directory says of a tenant that is asked for. */
const COUNT_EVERY_MS = 86_400_000

/** An isolate that knows its place asks the directory again after that, and so is seen there. */
const UNSEEN_MS = 3_600_000

/**
 * Whether upkeep is to count anew. Whoever was not asked for since has changed nothing, and an object that nobody needs is
 * not woken to be counted.
 */
export const isUsageDue = ({ status, seenAt, usage }: Tenant, now: number): boolean => {
  if (!isQuiet(status)) return false
  if (usage === null) return true
  const isAskedFor = seenAt === null || seenAt + UNSEEN_MS > usage.countedAt
  return isAskedFor && usage.countedAt + COUNT_EVERY_MS <= now
}

/** Also what its own administrators call it by now, for the lists. */
export const countUsage = async (deployment: Deployment, id: string, now: number): Promise<void> => {
  const { tenant, authority } = await locate(deployment, id)
  const counted = await authority.run(async ({ reads, organization: { name } }) => ({
    name,
    usage: { ...(await countIn(reads, tenant.id)), countedAt: now },
  }))
  await deployment.directory.keepUsage({ ...tenant, name: counted.name }, counted.usage)
}
