-- A key that was rotated has one successor: the index makes a second one impossible.
ALTER TABLE credentials ADD COLUMN replaces TEXT;
CREATE UNIQUE INDEX credentials_by_replaced ON credentials (replaces) WHERE replaces IS NOT NULL;

-- A key ends with its member. Those of members removed before this was so end now, and every isolate hears of it.
UPDATE organizations SET revision = revision + 1 WHERE id IN (
  SELECT c.organization_id FROM credentials c
  WHERE c.member_id IS NOT NULL AND c.revoked_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM members m WHERE m.organization_id = c.organization_id AND m.id = c.member_id AND m.removed_at IS NULL));
UPDATE credentials SET revoked_at = unixepoch() * 1000
WHERE member_id IS NOT NULL AND revoked_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM members m
  WHERE m.organization_id = credentials.organization_id AND m.id = credentials.member_id AND m.removed_at IS NULL);
