import { problem, RefusedError } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { isLeft, type OrganizationStatus } from '../schema/schema.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { guarded } from '../storage/guarded.ts'
import { PROGRAM } from '../storage/program/version.ts'
import { type OrganizationRow, readOrganizationRow, removeMade } from '../storage/tenant-organization.ts'
import { alone, TakenError } from './alone.ts'
import { amend, bringUpToDate, type Deployment, openNew } from './deployment.ts'
import type { NewLine, Tenant } from './directory.ts'
import { isNotFound, requireUpToDate } from './fault.ts'
import { samePlace } from './place.ts'

/** How a tenant comes to its first place: its line in the directory, then the database, ready for its organisation. */

/**
 * @param isNamed the place, by an operator just now
 * @param elsewhere what is refused when the tenant has another place
 * @returns the line, and the driver through which the organisation goes in
 * @throws RefusedError that; invalid_value, not_possible as `openNew`
 */
export const settle = async (
  deployment: Deployment,
  line: NewLine,
  { isNamed, elsewhere }: { readonly isNamed: boolean; readonly elsewhere: () => RefusedError },
): Promise<{ readonly tenant: Tenant; readonly driver: SqlDriver }> => {
  const { id, place } = line
  const driver = openNew(deployment, id, place, { isNamed })
  // Before a line is there that nobody could finish.
  await requireUpToDate(deployment, place)
  const added = await deployment.directory.add(line)
  if (!samePlace(added.place, place)) throw elsewhere()
  // One that was deleted while its database was away is wanted again.
  const isTakenBack = added.status === 'creating' && added.eraseAt !== null
  const tenant = isTakenBack ? await deployment.directory.change(added, { eraseAt: null }) : added
  deployment.places.forget(id)
  await bringUpToDate(driver, place)
  if (tenant.status === 'creating')
    await orWithdraw(deployment, tenant, async () => requireNoneLeft(await readOrganizationRow(driver, id)))
  return { tenant, driver: alone(driver, id, place) }
}

/** A tenant of this id has been there, and what it has left lies there still. */
class LeftError extends RefusedError {}

/**
 * @param row of the organisation where it is to be
 * @throws RefusedError not_possible where that is what a tenant of its id has left, and no line of the directory knows of it
 */
export const requireNoneLeft = (row: Pick<OrganizationRow, 'status'> | undefined): void => {
  if (row && isLeft(row.status))
    throw new LeftError(
      problem(
        'not_possible',
        'place',
        'what a tenant of this id has left lies there, and is nobody’s any more. Name another place, and move the tenant here then: that clears it',
      ),
    )
}

/** What has come to the place of a tenant that is being created. */
export interface Made<T> {
  readonly value: T
  readonly status: OrganizationStatus
  /** The revision that its organisation has got; absent: it was there already. */
  readonly revision?: number
}

/**
 * Its line says how the organisation stands at its place, whoever has made it.
 * @throws StaleError where the line is gone, or names another place: the tenant was deleted meanwhile
 */
export const finishLine = async (
  deployment: Deployment,
  { id, place }: Pick<Tenant, 'id' | 'place'>,
  status: OrganizationStatus,
): Promise<void> => {
  try {
    await amend(deployment, id, (line) => {
      if (!samePlace(line.place, place)) throw new StaleError()
      if (line.status !== 'creating') return undefined
      if (line.eraseAt !== null) throw new StaleError()
      return { status, program: PROGRAM }
    })
  } catch (error) {
    throw isNotFound(error) ? new StaleError() : error
  }
}

/** What was made a moment ago, and nobody has touched since. */
const takeBack = async ({ places, objects }: Deployment, { id, place }: Tenant, revision: number): Promise<void> => {
  const made = guarded(places.open(id, place, { mayCreate: false }), { organizationId: id, revision })
  await made.batch(removeMade(id))
  if (place.shape === 'object') await objects?.erase(id, place, [])
}

/**
 * Has an organisation come to be at the place of its tenant, and its line say so. The two are in two databases: where the tenant
 * was deleted in between, which found nothing there, what was made goes again.
 * @throws StaleError then
 */
export const bringIn = async <T>(deployment: Deployment, tenant: Tenant, make: () => Promise<Made<T>>): Promise<T> => {
  const { value, status, revision } = await orWithdraw(deployment, tenant, make)
  try {
    await finishLine(deployment, tenant, status)
  } catch (error) {
    if (error instanceof StaleError && revision !== undefined) await takeBack(deployment, tenant, revision)
    throw error
  }
  return value
}

/** Whoever finds the place taken leaves no line behind that says they are there. */
export const orWithdraw = async <T>(
  { directory, places }: Deployment,
  tenant: Tenant,
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if ((error instanceof TakenError || error instanceof LeftError) && tenant.status === 'creating') {
      await directory.remove(tenant).catch((stale: unknown) => {
        // Another call of the same creation has been refused the same place.
        if (!(stale instanceof StaleError)) throw stale
      })
      places.forget(tenant.id)
    }
    throw error
  }
}
