import type { RefusedError } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { alone, TakenError } from './alone.ts'
import { bringUpToDate, type Deployment, openNew } from './deployment.ts'
import type { NewLine, Tenant } from './directory.ts'
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
  return { tenant, driver: alone(driver, id, place) }
}

/** Whoever finds the database taken leaves no line behind that says they are there. */
export const orWithdraw = async <T>(
  { directory, places }: Deployment,
  tenant: Tenant,
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof TakenError && tenant.status === 'creating') {
      await directory.remove(tenant).catch((stale: unknown) => {
        // Another call of the same creation has been refused the same place.
        if (!(stale instanceof StaleError)) throw stale
      })
      places.forget(tenant.id)
    }
    throw error
  }
}
