-- Objects and combinations can be archived, as attributes could before: no command may name them, and no data is lost.
ALTER TABLE objects ADD COLUMN is_archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE combinations ADD COLUMN is_archived INTEGER NOT NULL DEFAULT 0;

-- What is archived has no keys: its values are free for others, and are judged again when it is restored.
DELETE FROM record_keys WHERE (organization_id, object, name) IN (
  SELECT a.organization_id, a.object, a.slug FROM attributes a WHERE a.is_archived);
