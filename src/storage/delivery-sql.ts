import { REPLAY_MS } from '../engine/store.ts'
import { type DeliveryStatus, hookLimits, OWN_ID_DAYS } from '../hooks/definition.ts'
import type { DeliveryProblem, NewDelivery, Rejection } from '../hooks/delivery.ts'
import { problemsText } from './delivery-rows.ts'
import type { SqlValue, Statement } from './driver.ts'

/**
 * A delivery and what it writes are one batch. The message id is an idempotency key, so the assert program itself sees to it
 * that a message is written once; the fingerprint that it keeps is the id of the delivery that wrote it. That row is the one
 * place that says what became of a message, for as long as that is promised: whoever finds it held has nothing to do. What it
 * has answered for each item is copied into the row of the delivery, which is for people, and may be gone before.
 */

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

const whole = (parameter: string) => `CAST(${parameter} AS INTEGER)`

/** The row that the program keeps for the key. Parameters: organisation, key. */
const HOLDER = 'FROM replays r WHERE r.organization_id = ?1 AND r.idempotency_key = ?2 AND r.position = -1'
/** Those of its items. An older and longer message, which is known no longer, may have left rows behind them. */
const KEPT = `FROM replays p WHERE p.organization_id = ?1 AND p.idempotency_key = ?2 AND p.position >= 0 AND p.created_at = (
  SELECT max(m.created_at) FROM replays m WHERE m.organization_id = ?1 AND m.idempotency_key = ?2 AND m.position >= 0)`

/** Whether it is this very batch that has written the message, since `settle` moves that time. */
const heldSince = (now: string) => `(SELECT r.created_at ${HOLDER}) = ${whole(now)}`

/** What is older than what is stored is as it should be: the newer event came first. */
const IS_REFUSED = `EXISTS (SELECT 1 ${KEPT} AND p.answer ->> 1 IS NOT NULL AND p.answer ->> 1 ->> 0 <> 'older')`

/** Of the database's clock, so that the time that the write took is in it. */
const ELAPSED = (since: string) => `max(0, CAST(unixepoch('subsec') * 1000 AS INTEGER) - ${whole(since)})`

export const keyOf = ({ hookId, id, messageId }: NewDelivery) => `${hookId}:${messageId ?? id}`

/** Of one that was run later than it came the days begin then: what has waited longer than that can still be looked at. */
const expiryOf = ({
  receivedAt,
  ranAt = receivedAt,
  keepDays,
}: Pick<NewDelivery, 'receivedAt' | 'ranAt' | 'keepDays'>) => ranAt + keepDays * DAY_MS

/** What became of it takes the place of what was. */
const ANEW = `status = excluded.status, answers = excluded.answers, problems = excluded.problems,
  milliseconds = excluded.milliseconds, unproven = max(unproven, excluded.unproven), payload = coalesce(payload, excluded.payload), message_id = coalesce(excluded.message_id, message_id)`

/** A delivery that was run again is the same one. */
const AGAIN = `ON CONFLICT (organization_id, hook_id, id) DO UPDATE SET ${ANEW}, attempts = attempts + 1,
  expires_at = max(expires_at, excluded.expires_at)`

/** What the program has kept for the delivery's key, with the id of the delivery that holds it in front: for `keptAnswer`. */
export const keptFor = (organizationId: string, delivery: NewDelivery): Statement => ({
  sql: `SELECT -1 AS position, r.answer ${HOLDER} UNION ALL SELECT p.position, p.answer ${KEPT} ORDER BY 1`,
  params: [organizationId, keyOf(delivery)],
})

const COLUMNS =
  'organization_id, hook_id, id, message_id, received_at, status, answers, problems, milliseconds, payload, expires_at, unproven'

/**
 * Of a delivery that holds its key, now or since it was run before.
 * @param now when the batch is run, as the program is told
 * @param isShort whether items were refused before they came to the store: which says nothing if it was written before
 */
export const insertRun = (organizationId: string, delivery: NewDelivery, now: number, isShort: boolean): Statement => ({
  sql: `
INSERT INTO deliveries (${COLUMNS})
SELECT ?1, ?3, ?4, ?5, ${whole('?6')},
  iif((${whole('?7')} AND ${heldSince('?11')}) OR ${IS_REFUSED}, 'failed', 'done'),
  (SELECT json_group_array(json_array(k.position, k.answer)) FROM (SELECT p.position, p.answer ${KEPT} ORDER BY p.position) k),
  NULL, ${ELAPSED('?10')}, ?8, ${whole('?9')}, ${whole('?12')}
WHERE (SELECT r.answer ${HOLDER}) = ?4 AND EXISTS (SELECT 1 ${KEPT})
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
    delivery.ranAt ?? delivery.receivedAt,
    now,
    delivery.unproven ? 1 : 0,
  ],
})

/** A row if the log says that the delivery was written. */
export const selectWritten = (organizationId: string, hookId: string, id: string): Statement => ({
  sql: `SELECT 1 FROM deliveries WHERE organization_id = ?1 AND hook_id = ?2 AND id = ?3 AND status = 'done'`,
  params: [organizationId, hookId, id],
})

/** The program's rows for the key. Parameters: organisation, key. */
const RELEASE = 'DELETE FROM replays WHERE organization_id = ?1 AND idempotency_key = ?2'

/**
 * Whoever has a delivery run again is not told what it came to before; another one that holds its message is not let go of. Nor
 * is a run that came since it was looked at: of several who have it run again at once, the first one does.
 */
export const releaseOwn = (organizationId: string, delivery: NewDelivery): Statement => ({
  sql: `${RELEASE} AND (SELECT r.answer ${HOLDER}) = ?3 AND NOT EXISTS (
  SELECT 1 FROM deliveries d WHERE d.organization_id = ?1 AND d.hook_id = ?4 AND d.id = ?3 AND d.attempts > ${whole('?5')})`,
  params: [organizationId, keyOf(delivery), delivery.id, delivery.hookId, delivery.attempts ?? 0],
})

/**
 * Counts a repetition, and lets go of the message where nobody shall be held to this run. What has no message id keeps its key
 * for as long as it may wait: should nobody know whether it was written, it is run again and does nothing.
 */
export const settle = (organizationId: string, delivery: NewDelivery, now: number): Statement[] => {
  const params: SqlValue[] = [organizationId, keyOf(delivery), delivery.hookId, delivery.id]
  const own = `organization_id = ?1 AND hook_id = ?3 AND id`
  const statements = [
    {
      sql: `UPDATE deliveries SET repeats = repeats + 1 WHERE ${own} = (SELECT r.answer ${HOLDER}) AND id <> ?4`,
      params,
    },
    // A message that failed may come again and be written.
    {
      sql: `${RELEASE} AND ${heldSince('?5')} AND EXISTS (SELECT 1 FROM deliveries WHERE ${own} = ?4 AND status = 'failed')`,
      params: [...params, now],
    },
  ]
  const days = delivery.messageId === null ? OWN_ID_DAYS : delivery.replayDays
  const until = {
    // The program counts a day from here on, and so does the sweep.
    sql: `UPDATE replays SET created_at = ${whole('?4')} WHERE organization_id = ?1 AND idempotency_key = ?2 AND position = -1 AND answer = ?3`,
    params: [organizationId, keyOf(delivery), delivery.id, now + days * DAY_MS - REPLAY_MS],
  }
  return [...statements, until]
}

/** What has come to nothing is known by what was signed of it: under a key that no message id can be, since those stand behind a colon. */
const nothingKey = ({ hookId, signedDigest }: NewDelivery, status: DeliveryStatus): string | null =>
  signedDigest === undefined ? null : `${hookId}/${status}/${signedDigest}`

/** The delivery that stands for all of one digest; null where it is known by none. */
const firstOf = (organization: string, key: string) =>
  `(SELECT f.answer FROM replays f WHERE f.organization_id = ${organization} AND f.idempotency_key = ${key} AND f.position = -1)`

/**
 * Whoever has seen a delivery may send it as often as they like: of what comes to nothing the first one stands for all, for as
 * long as a message is known, though the log may have it no more; unless it has come to something meanwhile.
 */
export const claimNothing = (
  organizationId: string,
  delivery: NewDelivery,
  status: DeliveryStatus,
  now: number,
): Statement[] => {
  const key = nothingKey(delivery, status)
  if (key === null) return []
  const { hookId, id, replayDays } = delivery
  const sql = `
INSERT INTO replays (organization_id, idempotency_key, position, answer, created_at)
VALUES (?1, ?2, -1, ?3, ${whole('?4')})
ON CONFLICT (organization_id, idempotency_key, position) DO UPDATE SET answer = excluded.answer, created_at = excluded.created_at
WHERE replays.created_at <= ${whole('?5')} OR EXISTS (
  SELECT 1 FROM deliveries d
  WHERE d.organization_id = ?1 AND d.hook_id = ?6 AND d.id = replays.answer AND d.status <> ?7)`
  const until = now + replayDays * DAY_MS - REPLAY_MS
  return [{ sql, params: [organizationId, key, id, until, now - REPLAY_MS, hookId, status] }]
}

/** What has waited is kept for its days, in whichever row: its sender does not come again. A repetition prolongs nothing. */
const prolonged = (delivery: NewDelivery, expiresAt: string): string =>
  delivery.ranAt === undefined ? '' : `, expires_at = max(expires_at, ${expiresAt})`

/**
 * Of a delivery that never came to the store. Its result is the id that it stands under; none where it was written before, which
 * stays so unless somebody has it run again. One that the log has no more is written down under its id, as one that came again.
 */
export const noteRun = (
  organizationId: string,
  delivery: NewDelivery,
  status: DeliveryStatus,
  problems: readonly DeliveryProblem[],
): Statement => {
  const { hookId, id, messageId, receivedAt, payload, ranAt = receivedAt, again, unproven } = delivery
  const rest = [hookId, id, messageId, receivedAt, status, problemsText(problems), payload, expiryOf(delivery)]
  return {
    sql: `
INSERT INTO deliveries (${COLUMNS}, attempts, repeats)
SELECT ?1, ?2, f.id, ?4, ${whole('?5')}, ?6, NULL, ?7, ${ELAPSED('?11')}, ?8, ${whole('?9')}, ${whole('?13')}, f.id = ?3, f.id <> ?3
FROM (SELECT coalesce(${firstOf('?1', '?10')}, ?3) AS id) f WHERE true
ON CONFLICT (organization_id, hook_id, id) DO UPDATE SET ${ANEW}${prolonged(delivery, 'excluded.expires_at')},
  attempts = attempts + (id = ?3), repeats = repeats + (id <> ?3)
WHERE status <> 'done' OR ${whole('?12')}
RETURNING id`,
    params: [organizationId, ...rest, nothingKey(delivery, status), ranAt, again ? 1 : 0, unproven ? 1 : 0],
  }
}

/**
 * Of items that the store has refused only their answers were written down with the delivery. The second statement's result is
 * the id that it stands under: one that came before takes its place, or leaves it its own where the log has it no more.
 */
export const explainRun = (
  organizationId: string,
  delivery: NewDelivery,
  problems: readonly DeliveryProblem[],
): Statement[] => {
  const { hookId, id, payload } = delivery
  const key = nothingKey(delivery, 'failed')
  const params = [organizationId, hookId, id, key]
  const ofHook = 'organization_id = ?1 AND hook_id = ?2'
  const isRepetition = `${ofHook} AND id = ?3 AND status = 'failed' AND id <> ${firstOf('?1', '?4')}`
  return [
    { sql: `UPDATE OR IGNORE deliveries SET id = ${firstOf('?1', '?4')}, attempts = 0 WHERE ${isRepetition}`, params },
    {
      sql: `UPDATE deliveries SET problems = ?5, payload = coalesce(payload, ?6), repeats = repeats + (id <> ?3),
  unproven = max(unproven, coalesce((SELECT o.unproven FROM deliveries o WHERE o.organization_id = ?1 AND o.hook_id = ?2 AND o.id = ?3), 0)),
  answers = coalesce((SELECT o.answers FROM deliveries o WHERE o.organization_id = ?1 AND o.hook_id = ?2 AND o.id = ?3), answers)
  ${prolonged(delivery, whole('?7'))}
WHERE ${ofHook} AND id = coalesce(${firstOf('?1', '?4')}, ?3) AND status = 'failed'
RETURNING id`,
      params: [
        ...params,
        problemsText(problems),
        payload,
        ...(delivery.ranAt === undefined ? [] : [expiryOf(delivery)]),
      ],
    },
    { sql: `DELETE FROM deliveries WHERE ${isRepetition}`, params },
  ]
}

/** Before the ids of all deliveries that came since the hook was last changed: what came before is not even read. */
const CHANGED_ID = "printf('%08x-%04x', hooks.updated_at >> 16, hooks.updated_at & 65535)"

/**
 * A hook that only fails is paused: senders keep what they cannot deliver, and somebody may mend it meanwhile. What counts
 * is what came since the hook was last changed. Rejected deliveries do not, nor do repetitions of what the log has no more
 * (nobody has run those), or anybody could pause it.
 */
export const pauseFailing = (organizationId: string, hookId: string, now: number): Statement[] => [
  {
    sql: `UPDATE hooks SET state = 'paused', paused_at = ${whole('?3')}
WHERE organization_id = ?1 AND id = ?2 AND state = 'on' AND ${hookLimits.failures} = (
  SELECT count(*) FROM (
    SELECT d.status FROM deliveries d
    WHERE d.organization_id = ?1 AND d.hook_id = ?2 AND d.id > ${CHANGED_ID}
      AND d.status <> 'rejected' AND d.attempts > 0
    ORDER BY d.id DESC LIMIT ${hookLimits.failures}
  ) WHERE status = 'failed')
RETURNING 1`,
    params: [organizationId, hookId, now],
  },
  {
    sql: `UPDATE organizations SET revision = revision + 1 WHERE id = ?1 AND EXISTS (
  SELECT 1 FROM hooks WHERE organization_id = ?1 AND id = ?2 AND paused_at = ${whole('?3')})`,
    params: [organizationId, hookId, now],
  },
]

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0').slice(-digits)

/** A UUIDv7 whose random part is a number of the error code. */
const rejectionId = (hour: number, code: string): string => {
  const time = hex(hour, 12)
  const reason = [...code].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 0xffff_ffff, 7)
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-0000${hex(reason, 8)}`
}

/** Under an id that hour and error code make: before those of all deliveries that came later, as any other one of that time. It says when the last one came, and why. */
export const noteRejection = (
  organizationId: string,
  { hookId, problem, at, times, keepDays }: Rejection,
): Statement => {
  const hour = at - (at % HOUR_MS)
  const told = problemsText([{ item: null, problem }])
  const expiresAt = expiryOf({ receivedAt: hour, keepDays })
  return {
    sql: `
INSERT INTO deliveries (${COLUMNS}, repeats)
VALUES (?1, ?2, ?3, NULL, ${whole('?4')}, 'rejected', NULL, ?5, 0, NULL, ${whole('?6')}, 1, ${whole('?7')})
ON CONFLICT (organization_id, hook_id, id) DO UPDATE SET repeats = repeats + excluded.repeats, problems = excluded.problems,
  received_at = excluded.received_at`,
    params: [organizationId, hookId, rejectionId(hour, problem.code), at, told, expiresAt, times],
  }
}
