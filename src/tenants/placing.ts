import { refuse } from '../engine/errors.ts'
import { isEnded, isQuiet, type OrganizationStatus } from '../schema/schema.ts'
import { type OrganizationRow, readOrganizationRow } from '../storage/tenant-organization.ts'
import { alone } from './alone.ts'
import { type Claim, claimOf, hold, requireClaimable } from './claim.ts'
import { bringUpToDate, type Deployment, findTenant, located, openNew } from './deployment.ts'
import type { ChangedTenant, Tenant, TenantChange } from './directory.ts'
import { finishPlacing, giveBack, leftText, notAsked, notKeptOf, orGiveBack } from './ending.ts'
import { orFault } from './fault.ts'
import { erasingAll, leftoverAt, refuseGoing, withLeftover, withoutLeftover, withoutMove } from './leftovers.ts'
import { lyingWhereItComes } from './lying-at.ts'
import { isSameDatabase, type Place, samePlace } from './place.ts'
import { freeze, isFrozenBy, standThere } from './standing.ts'
import { moveOf } from './tenant-move.ts'
import { patience, withTimeLimit } from './time-limit.ts'

/**
 * Where a tenant lives is told, and nothing is copied: what it has was brought there by other hands. In this order, so that
 * whatever meets it or interrupts it is not undone and undoes nothing: the line is claimed, the place of before is frozen, what it
 * says is written at the new one, the line names that, the place of before is left.
 */

type Row = Pick<OrganizationRow, 'status' | 'revision'>

/**
 * How it stands where it is to be.
 * @param tenant as it is before, with what it has left
 * @throws RefusedError not_possible where it is not, or is not served
 */
const requireThere = (
  found: Row | undefined,
  tenant: Tenant,
  to: Place,
  claim = claimOf(tenant),
): OrganizationStatus => {
  refuseGoing(tenant, to)
  const left = leftoverAt({ ...tenant, ...withoutMove(tenant) }, to)
  if (found && isQuiet(found.status)) return found.status
  // The database of before by another name: frozen by this work, or by a call of it that was interrupted.
  if (claim && isFrozenBy(claim, found)) return claim.stands ?? 'suspended'
  // Where this very tenant has been, and nobody else has brought it from: it goes back there, as it stands now.
  if (found?.status === 'moved' && left) return 'suspended'
  throw refuse(
    'not_possible',
    'place',
    found
      ? `there it is ${found.status}`
      : 'nothing of it is there to be found. Bring its data there first, or name the place that has them',
  )
}

/** An operator's word counts that the organisation has not heard of. */
const wantedOf = (
  { eraseAt }: Tenant,
  { status, stands }: Pick<Claim, 'status' | 'stands'>,
  found: OrganizationStatus,
): OrganizationStatus => (eraseAt !== null || isEnded(status) ? 'suspended' : (stands ?? found))

/** Nobody can go on with it, and saying where the tenant is ends it. */
const isUnreadableMove = (tenant: Tenant): boolean => tenant.status === 'moving' && !moveOf(tenant) && !claimOf(tenant)

/** Of an interrupted call that came so far that the tenant lives elsewhere, the rest is done. */
const settledLine = async (deployment: Deployment, id: string, isDry: boolean): Promise<ChangedTenant> => {
  const tenant = await findTenant(deployment, id)
  if (isDry || claimOf(tenant)?.from === undefined) return tenant
  return giveBack(deployment, await hold(deployment.directory, tenant))
}

export interface PlaceOptions {
  /** What lies where the tenant was is erased a day later, as after a move. Default: it stays. */
  readonly erasesOld?: boolean
  /** Everything is looked at, and nothing is changed: it is answered as if it had been. */
  readonly isDry?: boolean
}

/**
 * What of it lies elsewhere, once it lives there.
 * @param erase what it leaves now; where it leaves nothing, since it is there already, what it has left before
 */
const leaving = (line: Tenant, to: Place, erase: boolean, hasLeft: boolean): Pick<TenantChange, 'leftovers'> => {
  const now = Date.now()
  const kept = { ...line, ...withoutLeftover(line, to) }
  if (hasLeft) return { leftovers: kept.leftovers, ...withLeftover(kept, { place: line.place, at: now, erase }) }
  return erase ? erasingAll(kept, now) : { leftovers: kept.leftovers }
}

/** As it would be. */
const tryPlacing = async (
  deployment: Deployment,
  tenant: Tenant,
  to: Place,
  found: OrganizationStatus,
  erasesOld: boolean,
): Promise<ChangedTenant> => {
  const {
    value: row,
    fault,
    cause,
  } = await orFault(() => readOrganizationRow(located(deployment, tenant).driver, tenant.id))
  const known = row && row.status !== 'moved' ? row.status : undefined
  const claim = { status: tenant.status, ...(known && { stands: known }), ...claimOf(tenant) }
  const status = wantedOf(tenant, claim, found)
  const before = { ...tenant, ...withoutMove(tenant) }
  const hasLeft = (fault !== undefined || row !== undefined) && !isSameDatabase(tenant.id, tenant.place, to)
  const made = { ...before, ...leaving(before, to, erasesOld, hasLeft), claim: null, place: to, status }
  const left = hasLeft ? leftText(made, tenant.place) : undefined
  if (fault !== undefined) return { ...made, notReached: notAsked(fault), cause }
  return left === undefined ? made : { ...made, left }
}

/**
 * Says where a tenant is: for a line that cannot be read, a database that is called otherwise now, or one of an earlier time.
 * Whoever is let in no longer where it was is not let in there, and its status stays as it was. Where it was, nothing is
 * acknowledged from before it is looked at until it is over.
 * @throws RefusedError not_found, wrong_status; not_possible when it is not there; invalid_value as `openNew` and `alone`
 * @throws StaleError when somebody else has changed the tenant meanwhile
 */
export const placeTenant = async (
  whole: Deployment,
  id: string,
  to: Place,
  { erasesOld = false, isDry = false }: PlaceOptions = {},
): Promise<ChangedTenant> => {
  const deployment = withTimeLimit(whole, patience.operation)
  const tenant = await settledLine(deployment, id, isDry)
  if (tenant.notKept !== undefined && samePlace(tenant.place, to)) return tenant
  if (!isUnreadableMove(tenant)) requireClaimable(tenant)
  openNew(deployment, tenant.id, to, { isNamed: true })
  const found = requireThere(await lyingWhereItComes(deployment, tenant.id, to), tenant, to)
  if (isDry) return tryPlacing(deployment, tenant, to, found, erasesOld)
  const target = deployment.places.open(tenant.id, to, { mayCreate: false })
  await bringUpToDate(target, to)
  const driver = alone(target, tenant.id, to)
  requireThere(await readOrganizationRow(driver, tenant.id), tenant, to)

  const held = await hold(deployment.directory, tenant, { kind: 'place', to })
  // Of a line that could not be read, the claim has mended what else was wrong with it: where it was is known now, or is not.
  const { line: asHeld } = held
  return orGiveBack(deployment, held, async () => {
    const { value: frozen, ...away } = await orFault(async () => {
      const before = located(deployment, asHeld)
      // What is asked of it there is what this release knows of.
      await bringUpToDate(before.driver, before.place)
      return freeze(before.driver, tenant.id, held)
    })
    let isSame = false
    let status: OrganizationStatus = found
    const grants = frozen?.grants ?? held.claim.grants ?? {}
    const lost = await standThere(driver, tenant.id, held, grants, (row) => {
      isSame = isFrozenBy(held.claim, row)
      status = wantedOf(held.line, held.claim, requireThere(row, held.line, to, held.claim))
      return status
    })
    const notKept = notKeptOf(lost)
    // What is not reached may be the same database by another name: nothing is erased there but what says that it was left.
    const hasLeft = !isSame && frozen?.isThere !== false
    const from = hasLeft && frozen ? { from: asHeld.place } : {}
    await held.change((line) => ({
      place: to,
      claim: { ...held.claim, ...from, ...(notKept !== undefined && { notKept }) },
      ...leaving(line, to, erasesOld, hasLeft),
    }))
    return finishPlacing(deployment, held, status, away)
  })
}
