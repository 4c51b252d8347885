import type { AssertAnswer, AssertBatch, ItemAnswer, RecordStore } from '../engine/store.ts'
import { raiseRevision, saveAttribute } from './administration-sql.ts'
import { assertStatements } from './assert-sql.ts'
import type { SqlDriver, Statement, StatementResult } from './driver.ts'
import { guarded, signalOf } from './guarded.ts'
import { attributeKeys } from './keys-sql.ts'

const isItem = (row: Record<string, unknown>) => row.position !== null

const itemAnswer = (row: Record<string, unknown>, writeIds: ReadonlyMap<number, string>): ItemAnswer => ({
  position: row.position as number,
  writeId: writeIds.get(row.position as number) ?? '',
  refusal: row.refusal as string | null,
  record: row.record as string | null,
})

const replayStatement = (organizationId: string, key: string): Statement => ({
  // Of the request that the key now stands for: an older and longer one may have left rows.
  sql: `SELECT position, answer FROM replays WHERE organization_id = ?1 AND idempotency_key = ?2
    AND created_at = (SELECT max(r.created_at) FROM replays r
      WHERE r.organization_id = ?1 AND r.idempotency_key = ?2 AND r.position = -1) ORDER BY position`,
  params: [organizationId, key],
})

const replayedAnswer = (rows: StatementResult['rows']): AssertAnswer => {
  const items: ItemAnswer[] = []
  let fingerprint = ''
  for (const row of rows) {
    if (row.position === -1) {
      fingerprint = row.answer as string
      continue
    }
    const [writeId, refusal, record] = JSON.parse(row.answer as string) as [string, string | null, string | null]
    items.push({ position: row.position as number, writeId, refusal, record })
  }
  return { items, fingerprint }
}

const assertBatch = async (driver: SqlDriver, batch: AssertBatch): Promise<AssertAnswer> => {
  const statements = assertStatements(batch)
  const key = batch.idempotency?.key
  if (key !== undefined) statements.push(replayStatement(batch.organizationId, key))
  // The first item carries the guard: one statement less than `guarded` would take.
  const { results } = await driver.batch(statements).catch((error: unknown) => {
    throw signalOf(error)
  })
  // With a key, the first answer and the repeated one are read from the same place, so they cannot differ.
  if (key !== undefined) return replayedAnswer(results[results.length - 1]?.rows ?? [])
  const writeIds = new Map(batch.items.map(({ position, item }) => [position, item.writeId]))
  return { items: results.flatMap((r) => r.rows.filter(isItem).map((row) => itemAnswer(row, writeIds))) }
}

/** The engine's store over any driver. */
export const recordStore = (driver: SqlDriver): RecordStore => ({
  assert: (batch) => assertBatch(driver, batch),
  async indexAttribute(scope, object, attribute) {
    const { organizationId } = scope
    await guarded(driver, scope).batch([
      ...attributeKeys(organizationId, object, { ...attribute, indexed: true }),
      saveAttribute(organizationId, object, { ...attribute, indexed: true }),
      raiseRevision(organizationId),
    ])
  },
})
