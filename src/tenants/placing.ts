import { refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { PROGRAM } from '../storage/program/version.ts'
import { changeStatus, type OrganizationRow, readOrganizationRow } from '../storage/tenant-organization.ts'
import { alone } from './alone.ts'
import { amend, bringUpToDate, type Deployment, findTenant, located, openNew, requireIdle } from './deployment.ts'
import type { Tenant } from './directory.ts'
import type { Place } from './place.ts'
import { type ChangedTenant, faultIn } from './status.ts'
import { standingOf, stillEnded } from './still-ended.ts'
import { moveOf } from './tenant-move.ts'
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

const isServed = ({ status }: OrganizationRow): boolean => status === 'active' || status === 'suspended'

/** Whoever still comes to the place that was left is sent on. That it is the same database is told by the revision. */
const retire = async (driver: SqlDriver, id: string, there: OrganizationRow | undefined): Promise<void> => {
  for (let attempt = 0; attempt < MANY; attempt++) {
    const here = await readOrganizationRow(driver, id)
    if (!here || here.status === 'moved' || here.revision === there?.revision) return
    await driver.batch([changeStatus(id, here, 'moved')])
  }
  throw new StaleError()
}

const neverWas = (tenant: Tenant): boolean => tenant.status === 'moving' && moveOf(tenant) === undefined

/**
 * Says where a tenant is: for a line that cannot be read, a database that is called otherwise now, or one of an earlier time.
 * Keys that have been revoked where it was stay revoked, and its status stays as it was.
 * @throws RefusedError not_found, wrong_status; not_possible when it is not there; invalid_value as `openNew` and `alone`
 */
export const placeTenant = async (whole: Deployment, id: string, to: Place): Promise<ChangedTenant> => {
  const deployment = withTimeLimit(whole, PATIENCE_MS)
  const tenant = await findTenant(deployment, id)
  if (!neverWas(tenant)) requireIdle(tenant)
  if (tenant.status === 'creating') throw refuse('wrong_status', undefined, tenant.status)
  openNew(deployment, tenant.id, to, { isNamed: true })
  const before = await standingAt(deployment, tenant)
  const target = deployment.places.open(tenant.id, to, { mayCreate: false })
  await bringUpToDate(target, to)
  const driver = alone(target, tenant.id, to)
  const found = await readOrganizationRow(driver, tenant.id)
  if (!found || !isServed(found))
    throw refuse('not_possible', 'place', found ? `there it is ${found.status}` : 'nothing of it is there to be found')
  const known = 'organization' in before ? before.organization : undefined
  const status = known && known.status !== 'moved' ? known.status : found.status
  // No count of changes comes to the time of day: above whatever isolates may remember.
  const standing = { id: tenant.id, status, revision: Math.max(known?.revision ?? 0, Date.now()) }
  await driver.batch(stillEnded(standing, 'ended' in before ? before.ended : []))
  if (known) await retire(located(deployment, tenant).driver, tenant.id, await readOrganizationRow(driver, tenant.id))
  const change = { place: to, status, program: PROGRAM, ...(moveOf(tenant) ? {} : { move: null }) }
  const line = await amend(deployment, tenant.id, () => change)
  deployment.places.forget(line.id)
  if (!('fault' in before)) return line
  const notReached = `Where it was is not reached (${before.fault}). If what it has is of an earlier time now, keys that were revoked since are to be revoked again.`
  return { ...line, notReached }
}
