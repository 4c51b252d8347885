import { RefusedError } from '../engine/errors.ts'
import { DatabaseFaultError } from '../storage/database-fault.ts'
import { NoDatabaseError, readOnly, UnavailableError, UpgradingError } from '../storage/driver.ts'
import { driverErrorIn } from '../storage/drizzle.ts'
import { migrationFiles } from '../storage/migration-files.ts'
import { MigrationError, pendingMigrations } from '../storage/migrations.ts'
import type { Deployment } from './deployment.ts'
import { MissingFileError, type Place, PlaceError, samePlace, shared } from './place.ts'
import { MIGRATE_SHARED } from './telling-faults.ts'
import { patience, withTimeLimit } from './time-limit.ts'

/** What keeps an organisation from being asked or told. */

export const isNotFound = (error: unknown): boolean => error instanceof RefusedError && error.message === 'not_found'

/** Whose place it is, they know. */
const withoutTenant = ({ message }: Error): string => message.replace(/^The place of \S*: /, '')

/**
 * What kept an organisation from being told, without addresses and secrets.
 * @throws whatever it answers itself, and what is no fault of its database but one of ours
 */
export const faultIn = (thrown: unknown): string => {
  const error = driverErrorIn(thrown)
  if (isNotFound(error)) return 'no organisation there'
  if (error instanceof MissingFileError) return 'there is no file'
  if (error instanceof PlaceError) return `this deployment cannot open it: ${withoutTenant(error)}`
  if (error instanceof DatabaseFaultError) return withoutTenant(error)
  if (error instanceof NoDatabaseError) return 'there is none'
  if (error instanceof MigrationError) return `it does not take the migration ${error.migration}`
  if (error instanceof UpgradingError) return 'it is of another release'
  if (error instanceof UnavailableError) return 'no answer'
  throw error
}

/** What kept an organisation from being asked or told: for the operator, and for the log. */
export interface Fault {
  readonly fault: string
  readonly cause: unknown
}

/** What it answers, or why it does not. @throws whatever it refuses itself */
export const orFault = async <T>(work: () => Promise<T>): Promise<{ readonly value?: T } & Partial<Fault>> => {
  try {
    return { value: await work() }
  } catch (cause) {
    return { fault: faultIn(cause), cause }
  }
}

/** Where nobody has noted what was applied, nobody can tell what was not. */
const behindBy = (pending: readonly { readonly name: string }[], isNoted: boolean): string | undefined => {
  const [first] = pending
  if (!first || !isNoted) return undefined
  return `the shared database is behind this release, from the migration ${first.name} on: ${MIGRATE_SHARED} brings it up to date`
}

/**
 * What is wrong with the database that tenants share, for whoever runs the deployment, and has to migrate it.
 * @returns undefined where nothing is, where there is none, and where it does not answer: that passes, and its state tells of it;
 * also where a newer release has migrated it, which is about to take over
 */
export const sharedFault = async (deployment: Deployment): Promise<string | undefined> => {
  try {
    const { places } = withTimeLimit(deployment, patience.ruler)
    const driver = readOnly(places.open('', shared, { mayCreate: false }))
    const pending = await pendingMigrations(driver)
    const isNoted = pending.length < migrationFiles.length
    if (!isNoted) await driver.batch([{ sql: 'SELECT 1 FROM organizations LIMIT 1', params: [] }])
    return behindBy(pending, isNoted)
  } catch (error) {
    if (error instanceof DatabaseFaultError) return withoutTenant(error)
    if (error instanceof UnavailableError) return undefined
    throw error
  }
}

/**
 * For whoever brings a tenant to a place, or takes it from there: before anything is written of that.
 * @throws DatabaseFaultError where it is the shared database, and that is to be migrated by its operator first. Where tenants of the
 * deployment live there by themselves, it is being upgraded with them
 */
export const requireUpToDate = async (deployment: Deployment, place: Place): Promise<void> => {
  const { places, isSharedMigratedByHand } = deployment
  const home = places.homeOf('')
  if (place.shape !== 'shared' || !isSharedMigratedByHand || (home && samePlace(home, place))) return
  const fault = await sharedFault(deployment)
  if (fault !== undefined) throw new DatabaseFaultError(fault)
}
