import { timeOfId } from '../engine/ids.ts'
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

/** @returns from 0 to 1, going by when the records were created; null where that tells nothing */
export const progressOf = ({ finishedAt, phases, span, chunkTo }: Job): number | null => {
  if (finishedAt !== null) return 1
  const [first, last, now] = [...span, chunkTo === '' ? span[0] : chunkTo].map(timeOfId)
  if (phases[0]?.does !== 'fill' || first === undefined || last === undefined || now === undefined) return null
  if (first >= last) return null
  return Math.round(Math.min(1, Math.max(0, (now - first) / (last - first))) * 1_000) / 1_000
}

/** Reads the jobs of an organisation: one call each. */
export const jobReader = (driver: SqlDriver) => ({
  read: (scope: Scope, id: string) => readJob(guardedReads(driver, scope), scope.organizationId, id),
  list: (scope: Scope, limit: number) => readJobs(guardedReads(driver, scope), scope.organizationId, limit),
})

export type JobReader = ReturnType<typeof jobReader>
