-- The tables. src/storage/tables.ts describes the administrative ones to drizzle; a test compares the two.

CREATE TABLE organizations (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  crm_mode TEXT NOT NULL DEFAULT 'b2b' CHECK (crm_mode IN ('b2b', 'b2c')),
  change_feed INTEGER NOT NULL DEFAULT 0 CHECK (change_feed IN (0, 1)),
  -- Raised by every administrative change: schema, credentials, members, settings. Whatever an isolate
  -- has cached of the organisation is valid exactly as long as this number stands.
  revision INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE members (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL COLLATE NOCASE,
  created_at INTEGER NOT NULL,
  removed_at INTEGER,
  PRIMARY KEY (organization_id, id)
) WITHOUT ROWID;
CREATE INDEX members_by_email ON members (organization_id, email) WHERE removed_at IS NULL;

CREATE TABLE credentials (
  secret_hash TEXT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  organization_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('key', 'developer_secret')),
  name TEXT NOT NULL,
  scopes TEXT NOT NULL CHECK (json_valid(scopes)),
  allowlist TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(allowlist)),
  member_id TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER
) WITHOUT ROWID;
CREATE INDEX credentials_by_organization ON credentials (organization_id, id);

-- Standard objects are code (src/schema/standard): only what an organisation adds has rows.
CREATE TABLE objects (
  organization_id TEXT NOT NULL,
  slug TEXT NOT NULL,
  singular_name TEXT NOT NULL,
  plural_name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, slug)
) WITHOUT ROWID;

-- What an organisation adds; and of standard attributes those whose settings it has changed.
CREATE TABLE attributes (
  organization_id TEXT NOT NULL,
  object TEXT NOT NULL,
  slug TEXT NOT NULL,
  label TEXT NOT NULL,
  type TEXT NOT NULL,
  is_multiple INTEGER NOT NULL DEFAULT 0,
  is_required INTEGER NOT NULL DEFAULT 0,
  is_unique INTEGER NOT NULL DEFAULT 0,
  -- Has rows in record_keys: always when unique, else from the first time that it is matched or queried by.
  is_indexed INTEGER NOT NULL DEFAULT 0,
  is_standard INTEGER NOT NULL DEFAULT 0,
  is_archived INTEGER NOT NULL DEFAULT 0,
  related_object TEXT,
  options TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(options)),
  position INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, object, slug)
) WITHOUT ROWID;

-- A combination of attributes that is unique together, or indexed together.
CREATE TABLE combinations (
  organization_id TEXT NOT NULL,
  object TEXT NOT NULL,
  name TEXT NOT NULL,
  attributes TEXT NOT NULL CHECK (json_valid(attributes)),
  is_unique INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, object, name)
) WITHOUT ROWID;

-- Clustered by (organisation, object, id): ids are UUIDv7, so the order of the table is the order of creation.
CREATE TABLE records (
  organization_id TEXT NOT NULL,
  object TEXT NOT NULL,
  id TEXT NOT NULL,
  -- {"slug": [value]}: the array makes json_patch replace a value whole, however deep it is.
  data TEXT NOT NULL CHECK (json_valid(data)),
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  archived_at INTEGER,
  created_by TEXT NOT NULL,
  updated_by TEXT NOT NULL,
  -- The last write: [write id, position of the match key that found the record, [changed slugs], archived | restored | null].
  last_write TEXT NOT NULL CHECK (json_valid(last_write)),
  PRIMARY KEY (organization_id, object, id)
) WITHOUT ROWID;

-- One row per match key of a record. Unique keys have slot '', so that the primary key is the constraint;
-- others have the record's id there, so that the first row of a value is the oldest record.
CREATE TABLE record_keys (
  organization_id TEXT NOT NULL,
  object TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  slot TEXT NOT NULL,
  record_id TEXT NOT NULL,
  PRIMARY KEY (organization_id, object, name, value, slot)
) WITHOUT ROWID;

CREATE TABLE changes (
  organization_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  contract TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  record_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  changed TEXT NOT NULL CHECK (json_valid(changed)),
  PRIMARY KEY (organization_id, sequence)
) WITHOUT ROWID;

-- The answers kept for an Idempotency-Key: one row per item, and position -1 for the request itself.
CREATE TABLE replays (
  organization_id TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  position INTEGER NOT NULL,
  answer TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, idempotency_key, position)
) WITHOUT ROWID;

-- Two scratch tables, empty whenever no transaction is open.
CREATE TABLE refusals (
  write_id TEXT NOT NULL PRIMARY KEY,
  reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE undo_log (
  sequence INTEGER PRIMARY KEY,
  organization_id TEXT NOT NULL,
  object TEXT NOT NULL,
  id TEXT NOT NULL,
  before TEXT,
  dropped_keys TEXT NOT NULL,
  added_keys TEXT NOT NULL
);
