import { RefusedError, refuse } from '../engine/errors.ts'
import { hold, requireClaimable } from './claim.ts'
import { type Deployment, findTenant, located } from './deployment.ts'
import type { ChangedTenant } from './directory.ts'
import { giveBack, orGiveBack, standBack } from './ending.ts'
import type { ObjectPlace, Place } from './place.ts'
import { freeze } from './standing.ts'
import { patience, withTimeLimit } from './time-limit.ts'

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

/** Where nothing keeps the past of a database for one tenant alone. */
const otherWays =
  'For itself alone: POST /v1/changes/revert {"key", "since"}; or "tenant delete --wait-days 0" and, once it is erased, "tenant restore" (docs/tenants.md)'

/** What takes an operator's own hands, in the words of the platform, and no longer than a refusal is told. */
const byHand = (place: Exclude<Place, ObjectPlace>, time: number): string => {
  const at = new Date(time).toISOString()
  if (place.shape === 'shared')
    return `it shares its database, where time goes back for all (D1: "wrangler d1 time-travel restore DB --timestamp=${at}"). ${otherWays}`
  return 'binding' in place
    ? `${inOrder(`"npx wrangler d1 time-travel restore ${place.binding} --timestamp=${at}"`, JSON.stringify(place))}. Then take away again what was taken since: keys, members, secrets`
    : `${inOrder(pastOf(place.url, at), '{"shape": "database", "url": "…"}')}. Keys that ended since stay ended`
}

/** Somebody who restarts a database may be told of a time a little before the one that was meant. */
const MARGIN_MS = 60_000

/**
 * Takes the data of a tenant back to what it was at a time. Whoever is let in no longer is not let in then, and it stands as it did:
 * both are in the line of the directory before anything goes back, so that the same again, or upkeep, finishes what was interrupted.
 * @param time milliseconds since 1970
 * @param isDry everything is looked at, the past of the object too, and nothing is changed
 * @throws RefusedError not_found; not_possible where it takes other means, which the refusal names, or where nothing of the
 * tenant was there then: it can go to a later time from there; out_of_range for the future, and before the tenant was created
 * @throws StaleError when somebody else has changed the tenant meanwhile
 */
export const rewindTenant = async (
  whole: Deployment,
  id: string,
  time: number,
  { isDry = false }: { readonly isDry?: boolean } = {},
): Promise<ChangedTenant> => {
  const deployment = withTimeLimit(whole, patience.operation, { asksAgain: true })
  if (time > Date.now()) throw refuse('out_of_range', 'to', 'an instant that has passed')
  const tenant = await findTenant(deployment, id)
  requireClaimable(tenant)
  const { place, driver } = located(deployment, tenant)
  if (place.shape !== 'object') throw refuse('not_possible', undefined, byHand(place, time))
  const goBack = async (isTrial: boolean) => {
    const told = await deployment.objects?.rewind(tenant.id, place, time, { isDry: isTrial })
    const { impossible } = told ?? { impossible: 'no objects' }
    if (impossible !== undefined) throw refuse('not_possible', undefined, `${impossible}. ${otherWays}`)
  }
  // What cannot be is refused before anything is frozen.
  await goBack(true)
  if (time < tenant.createdAt)
    throw refuse(
      'out_of_range',
      'to',
      `an instant when the tenant was there: since ${new Date(tenant.createdAt).toISOString()}`,
    )
  if (isDry) return tenant
  const held = await hold(deployment.directory, tenant, { kind: 'rewind', time })
  await orGiveBack(deployment, held, async () => {
    const { grants } = await freeze(driver, tenant.id, held, { since: time - MARGIN_MS })
    if (!grants) throw refuse('not_found', undefined, 'such organisation')
    await held.note({ grants })
  })
  // From here on nothing is given back at once: the database may be going back, whatever became of the answer.
  await goBack(false).catch(async (error: unknown) => {
    if (error instanceof RefusedError) await giveBack(deployment, held)
    throw error
  })
  return standBack(deployment, held)
}
