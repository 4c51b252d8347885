import type { Tenant } from './directory.ts'
import { type MovePhase, type MoveState, movePhases } from './move/state.ts'
import { type WrittenPlace, writtenPlace } from './place.ts'

export { movePhases } from './move/state.ts'

/** A move as the directory keeps it: between which places, and how far it has come. */
export interface TenantMove {
  readonly from: WrittenPlace
  readonly to: WrittenPlace
  readonly state: MoveState
}

/** Those in which the tenant is served where it is to stay, whatever is still removed elsewhere. */
export const settled: ReadonlySet<MovePhase> = new Set(['keep', 'purge', 'done', 'returned'])

/** What the directory keeps of a move of this tenant; undefined too for what stands there and is no move. */
export const moveOf = ({ move }: Pick<Tenant, 'move'>): TenantMove | undefined => {
  if (typeof move !== 'object' || move === null) return undefined
  const { from, to, state } = move as { from?: unknown; to?: unknown; state?: MoveState | null }
  if (!state || !movePhases.includes(state.phase)) return undefined
  return { from: writtenPlace(from), to: writtenPlace(to), state }
}

/** Whether somebody has to go on with it before the tenant can be administered. */
export const isUnderWay = ({ state }: TenantMove): boolean => !settled.has(state.phase)

/** Whether the place that the tenant has left still holds it. */
export const isLeftBehind = ({ state }: TenantMove): boolean => state.phase === 'keep' || state.phase === 'purge'

export const isOver = ({ state }: TenantMove): boolean => settled.has(state.phase) && state.phase !== 'purge'

/** Those in which it may be that the tenant lives at the target already. */
const switched: ReadonlySet<MovePhase> = new Set(['switch', 'retire'])

/** Where a tenant lives: by its line, and where that says no place, by the move that is under way. */
export const homeOf = (tenant: Pick<Tenant, 'place' | 'move'>): WrittenPlace => {
  const move = moveOf(tenant)
  if (tenant.place.shape !== 'unreadable' || !move || !isUnderWay(move)) return tenant.place
  return switched.has(move.state.phase) ? move.to : move.from
}

/** Whether it goes back to where it came from. */
export const isGoingBack = ({ state: { phase } }: TenantMove): boolean => phase === 'release' || phase === 'withdraw'
