import { type AssertAnswer, type AssertBatch, REPLAY_MS } from '../engine/store.ts'
import type { Delivery, DeliveryLog, DeliveryStore, NewDelivery } from '../hooks/delivery.ts'
import { deliveryColumns, deliveryOf, problemsText } from './delivery-rows.ts'
import type { SqlDriver, SqlValue, Statement } from './driver.ts'
import { guarded, signalOf } from './guarded.ts'
import { keptAnswer } from './program/answer.ts'
import { assertStatements } from './program/statement.ts'
import { recordStore, replayStatement } from './record-store.ts'

/**
 * A delivery and what it writes are one batch. The message id is an idempotency key, so the assert program itself sees to it
 * that a message is written once; the fingerprint that it keeps is the id of the first delivery of the message, so the row
 * that is kept for the key says which delivery a repetition repeats. What it has answered for each item goes into the row of
 * the delivery as it is.
 */

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

const whole = (parameter: string) => `CAST(${parameter} AS INTEGER)`

/** The row that the program keeps for the key. Parameters: organisation, key. */
const HOLDER = 'FROM replays r WHERE r.organization_id = ?1 AND r.idempotency_key = ?2 AND r.position = -1'
const KEPT = 'FROM replays p WHERE p.organization_id = ?1 AND p.idempotency_key = ?2 AND p.position >= 0'

/** What is older than what is stored is as it should be: the newer event came first. */
const IS_REFUSED = `EXISTS (SELECT 1 ${KEPT} AND p.answer ->> 1 IS NOT NULL AND p.answer ->> 1 ->> 0 <> 'older')`

/** Of the database's clock, so that the time that the write took is in it. */
const ELAPSED = (since: string) => `max(0, CAST(unixepoch('subsec') * 1000 AS INTEGER) - ${whole(since)})`

const keyOf = ({ hookId, id, messageId }: NewDelivery) => `${hookId}:${messageId ?? id}`

const expiryOf = ({ receivedAt, keepDays }: Pick<NewDelivery, 'receivedAt' | 'keepDays'>) =>
  receivedAt + keepDays * DAY_MS

/** A delivery that was run again is the same one: what became of it takes the place of what was. */
const AGAIN = `ON CONFLICT (organization_id, hook_id, id) DO UPDATE SET status = excluded.status, answers = excluded.answers,
  problems = excluded.problems, milliseconds = excluded.milliseconds, attempts = attempts + 1`

const COLUMNS =
  'organization_id, hook_id, id, message_id, received_at, status, answers, problems, milliseconds, payload, expires_at'

/** @param isShort whether items were refused before they came to the store */
const insertRun = (organizationId: string, delivery: NewDelivery, isShort: boolean): Statement => ({
  sql: `
INSERT INTO deliveries (${COLUMNS})
SELECT ?1, ?3, ?4, ?5, ${whole('?6')}, iif(${whole('?7')} OR ${IS_REFUSED}, 'failed', 'done'),
  (SELECT json_group_array(json_array(k.position, k.answer)) FROM (SELECT p.position, p.answer ${KEPT} ORDER BY p.position) k),
  NULL, ${ELAPSED('?6')}, ?8, ${whole('?9')}
WHERE (SELECT r.answer ${HOLDER}) = ?4
${AGAIN}`,
  params: [
    organizationId,
    keyOf(delivery),
    delivery.hookId,
    delivery.id,
    delivery.messageId,
    delivery.receivedAt,
    isShort ? 1 : 0,
    delivery.payload,
    expiryOf(delivery),
  ],
})

/** Counts a repetition, lets go of the message id where nobody shall be held to this run, and says who holds it. */
const settle = (organizationId: string, delivery: NewDelivery, now: number): Statement[] => {
  const params: SqlValue[] = [organizationId, keyOf(delivery), delivery.hookId, delivery.id]
  const own = `organization_id = ?1 AND hook_id = ?3 AND id`
  const statements = [
    {
      sql: `UPDATE deliveries SET repeats = repeats + 1 WHERE ${own} = (SELECT r.answer ${HOLDER}) AND id <> ?4`,
      params,
    },
    { sql: `SELECT ${deliveryColumns} FROM deliveries WHERE ${own} = (SELECT r.answer ${HOLDER})`, params },
  ]
  const isFailed = `EXISTS (SELECT 1 FROM deliveries WHERE ${own} = ?4 AND status = 'failed')`
  // A message that failed may come again and be written; one without an id of its own can be no repetition.
  const release = `DELETE FROM replays WHERE organization_id = ?1 AND idempotency_key = ?2`
  if (delivery.messageId === null) return [...statements, { sql: release, params: params.slice(0, 2) }]
  return [
    ...statements,
    { sql: `${release} AND ${isFailed}`, params },
    {
      // The program counts a day from here on, and so does the sweep.
      sql: `UPDATE replays SET created_at = ${whole('?4')} WHERE organization_id = ?1 AND idempotency_key = ?2 AND position = -1 AND answer = ?3`,
      params: [organizationId, keyOf(delivery), delivery.id, now + delivery.replayDays * DAY_MS - REPLAY_MS],
    },
  ]
}

const deliveryStore = (driver: SqlDriver, delivery: NewDelivery): DeliveryStore => {
  let logged: Delivery | undefined
  return {
    ...recordStore(driver),
    logged: () => logged,
    async assert(batch: AssertBatch): Promise<AssertAnswer> {
      const { organizationId, items, now } = batch
      const idempotency = { key: keyOf(delivery), fingerprint: delivery.id }
      const written = assertStatements({ ...batch, idempotency, dataBytes: 0 })
      const { results } = await driver
        .batch([
          ...written,
          replayStatement(organizationId, idempotency.key),
          insertRun(organizationId, delivery, items.length < delivery.items),
          ...settle(organizationId, delivery, now),
        ])
        .catch((error: unknown) => {
          throw signalOf(error)
        })
      const kept = results[written.length]?.rows ?? []
      const [holder] = results[written.length + 3]?.rows ?? []
      logged = holder && deliveryOf(holder)
      const answer = keptAnswer(kept, new Map(items.map(({ position, item }) => [position, item])))
      return { ...answer, replayed: answer.fingerprint !== delivery.id }
    },
  }
}

/** The log in the organisation's own database. */
export const deliveryLog = (driver: SqlDriver): DeliveryLog => ({
  storeFor: (delivery) => deliveryStore(driver, delivery),
  async note(scope, delivery, status, problems) {
    const { hookId, id, messageId, receivedAt, payload } = delivery
    const sql = `
INSERT INTO deliveries (${COLUMNS})
VALUES (?1, ?2, ?3, ?4, ${whole('?5')}, ?6, NULL, ?7, ${ELAPSED('?5')}, ?8, ${whole('?9')})
${AGAIN}`
    const params = [hookId, id, messageId, receivedAt, status, problemsText(problems), payload, expiryOf(delivery)]
    await guarded(driver, scope).batch([{ sql, params: [scope.organizationId, ...params] }])
  },
  async explain(scope, { hookId, id }, problems) {
    const sql = 'UPDATE deliveries SET problems = ?4 WHERE organization_id = ?1 AND hook_id = ?2 AND id = ?3'
    const params = [scope.organizationId, hookId, id, problemsText(problems)]
    await guarded(driver, scope).batch([{ sql, params }])
  },
  async reject(scope, { hookId, problem, at, times, keepDays }) {
    // An id that hour and reason make: before those of all deliveries that came later, as any other one of that time.
    const hour = at - (at % HOUR_MS)
    const sql = `
INSERT INTO deliveries (${COLUMNS}, repeats)
VALUES (?1, ?2, ?3, NULL, ${whole('?4')}, 'rejected', NULL, ?5, 0, NULL, ${whole('?6')}, ${whole('?7')})
ON CONFLICT (organization_id, hook_id, id) DO UPDATE SET repeats = repeats + excluded.repeats, problems = excluded.problems`
    const expiresAt = expiryOf({ receivedAt: hour, keepDays })
    const params = [
      hookId,
      rejectionId(hour, problem.code),
      hour,
      problemsText([{ item: null, problem }]),
      expiresAt,
      times,
    ]
    await guarded(driver, scope).batch([{ sql, params: [scope.organizationId, ...params] }])
  },
})

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0').slice(-digits)

/** A UUIDv7 whose random part is a number of the reason. */
const rejectionId = (hour: number, code: string): string => {
  const time = hex(hour, 12)
  const reason = [...code].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 0xffff_ffff, 7)
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-0000${hex(reason, 8)}`
}
