import { refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { isLeft, isQuiet } from '../schema/schema.ts'
import { DatabaseFaultError } from '../storage/database-fault.ts'
import { UnavailableError } from '../storage/driver.ts'
import { PROGRAM } from '../storage/program/version.ts'
import { readOrganizationRow } from '../storage/tenant-organization.ts'
import { alone } from './alone.ts'
import { standing } from './claim.ts'
import { bringUpToDate, type Deployment, findTenant, openNew } from './deployment.ts'
import type { Tenant, TenantChange } from './directory.ts'
import { requireUpToDate } from './fault.ts'
import { refuseGoing, withoutLeftover, withoutMove } from './leftovers.ts'
import { lyingAt, lyingWhereItComes } from './lying-at.ts'
import { type MoveContext, MoveError, type MoveState, newMove, traitsOf } from './move/state.ts'
import { goBack, leaveSource, leaveTarget, purgeSource, step } from './move/step.ts'
import { moveInLine } from './move-context.ts'
import { isSameDatabase, type Place, readable, samePlace } from './place.ts'
import { isOver, isUnderWay, moveOf, type TenantMove } from './tenant-move.ts'
import { patience, withTimeLimit } from './time-limit.ts'

const notElsewhere = () => refuse('invalid_value', 'place', 'another place than the one where the tenant lives')

const notMoving = (tenant: Tenant) =>
  refuse('wrong_status', undefined, tenant.status === 'moving' ? standing(tenant) : `${tenant.status} and not moving`)

/** Once it lives there, its way back is a move like any other. */
const atNewPlace = ({ from }: TenantMove) =>
  refuse(
    'wrong_status',
    undefined,
    `at its new place already. Another move takes it back: POST /v1/tenants/{id}/move {"place": ${JSON.stringify(from)}}`,
  )

/** As it would begin. @throws RefusedError for what `begin` and the first piece refuse */
const tryMoving = async (deployment: Deployment, tenant: Tenant, to: Place): Promise<TenantMove> => {
  const { id } = tenant
  const from = readable(tenant.place)
  openNew(deployment, id, to, { isNamed: true })
  await requireUpToDate(deployment, from)
  const here = await lyingAt(deployment, id, from)
  if (!here || !isQuiet(here.status))
    throw refuse('not_possible', undefined, `at its place it is ${here?.status ?? 'unknown'}`)
  const there = await lyingWhereItComes(deployment, id, to)
  if (there && !isLeft(there.status)) throw notElsewhere()
  return { from, to, state: newMove(to) }
}

const begin = async (deployment: Deployment, tenant: Tenant, to: Place): Promise<TenantMove> => {
  const { id } = tenant
  const from = readable(tenant.place)
  for (const place of [from, to]) await requireUpToDate(deployment, place)
  const target = openNew(deployment, id, to, { isNamed: true })
  await bringUpToDate(deployment.places.open(id, from, { mayCreate: false }), from)
  await bringUpToDate(target, to)
  // The same database by another name: the tenant is there already, and nothing is left to move.
  const there = await readOrganizationRow(alone(target, id, to), id)
  if (there && !isLeft(there.status)) throw notElsewhere()
  const move = { from, to, state: newMove(to) }
  // What the move before has left is kept for as long as it would have been without this one.
  const kept = { ...tenant, ...withoutMove(tenant) }
  // Where it goes has this program by now. Of the shared database its operator says so.
  const program = to.shape === 'shared' ? {} : { program: PROGRAM }
  const change: TenantChange = { move, status: 'moving', ...program, ...withoutLeftover(kept, to) }
  await deployment.directory.change(tenant, change)
  return move
}

/** Into the line, for whoever looks at the tenant later. Who has changed the line meanwhile knows more. */
const remember = async ({ directory }: Deployment, line: Tenant, move: TenantMove, error: unknown): Promise<void> => {
  const isForeseen =
    error instanceof UnavailableError || error instanceof DatabaseFaultError || error instanceof MoveError
  const lastError = isForeseen ? error.message : 'Something went wrong: the log of the deployment says what'
  await directory.change(line, { move: { ...move, state: { ...move.state, lastError } } }).catch(() => undefined)
}

/** What an operator can do about a move that goes no further by itself. */
const advice = ({ place }: Tenant, { to }: TenantMove): string =>
  samePlace(place, to)
    ? 'POST /v1/tenants/{id}/move?abandon=true ends the move, and leaves what lies at the old place'
    : 'POST /v1/tenants/{id}/move/back takes the move back'

/**
 * A piece of a move. Where somebody else has gone on with it at this very moment, it is answered how far they have come.
 * @throws RefusedError not_possible when it goes no further by itself
 */
export const goOn = async (
  deployment: Deployment,
  tenant: Tenant,
  move: TenantMove,
  work: (context: MoveContext) => Promise<MoveState>,
): Promise<TenantMove> => {
  const { context, line } = moveInLine(deployment, tenant, move)
  try {
    const state = await work(context)
    // As it was saved, with the time of the step.
    const saved = await deployment.directory.find(tenant.id)
    return (saved && moveOf(saved)) ?? { ...move, state }
  } catch (error) {
    const now = await deployment.directory.find(tenant.id)
    const other = now && moveOf(now)
    if (!now || other?.state.id !== move.state.id) throw error
    // What this call has saved itself before it failed is no word of somebody else's.
    if (error instanceof StaleError || now.revision !== line().revision) return other
    await remember(deployment, now, other, error)
    if (error instanceof MoveError) throw refuse('not_possible', undefined, `${error.message}; ${advice(now, other)}`)
    throw error
  }
}

/**
 * The same; where it fails at the place that the tenant needs no longer, the move ends without it.
 * @param end which that is
 */
const orLeave = async (
  deployment: Deployment,
  id: string,
  work: () => Promise<TenantMove>,
  end: 'source' | 'target',
): Promise<TenantMove> => {
  try {
    return await work()
  } catch (error) {
    const line = await findTenant(deployment, id)
    const left = moveOf(line)
    if (!left || traitsOf(left.state.phase).leaves !== end) throw error
    return goOn(deployment, line, left, end === 'source' ? leaveSource : leaveTarget)
  }
}

/** Only whoever gives a place up for good waits no longer for it than for what is away. */
const patient = (whole: Deployment, mayAbandon: boolean): Deployment =>
  mayAbandon ? withTimeLimit(whole, patience.operation) : whole

export interface MoveOptions {
  /** Where the database of the place that the tenant needs no longer is not reached, what lies there stays, and the move is over. */
  readonly mayAbandon?: boolean
  /** Everything is looked at, and nothing is changed: it is answered as if the move had begun. */
  readonly isDry?: boolean
}

/**
 * Begins a move, or does its next bounded piece. Repeated until `isOver`, it takes the tenant to its new place; interrupted
 * anywhere, it can go on or go back. One that has arrived is answered as it is.
 * @param to where to; absent: go on
 * @throws RefusedError not_found; wrong_status without a move, or with one to another place; invalid_value, not_possible
 */
export const moveTenant = async (
  whole: Deployment,
  id: string,
  to: Place | undefined,
  options: MoveOptions = {},
): Promise<TenantMove> => {
  const { mayAbandon = false, isDry = false } = options
  const deployment = patient(whole, mayAbandon)
  const tenant = await findTenant(deployment, id)
  const { status, place } = tenant
  const known = moveOf(tenant)
  /** The next piece of it, until the old place is done with. */
  const goneOn = (move: TenantMove, piece: typeof step): Promise<TenantMove> => {
    if (isDry) return Promise.resolve(move)
    const work = () => goOn(deployment, tenant, move, piece)
    return mayAbandon ? orLeave(deployment, id, work, 'source') : work()
  }
  if (known && isUnderWay(known)) {
    if (to && !samePlace(known.to, to)) throw refuse('wrong_status', undefined, 'moving')
    return goneOn(known, step)
  }
  if (known && isOver(known) && known.state.phase === 'keep' && (!to || samePlace(known.to, to))) return known
  if (known?.state.phase === 'purge' && !to) return goneOn(known, purgeSource)
  if (!to) throw notMoving(tenant)
  if (isSameDatabase(tenant.id, place, to)) throw notElsewhere()
  if (!isQuiet(status)) throw refuse('wrong_status', undefined, standing(tenant))
  refuseGoing(tenant, to)
  if (isDry) return tryMoving(deployment, tenant, to)
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
  { mayAbandon = false, isDry = false }: MoveOptions = {},
): Promise<TenantMove> => {
  const deployment = patient(whole, mayAbandon)
  const tenant = await findTenant(deployment, id)
  const move = moveOf(tenant)
  if (move && tenant.status !== 'moving' && samePlace(tenant.place, move.to)) throw atNewPlace(move)
  if (!move || !isUnderWay(move)) throw notMoving(tenant)
  if (!samePlace(tenant.place, move.from)) throw atNewPlace(move)
  if (isDry) return move
  const work = () => goOn(deployment, tenant, move, goBack)
  // Before that phase it was the old place that failed.
  return mayAbandon ? orLeave(deployment, id, work, 'target') : work()
}
