import type {
  DeadLetter,
  SealedSigningSecret,
  Subscription,
  SubscriptionDefinition,
  SubscriptionState,
} from '../../subscriptions/definition.ts'
import type { Statement } from '../driver.ts'

export const selectSubscription = (organizationId: string, id: string): Statement => ({
  sql: 'SELECT * FROM subscriptions WHERE organization_id = ?1 AND id = ?2',
  params: [organizationId, id],
})

/** All of an organisation, oldest first. */
export const selectSubscriptions = (organizationId: string): Statement => ({
  sql: 'SELECT * FROM subscriptions WHERE organization_id = ?1 ORDER BY created_at, id',
  params: [organizationId],
})

type Row = Readonly<Record<string, unknown>>

const orNull = (value: unknown) => (value === null ? null : Number(value))
const textOrNull = (value: unknown) => (value === null ? null : String(value))

/** A row of the table `subscriptions`. */
export const subscriptionOf = (row: Row): Subscription => ({
  ...(JSON.parse(String(row.definition)) as SubscriptionDefinition),
  id: String(row.id),
  name: String(row.name),
  state: row.state as SubscriptionState,
  secrets: JSON.parse(String(row.secrets)) as readonly SealedSigningSecret[],
  createdAt: Number(row.created_at),
  createdBy: String(row.created_by),
  updatedAt: Number(row.updated_at),
  cursor: Number(row.cursor),
  step: Number(row.step),
  nextAt: Number(row.next_at),
  attempts: Number(row.attempts),
  failingSince: orNull(row.failing_since),
  failure: textOrNull(row.failure),
  deliveredAt: orNull(row.delivered_at),
})

/** A row of the table `dead_letters`. */
export const deadLetterOf = (row: Row): DeadLetter => ({
  sequence: Number(row.sequence),
  object: String(row.object),
  recordId: String(row.record_id),
  at: Number(row.at),
  failure: textOrNull(row.failure),
  wanted: row.wanted === 1,
})
