-- Whether the organisation is served: 'active', 'suspended', 'moving', 'moved' or 'deleted'. docs/tenants.md.
ALTER TABLE organizations ADD COLUMN status TEXT NOT NULL DEFAULT 'active';

-- The operator's directory. It is filled in one database of a deployment, and empty in all others.
CREATE TABLE tenants (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  -- JSON: {"shape": …}. Where the tenant lives.
  place TEXT NOT NULL,
  -- JSON: how far a move to another place has come.
  move TEXT,
  -- The program that its database had when it was last looked at.
  program TEXT,
  created_at INTEGER NOT NULL,
  seen_at INTEGER,
  -- When everything of a deleted tenant is erased.
  erase_at INTEGER,
  -- Raised by every change: whoever changes the line says which one they have read.
  revision INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;

-- What operators did, in order.
CREATE TABLE operator_log (
  sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  operator TEXT NOT NULL,
  action TEXT NOT NULL,
  tenant_id TEXT,
  request_id TEXT,
  detail TEXT,
  outcome TEXT NOT NULL
);
