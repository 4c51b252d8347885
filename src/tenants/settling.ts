import { problem, RefusedError } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { type OrganizationRow, readOrganizationRow } from '../storage/tenant-organization.ts'
import { alone, TakenError } from './alone.ts'
import { bringUpToDate, type Deployment, openNew } from './deployment.ts'
import type { NewLine, Tenant } from './directory.ts'
import { LEFT } from './leftovers.ts'
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
  const tenant = await deployment.directory.add(line)
  if (!samePlace(tenant.place, place)) throw elsewhere()
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
  if (row && LEFT.includes(row.status))
    throw new LeftError(
      problem(
        'not_possible',
        'place',
        'what a tenant of this id has left lies there, and is nobody’s any more. Name another place, and move the tenant here then: that clears it',
      ),
    )
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
