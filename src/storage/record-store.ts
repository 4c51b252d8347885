import type { AssertAnswer, AssertBatch, RecordStore } from '../engine/store.ts'
import { raiseRevision, saveAttribute } from './administration-sql.ts'
import type { SqlDriver, Statement } from './driver.ts'
import { guarded, signalOf } from './guarded.ts'
import { fitting } from './jobs/at-once.ts'
import { firstIndex } from './jobs/index-change.ts'
import { reindex } from './jobs/reindex.ts'
import { answerOf, keptAnswer } from './program/answer.ts'
import { assertStatements } from './program/statement.ts'

/**
 * Of the request that the key now stands for: an older and longer one may have left rows. Of a record that was erased
 * meanwhile, the answer is told without its data.
 */
const replaySql = `
SELECT p.position, CASE
    WHEN p.position = -1 OR p.answer ->> '$[2]' IS NULL OR p.answer ->> '$[5]' IS NULL OR EXISTS (
      SELECT 1 FROM records r
      WHERE r.organization_id = ?1 AND r.object = p.answer ->> '$[5]' AND r.id = p.answer ->> '$[2]' ->> 0)
    THEN p.answer
    ELSE json_set(p.answer, '$[2]', json_set(p.answer ->> '$[2]', '$[8]', NULL) || '') END AS answer
FROM replays p
WHERE p.organization_id = ?1 AND p.idempotency_key = ?2 AND p.created_at = (
  SELECT max(m.created_at) FROM replays m WHERE m.organization_id = ?1 AND m.idempotency_key = ?2 AND m.position = -1)
ORDER BY p.position`

/** The answers that are kept for an idempotency key, for `keptAnswer`. */
export const replayStatement = (organizationId: string, key: string): Statement => ({
  sql: replaySql,
  params: [organizationId, key],
})

const assertBatch = async (driver: SqlDriver, batch: AssertBatch): Promise<AssertAnswer> => {
  const statements = assertStatements(batch)
  const key = batch.idempotency?.key
  if (key !== undefined) statements.push(replayStatement(batch.organizationId, key))
  // The first item carries the guard: one statement less than `guarded` would take.
  const { results } = await driver.batch(statements).catch((error: unknown) => {
    throw signalOf(error)
  })
  const items = new Map(batch.items.map(({ position, item }) => [position, item]))
  const included = batch.include?.object
  // With a key, the first answer and the repeated one are read from the same place, so they cannot differ.
  return key === undefined
    ? answerOf(
        results.flatMap((r) => r.rows),
        items,
        included,
      )
    : keptAnswer(results[results.length - 1]?.rows ?? [], items, included)
}

/** The engine's store over any driver. */
export const recordStore = (driver: SqlDriver): RecordStore => ({
  assert: (batch) => assertBatch(driver, batch),
  async indexAttributes(scope, actor, wanted, before) {
    const { organizationId } = scope
    const bound = guarded(driver, scope)
    const passes = wanted.map(({ object, attribute }) => ({ object, name: attribute.slug }))
    const { fits, spent } = await fitting(bound, organizationId, passes, before)
    const made = wanted.flatMap(({ object, attribute }, i) => {
      const change = firstIndex(object, attribute.slug, attribute.unique)
      return [
        saveAttribute(organizationId, object, { ...attribute, indexed: true }),
        ...reindex(organizationId, actor, change, fits[i] === true).statements,
      ]
    })
    await bound.batch([...made, raiseRevision(organizationId)])
    return spent
  },
})
