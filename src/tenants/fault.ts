import { RefusedError } from '../engine/errors.ts'
import { DatabaseFaultError } from '../storage/database-fault.ts'
import { NoDatabaseError, readOnly, UnavailableError, UpgradingError } from '../storage/driver.ts'
import { driverErrorIn } from '../storage/drizzle.ts'
import { MigrationError } from '../storage/migrations.ts'
import type { Deployment } from './deployment.ts'
import { MissingFileError, PlaceError, shared } from './place.ts'
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

/**
 * What is wrong with the database that tenants share, for whoever runs the deployment.
 * @returns undefined where nothing is, where there is none, and where it does not answer: that passes, and its state tells of it
 */
export const sharedFault = async (deployment: Deployment): Promise<string | undefined> => {
  try {
    const { places } = withTimeLimit(deployment, patience.ruler)
    const driver = readOnly(places.open('', shared, { mayCreate: false }))
    await driver.batch([{ sql: 'SELECT 1 FROM organizations LIMIT 1', params: [] }])
    return undefined
  } catch (error) {
    if (error instanceof DatabaseFaultError) return withoutTenant(error)
    if (error instanceof UnavailableError) return undefined
    throw error
  }
}
