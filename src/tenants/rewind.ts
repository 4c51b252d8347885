import { refuse } from '../engine/errors.ts'
import { type SqlDriver, type Statement, UnavailableError } from '../storage/driver.ts'
import { type Deployment, locateIdle } from './deployment.ts'
import type { ObjectPlace, Place } from './place.ts'
import { standingOf, stillEnded } from './still-ended.ts'

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

/** How a libSQL database of an earlier time is come by. */
const pastOf = (url: string, at: string): string => {
  if (url.startsWith('file:')) return 'put a copy of the file as it was then beside it, under another name'
  return new URL(url).host.endsWith('.turso.io')
    ? `"turso db create <new name> --from-db <its name> --timestamp ${at}"`
    : 'have its server restore a backup of that time as another database'
}

/** Suspended first: what is written between the two would be acknowledged, and lost. */
const inOrder = (past: string, place: string) =>
  `"tenant suspend <id>" first; ${past}; "tenant place <id> --at '${place}'" has it be there, "tenant resume <id>" served`

/** What takes an operator's own hands, in the words of the platform. */
const byHand = (place: Exclude<Place, ObjectPlace>, time: number): string => {
  const at = new Date(time).toISOString()
  if (place.shape === 'shared')
    return `it shares its database with others, and time goes back for all of them at once: by "npx wrangler d1 time-travel restore DB --timestamp=${at}" on D1, from a copy of the file elsewhere. For itself alone, an export of that time can be restored`
  return 'binding' in place
    ? `${inOrder(`"npx wrangler d1 time-travel restore ${place.binding} --timestamp=${at}"`, JSON.stringify(place))}. Revoke again what was revoked since`
    : `${inOrder(pastOf(place.url, at), '{"shape": "database", "url": "…"}')}. Keys revoked since stay revoked`
}

/**
 * Takes the data of a tenant back to what it was at a time. Keys that were revoked since stay revoked.
 * @param time milliseconds since 1970
 * @param isDry everything is looked at, the past of the object too, and nothing is changed
 * @throws RefusedError not_found; not_possible where it takes other means, which the refusal names; out_of_range for the future
 */
export const rewindTenant = async (
  deployment: Deployment,
  id: string,
  time: number,
  { isDry = false }: { readonly isDry?: boolean } = {},
): Promise<void> => {
  if (time > Date.now()) throw refuse('out_of_range', 'to', 'an instant that has passed')
  const { tenant, place, driver, authority } = await locateIdle(deployment, id)
  if (place.shape !== 'object') throw refuse('not_possible', undefined, byHand(place, time))
  const { organization, ended } = await standingOf(authority)
  const told = await deployment.objects?.rewind(tenant.id, place, time, { isDry })
  const { impossible } = told ?? { impossible: 'no objects' }
  if (impossible !== undefined) throw refuse('not_possible', undefined, impossible)
  if (isDry) return
  await untilItIsBack(driver, stillEnded(organization, ended))
}
