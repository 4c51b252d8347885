-- Where the keys and the id of a record lead that was merged into another one: docs/history.md.
CREATE TABLE record_aliases (
  organization_id TEXT NOT NULL,
  object TEXT NOT NULL,
  -- Of a match key; 'id' of the record itself.
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  -- The record that had it, and the one that it leads to: never one that was merged itself.
  merged_id TEXT NOT NULL,
  record_id TEXT NOT NULL,
  -- Of the id alone: what it was merged into, and what is left of it (src/storage/program/tombstones.ts).
  into_id TEXT,
  tombstone TEXT,
  PRIMARY KEY (organization_id, object, name, value, merged_id)
) WITHOUT ROWID;
CREATE INDEX record_aliases_by_record ON record_aliases (organization_id, object, record_id);
CREATE INDEX record_aliases_by_merged ON record_aliases (organization_id, object, merged_id);

-- The survivor of a record that was merged, or was until this change.
ALTER TABLE changes ADD COLUMN merged_into TEXT;

-- JSON: aliases as they were before a dry run.
ALTER TABLE undo_log ADD COLUMN aliases TEXT;
