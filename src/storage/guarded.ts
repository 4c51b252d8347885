import { type Scope, StaleError } from '../engine/session.ts'
import { AllRefusedError } from '../engine/store.ts'
import { AbortError, type BatchOptions, type BatchResult, type SqlDriver, type Statement } from './driver.ts'
import { named, placeholder } from './program/names.ts'
import { PROGRAM } from './program/version.ts'

/**
 * A driver whose every batch begins with the guard: it runs only if the organisation is still at the revision that its
 * session was read at. Whatever is done on behalf of a key takes this type, so that nothing can be read or written under
 * an authority that has ended.
 */
export interface GuardedDriver extends SqlDriver {
  readonly scope: Scope
}

/** The signals that the program raises, as the engine's errors. */
export const signalOf = (error: unknown): unknown => {
  if (!(error instanceof AbortError)) return error
  if (error.message.includes('edge-upsert:stale')) return new StaleError()
  if (error.message.includes('edge-upsert:refused')) return new AllRefusedError()
  return error
}

const guardSql = named(
  `INSERT INTO ${placeholder('guard')} (organization_id, revision) VALUES (?1, CAST(?2 AS INTEGER))`,
  PROGRAM,
)

const guardStatement = ({ organizationId, revision }: Scope): Statement => ({
  sql: guardSql,
  params: [organizationId, revision],
})

/** @returns a driver whose batches throw StaleError, and do nothing, once the organisation has changed */
export const guarded = (driver: SqlDriver, scope: Scope): GuardedDriver => ({
  scope,
  async batch(statements: readonly Statement[], options?: BatchOptions): Promise<BatchResult> {
    try {
      const { results, milliseconds } = await driver.batch([guardStatement(scope), ...statements], options)
      return { results: results.slice(1), milliseconds }
    } catch (error) {
      throw signalOf(error)
    }
  },
})

/**
 * The same for what only reads. The guard that refuses is a write to SQLite, though it writes nothing, so this one reads
 * the revision in the same transaction and compares: what was read under an authority that has ended is thrown away.
 * @returns a driver whose batches throw StaleError once the organisation has changed
 */
export const guardedReads = (driver: SqlDriver, scope: Scope): GuardedDriver => ({
  scope,
  async batch(statements: readonly Statement[], options?: BatchOptions): Promise<BatchResult> {
    const revision = { sql: 'SELECT revision FROM organizations WHERE id = ?1', params: [scope.organizationId] }
    const { results, milliseconds } = await driver.batch([revision, ...statements], { ...options, readOnly: true })
    if (results[0]?.rows[0]?.revision !== scope.revision) throw new StaleError()
    return { results: results.slice(1), milliseconds }
  },
})
