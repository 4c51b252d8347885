-- When the change history_from was made, since it may be kept no longer itself: a place in the history is known again by the
-- time of its change, so that one of a history that was taken back since is told. Null: before the first change, or deleted
-- by an earlier release.
ALTER TABLE organizations ADD COLUMN history_from_at INTEGER;
