import { StaleError } from '../../engine/session.ts'
import type { Subscription } from '../../subscriptions/definition.ts'
import { takeTurn } from '../../subscriptions/running.ts'
import type { Outbox } from '../../subscriptions/sending.ts'
import type { SqlDriver } from '../driver.ts'
import { type Seen, turnStore } from './turn-store.ts'

/** Has the subscriptions of a database send what is due, of all its organisations or of one. */

export interface DeliverOptions {
  readonly outbox: Outbox
  readonly openSecrets: (organizationId: string, subscription: Subscription, now: number) => Promise<readonly string[]>
  /** Of this organisation alone. Default: of all in the database. */
  readonly organizationId?: string
  /** Milliseconds since 1970 after which nothing is begun. Default: none. */
  readonly until?: number
  readonly stopping?: AbortSignal | undefined
}

/** Subscriptions that are driven at once: each waits for its own receiver. */
const AT_ONCE = 10

/** With something to do, now or later: the first of them. */
const PENDING = `
SELECT s.organization_id, s.id, s.step, max(s.next_at * (w.wanted = 0), s.lease_until) AS due FROM (
  SELECT s.*, EXISTS (SELECT 1 FROM dead_letters d
    WHERE d.organization_id = s.organization_id AND d.subscription_id = s.id AND d.wanted = 1) AS wanted
  FROM subscriptions s WHERE s.state = 'on' AND (?1 IS NULL OR s.organization_id = ?1)) w
CROSS JOIN subscriptions s ON s.organization_id = w.organization_id AND s.id = w.id
CROSS JOIN organizations o ON o.id = s.organization_id AND o.status = 'active'
WHERE w.wanted OR EXISTS (SELECT 1 FROM changes c WHERE c.organization_id = s.organization_id AND c.sequence > s.cursor)
  OR s.cursor < o.history_from
ORDER BY due LIMIT ${AT_ONCE}`

interface Pending extends Seen {
  readonly due: number
}

const pending = async (driver: SqlDriver, organizationId: string | undefined): Promise<readonly Pending[]> => {
  const { results } = await driver.batch([{ sql: PENDING, params: [organizationId ?? null] }], { readOnly: true })
  return (results[0]?.rows ?? []).map((row) => ({
    organizationId: String(row.organization_id),
    id: String(row.id),
    step: Number(row.step),
    due: Number(row.due),
  }))
}

/** One that could not be driven is left to the next time: its lease is over by then. */
const drive = async (driver: SqlDriver, seen: Pending, { openSecrets, ...options }: DeliverOptions) => {
  const store = turnStore(driver, seen)
  try {
    await takeTurn({ ...options, store, openSecrets: (one, now) => openSecrets(seen.organizationId, one, now) })
  } catch (error) {
    // Somebody administers the organisation at this very moment.
    if (!(error instanceof StaleError)) throw error
  }
}

/**
 * Sends until nothing is due, or the time is over. Whoever calls it besides does no harm: a subscription is driven by one.
 * @returns when there will be something to do again, in milliseconds since 1970; undefined: not before the next change
 * @throws whatever the driver does; each subscription is where its last turn has left it
 */
export const runSubscriptions = async (driver: SqlDriver, options: DeliverOptions): Promise<number | undefined> => {
  const { organizationId, until = Number.POSITIVE_INFINITY, stopping } = options
  for (;;) {
    const all = await pending(driver, organizationId)
    const now = Date.now()
    const due = all.filter((one) => one.due <= now)
    if (due.length === 0 || now >= until || stopping?.aborted) return all[0]?.due
    await Promise.all(due.map((one) => drive(driver, one, options)))
  }
}
