import { eq } from 'drizzle-orm'
import { advise, RefusedError, refuse } from '../engine/errors.ts'
import { newId } from '../engine/ids.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { drizzleOver, plainly } from '../storage/drizzle.ts'
import { directoryIdentity } from '../storage/tables.ts'
import type { Deployment } from './deployment.ts'
import { PlaceError, shared } from './place.ts'
import { patience, withTimeLimit } from './time-limit.ts'

/** Which directory has the tenants who share a database: no other may operate on them. docs/tenants.md. */

interface Identities {
  /** Of the directory in the database, if there is one. */
  readonly own?: string
  /** Of the directory that has the tenants of the database; absent: none has changed anything yet. */
  readonly ruler?: string
}

const identitiesIn = async (driver: SqlDriver): Promise<Identities> => {
  const rows = await plainly(drizzleOver(driver).select().from(directoryIdentity))
  return Object.fromEntries(rows.map(({ role, id }) => [role, id]))
}

/** @returns the directory that has the tenants of the database; undefined: none yet */
export const rulerIn = async (driver: SqlDriver): Promise<string | undefined> => (await identitiesIn(driver)).ruler

/**
 * The identity of the directory in this database.
 * @param make whether it gets one when it has none
 */
export const identityOf = async (
  driver: SqlDriver,
  { make }: { readonly make: boolean },
): Promise<string | undefined> => {
  const { own } = await identitiesIn(driver)
  if (own !== undefined || !make) return own
  const insert = drizzleOver(driver).insert(directoryIdentity).values({ role: 'own', id: newId() })
  await plainly(insert.onConflictDoNothing())
  return (await identitiesIn(driver)).own
}

/**
 * Has a directory rule where none does, or the one of before.
 * @returns the one that rules now
 */
const crown = async (driver: SqlDriver, id: string, before = ''): Promise<string | undefined> => {
  const ruler = drizzleOver(driver).insert(directoryIdentity).values({ role: 'ruler', id })
  const setWhere = eq(directoryIdentity.id, before)
  await plainly(ruler.onConflictDoUpdate({ target: directoryIdentity.role, set: { id }, setWhere }))
  return rulerIn(driver)
}

const sharedDatabase = (deployment: Deployment): SqlDriver | undefined => {
  try {
    return withTimeLimit(deployment, patience.ruler).places.open('', shared, { mayCreate: false })
  } catch (error) {
    if (error instanceof PlaceError) return undefined
    throw error
  }
}

const other = (ruler: string | undefined, own: string | undefined): RefusedError =>
  refuse('other_directory', undefined, `theirs is ${ruler}, and this one is ${own ?? 'new'}`)

/**
 * For whoever operates on tenants, before anything is done.
 * @param changes whether the directory is to rule where none does; what only looks changes nothing
 * @throws RefusedError other_directory where another rules the shared database. That it cannot be asked holds nothing up
 */
export const requireRuler = async (
  deployment: Deployment,
  { changes }: { readonly changes: boolean },
): Promise<void> => {
  const database = sharedDatabase(deployment)
  if (!database) return
  const [own, there] = await Promise.all([
    deployment.directory.identity({ make: changes }),
    identitiesIn(database).catch(() => undefined),
  ])
  if (!there) return
  const { ruler } = there
  if (ruler !== undefined && ruler === own) return
  // Set up to have a directory of its own from now on.
  const isInherited = deployment.isServed && ruler === there.own
  const isFree = ruler === undefined || isInherited
  if (isFree && (!changes || own === undefined)) return
  const now = isFree && own !== undefined ? await crown(database, own, ruler) : ruler
  if (now !== own) throw other(now, own)
}

/**
 * That another directory has the tenants, for whoever runs the deployment: which both are, and what to do.
 * @returns undefined where none has, or nobody can tell
 */
export const otherRuler = async (deployment: Deployment): Promise<string | undefined> => {
  try {
    await requireRuler(deployment, { changes: false })
    return undefined
  } catch (error) {
    return error instanceof RefusedError ? advise(error.refusal.problems[0]) : undefined
  }
}

/**
 * Has the directory of this deployment rule from now on, whatever the configuration was before. The same again changes nothing.
 * @param from the identity of the directory that rules until now
 * @returns that of this one
 * @throws RefusedError other_directory where yet another rules; not_possible without a shared database
 */
export const takeOver = async (deployment: Deployment, from: string): Promise<string> => {
  const database = sharedDatabase(deployment)
  if (!database) throw refuse('not_possible', undefined, 'there is no shared database, so that nothing has to be said')
  const own = await deployment.directory.identity({ make: true })
  if (own === undefined) throw new Error('The directory did not keep its identity')
  const ruler = await crown(database, own, from)
  if (ruler !== own) throw other(ruler, own)
  return own
}
