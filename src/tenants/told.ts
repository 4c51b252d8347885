import { type ErrorCode, problem, RefusedError } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { DatabaseFaultError } from '../storage/database-fault.ts'
import { NoDatabaseError } from '../storage/driver.ts'
import { driverErrorIn } from '../storage/drizzle.ts'
import { MigrationError } from '../storage/migrations.ts'
import type { Deployment } from './deployment.ts'
import { sharedFault } from './fault.ts'
import { PlaceError } from './place.ts'
import { SharedUpgradingError } from './telling-faults.ts'

/**
 * What is wrong with the place or the database of one tenant, in words that its operator can act on. To everybody else it
 * is a database that does not answer: which variable is missing where is none of their business.
 */
const toldToOperators = (error: unknown): readonly [ErrorCode, string] | undefined => {
  // Somebody else has changed the tenant at this very moment: what they have made of it is to be looked at first.
  if (error instanceof StaleError) return ['wrong_status', 'changed by somebody else']
  if (error instanceof PlaceError || error instanceof DatabaseFaultError) return ['unusable_place', error.message]
  if (error instanceof NoDatabaseError) return ['unusable_place', 'there is no database at its place']
  return error instanceof MigrationError ? ['migration_failed', error.migration] : undefined
}

/** That an upgrade ends by itself is told to nobody for whom it does not. */
const lasting = async (deployment: Deployment, error: unknown): Promise<unknown> => {
  if (!(error instanceof SharedUpgradingError) || !deployment.isSharedMigratedByHand) return error
  const fault = await sharedFault(deployment)
  return fault === undefined ? error : new DatabaseFaultError(fault, { cause: error })
}

/** @throws RefusedError for what operators are told of, with what was thrown as its cause; anything else as it was thrown */
export const telling = async <T>(deployment: Deployment, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (thrown) {
    const error = await lasting(deployment, driverErrorIn(thrown))
    const [code, detail] = toldToOperators(error) ?? []
    throw code === undefined ? error : new RefusedError(problem(code, undefined, detail), undefined, { cause: error })
  }
}
