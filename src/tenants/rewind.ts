import { refuse } from '../engine/errors.ts'
import type { Organization } from '../schema/schema.ts'
import { type SqlDriver, type Statement, UnavailableError } from '../storage/driver.ts'
import { type Deployment, locateIdle } from './deployment.ts'
import type { ObjectPlace, Place } from './place.ts'

/** How often a database that restarts is asked again, and after how many milliseconds. */
const ATTEMPTS = 20
const PAUSE_MS = 250

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const untilItIsBack = async (driver: SqlDriver, statements: readonly Statement[]): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await driver.batch(statements)
      return
    } catch (error) {
      if (!(error instanceof UnavailableError) || attempt === ATTEMPTS) throw error
      await wait(PAUSE_MS)
    }
  }
}

/** What takes an operator's own hands, in the words of the platform. */
const byHand = (place: Exclude<Place, ObjectPlace>, time: number): string => {
  const at = new Date(time).toISOString()
  if (place.shape === 'shared')
    return `it shares its database with others, and time goes back for all of them at once: by "npx wrangler d1 time-travel restore DB --timestamp=${at}" on D1, from a copy of the file elsewhere. For itself alone, an export of that time can be restored`
  return 'binding' in place
    ? `"npx wrangler d1 time-travel restore ${place.binding} --timestamp=${at}" does it for its database`
    : `"turso db create" with --from-db and --timestamp ${at} makes a database of that time, to which the tenant can be moved`
}

/** Keys that have ended since must not come back to life with the data, nor what isolates remember of the organisation. */
const stillEnded = (
  { id, revision, status }: Pick<Organization, 'id' | 'revision' | 'status'>,
  ended: readonly string[],
): readonly Statement[] => [
  {
    sql: `UPDATE credentials SET revoked_at = CAST(?2 AS INTEGER)
WHERE organization_id = ?1 AND revoked_at IS NULL AND id IN (SELECT value FROM json_each(?3))`,
    params: [id, Date.now(), JSON.stringify(ended)],
  },
  {
    sql: `UPDATE organizations SET status = ?3, revision = max(revision, CAST(?2 AS INTEGER)) + 1 WHERE id = ?1`,
    params: [id, revision, status],
  },
]

/**
 * Takes the data of a tenant back to what it was at a time. Keys that were revoked since stay revoked.
 * @param time milliseconds since 1970
 * @throws RefusedError not_found; not_possible where it takes other means, which the refusal names; out_of_range for the future
 */
export const rewindTenant = async (deployment: Deployment, id: string, time: number): Promise<void> => {
  if (time > Date.now()) throw refuse('out_of_range', 'to', 'an instant that has passed')
  const { tenant, driver, authority } = await locateIdle(deployment, id)
  const { place } = tenant
  if (place.shape !== 'object') throw refuse('not_possible', undefined, byHand(place, time))
  const sql = 'SELECT id FROM credentials WHERE organization_id = ?1 AND revoked_at IS NOT NULL'
  const { organization, ended } = await authority.run(async ({ organization, driver: guarded }) => {
    const { results } = await guarded.batch([{ sql, params: [tenant.id] }])
    return { organization, ended: (results[0]?.rows ?? []).map((row) => String(row.id)) }
  })
  const { impossible } = (await deployment.objects?.rewind(tenant.id, place, time)) ?? { impossible: 'no objects' }
  if (impossible !== undefined) throw refuse('not_possible', undefined, impossible)
  await untilItIsBack(driver, stillEnded(organization, ended))
}
