import { refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import type { OrganizationStatus } from '../schema/schema.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { PROGRAM } from '../storage/program/version.ts'
import { changeStatus, type OrganizationRow, readOrganizationRow } from '../storage/tenant-organization.ts'
import { alone } from './alone.ts'
import { amend, bringUpToDate, type Deployment, findTenant, located, openNew, requireIdle } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { lyingAt } from './lying-at.ts'
import { newMove } from './move/state.ts'
import type { Place, WrittenPlace } from './place.ts'
import { type ChangedTenant, faultIn } from './status.ts'
import { standingOf, stillEnded } from './still-ended.ts'
import { moveOf, type TenantMove } from './tenant-move.ts'
import { PATIENCE_MS, withTimeLimit } from './time-limit.ts'

/** Where a tenant lives is told, and nothing is copied: what it has was brought there by other hands. */

const MANY = 20

type Standing = Awaited<ReturnType<typeof standingOf>>

/** How it stands where its line says; a word on why nobody knows, where that place is away. */
const standingAt = async (deployment: Deployment, tenant: Tenant): Promise<Standing | { readonly fault: string }> => {
  try {
    return await standingOf(located(deployment, tenant).authority)
  } catch (error) {
    return { fault: faultIn(error) }
  }
}

/** @throws RefusedError not_possible where it is not, or is not served */
const requireThere = (found: { readonly status: OrganizationStatus } | undefined): OrganizationStatus => {
  if (found?.status === 'active' || found?.status === 'suspended') return found.status
  throw refuse('not_possible', 'place', found ? `there it is ${found.status}` : 'nothing of it is there to be found')
}

/**
 * Whoever still comes to the place that was left is sent on. That it is the same database is told by the revision.
 * @returns whether anything lies there that has been left
 */
const retire = async (driver: SqlDriver, id: string, there: OrganizationRow | undefined): Promise<boolean> => {
  for (let attempt = 0; attempt < MANY; attempt++) {
    const here = await readOrganizationRow(driver, id)
    if (!here || here.revision === there?.revision) return false
    if (here.status === 'moved') return true
    await driver.batch([changeStatus(id, here, 'moved')])
  }
  throw new StaleError()
}

const neverWas = (tenant: Tenant): boolean => tenant.status === 'moving' && moveOf(tenant) === undefined

/** As the source of a move that has just arrived: upkeep keeps it for a day, and erases what is `moved` there. */
const leftBehind = (from: WrittenPlace, to: Place): TenantMove => {
  const now = Date.now()
  return { from, to, state: { ...newMove(to, now), phase: 'keep', switchedAt: now, steppedAt: now } }
}

const notAsked = (fault: string): string =>
  `Where it was is not reached (${fault}). If what it has is of an earlier time now, keys that were revoked since are to be revoked again. What lies there stays.`

const KEPT = 'What it had where it was lies there still, and nobody is served there.'

export interface PlaceOptions {
  /** What lies where the tenant was is erased a day later, as after a move. Default: it stays. */
  readonly erasesOld?: boolean
  /** Everything is looked at, and nothing is changed: it is answered as if it had been. */
  readonly isDry?: boolean
}

/**
 * Says where a tenant is: for a line that cannot be read, a database that is called otherwise now, or one of an earlier time.
 * Keys that have been revoked where it was stay revoked, and its status stays as it was.
 * @throws RefusedError not_found, wrong_status; not_possible when it is not there; invalid_value as `openNew` and `alone`
 */
export const placeTenant = async (
  whole: Deployment,
  id: string,
  to: Place,
  { erasesOld = false, isDry = false }: PlaceOptions = {},
): Promise<ChangedTenant> => {
  const deployment = withTimeLimit(whole, PATIENCE_MS)
  const tenant = await findTenant(deployment, id)
  if (!neverWas(tenant)) requireIdle(tenant)
  if (tenant.status === 'creating') throw refuse('wrong_status', undefined, tenant.status)
  openNew(deployment, tenant.id, to, { isNamed: true })
  const before = await standingAt(deployment, tenant)
  const known = 'organization' in before ? before.organization : undefined
  const found = requireThere(await lyingAt(deployment, tenant.id, to))
  const status = known && known.status !== 'moved' ? known.status : found
  const fault = 'fault' in before ? before.fault : undefined
  if (isDry) return { ...tenant, place: to, status, ...(fault !== undefined && { notReached: notAsked(fault) }) }
  const target = deployment.places.open(tenant.id, to, { mayCreate: false })
  await bringUpToDate(target, to)
  const driver = alone(target, tenant.id, to)
  requireThere(await readOrganizationRow(driver, tenant.id))
  // No count of changes comes to the time of day: above whatever isolates may remember.
  const standing = { id: tenant.id, status, revision: Math.max(known?.revision ?? 0, Date.now()) }
  await driver.batch(stillEnded(standing, 'ended' in before ? before.ended : []))
  const there = await readOrganizationRow(driver, tenant.id)
  const isLeft = known !== undefined && (await retire(located(deployment, tenant).driver, tenant.id, there))
  const move = isLeft && erasesOld ? leftBehind(tenant.place, to) : null
  const change = { place: to, status, program: PROGRAM, ...(move || !moveOf(tenant) ? { move } : {}) }
  const line = await amend(deployment, tenant.id, () => change)
  deployment.places.forget(line.id)
  if (fault !== undefined) return { ...line, notReached: notAsked(fault) }
  return isLeft && !erasesOld ? { ...line, left: KEPT } : line
}
