import { refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { type SqlDriver, UnavailableError } from '../storage/driver.ts'
import { readOrganizationRow } from '../storage/tenant-organization.ts'
import { alone } from './alone.ts'
import { bringUpToDate, type Deployment, findTenant, openNew } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { type MoveContext, MoveError, type MoveState, newMove } from './move/state.ts'
import { goBack, leaveTarget, purgeSource, step } from './move/step.ts'
import { isSameDatabase, type Place, readable, samePlace, type WrittenPlace } from './place.ts'
import { isLeftBehind, isOver, isUnderWay, moveOf, settled, type TenantMove } from './tenant-move.ts'
import { PATIENCE_MS, withTimeLimit } from './time-limit.ts'

/** A place that cannot be opened is no trouble to a step that does not need it. */
const whenAsked = (open: () => SqlDriver): SqlDriver => ({
  batch: async (statements, options) => open().batch(statements, options),
})

/**
 * The move that stands in a line, to be gone on with. Whatever it saves, it saves over the line as it was read: whoever comes
 * second finds a StaleError, and has saved nothing.
 */
const contextOf = ({ places, directory }: Deployment, tenant: Tenant, { from, to, state }: TenantMove): MoveContext => {
  const { id } = tenant
  let line = tenant
  /** What the tenant is at the place where it stays: its organisation says so, and nobody else. */
  const statusAt = async (place: WrittenPlace): Promise<Pick<Tenant, 'status'>> => {
    const row = await readOrganizationRow(places.open(id, place, { mayCreate: false }), id)
    return { status: row?.status ?? tenant.status }
  }
  return {
    organizationId: id,
    source: whenAsked(() => places.open(id, from, { mayCreate: false })),
    target: whenAsked(() => places.open(id, to, { mayCreate: true })),
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
        line = await directory.change(line, { place: readable(to) })
        places.forget(id)
      },
    },
  }
}

const notElsewhere = () => refuse('invalid_value', 'place', 'another place than the one where the tenant lives')

const begin = async (deployment: Deployment, tenant: Tenant, to: Place): Promise<TenantMove> => {
  const { id } = tenant
  const from = readable(tenant.place)
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
export const goOn = async (
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
 * @param mayAbandon when the database of the new place is not reached, what lies there stays, and the move is over
 * @throws RefusedError not_found; wrong_status without a move, or once the tenant lives at its new place
 */
export const moveTenantBack = async (
  whole: Deployment,
  id: string,
  { mayAbandon = false }: { readonly mayAbandon?: boolean } = {},
): Promise<TenantMove> => {
  const deployment = mayAbandon ? withTimeLimit(whole, PATIENCE_MS) : whole
  const tenant = await findTenant(deployment, id)
  const move = moveOf(tenant)
  if (!move || !isUnderWay(move)) throw refuse('wrong_status', undefined, `${tenant.status} and not moving`)
  if (!samePlace(tenant.place, move.from)) throw refuse('wrong_status', undefined, 'at its new place already')
  try {
    return await goOn(deployment, tenant, move, goBack)
  } catch (error) {
    const line = await findTenant(deployment, id)
    const left = moveOf(line)
    // Before that phase it was the old place that failed.
    if (!mayAbandon || left?.state.phase !== 'withdraw') throw error
    return goOn(deployment, line, left, leaveTarget)
  }
}
