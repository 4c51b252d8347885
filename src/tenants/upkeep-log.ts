import type { Deployment } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { dueOfMove } from './left-moves.ts'
import { leftoversOf } from './leftovers.ts'
import { endMoveIn } from './move-log.ts'
import { upkeep } from './operator-log.ts'
import { recorded } from './recorded.ts'
import { moveOf } from './tenant-move.ts'

/** What upkeep does to a tenant is in the log of operators: one line, however many runs it takes. */

/** @param tenant as it is before */
export const loggedErasing = (
  { directory }: Deployment,
  { id: tenantId, status }: Tenant,
  work: () => Promise<void>,
): Promise<void> => {
  const endOf = async () => {
    const left = await directory.find(tenantId)
    if (!left) return 'done'
    // It turned out to be served: nothing was erased.
    return left.status === 'erasing' ? undefined : 'wrong_status'
  }
  return recorded(directory.log, upkeep, { action: 'erase', tenantId, isGoingOn: status === 'erasing', endOf }, work)
}

/** What an operator wanted, and an organisation has not heard of. */
export const loggedDeletion = ({ directory }: Deployment, { id }: Tenant, work: () => Promise<void>): Promise<void> =>
  recorded(directory.log, upkeep, { action: 'delete', tenantId: id, isGoingOn: true }, work)

/** Saying where a tenant is, or taking it back in time, was interrupted. */
export const loggedGivingBack = (
  { directory }: Deployment,
  { id: tenantId }: Tenant,
  work: () => Promise<void>,
): Promise<void> => recorded(directory.log, upkeep, { action: 'give back', tenantId, isGoingOn: true }, work)

/** What a tenant has left is erased where it was. */
export const loggedLetting = ({ directory }: Deployment, { id }: Tenant, work: () => Promise<void>): Promise<void> => {
  const endOf = async () => {
    const line = await directory.find(id)
    return line && leftoversOf(line).some(({ isGoing }) => isGoing) ? undefined : 'done'
  }
  return recorded(directory.log, upkeep, { action: 'let go', tenantId: id, isGoingOn: true, endOf }, work)
}

/** @param tenant as it is before. What is only looked at, and left as it is, has no line */
export const loggedMove = (
  { directory }: Deployment,
  tenant: Tenant,
  now: number,
  work: () => Promise<void>,
): Promise<void> => {
  const { id: tenantId } = tenant
  const action = dueOfMove(tenant, now)
  if (!action) return work()
  const endOf = async () => {
    const left = await directory.find(tenantId)
    const move = left && moveOf(left)
    if (action === 'move') return endMoveIn(directory.log, tenantId, move)
    return move?.state.phase === 'purge' ? undefined : 'done'
  }
  return recorded(directory.log, upkeep, { action, tenantId, isGoingOn: true, endOf }, work)
}
