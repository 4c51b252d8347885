import { refuse } from '../../engine/errors.ts'
import { StaleError } from '../../engine/session.ts'
import type { SqlDriver, StatementResult } from '../driver.ts'
import { signalOf } from '../guarded.ts'
import { isLastChunk, nextChunk } from './chunks.ts'
import { type Job, jobOf, nextJob, readJob, sharedValue } from './job.ts'
import { turn, turnBack } from './turn.ts'

export interface RunOptions {
  /** Milliseconds since 1970 after which no chunk is begun. Default: none. */
  readonly until?: number
  /** Comes when the process is about to stop. */
  readonly stopping?: AbortSignal | undefined
  /** Is told behind each chunk how far the job is. */
  readonly onChunk?: (job: Job) => void
}

type Driver = Pick<SqlDriver, 'batch'>

/** @returns the answers, and the job as it is now */
const perform = async (driver: Driver, statements: NonNullable<ReturnType<typeof nextChunk>>) => {
  const { results } = await driver.batch(statements).catch((error: unknown) => {
    throw signalOf(error)
  })
  const row = results[1]?.rows[0]
  // Its statement has passed the guard, so the row is there.
  if (!row) throw new StaleError()
  return { job: jobOf(row), results }
}

const sharedIn = (results: readonly StatementResult[]) => (results[results.length - 1]?.rows ?? []).map(sharedValue)

/** Does one chunk, and where that ends a phase, what follows from it. */
const advance = async (driver: Driver, job: Job, chunk: NonNullable<ReturnType<typeof nextChunk>>): Promise<Job> => {
  const done = await perform(driver, chunk)
  const shared = job.duplicates ? [] : sharedIn(done.results)
  if (shared.length > 0) return (await perform(driver, turnBack(done.job, shared))).job
  return isLastChunk(done.job) ? (await perform(driver, turn(done.job))).job : done.job
}

const isOver = ({ until, stopping }: RunOptions) =>
  stopping?.aborted === true || (until !== undefined && Date.now() >= until)

/** @returns whether it has come to its end; not, where somebody else drives it, who may yet be stopped */
const workOff = async (driver: Driver, begun: Job, options: RunOptions): Promise<boolean> => {
  let job = begun
  try {
    for (let chunk = nextChunk(job); chunk; chunk = nextChunk(job)) {
      if (isOver(options)) return false
      job = await advance(driver, job, chunk)
      options.onChunk?.(job)
    }
  } catch (error) {
    if (!(error instanceof StaleError)) throw error
    return false
  }
  return true
}

/**
 * Works off the jobs of a database, the oldest first, chunk by chunk; between two chunks everybody else has a turn. One that
 * is begun meanwhile follows at once: what is left is asked for anew before each. Whoever calls it besides does no harm: of
 * two who do the same chunk, one does nothing.
 * @returns whether nothing is left to do
 * @throws whatever the driver does; the job is where its last chunk has left it
 */
export const runJobs = async (driver: Driver, options: RunOptions = {}): Promise<boolean> => {
  const tried = new Set<string>()
  const failures: unknown[] = []
  let isAllDone = true
  for (let job = await nextJob(driver, tried); job; job = await nextJob(driver, tried)) {
    if (isOver(options)) return false
    tried.add(job.id)
    try {
      isAllDone = (await workOff(driver, job, options)) && isAllDone
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  return isAllDone
}

/** Milliseconds that somebody else who drives the same job has for its next chunk. */
const OTHERS_MS = 2_000

/**
 * Sees one job to its end, whoever else drives it.
 * @returns as it is then; not at its end where it rests, as that of an organisation that is not served does
 * @throws RefusedError not_found
 */
export const runJob = async (
  driver: Driver,
  organizationId: string,
  id: string,
  options: RunOptions = {},
): Promise<Job> => {
  for (let step = -1; ; ) {
    const job = await readJob(driver, organizationId, id)
    if (!job) throw refuse('not_found', undefined, 'such job')
    if (job.finishedAt !== null || job.step === step || isOver(options)) return job
    step = job.step
    if (await workOff(driver, job, options)) continue
    await new Promise((resolve) => setTimeout(resolve, OTHERS_MS))
  }
}
