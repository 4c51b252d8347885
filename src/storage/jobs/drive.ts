import type { SqlDriver } from '../driver.ts'
import { type RunOptions, runJobs } from './run.ts'

/**
 * Drives the jobs of databases behind the answers of requests: each database once at a time, whoever asks for it.
 * @param connect the database of an organisation, for work that belongs to no request
 * @param forMs for how long at a time, in milliseconds; absent: until nothing is left to do
 */
export const jobDrive = (
  connect: (organizationId: string) => SqlDriver,
  { forMs, stopping }: { readonly forMs?: number | undefined; readonly stopping?: AbortSignal | undefined } = {},
) => {
  const driven = new Map<string, Promise<void>>()

  const drive = async (organizationId: string): Promise<void> => {
    const options: RunOptions = { stopping, ...(forMs !== undefined && { until: Date.now() + forMs }) }
    try {
      await runJobs(connect(organizationId), options)
    } catch (error) {
      // Whoever asks next, and the upkeep, go on from where it is.
      console.error('A job could not go on', error)
    } finally {
      driven.delete(organizationId)
    }
  }

  return (organizationId: string): Promise<void> => {
    const known = driven.get(organizationId)
    if (known) return known
    const begun = drive(organizationId)
    driven.set(organizationId, begun)
    return begun
  }
}
