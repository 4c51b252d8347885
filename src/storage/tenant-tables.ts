import { REPLAY_MS } from '../engine/store.ts'

/**
 * Every table, and what a tenant has in it: whatever copies, compares or erases a tenant goes by this list. A test holds
 * it against the migrated database, so that a table or a column that nobody has decided about is noticed.
 */

export interface TenantTable {
  readonly name: string
  /** The columns that, behind `organization_id`, find one row by an index: the order in which rows are walked. */
  readonly key: readonly string[]
  /** A key before all others. */
  readonly first: readonly (string | number)[]
  readonly values: readonly string[]
  /** Whether its rows let somebody in, or let data out: tenant-grants.ts says how what was taken of it stays taken. */
  readonly grants: boolean
  /** The column that may be large. */
  readonly heavy?: 'data' | 'answer' | 'delta' | 'payload'
  /** Rows are added behind the last one only. */
  readonly grows?: true
  /** Rows are swept away, at each place when it suits it, from so many milliseconds after the time in a column on. */
  readonly fades?: { readonly column: 'created_at' | 'expires_at'; readonly after: number }
}

export const tenantTables: readonly [TenantTable, ...TenantTable[]] = [
  {
    name: 'members',
    grants: true,
    key: ['id'],
    first: [''],
    values: ['name', 'email', 'created_at', 'removed_at'],
  },
  {
    name: 'credentials',
    grants: true,
    key: ['id'],
    first: [''],
    values: [
      'secret_hash',
      'kind',
      'name',
      'scopes',
      'allowlist',
      'member_id',
      'created_at',
      'expires_at',
      'revoked_at',
      'replaces',
    ],
  },
  {
    name: 'objects',
    grants: false,
    key: ['slug'],
    first: [''],
    values: ['singular_name', 'plural_name', 'created_at', 'updated_at', 'is_archived'],
  },
  {
    name: 'attributes',
    grants: false,
    key: ['object', 'slug'],
    first: ['', ''],
    values: [
      'label',
      'type',
      'is_multiple',
      'is_required',
      'is_unique',
      'is_indexed',
      'is_standard',
      'is_archived',
      'related_object',
      'options',
      'position',
      'created_at',
      'updated_at',
      'building',
    ],
  },
  {
    name: 'combinations',
    grants: false,
    key: ['object', 'name'],
    first: ['', ''],
    values: ['attributes', 'is_unique', 'created_at', 'is_archived', 'building'],
  },
  {
    name: 'hooks',
    grants: true,
    key: ['id'],
    first: [''],
    values: ['name', 'state', 'definition', 'secrets', 'created_at', 'created_by', 'updated_at', 'paused_at'],
  },
  {
    name: 'subscriptions',
    grants: true,
    key: ['id'],
    first: [''],
    values: [
      'name',
      'state',
      'definition',
      'secrets',
      'created_at',
      'created_by',
      'updated_at',
      'cursor',
      'step',
      'lease_until',
      'next_at',
      'attempts',
      'failing_since',
      'failure',
      'delivered_at',
    ],
  },
  {
    name: 'dead_letters',
    grants: false,
    key: ['subscription_id', 'sequence'],
    first: ['', 0],
    values: ['object', 'record_id', 'at', 'failure', 'wanted'],
  },
  {
    name: 'records',
    grants: false,
    key: ['object', 'id'],
    first: ['', ''],
    values: ['data', 'version', 'created_at', 'updated_at', 'archived_at', 'created_by', 'updated_by', 'last_write'],
    heavy: 'data',
  },
  {
    name: 'record_keys',
    grants: false,
    key: ['object', 'name', 'value', 'slot'],
    first: ['', '', '', ''],
    values: ['record_id', 'number'],
  },
  {
    name: 'record_aliases',
    grants: false,
    key: ['object', 'name', 'value', 'merged_id'],
    first: ['', '', '', ''],
    values: ['record_id', 'into_id', 'tombstone'],
  },
  {
    name: 'changes',
    grants: false,
    key: ['sequence'],
    first: [0],
    values: [
      'at',
      'actor',
      'contract',
      'action',
      'object',
      'record_id',
      'version',
      'changed',
      'delta',
      'request',
      'import',
      'previous',
      'merged_into',
    ],
    heavy: 'delta',
    grows: true,
  },
  {
    name: 'jobs',
    grants: false,
    key: ['id'],
    first: [''],
    values: [
      'object',
      'name',
      'attributes',
      'phases',
      'span',
      'chunk_from',
      'chunk_to',
      'chunk_rows',
      'step',
      'done',
      'duplicates',
      'created_by',
      'created_at',
      'updated_at',
      'finished_at',
    ],
  },
  {
    name: 'replays',
    grants: false,
    key: ['idempotency_key', 'position'],
    first: ['', -2],
    values: ['answer', 'created_at'],
    heavy: 'answer',
    fades: { column: 'created_at', after: REPLAY_MS },
  },
  {
    name: 'deliveries',
    grants: false,
    key: ['hook_id', 'id'],
    first: ['', ''],
    values: [
      'message_id',
      'received_at',
      'status',
      'answers',
      'problems',
      'milliseconds',
      'attempts',
      'repeats',
      'payload',
      'expires_at',
      'unproven',
    ],
    heavy: 'payload',
    fades: { column: 'expires_at', after: 0 },
  },
  {
    name: 'usage_hours',
    grants: false,
    key: ['hour', 'contract'],
    first: [-1, ''],
    values: ['requests', 'client_errors', 'server_errors', 'calls', 'rows_read', 'rows_written', 'latencies'],
  },
  {
    name: 'key_uses',
    grants: false,
    key: ['credential_id'],
    first: [''],
    values: ['last_used_at'],
  },
]

/** The tenant's row in `organizations`: what goes with it, and what each place says for itself. */
export const organizationColumns = {
  settings: [
    'name',
    'crm_mode',
    'change_feed',
    'created_at',
    'default_country',
    'history',
    'history_days',
    'history_from',
    'history_from_at',
    'automatic_indexing',
    'subscribed',
  ],
  ofPlace: ['status', 'revision'],
} as const

/** Tables that hold nothing of a tenant, and what they are. */
export const otherTables: Readonly<Record<string, string>> = {
  refusals: 'scratch of the assert program, empty between transactions',
  undo_log: 'the same',
  tenants: 'the directory of the operator',
  operator_log: 'what operators did',
  directory_identity: 'which directory has the tenants of this database',
  d1_migrations: 'what the database has been migrated by',
}

/** Where a walk over all rows begins. */
export const [firstTable] = tenantTables

export const columnsOf = ({ key, values }: TenantTable): readonly string[] => [...key, ...values]

/** @throws Error when there is none of that name */
export const tenantTable = (name: string): TenantTable => {
  const found = tenantTables.find((table) => table.name === name)
  if (!found) throw new Error(`No table of tenants is called ${name}`)
  return found
}
