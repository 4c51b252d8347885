import { eq } from 'drizzle-orm'
import { advise, RefusedError, refuse } from '../engine/errors.ts'
import { newId } from '../engine/ids.ts'
import { type SqlDriver, UpgradingError } from '../storage/driver.ts'
import { driverErrorIn, drizzleOver, plainly } from '../storage/drizzle.ts'
import { directoryIdentity } from '../storage/tables.ts'
import type { Deployment } from './deployment.ts'
import type { DirectoryIdentity } from './directory.ts'
import { databaseName, PlaceError, shared } from './place.ts'
import { patience, withTimeLimit } from './time-limit.ts'

/**
 * Which directory has the tenants who share a database, and which database they share: with another of either nobody operates on
 * them. docs/tenants.md.
 */

type Role = (typeof directoryIdentity.$inferSelect)['role']
type Identities = Readonly<Partial<Record<Role, string>>>

/** A database that is older than identities has none. */
const identitiesIn = async (driver: SqlDriver): Promise<Identities> => {
  try {
    const rows = await plainly(drizzleOver(driver).select().from(directoryIdentity))
    return Object.fromEntries(rows.map(({ role, id }) => [role, id]))
  } catch (error) {
    if (driverErrorIn(error) instanceof UpgradingError) return {}
    throw error
  }
}

/**
 * Writes an identity where there is none of the role, or the one of before.
 * @returns the one that is there now
 */
const keep = async (driver: SqlDriver, role: Role, id: string, before = ''): Promise<string | undefined> => {
  const insert = drizzleOver(driver).insert(directoryIdentity).values({ role, id })
  const setWhere = eq(directoryIdentity.id, before)
  await plainly(insert.onConflictDoUpdate({ target: directoryIdentity.role, set: { id }, setWhere }))
  return (await identitiesIn(driver))[role]
}

/** @returns the directory that has the tenants of the database; undefined: none yet */
export const rulerIn = async (driver: SqlDriver): Promise<string | undefined> => (await identitiesIn(driver)).ruler

/**
 * What the directory in this database says of itself.
 * @param make whether it gets an identity when it has none
 */
export const identityOf = async (
  driver: SqlDriver,
  { make }: { readonly make: boolean },
): Promise<DirectoryIdentity> => {
  const { own, shared: known } = await identitiesIn(driver)
  const named = own ?? (make ? await keep(driver, 'own', newId()) : undefined)
  return { ...(named !== undefined && { own: named }), ...(known !== undefined && { shared: known }) }
}

/** @returns the shared database whose tenants the directory in this database has from here on */
export const keepShared = (driver: SqlDriver, id: string, before?: string): Promise<string | undefined> =>
  keep(driver, 'shared', id, before)

const sharedDatabase = (deployment: Deployment): SqlDriver | undefined => {
  try {
    return withTimeLimit(deployment, patience.ruler).places.open('', shared, { mayCreate: false })
  } catch (error) {
    if (error instanceof PlaceError) return undefined
    throw error
  }
}

const theirs = (code: 'other_directory' | 'other_database', that: string | undefined, own: string | undefined) =>
  refuse(code, undefined, `theirs is ${that}, and this one is ${own ?? 'new'}`)

/** The shared database says which one it is, from here on. */
const nameDatabase = async (database: SqlDriver, { database: id }: Identities): Promise<string> => {
  const named = id ?? (await keep(database, 'database', newId()))
  if (named === undefined) throw new Error('The shared database did not keep its identity')
  return named
}

interface Asking {
  /** Whether the directory is to rule where none does; what only looks changes nothing. */
  readonly changes: boolean
}

/** @throws RefusedError other_directory, other_database */
const requireTheirs = async (
  deployment: Deployment,
  database: SqlDriver,
  there: Identities,
  { own, shared: known }: DirectoryIdentity,
  { changes }: Asking,
): Promise<void> => {
  const { ruler } = there
  // Set up to have a directory of its own from now on.
  const isInherited = deployment.isServed && ruler === there.own
  const isFree = ruler === undefined || isInherited
  if (ruler !== own && !isFree) throw theirs('other_directory', ruler, own)
  if (known !== undefined && known !== there.database) throw theirs('other_database', known, there.database)
  if (!changes || own === undefined) return
  const now = ruler === own ? own : await keep(database, 'ruler', own, ruler)
  if (now !== own) throw theirs('other_directory', now, own)
  if (known !== undefined) return
  const id = await nameDatabase(database, there)
  const kept = await deployment.directory.keepShared(id)
  if (kept !== id) throw theirs('other_database', kept, id)
}

/** A deployment whose shared database is asked whose it is, before anything else is done with it for the tenants. */
export interface Ruled {
  /** Where that could not be asked beforehand, the first who comes to the shared database through this asks it. */
  readonly deployment: Deployment
  /**
   * For whoever operates on tenants, before anything is done.
   * @throws RefusedError other_directory where another rules the shared database; other_database where the directory has the tenants
   * of another one. That it cannot be asked holds nothing up that does not concern it
   */
  requireRuler(asking: Asking): Promise<void>
}

export const ruled = (whole: Deployment): Ruled => {
  let isAsked = false
  let changes = false
  const ask = async (unreached: (error: unknown) => void): Promise<void> => {
    const database = sharedDatabase(whole)
    if (!database) return
    const [own, there] = await Promise.all([
      whole.directory.identity({ make: changes }),
      identitiesIn(database).catch(unreached),
    ])
    if (!there) return
    try {
      await requireTheirs(whole, database, there, own, { changes })
      isAsked = true
    } catch (error) {
      // It is behind, and keeps no identity yet: whoever comes to it is told that.
      if (!(driverErrorIn(error) instanceof UpgradingError)) throw error
    }
  }
  const asking = (driver: SqlDriver): SqlDriver => ({
    async batch(statements, options) {
      if (!isAsked)
        await ask((error) => {
          throw error
        })
      return driver.batch(statements, options)
    },
  })
  const places = whole.places.over((name, driver) => (name === databaseName('', shared) ? asking(driver) : driver))
  return {
    deployment: { ...whole, places },
    async requireRuler(wanted) {
      changes = wanted.changes
      await ask(() => undefined)
    },
  }
}

/**
 * That another directory has the tenants, or this one those of another database, for whoever runs the deployment: which both are,
 * and what to do.
 * @returns undefined where it is not so, or nobody can tell
 */
export const otherRuler = async (deployment: Deployment): Promise<string | undefined> => {
  try {
    await ruled(deployment).requireRuler({ changes: false })
    return undefined
  } catch (error) {
    return error instanceof RefusedError ? advise(error.refusal.problems[0]) : undefined
  }
}

/**
 * Has the directory of this deployment rule its shared database from now on, whatever the configuration was before. The same again
 * changes nothing.
 * @param from the identity of the directory that rules until now, or of the database whose tenants the directory has until now
 * @returns that of this directory
 * @throws RefusedError other_directory, other_database where it is yet another; not_possible without a shared database
 */
export const takeOver = async (deployment: Deployment, from: string): Promise<string> => {
  const { directory } = deployment
  const database = sharedDatabase(deployment)
  if (!database) throw refuse('not_possible', undefined, 'there is no shared database, so that nothing has to be said')
  const { own } = await directory.identity({ make: true })
  if (own === undefined) throw new Error('The directory did not keep its identity')
  const ruler = await keep(database, 'ruler', own, from)
  if (ruler !== own) throw theirs('other_directory', ruler, own)
  const id = await nameDatabase(database, await identitiesIn(database))
  const known = await directory.keepShared(id, from)
  if (known !== id) throw theirs('other_database', known, id)
  return own
}
