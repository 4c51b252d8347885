import type { Deployment } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { eraseAt } from './erase-at.ts'
import { purgeSource, step } from './move/step.ts'
import { goOn } from './moving.ts'
import { isLeftBehind, isUnderWay, moveOf, type TenantMove } from './tenant-move.ts'

/** Moves that nobody goes on with, and what moves have left: for upkeep. */

/** How long a source is kept, so that whoever still comes there is sent on. */
const KEPT_MS = 86_400_000

/** For how long upkeep takes a move that nobody has gone on with for one that somebody goes on with. */
const LEFT_ALONE_MS = 60_000

/** Pieces that upkeep does of one move; the next upkeep goes on. */
const PIECES = 50

/** What a move that is over has left in an object: its rows are gone, the object is not. */
const eraseEmpty = async (deployment: Deployment, id: string, { from, to, state }: TenantMove): Promise<void> => {
  if (state.isSourceLeft) return
  const left = state.phase === 'done' ? from : state.claimed ? to : undefined
  if (left?.shape === 'object') await eraseAt(deployment, id, left, state.phase === 'done' ? 'moved' : 'moving')
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
    const { phase, switchedAt = now, steppedAt = 0 } = move.state
    if (phase === 'done' || phase === 'returned') {
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
