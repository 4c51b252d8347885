import { refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { bringUpToDate, type Deployment, findTenant, openNew } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { type MoveContext, type MovePhase, type MoveState, newMove } from './move/state.ts'
import { goBack, purgeSource, step } from './move/step.ts'
import { type Place, parsePlace, samePlace } from './place.ts'

export { movePhases } from './move/state.ts'

/** A move as the directory keeps it: between which places, and how far it has come. */
export interface TenantMove {
  readonly from: Place
  readonly to: Place
  readonly state: MoveState
}

/** How long a source is kept, so that whoever still comes there is sent on. */
const KEPT_MS = 86_400_000

/** Those in which the tenant is served where it is to stay, whatever is still removed elsewhere. */
const settled: ReadonlySet<MovePhase> = new Set(['keep', 'purge', 'done', 'returned'])

/** What the directory keeps of a move of this tenant. */
export const moveOf = ({ move }: Pick<Tenant, 'move'>): TenantMove | undefined => {
  if (move === null) return undefined
  const { from, to, state } = move as { from: unknown; to: unknown; state: MoveState }
  return { from: parsePlace(from), to: parsePlace(to), state }
}

/** Whether the tenant is on its way: nothing else is done to it meanwhile. */
export const isMoving = (tenant: Pick<Tenant, 'move'>): boolean => {
  const move = moveOf(tenant)
  return move !== undefined && !settled.has(move.state.phase)
}

const contextOf = ({ places, directory }: Deployment, id: string, { from, to }: TenantMove): MoveContext => ({
  organizationId: id,
  source: places.open(id, from, { mayCreate: false }),
  target: places.open(id, to, { mayCreate: true }),
  store: {
    async load() {
      const tenant = await directory.find(id)
      return tenant && moveOf(tenant)?.state
    },
    async save(state) {
      const status = settled.has(state.phase) ? {} : { status: 'moving' as const }
      const arrived = state.phase === 'keep' || state.phase === 'returned' ? { status: statusBehind(state) } : status
      await directory.change(id, { move: { from, to, state }, ...arrived })
    },
    async switchPlace() {
      await directory.change(id, { place: to })
      places.forget(id)
    },
  },
})

/** What the tenant is again, here or there. */
const statusBehind = ({ resume }: MoveState): 'active' | 'suspended' =>
  resume?.status === 'suspended' ? 'suspended' : 'active'

const begin = async (deployment: Deployment, tenant: Tenant, to: Place): Promise<TenantMove> => {
  const { id, place: from, status } = tenant
  if (samePlace(from, to)) throw refuse('invalid_value', 'place', 'another place than the one where the tenant lives')
  if (status !== 'active' && status !== 'suspended') throw refuse('wrong_status', undefined, status)
  const target = openNew(deployment, id, to)
  await bringUpToDate(deployment.places.open(id, from, { mayCreate: false }), from)
  await bringUpToDate(target, to)
  const move = { from, to, state: newMove(to) }
  await deployment.directory.change(id, { move, status: 'moving' })
  return move
}

/** Whether the place that the tenant has left still holds it. */
const isLeftBehind = ({ state }: TenantMove): boolean => state.phase === 'keep' || state.phase === 'purge'

/** A piece of removing it. */
const removeLeftovers = async (deployment: Deployment, id: string, move: TenantMove): Promise<TenantMove> => ({
  ...move,
  state: await unlessTaken(contextOf(deployment, id, move), purgeSource),
})

/** One that somebody else takes on at this very moment goes on without us. */
const unlessTaken = async (context: MoveContext, work: (context: MoveContext) => Promise<MoveState>) => {
  try {
    return await work(context)
  } catch (error) {
    const state = error instanceof StaleError ? await context.store.load() : undefined
    if (!state) throw error
    return state
  }
}

/**
 * Begins a move, or does its next bounded piece. Repeated until `isOver`, it takes the tenant to its new place; interrupted
 * anywhere, it can go on or go back.
 * @param to where to; absent: go on
 * @throws RefusedError not_found; wrong_status without a move, or with one to another place; invalid_value, not_possible
 */
export const moveTenant = async (deployment: Deployment, id: string, to: Place | undefined): Promise<TenantMove> => {
  const tenant = await findTenant(deployment, id)
  const under = moveOf(tenant)
  const isUnder = isMoving(tenant)
  if (isUnder && under && to && !samePlace(under.to, to)) throw refuse('wrong_status', undefined, 'moving')
  if (!isUnder && !to) throw refuse('wrong_status', undefined, `${tenant.status} and not moving`)
  if (under && to && isLeftBehind(under) && !samePlace(under.from, to)) {
    const { state } = await removeLeftovers(deployment, tenant.id, under)
    if (state.phase !== 'done') return { ...under, state }
  }
  const move = isUnder && under ? under : await begin(deployment, tenant, to as Place)
  return { ...move, state: await unlessTaken(contextOf(deployment, tenant.id, move), step) }
}

/**
 * Takes a move back, a bounded piece at a time; the tenant is served at its old place from the first one on.
 * @throws RefusedError not_found; wrong_status without a move, or once the tenant lives at its new place
 */
export const moveTenantBack = async (deployment: Deployment, id: string): Promise<TenantMove> => {
  const tenant = await findTenant(deployment, id)
  const move = moveOf(tenant)
  if (!move || !isMoving(tenant)) throw refuse('wrong_status', undefined, `${tenant.status} and not moving`)
  if (!samePlace(tenant.place, move.from)) throw refuse('wrong_status', undefined, 'at its new place already')
  return { ...move, state: await unlessTaken(contextOf(deployment, tenant.id, move), goBack) }
}

export const isOver = ({ state }: TenantMove): boolean => settled.has(state.phase) && state.phase !== 'purge'

/** Pieces that upkeep does of one move; the next upkeep goes on. */
const PIECES = 50

/** For upkeep: goes on with a move that nobody goes on with, and removes what one has left behind long enough ago. */
export const lookAfterMove = async (deployment: Deployment, tenant: Tenant, now: number): Promise<void> => {
  let move = moveOf(tenant)
  if (!move) return
  for (let piece = 0; piece < PIECES; piece++) {
    const { phase } = move.state
    if (phase === 'done' || phase === 'returned') break
    if (isLeftBehind(move)) {
      if (now < (move.state.switchedAt ?? now) + KEPT_MS) return
      move = await removeLeftovers(deployment, tenant.id, move)
    } else move = { ...move, state: await unlessTaken(contextOf(deployment, tenant.id, move), step) }
  }
  const { phase } = move.state
  if (phase !== 'done' && phase !== 'returned') return
  const left = phase === 'done' ? move.from : move.to
  if (left.shape === 'object') await deployment.objects?.erase(tenant.id, left)
  await deployment.directory.change(tenant.id, { move: null })
}
