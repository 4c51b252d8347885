import { refuse } from '../engine/errors.ts'
import type { OrganizationStatus } from '../schema/schema.ts'
import { type OrganizationRow, readOrganizationRow } from '../storage/tenant-organization.ts'
import { alone } from './alone.ts'
import { type Claim, claimOf, hold, requireClaimable } from './claim.ts'
import { bringUpToDate, type Deployment, findTenant, located, openNew } from './deployment.ts'
import type { ChangedTenant, Tenant } from './directory.ts'
import { finishPlacing, giveBack, notAsked, orGiveBack } from './ending.ts'
import { orFault } from './fault.ts'
import { lyingAt } from './lying-at.ts'
import type { Place } from './place.ts'
import { freeze, isFrozenBy, standThere } from './standing.ts'
import { moveOf } from './tenant-move.ts'
import { PATIENCE_MS, withTimeLimit } from './time-limit.ts'

/**
 * Where a tenant lives is told, and nothing is copied: what it has was brought there by other hands. In this order, so that
 * whatever meets it or interrupts it is not undone and undoes nothing: the line is claimed, the place of before is frozen, what it
 * says is written at the new one, the line names that, the place of before is left.
 */

type Row = Pick<OrganizationRow, 'status' | 'revision'>

/**
 * How it stands where it is to be.
 * @throws RefusedError not_possible where it is not, or is not served
 */
const requireThere = (found: Row | undefined, claim: Claim | undefined): OrganizationStatus => {
  if (found?.status === 'active' || found?.status === 'suspended') return found.status
  // The database of before by another name: frozen by this work, or by a call of it that was interrupted.
  if (claim && isFrozenBy(claim, found)) return claim.stands ?? 'suspended'
  throw refuse('not_possible', 'place', found ? `there it is ${found.status}` : 'nothing of it is there to be found')
}

/** An operator's word counts that the organisation has not heard of. */
const wantedOf = ({ eraseAt }: Tenant, { status, stands }: Claim, found: OrganizationStatus): OrganizationStatus =>
  eraseAt !== null || status === 'suspended' ? 'suspended' : (stands ?? found)

/** Nobody can go on with it, and saying where the tenant is ends it. */
const isUnreadableMove = (tenant: Tenant): boolean => tenant.status === 'moving' && !moveOf(tenant) && !claimOf(tenant)

/** Of an interrupted call that came so far that the tenant lives elsewhere, the rest is done. */
const settledLine = async (deployment: Deployment, id: string, isDry: boolean): Promise<Tenant> => {
  const tenant = await findTenant(deployment, id)
  if (isDry || claimOf(tenant)?.left === undefined) return tenant
  return giveBack(deployment, await hold(deployment.directory, tenant))
}

export interface PlaceOptions {
  /** What lies where the tenant was is erased a day later, as after a move. Default: it stays. */
  readonly erasesOld?: boolean
  /** Everything is looked at, and nothing is changed: it is answered as if it had been. */
  readonly isDry?: boolean
}

/** As it would be. */
const tryPlacing = async (
  deployment: Deployment,
  tenant: Tenant,
  to: Place,
  found: OrganizationStatus,
): Promise<ChangedTenant> => {
  const { value: row, fault } = await orFault(() => readOrganizationRow(located(deployment, tenant).driver, tenant.id))
  const known = row && row.status !== 'moved' ? row.status : undefined
  const claim: Claim = { id: '', at: 0, status: tenant.status, ...(known && { stands: known }), ...claimOf(tenant) }
  const status = wantedOf(tenant, claim, found)
  return { ...tenant, place: to, status, ...(fault !== undefined && { notReached: notAsked(fault) }) }
}

/**
 * Says where a tenant is: for a line that cannot be read, a database that is called otherwise now, or one of an earlier time.
 * Keys that have been revoked where it was stay revoked, and its status stays as it was. Where it was, nothing is acknowledged
 * from before it is looked at until it is over.
 * @throws RefusedError not_found, wrong_status; not_possible when it is not there; invalid_value as `openNew` and `alone`
 * @throws StaleError when somebody else has changed the tenant meanwhile
 */
export const placeTenant = async (
  whole: Deployment,
  id: string,
  to: Place,
  { erasesOld = false, isDry = false }: PlaceOptions = {},
): Promise<ChangedTenant> => {
  const deployment = withTimeLimit(whole, PATIENCE_MS)
  const tenant = await settledLine(deployment, id, isDry)
  if (!isUnreadableMove(tenant)) requireClaimable(tenant)
  openNew(deployment, tenant.id, to, { isNamed: true })
  const found = requireThere(await lyingAt(deployment, tenant.id, to), claimOf(tenant))
  if (isDry) return tryPlacing(deployment, tenant, to, found)
  const target = deployment.places.open(tenant.id, to, { mayCreate: false })
  await bringUpToDate(target, to)
  const driver = alone(target, tenant.id, to)
  requireThere(await readOrganizationRow(driver, tenant.id), claimOf(tenant))

  const held = await hold(deployment.directory, tenant)
  return orGiveBack(deployment, held, async () => {
    const { value: ended, fault } = await orFault(() => freeze(located(deployment, tenant).driver, tenant.id, held))
    let isSame = false
    let status: OrganizationStatus = found
    await standThere(driver, tenant.id, held, ended ?? held.claim.ended ?? [], (row) => {
      isSame = isFrozenBy(held.claim, row)
      status = wantedOf(held.line, held.claim, requireThere(row, held.claim))
      return status
    })
    const left = isSame || ended === undefined ? undefined : { left: tenant.place, erasesOld }
    await held.change(() => ({ place: to, move: { claim: { ...held.claim, ...left } } }))
    return finishPlacing(deployment, held, status, fault)
  })
}
