import { RefusedError } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { FAILED, type Operator, type OperatorLog, STARTED } from './operator-log.ts'

/** What is done to a tenant, and how much of it one request does. */
export interface Operation<T> {
  readonly action: string
  readonly tenantId: string | null
  readonly detail?: unknown
  /** Whether an earlier request, most likely, has begun it. */
  readonly isGoingOn?: boolean
  /** It takes several requests: the first of them, sent again before it is over, begins its line anew. */
  readonly isLong?: boolean
  /** What the line says besides, now that it goes on. @param before its detail so far */
  readonly more?: (before: unknown) => unknown
  /** How it has ended; undefined: it is not over. Default: it is done. */
  readonly endOf?: (made: T) => string | undefined | Promise<string | undefined>
}

/** How the log calls what was thrown. */
export const outcomeOf = (error: unknown): string => {
  if (error instanceof StaleError) return 'wrong_status'
  return error instanceof RefusedError && error.refusal.problems[0].code !== 'unavailable' ? error.message : FAILED
}

/**
 * Does it, with a line in the log that is there before anything is done: whatever interrupts it leaves a trace. An
 * operation that takes several requests has one line, for each operator who goes on with it; so has one that is tried again.
 */
export const recorded = async <T>(
  log: OperatorLog,
  { name: operator, requestId }: Operator,
  { action, tenantId, detail = null, isGoingOn = false, isLong = false, more, endOf = () => 'done' }: Operation<T>,
  work: () => Promise<T>,
): Promise<T> => {
  const known = isGoingOn ? await log.goOn({ operator, action, tenantId }) : undefined
  const tried = known ?? (await log.tryAgain({ operator, action, tenantId, detail }, { isLong }))
  const line = tried ?? (await log.begin({ operator, action, tenantId, requestId, detail }))
  let made: T
  try {
    made = await work()
  } catch (error) {
    await log.end(line.sequence, { outcome: outcomeOf(error) })
    throw error
  }
  const told = known && more ? { detail: more(known.detail) } : {}
  const outcome = await endOf(made)
  if (outcome !== undefined || told.detail !== undefined)
    await log.end(line.sequence, { outcome: outcome ?? STARTED, ...told })
  return made
}
