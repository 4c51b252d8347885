import { isQuiet, type OrganizationStatus } from '../schema/schema.ts'
import type { Tenant } from './directory.ts'
import { isPhase, type MoveState, traitsOf } from './move/state.ts'
import { type ObjectPlace, type WrittenPlace, writtenPlace } from './place.ts'

export { isPhase, movePhases, traitsOf } from './move/state.ts'

/** A move as the directory keeps it: between which places, and how far it has come. */
export interface TenantMove {
  readonly from: WrittenPlace
  readonly to: WrittenPlace
  readonly state: MoveState
}

/** What can be read of one, also where its state cannot. */
export interface EndingMove extends Omit<TenantMove, 'state'> {
  /** Absent: this release does not know how far it has come, and takes it for as far as can be. */
  readonly state?: MoveState
}

type Kept = Pick<Tenant, 'move'>

/** Between which places something that stands in the column of a move was under way; undefined for what is no move. */
export const endingMoveOf = ({ move }: Kept): EndingMove | undefined => {
  if (typeof move !== 'object' || move === null) return undefined
  const { from, to, state } = move as { from?: unknown; to?: unknown; state?: MoveState | null }
  const ends = { from: writtenPlace(from), to: writtenPlace(to) }
  if (ends.from.shape === 'unreadable' && ends.to.shape === 'unreadable') return undefined
  return { ...ends, ...(isPhase(state?.phase) && { state }) }
}

/** How its tenant stood before it was frozen for it, if it was; also where nobody knows how far it has come. */
export const stoodBefore = ({ move }: Kept): OrganizationStatus | undefined => {
  const { state } = (move ?? {}) as { state?: Partial<MoveState> | null }
  const stands = state?.resume?.status
  return stands !== undefined && isQuiet(stands) ? stands : undefined
}

/** What the directory keeps of a move of this tenant; undefined too for what this release cannot go on with. */
export const moveOf = (tenant: Kept): TenantMove | undefined => {
  const move = endingMoveOf(tenant)
  return move?.state && { ...move, state: move.state }
}

/** Whether somebody has to go on with it before the tenant can be administered. */
export const isUnderWay = ({ state }: EndingMove): boolean => !state || traitsOf(state.phase).isUnderWay

/** Whether the place that the tenant has left still holds it. */
export const isLeftBehind = ({ state }: TenantMove): boolean => traitsOf(state.phase).isKept === true

/** Whether nobody has to go on with it, but upkeep when it has been kept for long enough. */
export const isOver = (move: TenantMove): boolean => !isUnderWay(move) && move.state.phase !== 'purge'

/** Where a tenant lives: by its line, and where that says no place, by the move that is under way. */
export const homeOf = (tenant: Pick<Tenant, 'place' | 'move'>): WrittenPlace => {
  const move = moveOf(tenant)
  if (tenant.place.shape !== 'unreadable' || !move || !isUnderWay(move)) return tenant.place
  return traitsOf(move.state.phase).course === 'there' ? move.to : move.from
}

/** Whether it goes back to where it came from. */
export const isGoingBack = (move: TenantMove): boolean =>
  isUnderWay(move) && traitsOf(move.state.phase).course === 'back'

/** Whether it may be that somebody is served at the target: only what was frozen was ever made ready there. */
export const mayServeThere = ({ state }: EndingMove): boolean =>
  !state || (traitsOf(state.phase).mayServe === true && state.frozen !== undefined)

/** The object that a move which is over has emptied: its rows are gone, and it is not. */
export const emptiedOf = ({ from, to, state }: TenantMove): ObjectPlace | undefined => {
  if (state.isSourceLeft) return undefined
  const emptied = traitsOf(state.phase).course === 'there' ? from : state.claimed ? to : undefined
  return emptied?.shape === 'object' ? emptied : undefined
}
