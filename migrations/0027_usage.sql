-- What was asked, by hour and contract, added up by those who answered: docs/operations.md. An hour is one since 1970.
-- rows_read and rows_written are null where the database does not tell. latencies is a JSON list: answers by how long they took.
CREATE TABLE usage_hours (
  organization_id TEXT NOT NULL,
  hour INTEGER NOT NULL,
  contract TEXT NOT NULL,
  requests INTEGER NOT NULL,
  client_errors INTEGER NOT NULL,
  server_errors INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  rows_read INTEGER,
  rows_written INTEGER,
  latencies TEXT NOT NULL CHECK (json_valid(latencies)),
  PRIMARY KEY (organization_id, hour, contract)
) WITHOUT ROWID;

-- When a key was used last, to a few minutes. No column of its own table: that changes with its rights alone.
CREATE TABLE key_uses (
  organization_id TEXT NOT NULL,
  credential_id TEXT NOT NULL,
  last_used_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, credential_id)
) WITHOUT ROWID;
