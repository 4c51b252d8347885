-- What the history keeps: 'values', 'names' (of attributes only) or 'off'. Null: as change_feed says, which Workers of the
-- release before go by.
ALTER TABLE organizations ADD COLUMN history TEXT CHECK (history IN ('values', 'names', 'off'));
-- For how many days; null: for good.
ALTER TABLE organizations ADD COLUMN history_days INTEGER;
-- The history has no hole behind this change: whoever has read it up to here misses nothing.
ALTER TABLE organizations ADD COLUMN history_from INTEGER NOT NULL DEFAULT 0;

-- JSON: of a creation the data of the record; of other writes {"slug": [before, after]}, each as records.data has it or
-- null; of an event what it is about. Null where no values are kept, or none any more.
ALTER TABLE changes ADD COLUMN delta TEXT;
-- Ids of the request, and of the import that it was part of.
ALTER TABLE changes ADD COLUMN request TEXT;
ALTER TABLE changes ADD COLUMN import TEXT;
-- The change of the same record before this one, so that the history of a record needs no index.
ALTER TABLE changes ADD COLUMN previous INTEGER;
-- Erased records whose values are not all gone from the history yet: usually none.
CREATE INDEX changes_to_blank ON changes (organization_id, sequence) WHERE action = 'erased' AND delta IS NOT NULL;

-- The number of a key that is one, so that it can be compared as such; null for all others, which are in no index by it.
ALTER TABLE record_keys ADD COLUMN number REAL;
CREATE INDEX record_keys_by_number ON record_keys (organization_id, object, name, number, record_id)
  WHERE number IS NOT NULL;
UPDATE record_keys SET number = CAST(value AS REAL) WHERE (organization_id, object, name) IN (
  SELECT a.organization_id, a.object, a.slug FROM attributes a WHERE a.type IN ('number', 'rating') AND (a.is_indexed OR a.is_unique));
