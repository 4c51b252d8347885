import type { OperatorLog } from './operator-log.ts'
import { isGoingBack, isOver, type TenantMove } from './tenant-move.ts'

/** The move of a tenant in the log of operators: one line for each operator who goes on with it, until it is over. */

/** Whether a request goes on with what stands in the log already. */
export const isMoveGoingOn = (move: TenantMove | undefined): boolean => move !== undefined && !isOver(move)
export const isReturnGoingOn = (move: TenantMove | undefined): boolean => move !== undefined && isGoingBack(move)

/**
 * Ends the lines of everybody who has gone on with it.
 * @param move absent: it came back, and what it has left is removed already
 * @returns how it has ended, to who moved it; undefined: it has not
 */
export const endMoveIn = async (
  log: OperatorLog,
  tenantId: string,
  move: TenantMove | undefined,
): Promise<string | undefined> => {
  if (move && !isOver(move)) return undefined
  const isBack = move === undefined || move.state.phase === 'returned'
  const outcome = isBack ? 'returned' : 'done'
  await log.endAll(tenantId, 'move', outcome)
  if (isBack) await log.endAll(tenantId, 'move back', 'done')
  return outcome
}
