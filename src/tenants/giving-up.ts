import { problem, RefusedError } from '../engine/errors.ts'
import { UnavailableError } from '../storage/driver.ts'
import { driverErrorIn } from '../storage/drizzle.ts'
import { readOrganizationRow } from '../storage/tenant-organization.ts'
import type { Deployment } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { faultIn, orFault } from './fault.ts'
import { leftoversOf } from './leftovers.ts'
import { databaseName, isSameDatabase, PlaceError, type WrittenPlace } from './place.ts'

/** Places that are gone for good: only their operator knows that they are, and says so. */

/** What has to be told a place that does not answer, and how its operator goes on without it. */
export const awaited = (error: unknown): unknown => {
  const thrown = driverErrorIn(error)
  const passes = thrown instanceof UnavailableError && !(thrown instanceof PlaceError)
  const detail = `where its move was to go is not reached (${faultIn(thrown)}), and it may be served there. If that is gone for good, POST /v1/tenants/{id}/place?abandon=true goes on without it`
  return passes
    ? new RefusedError(problem('unavailable', undefined, `: ${detail}`), 1, { cause: error })
    : new RefusedError(problem('unusable_place', undefined, detail), undefined, { cause: error })
}

/**
 * Where it has left something, and nobody answers. Not the place where a tenant is looked for that has no line: should that
 * come back, what lies there would be found.
 */
export const silentLeftovers = async (
  { places }: Deployment,
  { id, leftovers }: Pick<Tenant, 'id' | 'leftovers'>,
): Promise<readonly WrittenPlace[]> => {
  const home = places.homeOf(id)
  const silent: WrittenPlace[] = []
  for (const { place } of leftoversOf({ leftovers })) {
    if (home && isSameDatabase(id, home, place)) continue
    const { fault } = await orFault(() => readOrganizationRow(places.open(id, place, { mayCreate: false }), id))
    if (fault !== undefined) silent.push(place)
  }
  return silent
}

/** What is lost with them. */
export const givenUpText = (id: string, silent: readonly WrittenPlace[]): string =>
  `Given up, since it does not answer: what lies at ${silent.map((place) => `"${databaseName(id, place)}"`).join(', ')}. Nothing is erased there, and the tenant’s line names it no more. Should it come back, nobody is sent there.`
