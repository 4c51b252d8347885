-- Work on the records of an object that is done in chunks, each a short transaction: docs/jobs.md.
CREATE TABLE jobs (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  object TEXT NOT NULL,
  -- Slug of the attribute, or name of the combination, whose index it makes.
  name TEXT NOT NULL,
  -- Of a combination: its attributes, as a JSON list.
  attributes TEXT,
  -- JSON list of what is left to do; the first is under way.
  phases TEXT NOT NULL,
  -- Ids of the first and the last record at the start, as a JSON list: how far it has come is told from where between them it is.
  span TEXT NOT NULL,
  -- Where the last chunk began and ended, and how many rows it had.
  chunk_from TEXT NOT NULL DEFAULT '',
  chunk_to TEXT NOT NULL DEFAULT '',
  chunk_rows INTEGER NOT NULL DEFAULT 0,
  -- Chunks so far: whoever does the next one must have seen the one before.
  step INTEGER NOT NULL DEFAULT 0,
  -- Records and keys that were looked at.
  done INTEGER NOT NULL DEFAULT 0,
  -- JSON list of the values that several records share, where that is why it failed.
  duplicates TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  finished_at INTEGER,
  PRIMARY KEY (organization_id, id)
) WITHOUT ROWID;

CREATE INDEX jobs_unfinished ON jobs (created_at) WHERE finished_at IS NULL;

-- The job that makes the index, how the program keeps it meanwhile, and what it is to be: JSON; NULL where none does.
ALTER TABLE attributes ADD COLUMN building TEXT;
ALTER TABLE combinations ADD COLUMN building TEXT;

-- Whether matching by an attribute without an index makes one.
ALTER TABLE organizations ADD COLUMN automatic_indexing INTEGER NOT NULL DEFAULT 1;
