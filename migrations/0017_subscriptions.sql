-- Who is told of changes, and how far: docs/subscriptions.md.
CREATE TABLE subscriptions (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'paused', 'off')),
  -- Where to, and what of the change feed.
  definition TEXT NOT NULL CHECK (json_valid(definition)),
  -- A JSON list of {sealed, until}: each encrypted with a key of the deployment; until when it signs, or null.
  secrets TEXT NOT NULL CHECK (json_valid(secrets)),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  -- Sequence of the last change that needs nothing more.
  cursor INTEGER NOT NULL,
  -- Raised by every claim and by whoever resumes it: who writes by an older one writes nothing.
  step INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  -- Not before, because the last attempt has failed.
  next_at INTEGER NOT NULL DEFAULT 0,
  -- At the change behind the cursor.
  attempts INTEGER NOT NULL DEFAULT 0,
  failing_since INTEGER,
  failure TEXT,
  delivered_at INTEGER,
  PRIMARY KEY (organization_id, id)
) WITHOUT ROWID;

-- Changes that their receiver has refused for good, and those of the same records behind them. The payload is read from
-- the history when it is sent, so that nothing erased is kept here.
CREATE TABLE dead_letters (
  organization_id TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  object TEXT NOT NULL,
  record_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- Why; of those that only stand behind another: null.
  failure TEXT,
  -- 1: is to be sent again.
  wanted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (organization_id, subscription_id, sequence)
) WITHOUT ROWID;

-- Whether there is any: what a session knows of it, so that a write without one costs no look.
ALTER TABLE organizations ADD COLUMN subscribed INTEGER NOT NULL DEFAULT 0;
