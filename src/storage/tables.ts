import { sql } from 'drizzle-orm'
import { customType, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { deliveryStatuses, type HookDefinition, hookStates } from '../hooks/definition.ts'
import { type Building, historyModes, type Option, organizationStatuses, tenantStatuses } from '../schema/schema.ts'
import {
  type SealedSigningSecret,
  type SubscriptionDefinition,
  subscriptionStates,
} from '../subscriptions/definition.ts'
import { newMark } from './revision-mark.ts'

/** The administrative tables of migrations/, for typed reads and writes. Records go through the assert program. */

const organizationId = () => text('organization_id').notNull()
const time = (name: string) => integer(name)
/** The job that makes an index: docs/jobs.md. */
const building = () => text('building', { mode: 'json' }).$type<Building>()

/** JSON that must be no other row's trouble where somebody has spoilt it: then it reads as undefined. */
const looseJson = customType<{ data: unknown; driverData: string }>({
  dataType: () => 'text',
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (stored) => {
    try {
      return JSON.parse(stored)
    } catch {
      return undefined
    }
  },
})

/** Whoever holds a row to it must never hold another row of the same id. */
const revision = () => integer('revision').notNull().$defaultFn(newMark)

const flag = (name: string) => integer(name, { mode: 'boolean' }).notNull().default(false)

export const organizations = sqliteTable('organizations', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  crmMode: text('crm_mode', { enum: ['b2b', 'b2c'] })
    .notNull()
    .default('b2b'),
  /** What Workers of the release before go by: whether there is any history. */
  changeFeed: flag('change_feed'),
  revision: revision(),
  createdAt: time('created_at').notNull(),
  defaultCountry: text('default_country'),
  status: text('status', { enum: organizationStatuses }).notNull().default('active'),
  /** Null: as change_feed says. */
  history: text('history', { enum: historyModes }),
  /** Null: changes are kept for good. */
  historyDays: integer('history_days'),
  historyFrom: integer('history_from').notNull().default(0),
  automaticIndexing: integer('automatic_indexing', { mode: 'boolean' }).notNull().default(true),
  /** Whether it has subscriptions: a write without any costs no look. */
  subscribed: flag('subscribed'),
  /** When the change historyFrom was made. */
  historyFromAt: time('history_from_at'),
})

export const members = sqliteTable(
  'members',
  {
    organizationId: organizationId(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    email: text('email').notNull(),
    createdAt: time('created_at').notNull(),
    removedAt: time('removed_at'),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    index('members_by_email').on(t.organizationId, t.email).where(sql`removed_at IS NULL`),
  ],
)

export const credentials = sqliteTable(
  'credentials',
  {
    secretHash: text('secret_hash').primaryKey(),
    id: text('id').notNull().unique(),
    organizationId: organizationId(),
    kind: text('kind', { enum: ['key', 'developer_secret'] }).notNull(),
    name: text('name').notNull(),
    scopes: text('scopes', { mode: 'json' }).$type<readonly string[]>().notNull(),
    allowlist: text('allowlist', { mode: 'json' }).$type<readonly string[]>().notNull().default([]),
    memberId: text('member_id'),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at'),
    revokedAt: time('revoked_at'),
    /** The key that this one was issued in place of. */
    replaces: text('replaces'),
  },
  (t) => [
    index('credentials_by_organization').on(t.organizationId, t.id),
    uniqueIndex('credentials_by_replaced').on(t.replaces).where(sql`replaces IS NOT NULL`),
  ],
)

export const objects = sqliteTable(
  'objects',
  {
    organizationId: organizationId(),
    slug: text('slug').notNull(),
    singularName: text('singular_name').notNull(),
    pluralName: text('plural_name').notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    isArchived: flag('is_archived'),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.slug] })],
)

export const attributes = sqliteTable(
  'attributes',
  {
    organizationId: organizationId(),
    object: text('object').notNull(),
    slug: text('slug').notNull(),
    label: text('label').notNull(),
    type: text('type').notNull(),
    isMultiple: flag('is_multiple'),
    isRequired: flag('is_required'),
    isUnique: flag('is_unique'),
    isIndexed: flag('is_indexed'),
    isStandard: flag('is_standard'),
    isArchived: flag('is_archived'),
    relatedObject: text('related_object'),
    options: text('options', { mode: 'json' }).$type<readonly Option[]>().notNull().default([]),
    position: integer('position').notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    building: building(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.object, t.slug] })],
)

export const combinations = sqliteTable(
  'combinations',
  {
    organizationId: organizationId(),
    object: text('object').notNull(),
    name: text('name').notNull(),
    attributes: text('attributes', { mode: 'json' }).$type<readonly string[]>().notNull(),
    isUnique: integer('is_unique', { mode: 'boolean' }).notNull().default(true),
    createdAt: time('created_at').notNull(),
    isArchived: flag('is_archived'),
    building: building(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.object, t.name] })],
)

export const hooks = sqliteTable(
  'hooks',
  {
    organizationId: organizationId(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    state: text('state', { enum: hookStates }).notNull().default('on'),
    definition: text('definition', { mode: 'json' }).$type<HookDefinition>().notNull(),
    /** Each encrypted (src/secrets/secret-box.ts). */
    secrets: text('secrets', { mode: 'json' }).$type<readonly string[]>().notNull().default([]),
    createdAt: time('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    updatedAt: time('updated_at').notNull(),
    pausedAt: time('paused_at'),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.id] })],
)

export const deliveries = sqliteTable(
  'deliveries',
  {
    organizationId: organizationId(),
    hookId: text('hook_id').notNull(),
    id: text('id').notNull(),
    messageId: text('message_id'),
    receivedAt: time('received_at').notNull(),
    status: text('status', { enum: deliveryStatuses }).notNull(),
    answers: text('answers'),
    problems: text('problems'),
    milliseconds: integer('milliseconds').notNull(),
    attempts: integer('attempts').notNull().default(1),
    repeats: integer('repeats').notNull().default(0),
    payload: text('payload'),
    expiresAt: time('expires_at').notNull(),
    unproven: integer('unproven').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.hookId, t.id] })],
)

export const subscriptions = sqliteTable(
  'subscriptions',
  {
    organizationId: organizationId(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    state: text('state', { enum: subscriptionStates }).notNull().default('on'),
    definition: text('definition', { mode: 'json' }).$type<SubscriptionDefinition>().notNull(),
    /** Each encrypted (src/secrets/secret-box.ts). */
    secrets: text('secrets', { mode: 'json' }).$type<readonly SealedSigningSecret[]>().notNull(),
    createdAt: time('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    updatedAt: time('updated_at').notNull(),
    cursor: integer('cursor').notNull(),
    step: integer('step').notNull().default(0),
    leaseUntil: integer('lease_until').notNull().default(0),
    nextAt: integer('next_at').notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    failingSince: time('failing_since'),
    failure: text('failure'),
    deliveredAt: time('delivered_at'),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.id] })],
)

export const deadLetters = sqliteTable(
  'dead_letters',
  {
    organizationId: organizationId(),
    subscriptionId: text('subscription_id').notNull(),
    sequence: integer('sequence').notNull(),
    object: text('object').notNull(),
    recordId: text('record_id').notNull(),
    at: integer('at').notNull(),
    failure: text('failure'),
    wanted: flag('wanted'),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.subscriptionId, t.sequence] })],
)

/** What was asked, by hour and contract: src/storage/usage. */
export const usageHours = sqliteTable(
  'usage_hours',
  {
    organizationId: organizationId(),
    /** Hours since 1970. */
    hour: integer('hour').notNull(),
    contract: text('contract').notNull(),
    requests: integer('requests').notNull(),
    clientErrors: integer('client_errors').notNull(),
    serverErrors: integer('server_errors').notNull(),
    calls: integer('calls').notNull(),
    /** Null where the database does not tell. */
    rowsRead: integer('rows_read'),
    rowsWritten: integer('rows_written'),
    latencies: text('latencies', { mode: 'json' }).$type<readonly number[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.hour, t.contract] })],
)

export const keyUses = sqliteTable(
  'key_uses',
  {
    organizationId: organizationId(),
    credentialId: text('credential_id').notNull(),
    lastUsedAt: integer('last_used_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.credentialId] })],
)

/** The operator's directory: filled in one database of a deployment, and empty in all others. */
export const tenants = sqliteTable('tenants', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  status: text('status', { enum: tenantStatuses }).notNull(),
  /** What places.ts reads; kept as it was written. */
  place: looseJson('place').notNull(),
  move: looseJson('move'),
  program: text('program'),
  createdAt: time('created_at').notNull(),
  seenAt: time('seen_at'),
  eraseAt: time('erase_at'),
  revision: revision(),
  usage: looseJson('usage'),
  claim: looseJson('claim'),
  leftovers: looseJson('leftovers'),
})

/**
 * `own`: which directory is in this database; `shared`: the database that its tenants share. `database`: which this one is, where
 * tenants share it; `ruler`: the directory that has them.
 */
export const directoryIdentity = sqliteTable('directory_identity', {
  role: text('role', { enum: ['own', 'shared', 'database', 'ruler'] }).primaryKey(),
  id: text('id').notNull(),
})

/** What operators did, in order. */
export const operatorLog = sqliteTable('operator_log', {
  sequence: integer('sequence').primaryKey({ autoIncrement: true }),
  at: time('at').notNull(),
  operator: text('operator').notNull(),
  action: text('action').notNull(),
  tenantId: text('tenant_id'),
  requestId: text('request_id'),
  detail: text('detail', { mode: 'json' }).$type<unknown>(),
  outcome: text('outcome').notNull(),
})
