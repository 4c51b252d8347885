-- Where other tools post their events: docs/webhooks.md.
CREATE TABLE hooks (
  organization_id TEXT NOT NULL,
  -- Random: it is in the address that the sender posts to, and guessing it must be hopeless.
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'paused', 'off')),
  -- What it does with a delivery, and how the sender proves who it is; everything but the secrets.
  definition TEXT NOT NULL CHECK (json_valid(definition)),
  -- A JSON list, each encrypted with a key of the deployment: of no use without it.
  secrets TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(secrets)),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  -- When it was paused because everything that it took had failed for a while; null: never since it was last changed.
  paused_at INTEGER,
  PRIMARY KEY (organization_id, id)
) WITHOUT ROWID;

-- What was delivered and what became of it. Ids are UUIDv7, so the order of the table is the order in which they came.
CREATE TABLE deliveries (
  organization_id TEXT NOT NULL,
  hook_id TEXT NOT NULL,
  id TEXT NOT NULL,
  -- How the sender calls the message; null where it does not say.
  message_id TEXT,
  received_at INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('done', 'skipped', 'failed', 'rejected')),
  -- JSON: what the assert program has answered for each item, as replays keep it.
  answers TEXT,
  -- JSON: why it failed or was rejected, one [index of the item or null, code, field or null, sentence] each.
  problems TEXT,
  milliseconds INTEGER NOT NULL,
  -- How often it was run: more than once where it was delivered again on somebody's order.
  attempts INTEGER NOT NULL DEFAULT 1,
  -- How often the sender has repeated it, to no effect; of what was rejected, how often it came.
  repeats INTEGER NOT NULL DEFAULT 0,
  -- JSON of {body, headers, query}, where the hook keeps it.
  payload TEXT,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, hook_id, id)
) WITHOUT ROWID;
CREATE INDEX deliveries_by_age ON deliveries (expires_at);
