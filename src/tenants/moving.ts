import { refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { UnavailableError } from '../storage/driver.ts'
import { readOrganizationRow } from '../storage/tenant-organization.ts'
import { alone } from './alone.ts'
import { bringUpToDate, type Deployment, findTenant, openNew } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { eraseAt } from './erase-at.ts'
import { type MoveContext, MoveError, type MovePhase, type MoveState, newMove } from './move/state.ts'
import { goBack, purgeSource, step } from './move/step.ts'
import { isSameDatabase, type Place, parsePlace, samePlace } from './place.ts'

export { movePhases } from './move/state.ts'

/** A move as the directory keeps it: between which places, and how far it has come. */
export interface TenantMove {
  readonly from: Place
  readonly to: Place
  readonly state: MoveState
}

/** How long a source is kept, so that whoever still comes there is sent on. */
const KEPT_MS = 86_400_000

/** For how long upkeep takes a move that nobody has gone on with for one that somebody goes on with. */
const LEFT_ALONE_MS = 60_000

/** Those in which the tenant is served where it is to stay, whatever is still removed elsewhere. */
const settled: ReadonlySet<MovePhase> = new Set(['keep', 'purge', 'done', 'returned'])

/** What the directory keeps of a move of this tenant. */
export const moveOf = ({ move }: Pick<Tenant, 'move'>): TenantMove | undefined => {
  if (move === null) return undefined
  const { from, to, state } = move as { from: unknown; to: unknown; state: MoveState }
  return { from: parsePlace(from), to: parsePlace(to), state }
}

const isUnderWay = ({ state }: TenantMove): boolean => !settled.has(state.phase)

/** Whether the place that the tenant has left still holds it. */
const isLeftBehind = ({ state }: TenantMove): boolean => state.phase === 'keep' || state.phase === 'purge'

export const isOver = ({ state }: TenantMove): boolean => settled.has(state.phase) && state.phase !== 'purge'

/** Whether it goes back to where it came from. */
export const isGoingBack = ({ state: { phase } }: TenantMove): boolean => phase === 'release' || phase === 'withdraw'

/**
 * The move that stands in a line, to be gone on with. Whatever it saves, it saves over the line as it was read: whoever comes
 * second finds a StaleError, and has saved nothing.
 */
const contextOf = ({ places, directory }: Deployment, tenant: Tenant, { from, to, state }: TenantMove): MoveContext => {
  const { id } = tenant
  let line = tenant
  /** What the tenant is at the place where it stays: its organisation says so, and nobody else. */
  const statusAt = async (place: Place): Promise<Pick<Tenant, 'status'>> => {
    const row = await readOrganizationRow(places.open(id, place, { mayCreate: false }), id)
    return { status: row?.status ?? tenant.status }
  }
  return {
    organizationId: id,
    source: places.open(id, from, { mayCreate: false }),
    target: places.open(id, to, { mayCreate: true }),
    isOwnTarget: to.shape === 'database',
    store: {
      async load() {
        const found = await directory.find(id)
        const move = found && moveOf(found)
        if (!found || move?.state.id !== state.id) throw new StaleError()
        line = found
        return move.state
      },
      async save(next) {
        const isArrived = next.phase === 'keep' || next.phase === 'returned'
        const status = isArrived
          ? await statusAt(next.phase === 'keep' ? to : from)
          : settled.has(next.phase)
            ? {}
            : { status: 'moving' as const }
        const { lastError: _, ...kept } = next
        line = await directory.change(line, {
          move: { from, to, state: { ...kept, steppedAt: Date.now() } },
          ...status,
        })
      },
      async switchPlace() {
        line = await directory.change(line, { place: to })
        places.forget(id)
      },
    },
  }
}

const notElsewhere = () => refuse('invalid_value', 'place', 'another place than the one where the tenant lives')

const begin = async (deployment: Deployment, tenant: Tenant, to: Place): Promise<TenantMove> => {
  const { id, place: from } = tenant
  const target = openNew(deployment, id, to, { isNamed: true })
  await bringUpToDate(deployment.places.open(id, from, { mayCreate: false }), from)
  await bringUpToDate(target, to)
  // The same database by another name: the tenant is there already, and nothing is left to move.
  const there = await readOrganizationRow(alone(target, id, to), id)
  if (there && there.status !== 'moving' && there.status !== 'moved') throw notElsewhere()
  const move = { from, to, state: newMove(to) }
  await deployment.directory.change(tenant, { move, status: 'moving' })
  return move
}

/** Into the line, for whoever looks at the tenant later. Who has changed the line meanwhile knows more. */
const remember = async ({ directory }: Deployment, line: Tenant, move: TenantMove, error: unknown): Promise<void> => {
  const isForeseen = error instanceof UnavailableError || error instanceof MoveError
  const lastError = isForeseen ? error.message : 'Something went wrong: the log of the deployment says what'
  await directory.change(line, { move: { ...move, state: { ...move.state, lastError } } }).catch(() => undefined)
}

/**
 * A piece of a move. Where somebody else has gone on with it at this very moment, it is answered how far they have come.
 * @throws RefusedError not_possible when it can only go back
 */
const goOn = async (
  deployment: Deployment,
  tenant: Tenant,
  move: TenantMove,
  work: (context: MoveContext) => Promise<MoveState>,
): Promise<TenantMove> => {
  try {
    const state = await work(contextOf(deployment, tenant, move))
    // As it was saved, with the time of the step.
    const saved = await deployment.directory.find(tenant.id)
    return (saved && moveOf(saved)) ?? { ...move, state }
  } catch (error) {
    const now = await deployment.directory.find(tenant.id)
    const other = now && moveOf(now)
    const isTaken = now !== undefined && now.revision !== tenant.revision && other?.state.id === move.state.id
    if (isTaken && other) return other
    if (now && other && !(error instanceof StaleError)) await remember(deployment, now, other, error)
    if (error instanceof MoveError)
      throw refuse('not_possible', undefined, `${error.message}; POST /v1/tenants/{id}/move/back takes the move back`)
    throw error
  }
}

/**
 * Begins a move, or does its next bounded piece. Repeated until `isOver`, it takes the tenant to its new place; interrupted
 * anywhere, it can go on or go back. One that has arrived is answered as it is.
 * @param to where to; absent: go on
 * @throws RefusedError not_found; wrong_status without a move, or with one to another place; invalid_value, not_possible
 */
export const moveTenant = async (deployment: Deployment, id: string, to: Place | undefined): Promise<TenantMove> => {
  const tenant = await findTenant(deployment, id)
  const { status, place } = tenant
  const known = moveOf(tenant)
  if (known && isUnderWay(known)) {
    if (to && !samePlace(known.to, to)) throw refuse('wrong_status', undefined, 'moving')
    return goOn(deployment, tenant, known, step)
  }
  if (known && isOver(known) && known.state.phase === 'keep' && (!to || samePlace(known.to, to))) return known
  if (!to) throw refuse('wrong_status', undefined, `${status} and not moving`)
  if (isSameDatabase(tenant.id, place, to)) throw notElsewhere()
  if (status !== 'active' && status !== 'suspended') throw refuse('wrong_status', undefined, status)
  if (known && isLeftBehind(known) && !isSameDatabase(tenant.id, known.from, to)) {
    const removed = await goOn(deployment, tenant, known, purgeSource)
    if (removed.state.phase !== 'done') return removed
    return moveTenant(deployment, id, to)
  }
  const move = await begin(deployment, tenant, to)
  return goOn(deployment, await findTenant(deployment, id), move, step)
}

/**
 * Takes a move back, a bounded piece at a time; the tenant is served at its old place from the first one on.
 * @throws RefusedError not_found; wrong_status without a move, or once the tenant lives at its new place
 */
export const moveTenantBack = async (deployment: Deployment, id: string): Promise<TenantMove> => {
  const tenant = await findTenant(deployment, id)
  const move = moveOf(tenant)
  if (!move || !isUnderWay(move)) throw refuse('wrong_status', undefined, `${tenant.status} and not moving`)
  if (!samePlace(tenant.place, move.from)) throw refuse('wrong_status', undefined, 'at its new place already')
  return goOn(deployment, tenant, move, goBack)
}

/** Pieces that upkeep does of one move; the next upkeep goes on. */
const PIECES = 50

/** What a move that is over has left in an object: its rows are gone, the object is not. */
const eraseEmpty = async (deployment: Deployment, id: string, { from, to, state }: TenantMove): Promise<void> => {
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
