import type { Scope } from '../engine/session.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { guardedReads } from '../storage/guarded.ts'
import { type Job, readJob, readJobs } from '../storage/jobs/job.ts'

export type { Job } from '../storage/jobs/job.ts'

/** What is told of jobs: docs/jobs.md. */

export const jobStates = ['running', 'done', 'failed'] as const

export const stateOf = ({ finishedAt, duplicates }: Job): (typeof jobStates)[number] => {
  if (finishedAt === null) return 'running'
  return duplicates ? 'failed' : 'done'
}

/** Milliseconds since 1970, from the first 48 bits of a UUIDv7. */
const timeOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)

/** @returns from 0 to 1, going by when the records were created; null where the phase does not go by records */
export const progressOf = (job: Job): number | null => {
  if (job.finishedAt !== null) return 1
  const [first, last] = job.span
  if (job.phases[0]?.does !== 'fill' || first === last) return null
  if (job.chunkTo === '') return 0
  const part = (timeOf(job.chunkTo) - timeOf(first)) / Math.max(1, timeOf(last) - timeOf(first))
  return Math.round(Math.min(1, Math.max(0, part)) * 1_000) / 1_000
}

/** Reads the jobs of an organisation: one call each. */
export const jobReader = (driver: SqlDriver) => ({
  read: (scope: Scope, id: string) => readJob(guardedReads(driver, scope), scope.organizationId, id),
  list: (scope: Scope, limit: number) => readJobs(guardedReads(driver, scope), scope.organizationId, limit),
})

export type JobReader = ReturnType<typeof jobReader>
