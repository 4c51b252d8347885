import type { SqlDriver } from '../driver.ts'
import { type RunOptions, runJobs } from './run.ts'

/** One database that is driven, and the drive after it, for who has asked meanwhile. */
interface Driven {
  readonly running: Promise<void>
  following?: Promise<void>
}

/**
 * Drives the jobs of databases behind the answers of requests: each database once at a time, whoever asks for it. Who asks
 * while it is driven may have begun a job after the last look for one, so there is one more look behind that.
 * @param connect the database of an organisation, for work that belongs to no request
 * @param forMs for how long at a time, in milliseconds; absent: until nothing is left to do
 */
export const jobDrive = (
  connect: (organizationId: string) => SqlDriver,
  { forMs, stopping }: { readonly forMs?: number | undefined; readonly stopping?: AbortSignal | undefined } = {},
) => {
  const driven = new Map<string, Driven>()

  const drive = async (organizationId: string, options: RunOptions): Promise<void> => {
    try {
      await runJobs(connect(organizationId), options)
    } catch (error) {
      // Whoever asks next, and the upkeep, go on from where it is.
      console.error('A job could not go on', error)
    }
  }

  const begin = (organizationId: string, options: RunOptions): Promise<void> => {
    const one: Driven = {
      running: drive(organizationId, options).finally(() => {
        if (!one.following) driven.delete(organizationId)
      }),
    }
    driven.set(organizationId, one)
    return one.running
  }

  return (organizationId: string): Promise<void> => {
    // From now on, though it may have to wait: no request is kept alive for longer.
    const options: RunOptions = { stopping, ...(forMs !== undefined && { until: Date.now() + forMs }) }
    const known = driven.get(organizationId)
    if (!known) return begin(organizationId, options)
    known.following ??= known.running.then(() => begin(organizationId, options))
    return known.following
  }
}
