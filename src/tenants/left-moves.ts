import type { Deployment } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { erasePlace } from './erase-place.ts'
import { isLeftoverDue, KEPT_MS, LEFT, leftoversOf, markGoing, withoutLeftover } from './leftovers.ts'
import { purgeSource, step } from './move/step.ts'
import { goOn } from './moving.ts'
import { emptiedOf, isLeftBehind, isOver, isUnderWay, moveOf, type TenantMove } from './tenant-move.ts'

/** Moves that nobody goes on with, and what moves and other work have left: for upkeep. */

/** For how long upkeep takes a move that nobody has gone on with for one that somebody goes on with. */
const LEFT_ALONE_MS = 60_000

/** Pieces that upkeep does of one move; the next upkeep goes on. */
const PIECES = 50

/** What a move that is over has left in an object: its rows are gone, the object is not. */
const eraseEmpty = async (deployment: Deployment, id: string, move: TenantMove): Promise<void> => {
  const emptied = emptiedOf(move)
  if (emptied) await erasePlace(deployment, id, emptied, LEFT)
}

/** What upkeep has to do of a move now; undefined: nothing that anybody would want to know of. */
export const dueOfMove = (tenant: Tenant, now: number): 'move' | 'let go' | undefined => {
  const move = moveOf(tenant)
  if (!move) return undefined
  const { switchedAt = now, steppedAt = 0 } = move.state
  if (isLeftBehind(move)) return now < switchedAt + KEPT_MS ? undefined : 'let go'
  return isUnderWay(move) && now >= steppedAt + LEFT_ALONE_MS ? 'move' : undefined
}

/**
 * For upkeep: goes on with a move that nobody goes on with, and removes what one has left behind long enough ago.
 * @throws StaleError when somebody goes on with it now
 */
export const lookAfterMove = async (deployment: Deployment, tenant: Tenant, now: number): Promise<void> => {
  let line = tenant
  for (let piece = 0; piece < PIECES; piece++) {
    const move = moveOf(line)
    if (!move) return
    const { switchedAt = now, steppedAt = 0 } = move.state
    if (isOver(move) && !isLeftBehind(move)) {
      await eraseEmpty(deployment, line.id, move)
      await deployment.directory.change(line, { move: null })
      return
    }
    const isKept = isLeftBehind(move)
    if (isKept ? now < switchedAt + KEPT_MS : piece === 0 && now < steppedAt + LEFT_ALONE_MS) return
    await goOn(deployment, line, move, isKept ? purgeSource : step)
    const found = await deployment.directory.find(line.id)
    if (!found) return
    line = found
  }
}

/** Whether something that the tenant has left is to be erased now, and nobody is doing anything to it. */
export const hasLeftoverDue = (tenant: Tenant, now: number): boolean =>
  tenant.status !== 'moving' && leftoversOf(tenant).some((one) => isLeftoverDue(one, now))

/**
 * For upkeep: erases what a tenant has left long enough ago. Where its organisation is neither left nor on its way, somebody is
 * served, and nothing is erased.
 * @throws StaleError when somebody has changed the tenant since it was read
 */
export const eraseLeftovers = async (deployment: Deployment, tenant: Tenant, now: number): Promise<void> => {
  let line = tenant
  for (const leftover of leftoversOf(tenant)) {
    if (!isLeftoverDue(leftover, now)) continue
    // From here on the tenant cannot come to live there again.
    if (!leftover.isGoing) line = await deployment.directory.change(line, markGoing(line, leftover))
    const erased = await erasePlace(deployment, line.id, leftover.place, LEFT)
    if (erased !== 'more') line = await deployment.directory.change(line, withoutLeftover(line, leftover.place))
  }
}
