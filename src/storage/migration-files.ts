// Made from migrations/*.sql by scripts/bundle-migrations.ts. Do not edit.
export const migrationFiles: readonly { readonly name: string; readonly statements: readonly string[] }[] = [
  {
    name: '0001_tables.sql',
    statements: [
      `CREATE TABLE organizations (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  crm_mode TEXT NOT NULL DEFAULT 'b2b' CHECK (crm_mode IN ('b2b', 'b2c')),
  change_feed INTEGER NOT NULL DEFAULT 0 CHECK (change_feed IN (0, 1)),
  revision INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL
) WITHOUT ROWID`,
      `CREATE TABLE members (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL COLLATE NOCASE,
  created_at INTEGER NOT NULL,
  removed_at INTEGER,
  PRIMARY KEY (organization_id, id)
) WITHOUT ROWID`,
      `CREATE INDEX members_by_email ON members (organization_id, email) WHERE removed_at IS NULL`,
      `CREATE TABLE credentials (
  secret_hash TEXT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  organization_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('key', 'developer_secret')),
  name TEXT NOT NULL,
  scopes TEXT NOT NULL CHECK (json_valid(scopes)),
  allowlist TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(allowlist)),
  member_id TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER
) WITHOUT ROWID`,
      `CREATE INDEX credentials_by_organization ON credentials (organization_id, id)`,
      `CREATE TABLE objects (
  organization_id TEXT NOT NULL,
  slug TEXT NOT NULL,
  singular_name TEXT NOT NULL,
  plural_name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, slug)
) WITHOUT ROWID`,
      `CREATE TABLE attributes (
  organization_id TEXT NOT NULL,
  object TEXT NOT NULL,
  slug TEXT NOT NULL,
  label TEXT NOT NULL,
  type TEXT NOT NULL,
  is_multiple INTEGER NOT NULL DEFAULT 0,
  is_required INTEGER NOT NULL DEFAULT 0,
  is_unique INTEGER NOT NULL DEFAULT 0,
  is_indexed INTEGER NOT NULL DEFAULT 0,
  is_standard INTEGER NOT NULL DEFAULT 0,
  is_archived INTEGER NOT NULL DEFAULT 0,
  related_object TEXT,
  options TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(options)),
  position INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, object, slug)
) WITHOUT ROWID`,
      `CREATE TABLE combinations (
  organization_id TEXT NOT NULL,
  object TEXT NOT NULL,
  name TEXT NOT NULL,
  attributes TEXT NOT NULL CHECK (json_valid(attributes)),
  is_unique INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, object, name)
) WITHOUT ROWID`,
      `CREATE TABLE records (
  organization_id TEXT NOT NULL,
  object TEXT NOT NULL,
  id TEXT NOT NULL,
  data TEXT NOT NULL CHECK (json_valid(data)),
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  archived_at INTEGER,
  created_by TEXT NOT NULL,
  updated_by TEXT NOT NULL,
  last_write TEXT NOT NULL CHECK (json_valid(last_write)),
  PRIMARY KEY (organization_id, object, id)
) WITHOUT ROWID`,
      `CREATE TABLE record_keys (
  organization_id TEXT NOT NULL,
  object TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  slot TEXT NOT NULL,
  record_id TEXT NOT NULL,
  PRIMARY KEY (organization_id, object, name, value, slot)
) WITHOUT ROWID`,
      `CREATE TABLE changes (
  organization_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  contract TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  record_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  changed TEXT NOT NULL CHECK (json_valid(changed)),
  PRIMARY KEY (organization_id, sequence)
) WITHOUT ROWID`,
      `CREATE TABLE replays (
  organization_id TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  position INTEGER NOT NULL,
  answer TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, idempotency_key, position)
) WITHOUT ROWID`,
      `CREATE TABLE refusals (
  write_id TEXT NOT NULL PRIMARY KEY,
  reason TEXT NOT NULL
) WITHOUT ROWID`,
      `CREATE TABLE undo_log (
  sequence INTEGER PRIMARY KEY,
  organization_id TEXT NOT NULL,
  object TEXT NOT NULL,
  id TEXT NOT NULL,
  before TEXT,
  dropped_keys TEXT NOT NULL,
  added_keys TEXT NOT NULL
)`,
    ],
  },
  {
    name: '0002_assert.sql',
    statements: [
    ],
  },
  {
    name: '0003_old_replays.sql',
    statements: [
      `CREATE INDEX replays_by_age ON replays (created_at) WHERE position = -1`,
    ],
  },
  {
    name: '0004_program.sql',
    statements: [
      `CREATE VIEW record_answers_23e71ba4 AS SELECT organization_id, object, id, data, version,
  '["' || id || '",' || version || ',' || created_at || ',' || updated_at || ',' || coalesce(archived_at, 'null') ||
  ',"' || created_by || '","' || updated_by || '",' || last_write AS head,
  '["' || id || '",' || version || ',' || created_at || ',' || updated_at || ',' || coalesce(archived_at, 'null') ||
  ',"' || created_by || '","' || updated_by || '",' || last_write || ',' || data || ']' AS answer
FROM records`,
      `CREATE VIEW guard_23e71ba4 AS SELECT NULL AS organization_id, NULL AS revision`,
      `CREATE TRIGGER guard_check_23e71ba4 INSTEAD OF INSERT ON guard_23e71ba4
BEGIN
  SELECT RAISE(ABORT, 'edge-upsert:stale')
  WHERE NEW.revision IS NOT (SELECT o.revision FROM organizations o WHERE o.id = NEW.organization_id);
END`,
      `CREATE VIEW assert_23e71ba4 AS SELECT NULL AS position, NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS on_create, NULL AS merges, NULL AS extras, NULL AS revision, NULL AS op, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS contract, NULL AS indexes, NULL AS combinations, NULL AS feed, NULL AS dry_run, NULL AS track, NULL AS data_bytes, NULL AS idempotency_key`,
      `CREATE TRIGGER assert_plain_23e71ba4 INSTEAD OF INSERT ON assert_23e71ba4
WHEN NEW.op IS NULL AND NEW.extras IS NULL AND NEW.combinations IS NULL AND NEW.idempotency_key IS NULL
  AND NEW.name IS NOT 'id' AND NOT NEW.dry_run
BEGIN
  SELECT RAISE(ABORT, 'edge-upsert:stale')
  WHERE NEW.revision IS NOT NULL AND NEW.revision IS NOT (SELECT o.revision FROM organizations o WHERE o.id = NEW.organization_id);
  INSERT INTO assert_known_23e71ba4 (write_id, object, name, value, attributes, on_create, merges, organization_id, now, actor, contract, indexes, feed, track, before) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.indexes,
    NEW.feed,
    NEW.track,
    (SELECT r.data FROM records r
      WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.archived_at IS NULL
        AND r.id = (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1)));
END`,
      `CREATE TRIGGER assert_full_23e71ba4 INSTEAD OF INSERT ON assert_23e71ba4
WHEN NEW.op IS NULL AND NOT (NEW.extras IS NULL AND NEW.combinations IS NULL AND NEW.idempotency_key IS NULL
  AND NEW.name IS NOT 'id' AND NOT NEW.dry_run)
BEGIN
  SELECT RAISE(ABORT, 'edge-upsert:stale')
  WHERE NEW.revision IS NOT NULL AND NEW.revision IS NOT (SELECT o.revision FROM organizations o WHERE o.id = NEW.organization_id);
  INSERT INTO assert_found_23e71ba4 (write_id, object, name, value, attributes, on_create, merges, extras, organization_id, now, actor, contract, indexes, combinations, feed, dry_run, track, record_id, matched, refs, runs) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NEW.extras,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.indexes,
    NEW.combinations,
    NEW.feed,
    NEW.dry_run,
    NEW.track,
    CASE WHEN NEW.extras -> '$.fallbacks' IS NOT NULL
      THEN (SELECT hit FROM (
      SELECT 0 AS place, CASE NEW.name
      WHEN 'id' THEN (
        SELECT r.id FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.value)
      ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1) END AS hit
      UNION ALL
      SELECT f.key + 1, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = f.value ->> 0 AND k.value = f.value ->> 1 ORDER BY k.slot LIMIT 1)
      FROM json_each(NEW.extras -> '$.fallbacks') f) WHERE hit IS NOT NULL ORDER BY place LIMIT 1)
      WHEN NEW.extras -> '$.relatedTo' IS NOT NULL THEN (SELECT t.id FROM records p CROSS JOIN records t
        WHERE p.organization_id = NEW.organization_id AND p.object = NEW.extras -> '$.relatedTo' ->> 0 AND p.id = CASE NEW.extras -> '$.relatedTo' ->> 1 WHEN 'id' THEN NEW.extras -> '$.relatedTo' ->> 2 ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.extras -> '$.relatedTo' ->> 0 AND k.name = NEW.extras -> '$.relatedTo' ->> 1 AND k.value = NEW.extras -> '$.relatedTo' ->> 2 ORDER BY k.slot LIMIT 1) END
          AND t.organization_id = NEW.organization_id AND t.object = NEW.object
          AND t.id = p.data ->> ('$.' || (NEW.extras -> '$.relatedTo' ->> 3) || '[0]'))
      ELSE CASE NEW.name
      WHEN 'id' THEN (
        SELECT r.id FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.value)
      ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1) END END,
    coalesce(CASE WHEN NEW.extras -> '$.fallbacks' IS NOT NULL THEN (SELECT min(place) FROM (
      SELECT 0 AS place, CASE NEW.name
      WHEN 'id' THEN (
        SELECT r.id FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.value)
      ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1) END AS hit
      UNION ALL
      SELECT f.key + 1, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = f.value ->> 0 AND k.value = f.value ->> 1 ORDER BY k.slot LIMIT 1)
      FROM json_each(NEW.extras -> '$.fallbacks') f) WHERE hit IS NOT NULL) END, 0),
    CASE WHEN NEW.extras -> '$.refs' IS NOT NULL THEN (
      SELECT json_group_array(json_array(x.value ->> 0, x.value ->> 1, x.value ->> 2, x.value ->> 3, x.value ->> 4, x.value ->> 5,
        CASE
          WHEN x.value ->> 1 = 'members' AND x.value ->> 2 = 'email' THEN (
          SELECT m.id FROM members m INDEXED BY members_by_email
          WHERE m.organization_id = NEW.organization_id AND m.email = x.value ->> 3 AND m.removed_at IS NULL
          ORDER BY m.id LIMIT 1)
          WHEN x.value ->> 1 = 'members' THEN (
          SELECT m.id FROM members m
          WHERE m.organization_id = NEW.organization_id AND m.id = x.value ->> 3 AND m.removed_at IS NULL)
          WHEN x.value ->> 6 IS NULL THEN (
          SELECT r.id FROM records r
          WHERE r.organization_id = NEW.organization_id AND r.object = x.value ->> 1 AND r.id = CASE x.value ->> 2 WHEN 'id' THEN x.value ->> 3 ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = x.value ->> 1 AND k.name = x.value ->> 2 AND k.value = x.value ->> 3 ORDER BY k.slot LIMIT 1) END)
          ELSE coalesce((
          SELECT r.id FROM records r
          WHERE r.organization_id = NEW.organization_id AND r.object = x.value ->> 1 AND r.id = CASE x.value ->> 2 WHEN 'id' THEN x.value ->> 3 ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = x.value ->> 1 AND k.name = x.value ->> 2 AND k.value = x.value ->> 3 ORDER BY k.slot LIMIT 1) END), (
          SELECT r.id FROM records r
          WHERE r.organization_id = NEW.organization_id AND r.object = x.value ->> 1 AND r.id = CASE x.value ->> 6 WHEN 'id' THEN x.value ->> 7 ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = x.value ->> 1 AND k.name = x.value ->> 6 AND k.value = x.value ->> 7 ORDER BY k.slot LIMIT 1) END))
        END,
        CASE WHEN x.value ->> 8 THEN json((SELECT json_group_array(record_id) FROM (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = x.value ->> 1 AND k.name = x.value ->> 2 AND k.value = x.value ->> 3 ORDER BY k.slot LIMIT 10))) END))
      FROM json_each(NEW.extras -> '$.refs') x) END,
    (NEW.extras -> '$.when' IS NULL OR CASE WHEN NEW.extras -> '$.when' ->> 4 IS NULL
      THEN NOT EXISTS (SELECT 1 FROM records r WHERE r.organization_id = NEW.organization_id AND r.object = NEW.extras -> '$.when' ->> 0 AND r.id = CASE NEW.extras -> '$.when' ->> 1 WHEN 'id' THEN NEW.extras -> '$.when' ->> 2 ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.extras -> '$.when' ->> 0 AND k.name = NEW.extras -> '$.when' ->> 1 AND k.value = NEW.extras -> '$.when' ->> 2 ORDER BY k.slot LIMIT 1) END)
      ELSE EXISTS (SELECT 1 FROM records r WHERE r.organization_id = NEW.organization_id AND r.object = NEW.extras -> '$.when' ->> 0 AND r.id = CASE NEW.extras -> '$.when' ->> 1 WHEN 'id' THEN NEW.extras -> '$.when' ->> 2 ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.extras -> '$.when' ->> 0 AND k.name = NEW.extras -> '$.when' ->> 1 AND k.value = NEW.extras -> '$.when' ->> 2 ORDER BY k.slot LIMIT 1) END
        AND r.last_write ->> 0 = NEW.extras -> '$.when' ->> 3 AND r.data -> (NEW.extras -> '$.when' ->> 4) IS NOT NULL
        AND (r.version = 1 OR NEW.extras -> '$.when' ->> 4 IN (SELECT c.value FROM json_each(r.last_write, '$[2]') c))) END)
      AND (NEW.idempotency_key IS NULL OR NOT EXISTS (
      SELECT 1 FROM replays p
      WHERE p.organization_id = NEW.organization_id AND p.idempotency_key = NEW.idempotency_key
        AND p.position = -1 AND p.created_at > NEW.now - 86400000)));
  INSERT INTO assert_kept_23e71ba4 (idempotency_key, position, write_id, object, name, value, extras, track, data_bytes, organization_id, now) VALUES (
    NEW.idempotency_key,
    NEW.position,
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.extras,
    NEW.track,
    NEW.data_bytes,
    NEW.organization_id,
    NEW.now);
END`,
      `CREATE VIEW assert_known_23e71ba4 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS on_create, NULL AS merges, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS contract, NULL AS indexes, NULL AS feed, NULL AS track, NULL AS before`,
      `CREATE VIEW assert_weighed_23e71ba4 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS on_create, NULL AS merges, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS contract, NULL AS indexes, NULL AS feed, NULL AS track, NULL AS record_id, NULL AS bytes, NULL AS work, NULL AS changed, NULL AS merging`,
      `CREATE VIEW assert_born_23e71ba4 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS on_create, NULL AS merges, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS contract, NULL AS indexes, NULL AS feed, NULL AS track, NULL AS after`,
      `CREATE VIEW assert_checked_23e71ba4 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS on_create, NULL AS merges, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS contract, NULL AS indexes, NULL AS feed, NULL AS track, NULL AS after, NULL AS doubtful`,
      `CREATE TRIGGER assert_weigh_23e71ba4 INSTEAD OF INSERT ON assert_known_23e71ba4
WHEN (NEW.before <> NEW.attributes AND json_patch(NEW.before, NEW.attributes) <> NEW.before)
  OR (NEW.before IS NOT NULL AND NEW.merges IS NOT NULL AND CASE WHEN NEW.merges IS NULL THEN 0 ELSE EXISTS (
      SELECT 1 FROM json_each(NEW.merges) m
      WHERE m.value ->> 0 = 'remove' OR NEW.before -> m.key IS NOT json_remove(m.value, '$[0]')) END)
BEGIN
  INSERT INTO assert_weighed_23e71ba4 (write_id, object, name, value, attributes, on_create, merges, organization_id, now, actor, contract, indexes, feed, track, record_id, bytes, work, changed, merging) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.indexes,
    NEW.feed,
    NEW.track,
    (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1),
    octet_length(NEW.before) + octet_length(NEW.attributes),
    2 * octet_length(NEW.before),
    (SELECT json_group_array(slug) FROM (
      SELECT a.key AS slug FROM json_each(NEW.attributes) a WHERE a.value IS NOT NEW.before -> a.key ORDER BY a.key)),
    CASE WHEN NEW.merges IS NULL THEN 0 ELSE EXISTS (
      SELECT 1 FROM json_each(NEW.merges) m
      WHERE m.value ->> 0 = 'remove' OR NEW.before -> m.key IS NOT json_remove(m.value, '$[0]')) END);
END`,
      `CREATE TRIGGER assert_doubt_update_23e71ba4 INSTEAD OF INSERT ON assert_weighed_23e71ba4
WHEN (NEW.merging OR NEW.changed <> '[]' AND (NEW.work > 32768 OR NEW.bytes > 262144 OR EXISTS (
  SELECT 1 FROM json_each(NEW.changed) c WHERE NEW.indexes -> c.value IS NOT NULL)))
BEGIN
  INSERT INTO assert_found_23e71ba4 (write_id, object, name, value, attributes, on_create, merges, extras, organization_id, now, actor, contract, indexes, combinations, feed, dry_run, track, record_id, matched, refs, runs) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NULL,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.indexes,
    NULL,
    NEW.feed,
    0,
    NEW.track,
    (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1),
    0,
    NULL,
    1);
END`,
      `CREATE TRIGGER assert_rewrite_23e71ba4 INSTEAD OF INSERT ON assert_weighed_23e71ba4
WHEN NEW.changed <> '[]' AND NOT (NEW.merging OR NEW.changed <> '[]' AND (NEW.work > 32768 OR NEW.bytes > 262144 OR EXISTS (
  SELECT 1 FROM json_each(NEW.changed) c WHERE NEW.indexes -> c.value IS NOT NULL)))
BEGIN
  UPDATE records SET
    data = json_patch(data, NEW.attributes), version = version + 1, updated_at = max(updated_at, NEW.now),
    updated_by = NEW.actor, last_write = '["' || NEW.write_id || '",0,' || iif(NEW.track, NEW.changed, '[]') || ',null]'
  WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.record_id;
  INSERT INTO assert_noted_23e71ba4 (organization_id, now, actor, contract, object, feed, action, record_id, version, changed) VALUES (
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.object,
    NEW.feed,
    'updated',
    NEW.record_id,
    CASE WHEN NEW.feed THEN (
      SELECT r.version FROM records r
      WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id) END,
    NEW.changed);
END`,
      `CREATE TRIGGER assert_bear_23e71ba4 INSTEAD OF INSERT ON assert_known_23e71ba4
WHEN NEW.before IS NULL
BEGIN
  INSERT INTO assert_born_23e71ba4 (write_id, object, name, value, attributes, on_create, merges, organization_id, now, actor, contract, indexes, feed, track, after) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.indexes,
    NEW.feed,
    NEW.track,
    coalesce(json_patch(NEW.attributes, NEW.on_create), NEW.attributes));
END`,
      `CREATE TRIGGER assert_check_23e71ba4 INSTEAD OF INSERT ON assert_born_23e71ba4
BEGIN
  INSERT INTO assert_checked_23e71ba4 (write_id, object, name, value, attributes, on_create, merges, organization_id, now, actor, contract, indexes, feed, track, after, doubtful) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.indexes,
    NEW.feed,
    NEW.track,
    NEW.after,
    (octet_length(NEW.after) > 262144 OR (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1) IS NOT NULL OR EXISTS (
      SELECT 1 FROM json_each(NEW.indexes) x CROSS JOIN json_each(NEW.after -> x.key, '$[#-1]') e CROSS JOIN record_keys k
      WHERE x.value AND NOT (x.key IS NEW.name AND e.value IS NEW.value)
        AND k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = x.key
        AND k.value = iif(e.type = 'real', NEW.after -> x.key -> e.fullkey, e.value) AND k.slot = '')));
END`,
      `CREATE TRIGGER assert_doubt_creation_23e71ba4 INSTEAD OF INSERT ON assert_checked_23e71ba4
WHEN NEW.doubtful
BEGIN
  INSERT INTO assert_found_23e71ba4 (write_id, object, name, value, attributes, on_create, merges, extras, organization_id, now, actor, contract, indexes, combinations, feed, dry_run, track, record_id, matched, refs, runs) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NULL,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.indexes,
    NULL,
    NEW.feed,
    0,
    NEW.track,
    (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1),
    0,
    NULL,
    1);
END`,
      `CREATE TRIGGER assert_settle_23e71ba4 INSTEAD OF INSERT ON assert_checked_23e71ba4
WHEN NOT NEW.doubtful
BEGIN
  INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
  VALUES (NEW.organization_id, NEW.object, NEW.write_id, NEW.after, 1, NEW.now, NEW.now, NULL, NEW.actor, NEW.actor,
    '["' || NEW.write_id || '"]');
  INSERT INTO record_keys (organization_id, object, name, value, slot, record_id)
  SELECT NEW.organization_id, NEW.object, x.key, iif(e.type = 'real', NEW.after -> x.key -> e.fullkey, e.value),
    iif(x.value, '', NEW.write_id), NEW.write_id
  FROM json_each(NEW.indexes) x CROSS JOIN json_each(NEW.after -> x.key, '$[#-1]') e;
  INSERT INTO assert_noted_23e71ba4 (organization_id, now, actor, contract, object, feed, action, record_id, version, changed) VALUES (
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.object,
    NEW.feed,
    'created',
    NEW.write_id,
    1,
    CASE WHEN NEW.feed THEN (SELECT json_group_array(slug) FROM (SELECT j.key AS slug FROM json_each(NEW.after) j ORDER BY j.key)) END);
END`,
      `CREATE VIEW assert_found_23e71ba4 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS on_create, NULL AS merges, NULL AS extras, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS contract, NULL AS indexes, NULL AS combinations, NULL AS feed, NULL AS dry_run, NULL AS track, NULL AS record_id, NULL AS matched, NULL AS refs, NULL AS runs`,
      `CREATE TRIGGER assert_merge_23e71ba4 INSTEAD OF INSERT ON assert_found_23e71ba4
WHEN NEW.runs
BEGIN
  INSERT INTO refusals (write_id, reason) SELECT NEW.write_id, '["too_much_work"]' WHERE EXISTS (SELECT 1 FROM refusals f WHERE f.write_id = 'work' AND CAST(f.reason AS INTEGER) > 64000000);
  INSERT INTO assert_merged_23e71ba4 (write_id, object, name, value, attributes, merges, extras, organization_id, now, actor, contract, feed, dry_run, matched, refs, record_id, before, after, version, archived_before, archived_after, indexes, combinations, track) SELECT
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.merges,
    NEW.extras,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.feed,
    NEW.dry_run,
    NEW.matched,
    NEW.refs,
    r.id,
    r.data,
    CASE
      WHEN NEW.extras ->> '$.lifecycle' = 'erase' THEN '{}'
      WHEN NEW.refs IS NULL AND (r.id IS NULL OR (NEW.merges IS NULL AND NEW.extras -> '$.fills' IS NULL)) THEN CASE WHEN r.id IS NULL THEN coalesce(json_patch(NEW.attributes, NEW.on_create), NEW.attributes)
      ELSE json_patch(r.data, NEW.attributes) END
      ELSE json_patch(CASE WHEN r.id IS NULL THEN coalesce(json_patch(NEW.attributes, NEW.on_create), NEW.attributes)
      ELSE json_patch(r.data, NEW.attributes) END, (SELECT json_group_object(slug, json(patch)) FROM (
        SELECT m.key AS slug, (
        SELECT CASE WHEN count(*) = 0 THEN 'null'
          WHEN m.value -> '$[2]' IS NULL AND r.data -> ('$.' || m.key || '[1]') IS NULL OR group_concat(element, ',') = group_concat(form, ',')
          THEN '[[' || group_concat(element, ',') || ']]'
          ELSE '[[' || group_concat(element, ',') || '],[' || group_concat(form, ',') || ']]' END FROM (
          SELECT coalesce(max(iif(sent, element, NULL)), max(element)) AS element, form FROM (
            SELECT CASE s.type WHEN 'text' THEN json_quote(s.value) WHEN 'real' THEN m.value -> s.fullkey
          WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE s.value END AS element, coalesce(m.value -> '$[2]' -> s.key, CASE s.type WHEN 'text' THEN json_quote(s.value) WHEN 'real' THEN m.value -> s.fullkey
          WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE s.value END) AS form, 1 AS sent, s.key + iif(m.value ->> 0 = 'append', 1000000, 0) AS place
            FROM json_each(m.value, '$[1]') s
            UNION ALL
            SELECT CASE k.type WHEN 'text' THEN json_quote(k.value) WHEN 'real' THEN r.data -> k.fullkey
          WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE k.value END AS element, coalesce(r.data -> ('$.' || m.key || '[1]') -> k.key, CASE k.type WHEN 'text' THEN json_quote(k.value) WHEN 'real' THEN r.data -> k.fullkey
          WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE k.value END) AS form, 0, k.key + iif(m.value ->> 0 = 'append', 0, 1000000)
            FROM json_each(r.data, '$.' || m.key || '[0]') k WHERE m.value ->> 0 <> 'replace_first' OR k.key > 0)
          GROUP BY form HAVING m.value ->> 0 <> 'remove' OR NOT max(sent)
          ORDER BY min(place))) AS patch
        FROM json_each(NEW.merges) m
        WHERE r.id IS NOT NULL AND (m.value ->> 0 = 'remove' OR r.data -> m.key IS NOT json_remove(m.value, '$[0]'))
        UNION ALL
        SELECT f.key, f.value FROM json_each(NEW.extras -> '$.fills') f WHERE r.id IS NOT NULL AND r.data -> f.key IS NULL
        UNION ALL
        SELECT x.value ->> 0, iif(max(x.value ->> 4) = 2, json_array(json((SELECT json_group_array(id) FROM (
          SELECT y.value ->> 6 AS id FROM json_each(NEW.refs) y
          WHERE y.value ->> 0 = x.value ->> 0 AND y.value ->> 4 > 0 AND y.value ->> 6 IS NOT NULL AND coalesce(y.value ->> 5, iif(r.id IS NULL, 'create', 'update')) = iif(r.id IS NULL, 'create', 'update') ORDER BY y.key)))), json_array(max(x.value ->> 6)))
        FROM json_each(NEW.refs) x
        WHERE x.value ->> 4 > 0 AND x.value ->> 6 IS NOT NULL AND coalesce(x.value ->> 5, iif(r.id IS NULL, 'create', 'update')) = iif(r.id IS NULL, 'create', 'update')
        GROUP BY x.value ->> 0))) END,
    r.version,
    r.archived_at,
    CASE NEW.extras ->> '$.lifecycle' WHEN 'archive' THEN coalesce(r.archived_at, NEW.now) WHEN 'restore' THEN NULL
      ELSE iif(coalesce(NEW.extras ->> '$.onArchived', 'revive') = 'revive', NULL, r.archived_at) END,
    NEW.indexes,
    NEW.combinations,
    NEW.track
  FROM (SELECT 1) LEFT JOIN records r
    ON r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id
  WHERE NOT EXISTS (SELECT 1 FROM refusals f WHERE f.write_id = NEW.write_id);
  INSERT INTO refusals (write_id, reason)
  SELECT 'work', w.bytes FROM (
    SELECT 2 * octet_length(r.data) + coalesce((
      SELECT sum(octet_length(r.data) + 1000 * coalesce(json_array_length(r.data, '$.' || m.key || '[0]'), 0))
      FROM json_each(NEW.merges) m), 0) AS bytes, r.last_write ->> 0 = NEW.write_id AS written FROM records r
    WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id) w
  WHERE w.written AND w.bytes > 32768 OR NEW.merges IS NOT NULL AND w.bytes > 131072
  ON CONFLICT (write_id) DO UPDATE SET reason = CAST(reason AS INTEGER) + CAST(excluded.reason AS INTEGER);
END`,
      `CREATE VIEW assert_merged_23e71ba4 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS merges, NULL AS extras, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS contract, NULL AS feed, NULL AS dry_run, NULL AS matched, NULL AS refs, NULL AS record_id, NULL AS before, NULL AS after, NULL AS version, NULL AS archived_before, NULL AS archived_after, NULL AS indexes, NULL AS combinations, NULL AS track`,
      `CREATE TRIGGER assert_key_23e71ba4 INSTEAD OF INSERT ON assert_merged_23e71ba4
BEGIN
  INSERT INTO assert_keyed_23e71ba4 (write_id, object, name, value, attributes, merges, extras, organization_id, now, actor, contract, feed, dry_run, matched, refs, record_id, before, after, version, archived_before, archived_after, changed, old_keys, new_keys) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.merges,
    NEW.extras,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.feed,
    NEW.dry_run,
    NEW.matched,
    NEW.refs,
    NEW.record_id,
    NEW.before,
    NEW.after,
    NEW.version,
    NEW.archived_before,
    NEW.archived_after,
    CASE WHEN NEW.after IS NOT NEW.before THEN iif(NOT NEW.track OR (NEW.before IS NULL AND NOT NEW.feed), '[]', (
      SELECT json_group_array(slug) FROM (
        SELECT a.key AS slug FROM json_each(NEW.after) a WHERE a.value IS NOT NEW.before -> a.key
        UNION ALL
        SELECT b.key FROM json_each(NEW.before) b WHERE NEW.after -> b.key IS NULL
        ORDER BY 1))) END,
    CASE WHEN NEW.before IS NOT NULL AND NEW.after <> NEW.before THEN (
      SELECT json_group_array(json_array(name, value, is_unique)) FROM (
        SELECT x.key AS name, x.value AS is_unique, iif(e.type = 'real', NEW.before -> x.key -> e.fullkey, e.value) AS value
        FROM json_each(NEW.indexes) x CROSS JOIN json_each(NEW.before -> x.key, '$[#-1]') e
        WHERE NEW.before -> x.key IS NOT NEW.after -> x.key
        UNION ALL
        SELECT x.value ->> 0, x.value ->> 1, (
          SELECT json_group_array(json(NEW.before -> ('$.' || p.value || '[#-1]'))) FROM json_each(x.value, '$[2]') p)
        FROM json_each(NEW.combinations) x
        WHERE NOT EXISTS (SELECT 1 FROM json_each(x.value, '$[2]') p WHERE NEW.before -> p.value IS NULL)
          AND EXISTS (SELECT 1 FROM json_each(x.value, '$[2]') p WHERE NEW.before -> p.value IS NOT NEW.after -> p.value))) END,
    CASE WHEN NEW.after IS NOT NEW.before THEN (
      SELECT json_group_array(json_array(name, value, is_unique)) FROM (
        SELECT x.key AS name, x.value AS is_unique, iif(e.type = 'real', NEW.after -> x.key -> e.fullkey, e.value) AS value
        FROM json_each(NEW.indexes) x CROSS JOIN json_each(NEW.after -> x.key, '$[#-1]') e
        WHERE NEW.before -> x.key IS NOT NEW.after -> x.key
        UNION ALL
        SELECT x.value ->> 0, x.value ->> 1, (
          SELECT json_group_array(json(NEW.after -> ('$.' || p.value || '[#-1]'))) FROM json_each(x.value, '$[2]') p)
        FROM json_each(NEW.combinations) x
        WHERE NOT EXISTS (SELECT 1 FROM json_each(x.value, '$[2]') p WHERE NEW.after -> p.value IS NULL)
          AND EXISTS (SELECT 1 FROM json_each(x.value, '$[2]') p WHERE NEW.before -> p.value IS NOT NEW.after -> p.value))) END);
END`,
      `CREATE VIEW assert_keyed_23e71ba4 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS merges, NULL AS extras, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS contract, NULL AS feed, NULL AS dry_run, NULL AS matched, NULL AS refs, NULL AS record_id, NULL AS before, NULL AS after, NULL AS version, NULL AS archived_before, NULL AS archived_after, NULL AS changed, NULL AS old_keys, NULL AS new_keys`,
      `CREATE TRIGGER assert_judge_23e71ba4 INSTEAD OF INSERT ON assert_keyed_23e71ba4
BEGIN
  INSERT INTO assert_judged_23e71ba4 (write_id, object, organization_id, now, actor, contract, feed, dry_run, lifecycle, matched, record_id, after, version, archived_before, archived_after, changed, dropped_keys, added_keys, refusal) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.feed AND NOT NEW.dry_run,
    NEW.dry_run,
    NEW.extras ->> '$.lifecycle',
    NEW.matched,
    NEW.record_id,
    NEW.after,
    NEW.version,
    NEW.archived_before,
    NEW.archived_after,
    NEW.changed,
    CASE WHEN NEW.old_keys <> '[]' THEN (
      SELECT json_group_array(json(n.value)) FROM json_each(NEW.old_keys) n
      WHERE n.value NOT IN (SELECT o.value FROM json_each(NEW.new_keys) o)) END,
    CASE WHEN NEW.record_id IS NULL THEN NEW.new_keys WHEN NEW.new_keys <> '[]' THEN (
      SELECT json_group_array(json(n.value)) FROM json_each(NEW.new_keys) n
      WHERE n.value NOT IN (SELECT o.value FROM json_each(NEW.old_keys) o)) END,
    CASE
      WHEN NEW.record_id IS NULL AND NEW.extras ->> '$.mayCreate' = 0
        THEN json_array('not_found')
      WHEN NEW.record_id IS NOT NULL AND NEW.extras ->> '$.mayUpdate' = 0
        THEN json_array('exists', NEW.record_id)
      WHEN NEW.extras ->> '$.onSeveral' = 'error' AND NEW.record_id IS NOT NULL AND 1 < json_array_length((SELECT json_group_array(record_id) FROM (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')) AND k.value = iif(NEW.matched = 0, NEW.value, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][1]')) ORDER BY k.slot LIMIT 2)))
        THEN json_array('ambiguous', iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')), iif(NEW.matched = 0, NEW.value, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][1]')), json((SELECT json_group_array(record_id) FROM (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')) AND k.value = iif(NEW.matched = 0, NEW.value, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][1]')) ORDER BY k.slot LIMIT 10))))
      WHEN NEW.extras ->> '$.keysAgree' AND EXISTS (SELECT 1 FROM (
          SELECT n.value ->> 0 AS name, n.value ->> 1 AS value, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = n.value ->> 0 AND k.value = n.value ->> 1 ORDER BY k.slot LIMIT 1) AS record_id
          FROM json_each(NEW.extras -> '$.fallbacks') n) k
          WHERE k.record_id <> NEW.record_id AND NOT EXISTS (
            SELECT 1 FROM record_keys o
            WHERE o.organization_id = NEW.organization_id AND o.object = NEW.object AND o.name = k.name
              AND o.value = k.value AND o.slot IN ('', NEW.record_id) AND o.record_id = NEW.record_id))
        THEN json_array('keys_disagree', NEW.record_id, NEW.matched, json((SELECT json_group_array(json_array(k.name, k.value, k.record_id)) FROM (
          SELECT n.value ->> 0 AS name, n.value ->> 1 AS value, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = n.value ->> 0 AND k.value = n.value ->> 1 ORDER BY k.slot LIMIT 1) AS record_id
          FROM json_each(NEW.extras -> '$.fallbacks') n) k
          WHERE k.record_id <> NEW.record_id AND NOT EXISTS (
            SELECT 1 FROM record_keys o
            WHERE o.organization_id = NEW.organization_id AND o.object = NEW.object AND o.name = k.name
              AND o.value = k.value AND o.slot IN ('', NEW.record_id) AND o.record_id = NEW.record_id))))
      WHEN NEW.extras ->> '$.ifVersion' <> NEW.version
        THEN json_array('version_mismatch', NEW.record_id, NEW.version)
      WHEN NEW.extras ->> '$.onArchived' = 'refuse' AND NEW.archived_before IS NOT NULL
        THEN json_array('archived', NEW.record_id)
      WHEN NEW.extras ->> '$.ifNewer' IS NOT NULL AND NEW.before ->> ('$.' || (NEW.extras ->> '$.ifNewer') || '[0]') > NEW.attributes ->> ('$.' || (NEW.extras ->> '$.ifNewer') || '[0]')
        THEN json_array('older', NEW.record_id, NEW.extras ->> '$.ifNewer', NEW.before ->> ('$.' || (NEW.extras ->> '$.ifNewer') || '[0]'))
      WHEN octet_length(NEW.after) > max(262144, coalesce(octet_length(NEW.before), 0))
        THEN json_array('too_large', NEW.record_id)
      WHEN NEW.merges IS NOT NULL AND NEW.before IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(NEW.merges) m
          WHERE json_array_length(NEW.after, '$.' || m.key || '[0]') > max(100, coalesce(json_array_length(NEW.before, '$.' || m.key || '[0]'), 0)))
        THEN json_array('too_many_values', NEW.record_id, (SELECT m.key FROM json_each(NEW.merges) m
          WHERE json_array_length(NEW.after, '$.' || m.key || '[0]') > max(100, coalesce(json_array_length(NEW.before, '$.' || m.key || '[0]'), 0)) LIMIT 1))
      WHEN NEW.refs IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(NEW.refs) x WHERE x.value ->> 6 IS NULL AND x.value ->> 4 <> 3 AND coalesce(x.value ->> 5, iif(NEW.record_id IS NULL, 'create', 'update')) = iif(NEW.record_id IS NULL, 'create', 'update'))
        THEN json_array('reference_not_found', NEW.record_id, json((SELECT json_group_array(json(x.value)) FROM json_each(NEW.refs) x WHERE x.value ->> 6 IS NULL AND x.value ->> 4 <> 3 AND coalesce(x.value ->> 5, iif(NEW.record_id IS NULL, 'create', 'update')) = iif(NEW.record_id IS NULL, 'create', 'update'))))
      WHEN NEW.refs IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(NEW.refs) x WHERE json_array_length(x.value -> 7) > 1 AND coalesce(x.value ->> 5, iif(NEW.record_id IS NULL, 'create', 'update')) = iif(NEW.record_id IS NULL, 'create', 'update'))
        THEN (SELECT json_array('ambiguous', x.value ->> 0, x.value ->> 3, x.value -> 7) FROM json_each(NEW.refs) x WHERE json_array_length(x.value -> 7) > 1 AND coalesce(x.value ->> 5, iif(NEW.record_id IS NULL, 'create', 'update')) = iif(NEW.record_id IS NULL, 'create', 'update') LIMIT 1)
      WHEN NEW.new_keys <> '[]' AND EXISTS (SELECT 1 FROM json_each(NEW.new_keys) n CROSS JOIN record_keys k
          WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = n.value ->> 0
            AND k.value = n.value ->> 1 AND k.slot = '' AND n.value ->> 2 AND k.record_id IS NOT NEW.record_id)
        THEN json_array('conflict', NEW.record_id, json((SELECT json_group_array(json_array(k.name, k.value, k.record_id)) FROM json_each(NEW.new_keys) n CROSS JOIN record_keys k
          WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = n.value ->> 0
            AND k.value = n.value ->> 1 AND k.slot = '' AND n.value ->> 2 AND k.record_id IS NOT NEW.record_id)))
    END);
END`,
      `CREATE VIEW assert_judged_23e71ba4 AS SELECT NULL AS write_id, NULL AS object, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS contract, NULL AS feed, NULL AS dry_run, NULL AS lifecycle, NULL AS matched, NULL AS record_id, NULL AS after, NULL AS version, NULL AS archived_before, NULL AS archived_after, NULL AS changed, NULL AS dropped_keys, NULL AS added_keys, NULL AS refusal`,
      `CREATE TRIGGER assert_refuse_23e71ba4 INSTEAD OF INSERT ON assert_judged_23e71ba4
WHEN NEW.refusal IS NOT NULL
BEGIN
  INSERT INTO refusals (write_id, reason) VALUES (NEW.write_id, NEW.refusal);
END`,
      `CREATE TRIGGER assert_create_23e71ba4 INSTEAD OF INSERT ON assert_judged_23e71ba4
WHEN NEW.refusal IS NULL AND NEW.record_id IS NULL
BEGIN
  INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
  VALUES (NEW.organization_id, NEW.object, NEW.write_id, NEW.after, 1, NEW.now, NEW.now, NULL, NEW.actor, NEW.actor,
    json_array(NEW.write_id));
  INSERT INTO record_keys (organization_id, object, name, value, slot, record_id)
  SELECT NEW.organization_id, NEW.object, k.value ->> 0, k.value ->> 1, iif(k.value ->> 2, '', NEW.write_id), NEW.write_id
  FROM json_each(NEW.added_keys) k;
  INSERT INTO assert_noted_23e71ba4 (organization_id, now, actor, contract, object, feed, action, record_id, version, changed) VALUES (
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.object,
    NEW.feed,
    'created',
    NEW.write_id,
    1,
    NEW.changed);
  INSERT INTO undo_log (organization_id, object, id, before, dropped_keys, added_keys)
  SELECT NEW.organization_id, NEW.object, NEW.write_id, NULL, '[]', coalesce(NEW.added_keys, '[]') WHERE NEW.dry_run;
END`,
      `CREATE TRIGGER assert_update_23e71ba4 INSTEAD OF INSERT ON assert_judged_23e71ba4
WHEN NEW.refusal IS NULL AND NEW.record_id IS NOT NULL AND NEW.lifecycle IS NOT 'erase'
  AND (NEW.changed IS NOT NULL OR NEW.archived_after IS NOT NEW.archived_before)
BEGIN
  INSERT INTO undo_log (organization_id, object, id, before, dropped_keys, added_keys)
  SELECT NEW.organization_id, NEW.object, NEW.record_id,
    json_array(r.data, r.version, r.created_at, r.updated_at, r.archived_at, r.created_by, r.updated_by, r.last_write),
    coalesce(NEW.dropped_keys, '[]'), coalesce(NEW.added_keys, '[]')
  FROM records r
  WHERE NEW.dry_run AND r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id;
  DELETE FROM record_keys WHERE NEW.dropped_keys <> '[]' AND (organization_id, object, name, value, slot) IN (
    SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), iif(k.value ->> 2, '', NEW.record_id)
    FROM json_each(NEW.dropped_keys) k);
  INSERT INTO record_keys (organization_id, object, name, value, slot, record_id)
  SELECT NEW.organization_id, NEW.object, k.value ->> 0, k.value ->> 1, iif(k.value ->> 2, '', NEW.record_id), NEW.record_id
  FROM json_each(NEW.added_keys) k;
  UPDATE records SET
    data = NEW.after, version = NEW.version + 1, updated_at = max(updated_at, NEW.now), archived_at = NEW.archived_after,
    updated_by = NEW.actor,
    last_write = json_array(NEW.write_id, NEW.matched, json(coalesce(NEW.changed, '[]')), CASE
      WHEN NEW.archived_after IS NOT NULL AND NEW.archived_before IS NULL THEN 'archived'
      WHEN NEW.archived_after IS NULL AND NEW.archived_before IS NOT NULL THEN 'restored' END)
  WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.record_id;
  INSERT INTO assert_noted_23e71ba4 (organization_id, now, actor, contract, object, feed, action, record_id, version, changed) VALUES (
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.object,
    NEW.feed,
    coalesce(CASE
      WHEN NEW.archived_after IS NOT NULL AND NEW.archived_before IS NULL THEN 'archived'
      WHEN NEW.archived_after IS NULL AND NEW.archived_before IS NOT NULL THEN 'restored' END, 'updated'),
    NEW.record_id,
    NEW.version + 1,
    coalesce(NEW.changed, '[]'));
END`,
      `CREATE TRIGGER assert_erase_23e71ba4 INSTEAD OF INSERT ON assert_judged_23e71ba4
WHEN NEW.refusal IS NULL AND NEW.record_id IS NOT NULL AND NEW.lifecycle = 'erase'
BEGIN
  INSERT INTO undo_log (organization_id, object, id, before, dropped_keys, added_keys)
  SELECT NEW.organization_id, NEW.object, NEW.record_id,
    json_array(r.data, r.version, r.created_at, r.updated_at, r.archived_at, r.created_by, r.updated_by, r.last_write),
    coalesce(NEW.dropped_keys, '[]'), coalesce(NEW.added_keys, '[]')
  FROM records r
  WHERE NEW.dry_run AND r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id;
  DELETE FROM record_keys WHERE NEW.dropped_keys <> '[]' AND (organization_id, object, name, value, slot) IN (
    SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), iif(k.value ->> 2, '', NEW.record_id)
    FROM json_each(NEW.dropped_keys) k);
  DELETE FROM records WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.record_id;
  INSERT INTO refusals (write_id, reason) VALUES (NEW.write_id, '["erased"]');
  INSERT INTO assert_noted_23e71ba4 (organization_id, now, actor, contract, object, feed, action, record_id, version, changed) VALUES (
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.contract,
    NEW.object,
    NEW.feed,
    'erased',
    NEW.record_id,
    NEW.version + 1,
    coalesce(NEW.changed, '[]'));
END`,
      `CREATE VIEW assert_noted_23e71ba4 AS SELECT NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS contract, NULL AS object, NULL AS feed, NULL AS action, NULL AS record_id, NULL AS version, NULL AS changed`,
      `CREATE TRIGGER assert_note_23e71ba4 INSTEAD OF INSERT ON assert_noted_23e71ba4
WHEN NEW.feed
BEGIN
  INSERT INTO changes (organization_id, sequence, at, actor, contract, action, object, record_id, version, changed)
  SELECT NEW.organization_id,
    1 + coalesce((SELECT c.sequence FROM changes c WHERE c.organization_id = NEW.organization_id ORDER BY c.sequence DESC LIMIT 1), 0),
    NEW.now, NEW.actor, NEW.contract, NEW.action, NEW.object, NEW.record_id, NEW.version, NEW.changed;
END`,
      `CREATE VIEW assert_kept_23e71ba4 AS SELECT NULL AS idempotency_key, NULL AS position, NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS extras, NULL AS track, NULL AS data_bytes, NULL AS organization_id, NULL AS now`,
      `CREATE TRIGGER assert_keep_23e71ba4 INSTEAD OF INSERT ON assert_kept_23e71ba4
WHEN NEW.idempotency_key IS NOT NULL
BEGIN
  INSERT OR REPLACE INTO replays (organization_id, idempotency_key, position, answer, created_at)
  SELECT NEW.organization_id, NEW.idempotency_key, NEW.position, json_array(NEW.write_id,
      (SELECT f.reason FROM refusals f WHERE f.write_id = NEW.write_id),
      (SELECT a.head || ',' || CASE WHEN octet_length(a.data) <= NEW.data_bytes THEN a.data || ']'
      WHEN NEW.track AND a.id = NEW.write_id AND a.version = 1 THEN 'null,null,' || (SELECT json_group_array(slug) FROM (SELECT j.key AS slug FROM json_each(a.data) j ORDER BY j.key)) || ']'
      ELSE 'null]' END FROM record_answers_23e71ba4 a
        WHERE a.organization_id = NEW.organization_id AND a.object = NEW.object AND a.id = coalesce(CASE WHEN NEW.extras -> '$.fallbacks' IS NOT NULL
      THEN (SELECT hit FROM (
      SELECT 0 AS place, CASE NEW.name
      WHEN 'id' THEN (
        SELECT r.id FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.value)
      ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1) END AS hit
      UNION ALL
      SELECT f.key + 1, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = f.value ->> 0 AND k.value = f.value ->> 1 ORDER BY k.slot LIMIT 1)
      FROM json_each(NEW.extras -> '$.fallbacks') f) WHERE hit IS NOT NULL ORDER BY place LIMIT 1)
      WHEN NEW.extras -> '$.relatedTo' IS NOT NULL THEN (SELECT t.id FROM records p CROSS JOIN records t
        WHERE p.organization_id = NEW.organization_id AND p.object = NEW.extras -> '$.relatedTo' ->> 0 AND p.id = CASE NEW.extras -> '$.relatedTo' ->> 1 WHEN 'id' THEN NEW.extras -> '$.relatedTo' ->> 2 ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.extras -> '$.relatedTo' ->> 0 AND k.name = NEW.extras -> '$.relatedTo' ->> 1 AND k.value = NEW.extras -> '$.relatedTo' ->> 2 ORDER BY k.slot LIMIT 1) END
          AND t.organization_id = NEW.organization_id AND t.object = NEW.object
          AND t.id = p.data ->> ('$.' || (NEW.extras -> '$.relatedTo' ->> 3) || '[0]'))
      ELSE CASE NEW.name
      WHEN 'id' THEN (
        SELECT r.id FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.value)
      ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1) END END, NEW.write_id)),
      CASE WHEN NEW.extras -> '$.fallbacks' IS NOT NULL THEN (SELECT min(place) FROM (
      SELECT 0 AS place, CASE NEW.name
      WHEN 'id' THEN (
        SELECT r.id FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.value)
      ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1) END AS hit
      UNION ALL
      SELECT f.key + 1, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = f.value ->> 0 AND k.value = f.value ->> 1 ORDER BY k.slot LIMIT 1)
      FROM json_each(NEW.extras -> '$.fallbacks') f) WHERE hit IS NOT NULL) END, NOT (NEW.extras -> '$.when' IS NULL OR CASE WHEN NEW.extras -> '$.when' ->> 4 IS NULL
      THEN NOT EXISTS (SELECT 1 FROM records r WHERE r.organization_id = NEW.organization_id AND r.object = NEW.extras -> '$.when' ->> 0 AND r.id = CASE NEW.extras -> '$.when' ->> 1 WHEN 'id' THEN NEW.extras -> '$.when' ->> 2 ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.extras -> '$.when' ->> 0 AND k.name = NEW.extras -> '$.when' ->> 1 AND k.value = NEW.extras -> '$.when' ->> 2 ORDER BY k.slot LIMIT 1) END)
      ELSE EXISTS (SELECT 1 FROM records r WHERE r.organization_id = NEW.organization_id AND r.object = NEW.extras -> '$.when' ->> 0 AND r.id = CASE NEW.extras -> '$.when' ->> 1 WHEN 'id' THEN NEW.extras -> '$.when' ->> 2 ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.extras -> '$.when' ->> 0 AND k.name = NEW.extras -> '$.when' ->> 1 AND k.value = NEW.extras -> '$.when' ->> 2 ORDER BY k.slot LIMIT 1) END
        AND r.last_write ->> 0 = NEW.extras -> '$.when' ->> 3 AND r.data -> (NEW.extras -> '$.when' ->> 4) IS NOT NULL
        AND (r.version = 1 OR NEW.extras -> '$.when' ->> 4 IN (SELECT c.value FROM json_each(r.last_write, '$[2]') c))) END), NEW.object), NEW.now
  WHERE NOT EXISTS (
      SELECT 1 FROM replays p
      WHERE p.organization_id = NEW.organization_id AND p.idempotency_key = NEW.idempotency_key
        AND p.position = -1 AND p.created_at > NEW.now - 86400000);
END`,
      `CREATE VIEW assert_undone_23e71ba4 AS SELECT NULL AS organization_id, NULL AS object, NULL AS id, NULL AS before, NULL AS dropped_keys, NULL AS added_keys`,
      `CREATE TRIGGER assert_all_23e71ba4 INSTEAD OF INSERT ON assert_23e71ba4
WHEN NEW.op = 'all'
BEGIN
  SELECT RAISE(ABORT, 'edge-upsert:refused') WHERE EXISTS (
    SELECT 1 FROM refusals WHERE reason <> '["erased"]' AND write_id <> 'work');
END`,
      `CREATE TRIGGER assert_end_23e71ba4 INSTEAD OF INSERT ON assert_23e71ba4
WHEN NEW.op = 'end'
BEGIN
  DELETE FROM refusals WHERE true;
END`,
      `CREATE TRIGGER assert_end_kept_23e71ba4 INSTEAD OF INSERT ON assert_23e71ba4
WHEN NEW.op = 'end' AND NEW.idempotency_key IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM replays p
      WHERE p.organization_id = NEW.organization_id AND p.idempotency_key = NEW.idempotency_key
        AND p.position = -1 AND p.created_at > NEW.now - 86400000)
BEGIN
  INSERT OR REPLACE INTO replays (organization_id, idempotency_key, position, answer, created_at)
  VALUES (NEW.organization_id, NEW.idempotency_key, -1, NEW.value, NEW.now);
END`,
      `CREATE TRIGGER assert_undo_23e71ba4 INSTEAD OF INSERT ON assert_23e71ba4
WHEN NEW.op = 'undo'
BEGIN
  INSERT INTO assert_undone_23e71ba4
  SELECT u.organization_id, u.object, u.id, u.before, u.dropped_keys, u.added_keys FROM undo_log u ORDER BY u.sequence DESC;
  DELETE FROM undo_log WHERE true;
  DELETE FROM refusals WHERE true;
END`,
      `CREATE TRIGGER assert_undo_one_23e71ba4 INSTEAD OF INSERT ON assert_undone_23e71ba4
BEGIN
  DELETE FROM record_keys WHERE (organization_id, object, name, value, slot) IN (
    SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), iif(k.value ->> 2, '', NEW.id)
    FROM json_each(NEW.added_keys) k);
  INSERT INTO record_keys (organization_id, object, name, value, slot, record_id)
    SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), iif(k.value ->> 2, '', NEW.id), NEW.id
    FROM json_each(NEW.dropped_keys) k;
  DELETE FROM records WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.id;
  INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
  SELECT NEW.organization_id, NEW.object, NEW.id, NEW.before ->> 0, NEW.before ->> 1, NEW.before ->> 2, NEW.before ->> 3,
    NEW.before ->> 4, NEW.before ->> 5, NEW.before ->> 6, NEW.before ->> 7
  WHERE NEW.before IS NOT NULL;
END`,
    ],
  },
  {
    name: '0005_administration.sql',
    statements: [
      `ALTER TABLE credentials ADD COLUMN replaces TEXT`,
      `CREATE UNIQUE INDEX credentials_by_replaced ON credentials (replaces) WHERE replaces IS NOT NULL`,
      `UPDATE organizations SET revision = revision + 1 WHERE id IN (
  SELECT c.organization_id FROM credentials c
  WHERE c.member_id IS NOT NULL AND c.revoked_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM members m WHERE m.organization_id = c.organization_id AND m.id = c.member_id AND m.removed_at IS NULL))`,
      `UPDATE credentials SET revoked_at = unixepoch() * 1000
WHERE member_id IS NOT NULL AND revoked_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM members m
  WHERE m.organization_id = credentials.organization_id AND m.id = credentials.member_id AND m.removed_at IS NULL)`,
    ],
  },
  {
    name: '0006_phone_numbers.sql',
    statements: [
      `ALTER TABLE organizations ADD COLUMN default_country TEXT`,
    ],
  },
  {
    name: '0007_tenants.sql',
    statements: [
      `ALTER TABLE organizations ADD COLUMN status TEXT NOT NULL DEFAULT 'active'`,
      `CREATE TABLE tenants (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  place TEXT NOT NULL,
  move TEXT,
  program TEXT,
  created_at INTEGER NOT NULL,
  seen_at INTEGER,
  erase_at INTEGER,
  revision INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID`,
      `CREATE TABLE operator_log (
  sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  operator TEXT NOT NULL,
  action TEXT NOT NULL,
  tenant_id TEXT,
  request_id TEXT,
  detail TEXT,
  outcome TEXT NOT NULL
)`,
    ],
  },
  {
    name: '0008_history.sql',
    statements: [
      `ALTER TABLE organizations ADD COLUMN history TEXT CHECK (history IN ('values', 'names', 'off'))`,
      `ALTER TABLE organizations ADD COLUMN history_days INTEGER`,
      `ALTER TABLE organizations ADD COLUMN history_from INTEGER NOT NULL DEFAULT 0`,
      `ALTER TABLE changes ADD COLUMN delta TEXT`,
      `ALTER TABLE changes ADD COLUMN request TEXT`,
      `ALTER TABLE changes ADD COLUMN import TEXT`,
      `ALTER TABLE changes ADD COLUMN previous INTEGER`,
      `CREATE INDEX changes_to_blank ON changes (organization_id, sequence) WHERE action = 'erased' AND delta IS NOT NULL`,
      `ALTER TABLE record_keys ADD COLUMN number REAL`,
      `CREATE INDEX record_keys_by_number ON record_keys (organization_id, object, name, number, record_id)
  WHERE number IS NOT NULL`,
      `UPDATE record_keys SET number = CAST(value AS REAL) WHERE (organization_id, object, name) IN (
  SELECT a.organization_id, a.object, a.slug FROM attributes a WHERE a.type IN ('number', 'rating') AND (a.is_indexed OR a.is_unique))`,
    ],
  },
  {
    name: '0009_program.sql',
    statements: [
      `DROP VIEW IF EXISTS record_answers`,
      `DROP VIEW IF EXISTS assert`,
      `DROP VIEW IF EXISTS assert_located`,
      `DROP VIEW IF EXISTS assert_kept`,
      `DROP VIEW IF EXISTS assert_merged`,
      `DROP VIEW IF EXISTS assert_keyed`,
      `DROP VIEW IF EXISTS assert_judged`,
      `DROP VIEW IF EXISTS assert_noted`,
      `DROP VIEW IF EXISTS assert_undone`,
      `DROP VIEW IF EXISTS guard`,
      `CREATE VIEW record_answers_2c33ea84 AS SELECT organization_id, object, id, data, version,
  '["' || id || '",' || version || ',' || created_at || ',' || updated_at || ',' || coalesce(archived_at, 'null') ||
  ',"' || created_by || '","' || updated_by || '",' || last_write AS head,
  '["' || id || '",' || version || ',' || created_at || ',' || updated_at || ',' || coalesce(archived_at, 'null') ||
  ',"' || created_by || '","' || updated_by || '",' || last_write || ',' || data || ']' AS answer
FROM records`,
      `CREATE VIEW folding_2c33ea84 AS SELECT ' - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -a- - --- - - - - - - -μ- - - - -o- - - - - -a-a-a-a-a-a-aec-e-e-e-e-i-i-i-i-d-n-o-o-o-o-o- -o-u-u-u-u-y-thssa-a-a-a-a-a-aec-e-e-e-e-i-i-i-i-d-n-o-o-o-o-o- -o-u-u-u-u-y-thy-a-a-a-a-a-a-c-c-c-c-c-c-c-c-d-d-d-d-e-e-e-e-e-e-e-e-e-e-g-g-g-g-g-g-g-g-h-h-h-h-i-i-i-i-i-i-i-i-i-i-ijijj-j-k-k-k-l-l-l-l-l-l-l-l-l-l-n-n-n-n-n-n-n-ŋ-ŋ-o-o-o-o-o-o-oeoer-r-r-r-r-r-s-s-s-s-s-s-s-s-t-t-t-t-t-t-u-u-u-u-u-u-u-u-u-u-u-u-w-w-y-y-y-z-z-z-z-z-z-s-ƀ-ɓ-ƃ-ƃ-ƅ-ƅ-ɔ-ƈ-ƈ-ɖ-ɗ-ƌ-ƌ-ƍ-ǝ-ə-ɛ-ƒ-ƒ-ɠ-ɣ-ƕ-ɩ-ɨ-ƙ-ƙ-ƚ-ƛ-ɯ-ɲ-ƞ-ɵ-o-o-ƣ-ƣ-ƥ-ƥ-ʀ-ƨ-ƨ-ʃ-ƪ-ƫ-ƭ-ƭ-ʈ-u-u-ʊ-ʋ-ƴ-ƴ-ƶ-ƶ-ʒ-ƹ-ƹ-ƺ-ƻ-ƽ-ƽ-ƾ-ƿ-ǀ-ǁ-ǂ-ǃ-dzdzdzljljljnjnjnja-a-i-i-o-o-u-u-u-u-u-u-u-u-u-u-ǝ-a-a-a-a-aeaeǥ-ǥ-g-g-k-k-o-o-o-o-ʒ-ʒ-j-dzdzdzg-g-ƕ-ƿ-n-n-a-a-aeaeo-o-a-a-a-a-e-e-e-e-i-i-i-i-o-o-o-o-r-r-r-r-u-u-u-u-s-s-t-t-ȝ-ȝ-h-h-ƞ-ȡ-ȣ-ȣ-ȥ-ȥ-a-a-e-e-o-o-o-o-o-o-o-o-y-y-ȴ-ȵ-ȶ-ȷ-ȸ-ȹ-ⱥ-ȼ-ȼ-ƚ-ⱦ-ȿ-ɀ-ɂ-ɂ-ƀ-ʉ-ʌ-ɇ-ɇ-ɉ-ɉ-ɋ-ɋ-ɍ-ɍ-ɏ-ɏ---------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------ͱ-ͱ-ͳ-ͳ-ʹ- -ͷ-ͷ- - ---ͻ-ͼ-ͽ- -ϳ- - - - - - -α- -ε-η-ι- -ο- -υ-ω-ι-α-β-γ-δ-ε-ζ-η-θ-ι-κ-λ-μ-ν-ξ-ο-π-ρ- -σ-τ-υ-φ-χ-ψ-ω-ι-υ-α-ε-η-ι-υ-α-β-γ-δ-ε-ζ-η-θ-ι-κ-λ-μ-ν-ξ-ο-π-ρ-σ-σ-τ-υ-φ-χ-ψ-ω-ι-υ-ο-υ-ω-ϗ-β-θ-υ-υ-υ-φ-π-ϗ-ϙ-ϙ-ϛ-ϛ-ϝ-ϝ-ϟ-ϟ-ϡ-ϡ-ϣ-ϣ-ϥ-ϥ-ϧ-ϧ-ϩ-ϩ-ϫ-ϫ-ϭ-ϭ-ϯ-ϯ-κ-ρ-σ-ϳ-θ-ε- -ϸ-ϸ-σ-ϻ-ϻ-ϼ-ͻ-ͼ-ͽ-е-е-ђ-г-є-ѕ-і-і-ј-љ-њ-ћ-к-и-у-џ-а-б-в-г-д-е-ж-з-и-и-к-л-м-н-о-п-р-с-т-у-ф-х-ц-ч-ш-щ-ъ-ы-ь-э-ю-я-а-б-в-г-д-е-ж-з-и-и-к-л-м-н-о-п-р-с-т-у-ф-х-ц-ч-ш-щ-ъ-ы-ь-э-ю-я-е-е-ђ-г-є-ѕ-і-і-ј-љ-њ-ћ-к-и-у-џ-ѡ-ѡ-ѣ-ѣ-ѥ-ѥ-ѧ-ѧ-ѩ-ѩ-ѫ-ѫ-ѭ-ѭ-ѯ-ѯ-ѱ-ѱ-ѳ-ѳ-ѵ-ѵ-ѵ-ѵ-ѹ-ѹ-ѻ-ѻ-ѽ-ѽ-ѿ-ѿ-ҁ-ҁ- ---------------ҋ-ҋ-ҍ-ҍ-ҏ-ҏ-ґ-ґ-ғ-ғ-ҕ-ҕ-җ-җ-ҙ-ҙ-қ-қ-ҝ-ҝ-ҟ-ҟ-ҡ-ҡ-ң-ң-ҥ-ҥ-ҧ-ҧ-ҩ-ҩ-ҫ-ҫ-ҭ-ҭ-ү-ү-ұ-ұ-ҳ-ҳ-ҵ-ҵ-ҷ-ҷ-ҹ-ҹ-һ-һ-ҽ-ҽ-ҿ-ҿ-ӏ-ж-ж-ӄ-ӄ-ӆ-ӆ-ӈ-ӈ-ӊ-ӊ-ӌ-ӌ-ӎ-ӎ-ӏ-а-а-а-а-ӕ-ӕ-е-е-ә-ә-ә-ә-ж-ж-з-з-ӡ-ӡ-и-и-и-и-о-о-ө-ө-ө-ө-э-э-у-у-у-у-у-у-ч-ч-ӷ-ӷ-ы-ы-ӻ-ӻ-ӽ-ӽ-ӿ-ӿ-ԁ-ԁ-ԃ-ԃ-ԅ-ԅ-ԇ-ԇ-ԉ-ԉ-ԋ-ԋ-ԍ-ԍ-ԏ-ԏ-ԑ-ԑ-ԓ-ԓ-ԕ-ԕ-ԗ-ԗ-ԙ-ԙ-ԛ-ԛ-ԝ-ԝ-ԟ-ԟ-ԡ-ԡ-ԣ-ԣ-ԥ-ԥ-ԧ-ԧ-ԩ-ԩ-ԫ-ԫ-ԭ-ԭ-ԯ-ԯ-a-a-b-b-b-b-b-b-c-c-d-d-d-d-d-d-d-d-d-d-e-e-e-e-e-e-e-e-e-e-f-f-g-g-h-h-h-h-h-h-h-h-h-h-i-i-i-i-k-k-k-k-k-k-l-l-l-l-l-l-l-l-m-m-m-m-m-m-n-n-n-n-n-n-n-n-o-o-o-o-o-o-o-o-p-p-p-p-r-r-r-r-r-r-r-r-s-s-s-s-s-s-s-s-s-s-t-t-t-t-t-t-t-t-u-u-u-u-u-u-u-u-u-u-v-v-v-v-w-w-w-w-w-w-w-w-w-w-x-x-x-x-y-y-z-z-z-z-z-z-h-t-w-y-a-s-ẜ-ẝ-ssẟ-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-e-e-e-e-e-e-e-e-e-e-e-e-e-e-e-e-i-i-i-i-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-o-u-u-u-u-u-u-u-u-u-u-u-u-u-u-y-y-y-y-y-y-y-y-ỻ-ỻ-ỽ-ỽ-ỿ-ỿ-α-α-α-α-α-α-α-α-α-α-α-α-α-α-α-α-ε-ε-ε-ε-ε-ε- - -ε-ε-ε-ε-ε-ε- - -η-η-η-η-η-η-η-η-η-η-η-η-η-η-η-η-ι-ι-ι-ι-ι-ι-ι-ι-ι-ι-ι-ι-ι-ι-ι-ι-ο-ο-ο-ο-ο-ο- - -ο-ο-ο-ο-ο-ο- - -υ-υ-υ-υ-υ-υ-υ-υ- -υ- -υ- -υ- -υ-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-α-α-ε-ε-η-η-ι-ι-ο-ο-υ-υ-ω-ω- - -α-α-α-α-α-α-α-α-α-α-α-α-α-α-α-α-η-η-η-η-η-η-η-η-η-η-η-η-η-η-η-η-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-ω-α-α-α-α-α- -α-α-α-α-α-α-α- -ι- - - -η-η-η- -η-η-ε-ε-η-η-η- - - -ι-ι-ι-ι- - -ι-ι-ι-ι-ι-ι- - - - -υ-υ-υ-υ-ρ-ρ-υ-υ-υ-υ-υ-υ-ρ- - - - - -ω-ω-ω- -ω-ω-ο-ο-ω-ω-ω- - - -fffiflffffstst - - - - - - - - - - - - - - -0-1-2-3-4-5-6-7-8-9- - - - - - - -a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z- - - - - - -a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z- - - - -' AS signs`,
      `CREATE VIEW guard_2c33ea84 AS SELECT NULL AS organization_id, NULL AS revision`,
      `CREATE TRIGGER guard_check_2c33ea84 INSTEAD OF INSERT ON guard_2c33ea84
BEGIN
  SELECT RAISE(ABORT, 'edge-upsert:stale')
  WHERE NEW.revision IS NOT (SELECT o.revision FROM organizations o WHERE o.id = NEW.organization_id);
END`,
      `CREATE VIEW assert_2c33ea84 AS SELECT NULL AS position, NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS on_create, NULL AS merges, NULL AS extras, NULL AS revision, NULL AS op, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS origin, NULL AS indexes, NULL AS combinations, NULL AS feed, NULL AS dry_run, NULL AS track, NULL AS data_bytes, NULL AS idempotency_key`,
      `CREATE TRIGGER assert_plain_2c33ea84 INSTEAD OF INSERT ON assert_2c33ea84
WHEN NEW.op IS NULL AND NEW.extras IS NULL AND NEW.combinations IS NULL AND NEW.idempotency_key IS NULL
  AND NEW.name IS NOT 'id' AND NOT NEW.dry_run
BEGIN
  SELECT RAISE(ABORT, 'edge-upsert:stale')
  WHERE NEW.revision IS NOT NULL AND NEW.revision IS NOT (SELECT o.revision FROM organizations o WHERE o.id = NEW.organization_id);
  INSERT INTO assert_known_2c33ea84 (write_id, object, name, value, attributes, on_create, merges, organization_id, now, actor, origin, indexes, feed, track, before) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.indexes,
    NEW.feed,
    NEW.track,
    (SELECT r.data FROM records r
      WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.archived_at IS NULL
        AND r.id = coalesce((SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = NEW.name AND led.value = NEW.value AND NOT EXISTS (
        SELECT 1 FROM record_aliases o
        WHERE o.organization_id = led.organization_id AND o.object = led.object AND o.name = led.name AND o.value = led.value
          AND o.record_id <> led.record_id) LIMIT 1))));
END`,
      `CREATE TRIGGER assert_full_2c33ea84 INSTEAD OF INSERT ON assert_2c33ea84
WHEN NEW.op IS NULL AND NOT (NEW.extras IS NULL AND NEW.combinations IS NULL AND NEW.idempotency_key IS NULL
  AND NEW.name IS NOT 'id' AND NOT NEW.dry_run)
BEGIN
  SELECT RAISE(ABORT, 'edge-upsert:stale')
  WHERE NEW.revision IS NOT NULL AND NEW.revision IS NOT (SELECT o.revision FROM organizations o WHERE o.id = NEW.organization_id);
  INSERT INTO assert_found_2c33ea84 (write_id, object, name, value, attributes, on_create, merges, extras, organization_id, now, actor, origin, indexes, combinations, feed, dry_run, track, record_id, matched, refs, runs) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NEW.extras,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.indexes,
    NEW.combinations,
    NEW.feed,
    NEW.dry_run,
    NEW.track,
    CASE WHEN NEW.extras -> '$.fallbacks' IS NOT NULL
      THEN (SELECT hit FROM (
      SELECT 0 AS place, coalesce(CASE NEW.name
      WHEN 'id' THEN (
        SELECT r.id FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.value)
      ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1) END, (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = NEW.name AND led.value = NEW.value ORDER BY led.merged_id LIMIT 1)) AS hit
      UNION ALL
      SELECT f.key + 1, coalesce((SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = f.value ->> 0 AND k.value = f.value ->> 1 ORDER BY k.slot LIMIT 1), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = f.value ->> 0 AND led.value = f.value ->> 1 ORDER BY led.merged_id LIMIT 1))
      FROM json_each(NEW.extras -> '$.fallbacks') f) WHERE hit IS NOT NULL ORDER BY place LIMIT 1)
      WHEN NEW.extras -> '$.relatedTo' IS NOT NULL THEN (SELECT t.id FROM records p CROSS JOIN records t
        WHERE p.organization_id = NEW.organization_id AND p.object = NEW.extras -> '$.relatedTo' ->> 0 AND p.id = coalesce(iif(NEW.extras -> '$.relatedTo' ->> 1 = 'id', NULL, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.extras -> '$.relatedTo' ->> 0 AND k.name = NEW.extras -> '$.relatedTo' ->> 1 AND k.value = NEW.extras -> '$.relatedTo' ->> 2 ORDER BY k.slot LIMIT 1)), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.extras -> '$.relatedTo' ->> 0 AND led.name = NEW.extras -> '$.relatedTo' ->> 1 AND led.value = NEW.extras -> '$.relatedTo' ->> 2 ORDER BY led.merged_id LIMIT 1), iif(NEW.extras -> '$.relatedTo' ->> 1 = 'id', NEW.extras -> '$.relatedTo' ->> 2, NULL))
          AND t.organization_id = NEW.organization_id AND t.object = NEW.object
          AND t.id = p.data ->> ('$.' || (NEW.extras -> '$.relatedTo' ->> 3) || '[0]'))
      ELSE coalesce(CASE NEW.name
      WHEN 'id' THEN (
        SELECT r.id FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.value)
      ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1) END, (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = NEW.name AND led.value = NEW.value ORDER BY led.merged_id LIMIT 1)) END,
    coalesce(CASE WHEN NEW.extras -> '$.fallbacks' IS NOT NULL THEN (SELECT min(place) FROM (
      SELECT 0 AS place, coalesce(CASE NEW.name
      WHEN 'id' THEN (
        SELECT r.id FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.value)
      ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1) END, (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = NEW.name AND led.value = NEW.value ORDER BY led.merged_id LIMIT 1)) AS hit
      UNION ALL
      SELECT f.key + 1, coalesce((SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = f.value ->> 0 AND k.value = f.value ->> 1 ORDER BY k.slot LIMIT 1), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = f.value ->> 0 AND led.value = f.value ->> 1 ORDER BY led.merged_id LIMIT 1))
      FROM json_each(NEW.extras -> '$.fallbacks') f) WHERE hit IS NOT NULL) END, 0),
    CASE WHEN NEW.extras -> '$.refs' IS NOT NULL THEN (
      SELECT json_group_array(json_array(x.value ->> 0, x.value ->> 1, x.value ->> 2, x.value ->> 3, x.value ->> 4, x.value ->> 5,
        CASE
          WHEN x.value ->> 1 = 'members' AND x.value ->> 2 = 'email' THEN (
          SELECT m.id FROM members m INDEXED BY members_by_email
          WHERE m.organization_id = NEW.organization_id AND m.email = x.value ->> 3 AND m.removed_at IS NULL
          ORDER BY m.id LIMIT 1)
          WHEN x.value ->> 1 = 'members' THEN (
          SELECT m.id FROM members m
          WHERE m.organization_id = NEW.organization_id AND m.id = x.value ->> 3 AND m.removed_at IS NULL)
          WHEN x.value ->> 6 IS NULL THEN (
          SELECT r.id FROM records r
          WHERE r.organization_id = NEW.organization_id AND r.object = x.value ->> 1 AND r.id = coalesce(iif(x.value ->> 2 = 'id', NULL, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = x.value ->> 1 AND k.name = x.value ->> 2 AND k.value = x.value ->> 3 ORDER BY k.slot LIMIT 1)), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = x.value ->> 1 AND led.name = x.value ->> 2 AND led.value = x.value ->> 3 ORDER BY led.merged_id LIMIT 1), iif(x.value ->> 2 = 'id', x.value ->> 3, NULL)))
          ELSE coalesce((
          SELECT r.id FROM records r
          WHERE r.organization_id = NEW.organization_id AND r.object = x.value ->> 1 AND r.id = coalesce(iif(x.value ->> 2 = 'id', NULL, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = x.value ->> 1 AND k.name = x.value ->> 2 AND k.value = x.value ->> 3 ORDER BY k.slot LIMIT 1)), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = x.value ->> 1 AND led.name = x.value ->> 2 AND led.value = x.value ->> 3 ORDER BY led.merged_id LIMIT 1), iif(x.value ->> 2 = 'id', x.value ->> 3, NULL))), (
          SELECT r.id FROM records r
          WHERE r.organization_id = NEW.organization_id AND r.object = x.value ->> 1 AND r.id = coalesce(iif(x.value ->> 6 = 'id', NULL, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = x.value ->> 1 AND k.name = x.value ->> 6 AND k.value = x.value ->> 7 ORDER BY k.slot LIMIT 1)), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = x.value ->> 1 AND led.name = x.value ->> 6 AND led.value = x.value ->> 7 ORDER BY led.merged_id LIMIT 1), iif(x.value ->> 6 = 'id', x.value ->> 7, NULL))))
        END,
        CASE WHEN x.value ->> 8 = 1 OR x.value ->> 8 = 2 AND EXISTS (SELECT 1 FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = x.value ->> 1 AND led.name = x.value ->> 2 AND led.value = x.value ->> 3) THEN json(coalesce(nullif((SELECT json_group_array(record_id) FROM (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = x.value ->> 1 AND k.name = x.value ->> 2 AND k.value = x.value ->> 3 ORDER BY k.slot LIMIT 10)), '[]'), (SELECT json_group_array(record_id) FROM (SELECT DISTINCT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = x.value ->> 1 AND led.name = x.value ->> 2 AND led.value = x.value ->> 3 ORDER BY led.record_id LIMIT 10)))) END))
      FROM json_each(NEW.extras -> '$.refs') x) END,
    (NEW.extras -> '$.when' IS NULL OR CASE WHEN NEW.extras -> '$.when' ->> 4 IS NULL
      THEN NOT EXISTS (SELECT 1 FROM records r WHERE r.organization_id = NEW.organization_id AND r.object = NEW.extras -> '$.when' ->> 0 AND r.id = coalesce(iif(NEW.extras -> '$.when' ->> 1 = 'id', NULL, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.extras -> '$.when' ->> 0 AND k.name = NEW.extras -> '$.when' ->> 1 AND k.value = NEW.extras -> '$.when' ->> 2 ORDER BY k.slot LIMIT 1)), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.extras -> '$.when' ->> 0 AND led.name = NEW.extras -> '$.when' ->> 1 AND led.value = NEW.extras -> '$.when' ->> 2 ORDER BY led.merged_id LIMIT 1), iif(NEW.extras -> '$.when' ->> 1 = 'id', NEW.extras -> '$.when' ->> 2, NULL)))
      ELSE EXISTS (SELECT 1 FROM records r WHERE r.organization_id = NEW.organization_id AND r.object = NEW.extras -> '$.when' ->> 0 AND r.id = coalesce(iif(NEW.extras -> '$.when' ->> 1 = 'id', NULL, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.extras -> '$.when' ->> 0 AND k.name = NEW.extras -> '$.when' ->> 1 AND k.value = NEW.extras -> '$.when' ->> 2 ORDER BY k.slot LIMIT 1)), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.extras -> '$.when' ->> 0 AND led.name = NEW.extras -> '$.when' ->> 1 AND led.value = NEW.extras -> '$.when' ->> 2 ORDER BY led.merged_id LIMIT 1), iif(NEW.extras -> '$.when' ->> 1 = 'id', NEW.extras -> '$.when' ->> 2, NULL))
        AND r.last_write ->> 0 = NEW.extras -> '$.when' ->> 3 AND r.data -> (NEW.extras -> '$.when' ->> 4) IS NOT NULL
        AND (r.version = 1 OR NEW.extras -> '$.when' ->> 4 IN (SELECT c.value FROM json_each(r.last_write, '$[2]') c))) END)
      AND (NEW.idempotency_key IS NULL OR NOT EXISTS (
      SELECT 1 FROM replays p
      WHERE p.organization_id = NEW.organization_id AND p.idempotency_key = NEW.idempotency_key
        AND p.position = -1 AND p.created_at > NEW.now - 86400000)));
  INSERT INTO assert_kept_2c33ea84 (idempotency_key, position, write_id, object, name, value, extras, track, data_bytes, organization_id, now) VALUES (
    NEW.idempotency_key,
    NEW.position,
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.extras,
    NEW.track,
    NEW.data_bytes,
    NEW.organization_id,
    NEW.now);
END`,
      `CREATE VIEW assert_known_2c33ea84 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS on_create, NULL AS merges, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS origin, NULL AS indexes, NULL AS feed, NULL AS track, NULL AS before`,
      `CREATE VIEW assert_weighed_2c33ea84 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS on_create, NULL AS merges, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS origin, NULL AS indexes, NULL AS feed, NULL AS track, NULL AS before, NULL AS record_id, NULL AS bytes, NULL AS work, NULL AS patch, NULL AS merging`,
      `CREATE VIEW assert_born_2c33ea84 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS on_create, NULL AS merges, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS origin, NULL AS indexes, NULL AS feed, NULL AS track, NULL AS after`,
      `CREATE VIEW assert_checked_2c33ea84 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS on_create, NULL AS merges, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS origin, NULL AS indexes, NULL AS feed, NULL AS track, NULL AS after, NULL AS doubtful`,
      `CREATE TRIGGER assert_weigh_2c33ea84 INSTEAD OF INSERT ON assert_known_2c33ea84
WHEN (NEW.before <> NEW.attributes AND json_patch(NEW.before, NEW.attributes) <> NEW.before)
  OR (NEW.before IS NOT NULL AND NEW.merges IS NOT NULL AND CASE WHEN NEW.merges IS NULL THEN 0 ELSE EXISTS (
      SELECT 1 FROM json_each(NEW.merges) m
      WHERE m.value ->> 0 = 'remove' OR NEW.before -> m.key IS NOT json_remove(m.value, '$[0]')) END)
BEGIN
  INSERT INTO assert_weighed_2c33ea84 (write_id, object, name, value, attributes, on_create, merges, organization_id, now, actor, origin, indexes, feed, track, before, record_id, bytes, work, patch, merging) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.indexes,
    NEW.feed,
    NEW.track,
    NEW.before,
    coalesce((SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = NEW.name AND led.value = NEW.value ORDER BY led.merged_id LIMIT 1)),
    octet_length(NEW.before) + octet_length(NEW.attributes),
    2 * octet_length(NEW.before),
    (SELECT iif(max(indexed), NULL, json_group_object(slug, json(value))) FROM (
      SELECT a.key AS slug, a.value, NEW.indexes -> a.key IS NOT NULL
        OR EXISTS (SELECT 1 FROM json_each(NEW.indexes -> '*') s WHERE s.value = a.key) AS indexed
      FROM json_each(NEW.attributes) a WHERE a.value IS NOT NEW.before -> a.key ORDER BY a.key)),
    CASE WHEN NEW.merges IS NULL THEN 0 ELSE EXISTS (
      SELECT 1 FROM json_each(NEW.merges) m
      WHERE m.value ->> 0 = 'remove' OR NEW.before -> m.key IS NOT json_remove(m.value, '$[0]')) END);
END`,
      `CREATE TRIGGER assert_doubt_update_2c33ea84 INSTEAD OF INSERT ON assert_weighed_2c33ea84
WHEN (NEW.merging OR NEW.patch IS NULL
  OR NEW.patch <> '{}' AND (NEW.work > 32768 OR NEW.bytes > 262144))
BEGIN
  INSERT INTO assert_found_2c33ea84 (write_id, object, name, value, attributes, on_create, merges, extras, organization_id, now, actor, origin, indexes, combinations, feed, dry_run, track, record_id, matched, refs, runs) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NULL,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.indexes,
    NULL,
    NEW.feed,
    0,
    NEW.track,
    coalesce((SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = NEW.name AND led.value = NEW.value ORDER BY led.merged_id LIMIT 1)),
    0,
    NULL,
    1);
END`,
      `CREATE TRIGGER assert_rewrite_2c33ea84 INSTEAD OF INSERT ON assert_weighed_2c33ea84
WHEN NEW.patch <> '{}' AND NOT (NEW.merging OR NEW.patch IS NULL
  OR NEW.patch <> '{}' AND (NEW.work > 32768 OR NEW.bytes > 262144))
BEGIN
  INSERT INTO assert_noted_2c33ea84 (organization_id, now, actor, origin, object, feed, action, record_id, changed, delta, merged_into) VALUES (
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.object,
    NEW.feed,
    'updated',
    NEW.record_id,
    CASE WHEN NEW.feed THEN (SELECT json_group_array(c.key) FROM json_each(NEW.patch) c) END,
    CASE WHEN NEW.feed = 2 THEN (
      SELECT json_group_object(c.key, json_array(json(NEW.before -> c.key), json(c.value)))
      FROM json_each(NEW.patch) c) END,
    NULL);
  UPDATE records SET
    data = json_patch(data, NEW.patch), version = version + 1, updated_at = max(updated_at, NEW.now),
    updated_by = NEW.actor,
    last_write = '["' || NEW.write_id || '",0,' || iif(NEW.track, (SELECT json_group_array(c.key) FROM json_each(NEW.patch) c), '[]') || ',null' || CASE WHEN NEW.feed THEN ',' || (SELECT c.sequence FROM changes c WHERE c.organization_id = NEW.organization_id ORDER BY c.sequence DESC LIMIT 1) ELSE coalesce(',' || (last_write ->> 4), '') END || ']'
  WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.record_id;
END`,
      `CREATE TRIGGER assert_bear_2c33ea84 INSTEAD OF INSERT ON assert_known_2c33ea84
WHEN NEW.before IS NULL
BEGIN
  INSERT INTO assert_born_2c33ea84 (write_id, object, name, value, attributes, on_create, merges, organization_id, now, actor, origin, indexes, feed, track, after) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.indexes,
    NEW.feed,
    NEW.track,
    iif(NEW.on_create IS NULL, NEW.attributes, json_patch(NEW.attributes, NEW.on_create)));
END`,
      `CREATE TRIGGER assert_check_2c33ea84 INSTEAD OF INSERT ON assert_born_2c33ea84
BEGIN
  INSERT INTO assert_checked_2c33ea84 (write_id, object, name, value, attributes, on_create, merges, organization_id, now, actor, origin, indexes, feed, track, after, doubtful) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.indexes,
    NEW.feed,
    NEW.track,
    NEW.after,
    (NEW.indexes -> '*' IS NOT NULL OR octet_length(NEW.after) > 262144 OR coalesce((SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = NEW.name AND led.value = NEW.value ORDER BY led.merged_id LIMIT 1)) IS NOT NULL OR EXISTS (
      SELECT 1 FROM json_each(NEW.indexes) x CROSS JOIN json_each(NEW.after -> x.key, '$[#-1]') e CROSS JOIN record_keys k
      WHERE x.value AND NOT (x.key IS NEW.name AND e.value IS NEW.value)
        AND k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = x.key
        AND k.value = iif(e.type = 'real', NEW.after -> x.key -> e.fullkey, e.value))));
END`,
      `CREATE TRIGGER assert_doubt_creation_2c33ea84 INSTEAD OF INSERT ON assert_checked_2c33ea84
WHEN NEW.doubtful
BEGIN
  INSERT INTO assert_found_2c33ea84 (write_id, object, name, value, attributes, on_create, merges, extras, organization_id, now, actor, origin, indexes, combinations, feed, dry_run, track, record_id, matched, refs, runs) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.on_create,
    NEW.merges,
    NULL,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.indexes,
    NULL,
    NEW.feed,
    0,
    NEW.track,
    coalesce((SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = NEW.name AND led.value = NEW.value ORDER BY led.merged_id LIMIT 1)),
    0,
    NULL,
    1);
END`,
      `CREATE TRIGGER assert_settle_2c33ea84 INSTEAD OF INSERT ON assert_checked_2c33ea84
WHEN NOT NEW.doubtful
BEGIN
  INSERT INTO assert_noted_2c33ea84 (organization_id, now, actor, origin, object, feed, action, record_id, changed, delta, merged_into) VALUES (
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.object,
    NEW.feed,
    'created',
    NEW.write_id,
    CASE WHEN NEW.feed THEN (SELECT json_group_array(slug) FROM (SELECT j.key AS slug FROM json_each(NEW.after) j ORDER BY j.key)) END,
    iif(NEW.feed = 2, NEW.after, NULL),
    NULL);
  INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
  VALUES (NEW.organization_id, NEW.object, NEW.write_id, NEW.after, 1, NEW.now, NEW.now, NULL, NEW.actor, NEW.actor,
    '["' || NEW.write_id || '"' || CASE WHEN NEW.feed THEN ',null,null,null,' || (SELECT c.sequence FROM changes c WHERE c.organization_id = NEW.organization_id ORDER BY c.sequence DESC LIMIT 1) ELSE '' END || ']');
  INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
  SELECT NEW.organization_id, NEW.object, x.key, iif(e.type = 'real', NEW.after -> x.key -> e.fullkey, e.value),
    iif(x.value & 1, '', NEW.write_id), NEW.write_id, iif(e.type IN ('integer', 'real'), e.value, NULL)
  FROM json_each(NEW.indexes) x CROSS JOIN json_each(NEW.after -> x.key, '$[#-1]') e WHERE e.key IS NOT 'code';
END`,
      `CREATE VIEW assert_found_2c33ea84 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS on_create, NULL AS merges, NULL AS extras, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS origin, NULL AS indexes, NULL AS combinations, NULL AS feed, NULL AS dry_run, NULL AS track, NULL AS record_id, NULL AS matched, NULL AS refs, NULL AS runs`,
      `CREATE TRIGGER assert_merge_2c33ea84 INSTEAD OF INSERT ON assert_found_2c33ea84
WHEN NEW.runs
BEGIN
  INSERT INTO refusals (write_id, reason) SELECT NEW.write_id, iif(EXISTS (SELECT 1 FROM refusals f WHERE f.write_id = 'work' AND CAST(f.reason AS INTEGER) > 64000000), '["too_much_work"]',
    json_array('ambiguous', iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')), iif(NEW.matched = 0, NEW.value, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][1]')), (SELECT json_group_array(record_id) FROM (SELECT DISTINCT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')) AND led.value = iif(NEW.matched = 0, NEW.value, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][1]')) ORDER BY led.record_id LIMIT 10))))
  WHERE EXISTS (SELECT 1 FROM refusals f WHERE f.write_id = 'work' AND CAST(f.reason AS INTEGER) > 64000000) OR NEW.record_id IS NOT NULL AND EXISTS (SELECT 1 FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')) AND led.value = iif(NEW.matched = 0, NEW.value, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][1]')) AND led.record_id <> NEW.record_id) AND NOT EXISTS (SELECT 1 FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')) AND k.value = iif(NEW.matched = 0, NEW.value, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][1]')))
      AND (NEW.extras ->> '$.onSeveral' = 'error' OR (NEW.indexes ->> iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')) & 1 OR EXISTS (
      SELECT 1 FROM json_each(NEW.combinations) c WHERE c.value ->> 0 = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')) AND c.value ->> 1 & 1)));
  INSERT INTO assert_merged_2c33ea84 (write_id, object, name, value, attributes, merges, extras, organization_id, now, actor, origin, feed, dry_run, matched, refs, record_id, before, after, version, archived_before, archived_after, indexes, combinations, track) SELECT
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.merges,
    NEW.extras,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.feed,
    NEW.dry_run,
    NEW.matched,
    NEW.refs,
    r.id,
    r.data,
    (SELECT iif(EXISTS (SELECT 1 FROM json_each(NEW.refs) x WHERE x.value ->> 4 IN (0, 4) AND x.value ->> 2 = 'id' AND x.value ->> 6 <> x.value ->> 3), json_patch(d.after, (
        SELECT json_group_object(a.slug, json((SELECT iif(json_type(d.after, '$.' || a.slug || '[0]') = 'array', '[' || json_group_array(id) || ']', json_group_array(id)) FROM (
          SELECT coalesce((SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = a.object AND led.name = 'id' AND led.value = l.value ORDER BY led.merged_id LIMIT 1), l.value) AS id
          FROM json_each(d.after, '$.' || a.slug || '[0]') l GROUP BY 1 ORDER BY min(l.key)))))
        FROM (SELECT x.value ->> 0 AS slug, x.value ->> 1 AS object FROM json_each(NEW.refs) x WHERE x.value ->> 4 IN (0, 4) AND x.value ->> 2 = 'id' AND x.value ->> 6 <> x.value ->> 3 GROUP BY 1, 2) a
        WHERE d.after -> a.slug IS NOT NULL)), d.after)
      FROM (SELECT CASE
      WHEN NEW.extras ->> '$.lifecycle' IN ('erase', 'merge') THEN '{}'
      WHEN NEW.refs IS NULL AND (r.id IS NULL OR (NEW.merges IS NULL AND NEW.extras -> '$.fills' IS NULL)) THEN CASE WHEN r.id IS NULL THEN iif(NEW.on_create IS NULL, NEW.attributes, json_patch(NEW.attributes, NEW.on_create))
      ELSE json_patch(r.data, coalesce(s.news, NEW.attributes)) END
      ELSE json_patch(CASE WHEN r.id IS NULL THEN iif(NEW.on_create IS NULL, NEW.attributes, json_patch(NEW.attributes, NEW.on_create))
      ELSE json_patch(r.data, coalesce(s.news, NEW.attributes)) END, (SELECT json_group_object(slug, json(patch)) FROM (
        SELECT m.key AS slug, (
        SELECT CASE WHEN count(*) = 0 THEN 'null'
          WHEN m.value -> '$[2]' IS NULL AND r.data -> ('$.' || m.key || '[1]') IS NULL OR group_concat(element, ',') = group_concat(form, ',')
          THEN '[[' || group_concat(element, ',') || ']]'
          ELSE '[[' || group_concat(element, ',') || '],[' || group_concat(form, ',') || ']]' END FROM (
          SELECT coalesce(max(iif(sent, element, NULL)), max(element)) AS element, form FROM (
            SELECT CASE s.type WHEN 'text' THEN json_quote(s.value) WHEN 'real' THEN m.value -> s.fullkey
          WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE s.value END AS element, coalesce(m.value -> '$[2]' -> s.key, CASE s.type WHEN 'text' THEN json_quote(s.value) WHEN 'real' THEN m.value -> s.fullkey
          WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE s.value END) AS form, 1 AS sent, s.key + iif(m.value ->> 0 = 'append', 1000000, 0) AS place
            FROM json_each(m.value, '$[1]') s
            UNION ALL
            SELECT CASE k.type WHEN 'text' THEN json_quote(k.value) WHEN 'real' THEN r.data -> k.fullkey
          WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE k.value END AS element, coalesce(r.data -> ('$.' || m.key || '[1]') -> k.key, CASE k.type WHEN 'text' THEN json_quote(k.value) WHEN 'real' THEN r.data -> k.fullkey
          WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE k.value END) AS form, 0, k.key + iif(m.value ->> 0 = 'append', 0, 1000000)
            FROM json_each(r.data, '$.' || m.key || '[0]') k WHERE m.value ->> 0 <> 'replace_first' OR k.key > 0
            UNION ALL
            SELECT json_quote(x.value ->> 6), json_quote(x.value ->> 6), 1, 0 FROM json_each(NEW.refs) x
            WHERE m.value ->> 0 = 'remove' AND x.value ->> 0 = m.key AND x.value ->> 4 IN (0, 4) AND x.value ->> 2 = 'id' AND x.value ->> 6 <> x.value ->> 3)
          GROUP BY form HAVING m.value ->> 0 <> 'remove' OR NOT max(sent)
          ORDER BY min(place))) AS patch
        FROM json_each(NEW.merges) m
        WHERE r.id IS NOT NULL AND (m.value ->> 0 = 'remove' OR r.data -> m.key IS NOT json_remove(m.value, '$[0]'))
          AND NOT (s.news IS NOT NULL AND m.value ->> 0 = 'replace_first' AND (r.data -> m.key IS NOT NULL AND (s.led = 2 AND m.key IN (SELECT p.value FROM json_each(NEW.combinations) c CROSS JOIN json_each(c.value, '$[2]') p WHERE c.value ->> 0 = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')))
        OR iif(m.key = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')), s.led = 2, NEW.indexes ->> m.key & 1) AND json_remove(m.value, '$[0]') IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM json_each(json_remove(m.value, '$[0]'), '$[#-1]') e
          WHERE e.key IS NOT 'code' AND NOT EXISTS (SELECT 1 FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = m.key AND k.value = iif(e.type = 'real', json_remove(m.value, '$[0]') -> e.fullkey, e.value) AND k.slot IN ('', r.id) AND k.record_id = r.id) AND NOT EXISTS (SELECT 1 FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = m.key AND led.value = iif(e.type = 'real', json_remove(m.value, '$[0]') -> e.fullkey, e.value) AND led.record_id = r.id)))))
        UNION ALL
        SELECT f.key, f.value FROM json_each(NEW.extras -> '$.fills') f WHERE r.id IS NOT NULL AND r.data -> f.key IS NULL
        UNION ALL
        SELECT x.value ->> 0, iif(max(x.value ->> 4) = 2, json_array(json((SELECT json_group_array(id) FROM (
          SELECT y.value ->> 6 AS id FROM json_each(NEW.refs) y
          WHERE y.value ->> 0 = x.value ->> 0 AND y.value ->> 4 BETWEEN 1 AND 3 AND y.value ->> 6 IS NOT NULL AND coalesce(y.value ->> 5, iif(r.id IS NULL, 'create', 'update')) = iif(r.id IS NULL, 'create', 'update') ORDER BY y.key)))), json_array(max(x.value ->> 6)))
        FROM json_each(NEW.refs) x
        WHERE x.value ->> 4 BETWEEN 1 AND 3 AND x.value ->> 6 IS NOT NULL AND coalesce(x.value ->> 5, iif(r.id IS NULL, 'create', 'update')) = iif(r.id IS NULL, 'create', 'update')
        GROUP BY x.value ->> 0))) END AS after FROM (SELECT CASE WHEN l.led THEN (
        SELECT json_group_object(a.key, json(a.value)) FROM json_each(NEW.attributes) a
        WHERE NOT (r.data -> a.key IS NOT NULL AND (l.led = 2 AND a.key IN (SELECT p.value FROM json_each(NEW.combinations) c CROSS JOIN json_each(c.value, '$[2]') p WHERE c.value ->> 0 = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')))
        OR iif(a.key = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')), l.led = 2, NEW.indexes ->> a.key & 1) AND a.value IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM json_each(a.value, '$[#-1]') e
          WHERE e.key IS NOT 'code' AND NOT EXISTS (SELECT 1 FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = a.key AND k.value = iif(e.type = 'real', a.value -> e.fullkey, e.value) AND k.slot IN ('', r.id) AND k.record_id = r.id) AND NOT EXISTS (SELECT 1 FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = a.key AND led.value = iif(e.type = 'real', a.value -> e.fullkey, e.value) AND led.record_id = r.id))))) END AS news, l.led FROM (SELECT CASE WHEN r.id IS NOT NULL THEN (
        SELECT iif(EXISTS (SELECT 1 FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')) AND k.value = iif(NEW.matched = 0, NEW.value, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][1]')) AND k.slot IN ('', r.id) AND k.record_id = r.id), max(led.merged_id <> r.id), 2) FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')) AND led.value = iif(NEW.matched = 0, NEW.value, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][1]')) AND led.record_id = r.id
        GROUP BY led.record_id) END AS led LIMIT -1) l LIMIT -1) s LIMIT -1) d),
    r.version,
    r.archived_at,
    CASE NEW.extras ->> '$.lifecycle' WHEN 'archive' THEN coalesce(r.archived_at, NEW.now) WHEN 'restore' THEN NULL
      ELSE iif(coalesce(NEW.extras ->> '$.onArchived', 'revive') = 'revive', NULL, r.archived_at) END,
    NEW.indexes,
    NEW.combinations,
    NEW.track
  FROM (SELECT 1) LEFT JOIN records r
    ON r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id
  WHERE NOT EXISTS (SELECT 1 FROM refusals f WHERE f.write_id = NEW.write_id);
  INSERT INTO refusals (write_id, reason)
  SELECT 'work', w.bytes FROM (
    SELECT 2 * octet_length(r.data) + coalesce((
      SELECT sum(octet_length(r.data) + 1000 * coalesce(json_array_length(r.data, '$.' || m.key || '[0]'), 0))
      FROM json_each(NEW.merges) m), 0) AS bytes, r.last_write ->> 0 = NEW.write_id AS written FROM records r
    WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id) w
  WHERE w.written AND w.bytes > 32768 OR NEW.merges IS NOT NULL AND w.bytes > 131072
  ON CONFLICT (write_id) DO UPDATE SET reason = CAST(reason AS INTEGER) + CAST(excluded.reason AS INTEGER);
END`,
      `CREATE VIEW assert_merged_2c33ea84 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS merges, NULL AS extras, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS origin, NULL AS feed, NULL AS dry_run, NULL AS matched, NULL AS refs, NULL AS record_id, NULL AS before, NULL AS after, NULL AS version, NULL AS archived_before, NULL AS archived_after, NULL AS indexes, NULL AS combinations, NULL AS track`,
      `CREATE TRIGGER assert_key_2c33ea84 INSTEAD OF INSERT ON assert_merged_2c33ea84
BEGIN
  INSERT INTO assert_keyed_2c33ea84 (write_id, object, name, value, attributes, merges, extras, organization_id, now, actor, origin, feed, dry_run, matched, refs, record_id, before, after, version, archived_before, archived_after, changed, old_keys, new_keys, words) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.name,
    NEW.value,
    NEW.attributes,
    NEW.merges,
    NEW.extras,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.feed,
    NEW.dry_run,
    NEW.matched,
    NEW.refs,
    NEW.record_id,
    NEW.before,
    NEW.after,
    NEW.version,
    NEW.archived_before,
    NEW.archived_after,
    CASE WHEN NEW.after IS NOT NEW.before THEN iif(NOT NEW.track OR (NEW.before IS NULL AND NOT NEW.feed), '[]', (
      SELECT json_group_array(slug) FROM (
        SELECT a.key AS slug FROM json_each(NEW.after) a WHERE a.value IS NOT NEW.before -> a.key
        UNION ALL
        SELECT b.key FROM json_each(NEW.before) b WHERE NEW.after -> b.key IS NULL
        ORDER BY 1))) END,
    CASE WHEN NEW.before IS NOT NULL AND NEW.after <> NEW.before THEN (
      SELECT json_group_array(json_array(name, value, is_unique, is_number)) FROM (
        SELECT x.key AS name, x.value AS is_unique, iif(e.type = 'real', NEW.before -> x.key -> e.fullkey, e.value) AS value,
          e.type IN ('integer', 'real') AS is_number
        FROM json_each(NEW.indexes) x CROSS JOIN json_each(NEW.before -> x.key, '$[#-1]') e
        WHERE NEW.before -> x.key IS NOT NEW.after -> x.key AND e.key IS NOT 'code'
        UNION ALL
        SELECT x.value ->> 0, x.value ->> 1, (
          SELECT json_group_array(json(NEW.before -> ('$.' || p.value || '[#-1]'))) FROM json_each(x.value, '$[2]') p), 0
        FROM json_each(NEW.combinations) x
        WHERE NOT EXISTS (SELECT 1 FROM json_each(x.value, '$[2]') p WHERE NEW.before -> p.value IS NULL)
          AND EXISTS (SELECT 1 FROM json_each(x.value, '$[2]') p WHERE NEW.before -> p.value IS NOT NEW.after -> p.value))) END,
    CASE WHEN NEW.after IS NOT NEW.before THEN (
      SELECT json_group_array(json_array(name, value, is_unique, is_number)) FROM (
        SELECT x.key AS name, x.value AS is_unique, iif(e.type = 'real', NEW.after -> x.key -> e.fullkey, e.value) AS value,
          e.type IN ('integer', 'real') AS is_number
        FROM json_each(NEW.indexes) x CROSS JOIN json_each(NEW.after -> x.key, '$[#-1]') e
        WHERE NEW.before -> x.key IS NOT NEW.after -> x.key AND e.key IS NOT 'code'
        UNION ALL
        SELECT x.value ->> 0, x.value ->> 1, (
          SELECT json_group_array(json(NEW.after -> ('$.' || p.value || '[#-1]'))) FROM json_each(x.value, '$[2]') p), 0
        FROM json_each(NEW.combinations) x
        WHERE NOT EXISTS (SELECT 1 FROM json_each(x.value, '$[2]') p WHERE NEW.after -> p.value IS NULL)
          AND EXISTS (SELECT 1 FROM json_each(x.value, '$[2]') p WHERE NEW.before -> p.value IS NOT NEW.after -> p.value))) END,
    CASE WHEN NEW.indexes -> '*' IS NOT NULL AND EXISTS (
      SELECT 1 FROM json_each(NEW.indexes -> '*') p WHERE NEW.before -> p.value IS NOT NEW.after -> p.value) THEN (
      SELECT json_array(json(json_group_array(word) FILTER (WHERE side = 0)), json(json_group_array(word) FILTER (WHERE side = 1)))
      FROM (
        SELECT json_array('*', iif(w.value GLOB '*[^0-9]*', w.value, coalesce(nullif(ltrim(w.value, '0'), ''), '0')), 0, 0) AS word, min(b.side) AS side
        FROM (SELECT 0 AS side, NEW.before AS data UNION ALL SELECT 1, NEW.after) b CROSS JOIN json_each(NEW.indexes -> '*') s
    CROSS JOIN json_each(b.data -> s.value, '$[#-1]') v
    CROSS JOIN json_each(json_array(lower(substr(iif(v.value GLOB '+[0-9]*' AND rtrim(substr(v.value, 2, instr(v.value || ';', ';') - 2), '0123456789') = '', substr(v.value, 2) || ' ' || substr(v.value, 3) || ' ' || substr(v.value, 4) || ' ' || substr(v.value, 5), v.value), 1, 100)))) t
    CROSS JOIN json_each('["' || replace((
    WITH RECURSIVE f (done, rest, tail) AS (
      VALUES ('', '', ' ' || t.value)
      UNION ALL
      SELECT done || substr(rest, 1, length(rest) - length(tail)) || CASE
          WHEN unicode(tail) < 128 THEN ' '
          WHEN unicode(tail) BETWEEN 128 AND 591 THEN substr(l.signs, 2 * (unicode(tail) - 128) + 1, 2)
          WHEN unicode(tail) BETWEEN 768 AND 1327 THEN substr(l.signs, 2 * (unicode(tail) - 304) + 1, 2)
          WHEN unicode(tail) BETWEEN 7680 AND 8191 THEN substr(l.signs, 2 * (unicode(tail) - 6656) + 1, 2)
          WHEN unicode(tail) BETWEEN 64256 AND 64262 THEN substr(l.signs, 2 * (unicode(tail) - 62720) + 1, 2) || iif(substr(tail, 1, 1) = 'ﬃ', 'i', '') || iif(substr(tail, 1, 1) = 'ﬄ', 'l', '')
          WHEN unicode(tail) BETWEEN 65281 AND 65374 THEN substr(l.signs, 2 * (unicode(tail) - 63738) + 1, 2)
          WHEN unicode(tail) BETWEEN 13312 AND 40959 OR unicode(tail) BETWEEN 12352 AND 12591 OR unicode(tail) BETWEEN 3584 AND 4255 OR unicode(tail) BETWEEN 6016 AND 6143 OR unicode(tail) BETWEEN 11904 AND 12287 OR unicode(tail) BETWEEN 63744 AND 64255 OR unicode(tail) BETWEEN 131072 AND 262143 THEN ' ' || substr(tail, 1, 1) || ' '
          WHEN unicode(tail) BETWEEN 8192 AND 8202 OR unicode(tail) BETWEEN 8206 AND 11263 OR unicode(tail) BETWEEN 12288 AND 12351 OR unicode(tail) BETWEEN 126976 AND 129791 THEN ' '
          WHEN unicode(tail) BETWEEN 8203 AND 8205 OR unicode(tail) BETWEEN 65024 AND 65039 OR unicode(tail) BETWEEN 65279 AND 65279 THEN ''
          ELSE substr(tail, 1, 1) END,
        substr(tail, 2), ltrim(substr(tail, 2), 'eainorstlcdmuhgpbkfywvzjxq 0123456789оаеинтслрвкмдпуяызьбгчхжшюцщэфъαοιεστνηυρπκμλωδγθχφβξζψ')
      FROM f CROSS JOIN folding_2c33ea84 l WHERE tail <> '')
    SELECT replace(done || rest, '-', '') FROM f WHERE tail = ''), ' ', '","') || '"]') w ON w.value NOT IN ('', 'http', 'https', 'www')
        GROUP BY 1 HAVING min(b.side) = max(b.side))) END);
END`,
      `CREATE VIEW assert_keyed_2c33ea84 AS SELECT NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS attributes, NULL AS merges, NULL AS extras, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS origin, NULL AS feed, NULL AS dry_run, NULL AS matched, NULL AS refs, NULL AS record_id, NULL AS before, NULL AS after, NULL AS version, NULL AS archived_before, NULL AS archived_after, NULL AS changed, NULL AS old_keys, NULL AS new_keys, NULL AS words`,
      `CREATE TRIGGER assert_judge_2c33ea84 INSTEAD OF INSERT ON assert_keyed_2c33ea84
BEGIN
  INSERT INTO assert_judged_2c33ea84 (write_id, object, organization_id, now, actor, origin, feed, dry_run, lifecycle, into_id, matched, record_id, after, version, archived_before, archived_after, changed, dropped_keys, added_keys, refusal) VALUES (
    NEW.write_id,
    NEW.object,
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    iif(NEW.dry_run, 0, NEW.feed),
    NEW.dry_run,
    NEW.extras ->> '$.lifecycle',
    NEW.extras ->> '$.into',
    NEW.matched,
    NEW.record_id,
    NEW.after,
    NEW.version,
    NEW.archived_before,
    NEW.archived_after,
    NEW.changed,
    CASE WHEN NEW.old_keys <> '[]' OR NEW.words IS NOT NULL THEN (
      SELECT json_group_array(json(value)) FROM (
        SELECT n.value FROM json_each(NEW.old_keys) n WHERE n.value NOT IN (SELECT o.value FROM json_each(NEW.new_keys) o)
        UNION ALL SELECT d.value FROM json_each(NEW.words, '$[0]') d)) END,
    CASE WHEN NEW.record_id IS NULL AND NEW.words IS NULL THEN NEW.new_keys
        WHEN NEW.new_keys <> '[]' OR NEW.words IS NOT NULL THEN (
      SELECT json_group_array(json(value)) FROM (
        SELECT n.value FROM json_each(NEW.new_keys) n WHERE n.value NOT IN (SELECT o.value FROM json_each(NEW.old_keys) o)
        UNION ALL SELECT d.value FROM json_each(NEW.words, '$[1]') d)) END,
    CASE
      WHEN NEW.record_id IS NULL AND NEW.extras ->> '$.mayCreate' = 0
        THEN json_array('not_found')
      WHEN NEW.record_id IS NOT NULL AND NEW.extras ->> '$.mayUpdate' = 0
        THEN json_array('exists', NEW.record_id)
      WHEN NEW.extras ->> '$.onSeveral' = 'error' AND NEW.record_id IS NOT NULL AND 1 < json_array_length((SELECT json_group_array(record_id) FROM (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')) AND k.value = iif(NEW.matched = 0, NEW.value, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][1]')) ORDER BY k.slot LIMIT 2)))
        THEN json_array('ambiguous', iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')), iif(NEW.matched = 0, NEW.value, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][1]')), json((SELECT json_group_array(record_id) FROM (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')) AND k.value = iif(NEW.matched = 0, NEW.value, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][1]')) ORDER BY k.slot LIMIT 10))))
      WHEN NEW.extras ->> '$.keysAgree' AND EXISTS (SELECT 1 FROM (
          SELECT n.value ->> 0 AS name, n.value ->> 1 AS value, coalesce((SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = n.value ->> 0 AND k.value = n.value ->> 1 ORDER BY k.slot LIMIT 1), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = n.value ->> 0 AND led.value = n.value ->> 1 ORDER BY led.merged_id LIMIT 1)) AS record_id
          FROM json_each(NEW.extras -> '$.fallbacks') n) k
          WHERE k.record_id <> NEW.record_id AND NOT EXISTS (
            SELECT 1 FROM record_keys o
            WHERE o.organization_id = NEW.organization_id AND o.object = NEW.object AND o.name = k.name
              AND o.value = k.value AND o.slot IN ('', NEW.record_id) AND o.record_id = NEW.record_id))
        THEN json_array('keys_disagree', NEW.record_id, NEW.matched, json((SELECT json_group_array(json_array(k.name, k.value, k.record_id)) FROM (
          SELECT n.value ->> 0 AS name, n.value ->> 1 AS value, coalesce((SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = n.value ->> 0 AND k.value = n.value ->> 1 ORDER BY k.slot LIMIT 1), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = n.value ->> 0 AND led.value = n.value ->> 1 ORDER BY led.merged_id LIMIT 1)) AS record_id
          FROM json_each(NEW.extras -> '$.fallbacks') n) k
          WHERE k.record_id <> NEW.record_id AND NOT EXISTS (
            SELECT 1 FROM record_keys o
            WHERE o.organization_id = NEW.organization_id AND o.object = NEW.object AND o.name = k.name
              AND o.value = k.value AND o.slot IN ('', NEW.record_id) AND o.record_id = NEW.record_id))))
      WHEN NEW.extras ->> '$.lifecycle' = 'erase' AND NEW.record_id IS NOT NULL AND NEW.name IS NOT NULL
        AND CASE iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')) WHEN 'id' THEN NEW.value <> NEW.record_id ELSE NOT EXISTS (SELECT 1 FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = iif(NEW.matched = 0, NEW.name, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][0]')) AND k.value = iif(NEW.matched = 0, NEW.value, NEW.extras ->> ('$.fallbacks[' || (NEW.matched - 1) || '][1]')) AND k.slot IN ('', NEW.record_id) AND k.record_id = NEW.record_id) END
        THEN json_array('merged', NEW.record_id)
      WHEN NEW.extras ->> '$.ifVersion' IS NOT NULL AND NEW.record_id IS NOT NULL
        AND (NEW.extras ->> '$.ifVersion' <> NEW.version OR NEW.name = 'id' AND NEW.value <> NEW.record_id)
        THEN json_array('version_mismatch', NEW.record_id, NEW.version)
      WHEN NEW.extras ->> '$.lifecycle' = 'merge' AND (EXISTS (
          SELECT 1 FROM json_each(NEW.extras -> '$.pointing') p CROSS JOIN record_keys k
          WHERE k.organization_id = NEW.organization_id AND k.object = p.value ->> 0 AND k.name = p.value ->> 1
            AND k.value = NEW.record_id AND k.record_id NOT IN (NEW.record_id, NEW.extras ->> '$.into')) OR NOT EXISTS (SELECT 1 FROM records r
          WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.extras ->> '$.into'))
        THEN json_array('version_mismatch', NEW.record_id, NEW.version)
      WHEN NEW.extras ->> '$.lifecycle' = 'separate' AND NEW.extras ->> '$.ifVersion' IS NOT (SELECT t.tombstone ->> 1 FROM record_aliases t
      WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.name = 'id' AND t.value = NEW.write_id AND t.merged_id = NEW.write_id)
        THEN json_array('version_mismatch', NEW.write_id, coalesce((SELECT t.tombstone ->> 1 FROM record_aliases t
      WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.name = 'id' AND t.value = NEW.write_id AND t.merged_id = NEW.write_id), 0))
      WHEN NEW.extras ->> '$.onArchived' = 'refuse' AND NEW.archived_before IS NOT NULL
        THEN json_array('archived', NEW.record_id)
      WHEN NEW.extras ->> '$.ifNewer' IS NOT NULL AND NEW.before ->> ('$.' || (NEW.extras ->> '$.ifNewer') || '[0]') > NEW.attributes ->> ('$.' || (NEW.extras ->> '$.ifNewer') || '[0]')
        THEN json_array('older', NEW.record_id, NEW.extras ->> '$.ifNewer', NEW.before ->> ('$.' || (NEW.extras ->> '$.ifNewer') || '[0]'))
      WHEN octet_length(NEW.after) > max(262144, coalesce(octet_length(NEW.before), 0))
        THEN json_array('too_large', NEW.record_id)
      WHEN NEW.merges IS NOT NULL AND NEW.before IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(NEW.merges) m
          WHERE json_array_length(NEW.after, '$.' || m.key || '[0]') > max(100, coalesce(json_array_length(NEW.before, '$.' || m.key || '[0]'), 0)))
        THEN json_array('too_many_values', NEW.record_id, (SELECT m.key FROM json_each(NEW.merges) m
          WHERE json_array_length(NEW.after, '$.' || m.key || '[0]') > max(100, coalesce(json_array_length(NEW.before, '$.' || m.key || '[0]'), 0)) LIMIT 1))
      WHEN NEW.refs IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(NEW.refs) x WHERE x.value ->> 6 IS NULL AND x.value ->> 4 NOT IN (3, 4) AND coalesce(x.value ->> 5, iif(NEW.record_id IS NULL, 'create', 'update')) = iif(NEW.record_id IS NULL, 'create', 'update')
          AND NOT (x.value ->> 4 = 0 AND EXISTS (
          SELECT 1 FROM json_each(NEW.before, '$.' || (x.value ->> 0) || '[0]') b WHERE b.value = x.value ->> 3)))
        THEN json_array('reference_not_found', NEW.record_id, json((SELECT json_group_array(json(x.value)) FROM json_each(NEW.refs) x WHERE x.value ->> 6 IS NULL AND x.value ->> 4 NOT IN (3, 4) AND coalesce(x.value ->> 5, iif(NEW.record_id IS NULL, 'create', 'update')) = iif(NEW.record_id IS NULL, 'create', 'update')
          AND NOT (x.value ->> 4 = 0 AND EXISTS (
          SELECT 1 FROM json_each(NEW.before, '$.' || (x.value ->> 0) || '[0]') b WHERE b.value = x.value ->> 3)))))
      WHEN NEW.refs IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(NEW.refs) x WHERE json_array_length(x.value -> 7) > 1 AND coalesce(x.value ->> 5, iif(NEW.record_id IS NULL, 'create', 'update')) = iif(NEW.record_id IS NULL, 'create', 'update'))
        THEN (SELECT json_array('ambiguous', x.value ->> 0, x.value ->> 3, x.value -> 7) FROM json_each(NEW.refs) x WHERE json_array_length(x.value -> 7) > 1 AND coalesce(x.value ->> 5, iif(NEW.record_id IS NULL, 'create', 'update')) = iif(NEW.record_id IS NULL, 'create', 'update') LIMIT 1)
      WHEN NEW.new_keys <> '[]' AND EXISTS (SELECT 1 FROM (
          SELECT n.value ->> 0 AS name, n.value ->> 1 AS value, (
            SELECT o.record_id FROM record_keys o
            WHERE o.organization_id = NEW.organization_id AND o.object = NEW.object AND o.name = n.value ->> 0
              AND o.value = n.value ->> 1 AND o.record_id IS NOT NEW.record_id
            ORDER BY o.slot LIMIT 1) AS record_id
          FROM json_each(NEW.new_keys) n WHERE n.value ->> 2 LIMIT -1) k
          WHERE k.record_id IS NOT NULL)
        THEN json_array('conflict', NEW.record_id, json((SELECT json_group_array(json_array(k.name, k.value, k.record_id)) FROM (
          SELECT n.value ->> 0 AS name, n.value ->> 1 AS value, (
            SELECT o.record_id FROM record_keys o
            WHERE o.organization_id = NEW.organization_id AND o.object = NEW.object AND o.name = n.value ->> 0
              AND o.value = n.value ->> 1 AND o.record_id IS NOT NEW.record_id
            ORDER BY o.slot LIMIT 1) AS record_id
          FROM json_each(NEW.new_keys) n WHERE n.value ->> 2 LIMIT -1) k
          WHERE k.record_id IS NOT NULL)))
    END);
END`,
      `CREATE VIEW assert_judged_2c33ea84 AS SELECT NULL AS write_id, NULL AS object, NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS origin, NULL AS feed, NULL AS dry_run, NULL AS lifecycle, NULL AS into_id, NULL AS matched, NULL AS record_id, NULL AS after, NULL AS version, NULL AS archived_before, NULL AS archived_after, NULL AS changed, NULL AS dropped_keys, NULL AS added_keys, NULL AS refusal`,
      `CREATE TRIGGER assert_refuse_2c33ea84 INSTEAD OF INSERT ON assert_judged_2c33ea84
WHEN NEW.refusal IS NOT NULL
BEGIN
  INSERT INTO refusals (write_id, reason) VALUES (NEW.write_id, NEW.refusal);
END`,
      `CREATE TRIGGER assert_create_2c33ea84 INSTEAD OF INSERT ON assert_judged_2c33ea84
WHEN NEW.refusal IS NULL AND NEW.record_id IS NULL AND NEW.lifecycle IS NOT 'separate'
BEGIN
  INSERT INTO assert_noted_2c33ea84 (organization_id, now, actor, origin, object, feed, action, record_id, changed, delta, merged_into) VALUES (
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.object,
    NEW.feed,
    'created',
    NEW.write_id,
    NEW.changed,
    iif(NEW.feed = 2, NEW.after, NULL),
    NULL);
  INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
  VALUES (NEW.organization_id, NEW.object, NEW.write_id, NEW.after, 1, NEW.now, NEW.now, NULL, NEW.actor, NEW.actor,
    '["' || NEW.write_id || '"' || CASE WHEN NEW.feed THEN ',null,null,null,' || (SELECT c.sequence FROM changes c WHERE c.organization_id = NEW.organization_id ORDER BY c.sequence DESC LIMIT 1) ELSE '' END || ']');
  INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
  SELECT NEW.organization_id, NEW.object, k.value ->> 0, k.value ->> 1, iif(k.value ->> 2 & 1, '', NEW.write_id), NEW.write_id, CASE WHEN k.value ->> 3 THEN CAST(k.value ->> 1 AS REAL) END
  FROM json_each(NEW.added_keys) k;
  INSERT INTO undo_log (organization_id, object, id, before, dropped_keys, added_keys, aliases)
  SELECT NEW.organization_id, NEW.object, coalesce(NEW.record_id, NEW.write_id),
    CASE WHEN r.id IS NOT NULL THEN json_array(r.data, r.version, r.created_at, r.updated_at, r.archived_at, r.created_by, r.updated_by, r.last_write) END,
    coalesce(NEW.dropped_keys, '[]'), coalesce(NEW.added_keys, '[]'), NULL
  FROM (SELECT 1) LEFT JOIN records r
    ON r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id
  WHERE NEW.dry_run;
END`,
      `CREATE TRIGGER assert_update_2c33ea84 INSTEAD OF INSERT ON assert_judged_2c33ea84
WHEN NEW.refusal IS NULL AND NEW.record_id IS NOT NULL AND NEW.lifecycle IS NOT 'erase' AND NEW.lifecycle IS NOT 'merge'
  AND (NEW.changed IS NOT NULL OR NEW.archived_after IS NOT NEW.archived_before)
BEGIN
  INSERT INTO undo_log (organization_id, object, id, before, dropped_keys, added_keys, aliases)
  SELECT NEW.organization_id, NEW.object, coalesce(NEW.record_id, NEW.write_id),
    CASE WHEN r.id IS NOT NULL THEN json_array(r.data, r.version, r.created_at, r.updated_at, r.archived_at, r.created_by, r.updated_by, r.last_write) END,
    coalesce(NEW.dropped_keys, '[]'), coalesce(NEW.added_keys, '[]'), (
    SELECT json_group_array(json_array(l.name, l.value, l.merged_id, l.record_id, l.into_id, l.tombstone)) FROM record_aliases l
    WHERE l.organization_id = NEW.organization_id AND l.object = NEW.object AND l.merged_id = NEW.record_id)
  FROM (SELECT 1) LEFT JOIN records r
    ON r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id
  WHERE NEW.dry_run;
  INSERT OR IGNORE INTO record_aliases (organization_id, object, name, value, merged_id, record_id)
  SELECT NEW.organization_id, NEW.object, k.value ->> 0, k.value ->> 1, NEW.record_id, NEW.record_id
  FROM json_each(NEW.dropped_keys) k
  WHERE NEW.dropped_keys <> '[]' AND EXISTS (
      SELECT 1 FROM record_aliases l
      WHERE l.organization_id = NEW.organization_id AND l.object = NEW.object AND l.record_id = NEW.record_id)
    AND NOT EXISTS (SELECT 1 FROM record_aliases l
    WHERE l.organization_id = NEW.organization_id AND l.object = NEW.object AND l.merged_id = NEW.record_id LIMIT 1 OFFSET 999)
    AND k.value ->> 0 <> '*' AND NOT EXISTS (SELECT 1 FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = k.value ->> 0 AND led.value = CAST(k.value ->> 1 AS TEXT) AND led.record_id = NEW.record_id);
  DELETE FROM record_keys WHERE NEW.dropped_keys <> '[]' AND (organization_id, object, name, value, slot) IN (
    SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), iif(k.value ->> 2 & 1, '', NEW.record_id)
    FROM json_each(NEW.dropped_keys) k);
  DELETE FROM record_keys WHERE NEW.dropped_keys <> '[]' AND (organization_id, object, name, value, slot) IN (
    SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), iif(k.value ->> 2 & 1, NEW.record_id, '')
    FROM json_each(NEW.dropped_keys) k WHERE k.value ->> 2 > 1);
  INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
  SELECT NEW.organization_id, NEW.object, k.value ->> 0, k.value ->> 1, iif(k.value ->> 2 & 1, '', NEW.record_id), NEW.record_id, CASE WHEN k.value ->> 3 THEN CAST(k.value ->> 1 AS REAL) END
  FROM json_each(NEW.added_keys) k;
  INSERT INTO assert_noted_2c33ea84 (organization_id, now, actor, origin, object, feed, action, record_id, changed, delta, merged_into) VALUES (
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.object,
    NEW.feed,
    coalesce(CASE
      WHEN NEW.archived_after IS NOT NULL AND NEW.archived_before IS NULL THEN 'archived'
      WHEN NEW.archived_after IS NULL AND NEW.archived_before IS NOT NULL THEN 'restored' END, 'updated'),
    NEW.record_id,
    coalesce(NEW.changed, '[]'),
    CASE WHEN NEW.feed = 2 AND NEW.changed IS NOT NULL THEN (
      SELECT json_group_object(c.value, json_array(json(r.data -> c.value), json(NEW.after -> c.value)))
      FROM records r CROSS JOIN json_each(NEW.changed) c
      WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id) END,
    NULL);
  UPDATE records SET
    data = NEW.after, version = NEW.version + 1, updated_at = max(updated_at, NEW.now), archived_at = NEW.archived_after,
    updated_by = NEW.actor,
    last_write = '["' || NEW.write_id || '",' || NEW.matched || ',' || coalesce(NEW.changed, '[]') || ',' ||
      coalesce('"' || CASE
      WHEN NEW.archived_after IS NOT NULL AND NEW.archived_before IS NULL THEN 'archived'
      WHEN NEW.archived_after IS NULL AND NEW.archived_before IS NOT NULL THEN 'restored' END || '"', 'null') || CASE WHEN NEW.feed THEN ',' || (SELECT c.sequence FROM changes c WHERE c.organization_id = NEW.organization_id ORDER BY c.sequence DESC LIMIT 1) ELSE coalesce(',' || (last_write ->> 4), '') END || ']'
  WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.record_id;
END`,
      `CREATE TRIGGER assert_erase_2c33ea84 INSTEAD OF INSERT ON assert_judged_2c33ea84
WHEN NEW.refusal IS NULL AND NEW.record_id IS NOT NULL AND NEW.lifecycle = 'erase'
BEGIN
  INSERT INTO undo_log (organization_id, object, id, before, dropped_keys, added_keys, aliases)
  SELECT NEW.organization_id, NEW.object, coalesce(NEW.record_id, NEW.write_id),
    CASE WHEN r.id IS NOT NULL THEN json_array(r.data, r.version, r.created_at, r.updated_at, r.archived_at, r.created_by, r.updated_by, r.last_write) END,
    coalesce(NEW.dropped_keys, '[]'), coalesce(NEW.added_keys, '[]'), (
    SELECT json_group_array(json_array(l.name, l.value, l.merged_id, l.record_id, l.into_id, l.tombstone)) FROM record_aliases l
    WHERE l.organization_id = NEW.organization_id AND l.object = NEW.object AND l.record_id = NEW.record_id)
  FROM (SELECT 1) LEFT JOIN records r
    ON r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id
  WHERE NEW.dry_run;
  DELETE FROM record_keys WHERE NEW.dropped_keys <> '[]' AND (organization_id, object, name, value, slot) IN (
    SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), iif(k.value ->> 2 & 1, '', NEW.record_id)
    FROM json_each(NEW.dropped_keys) k);
  DELETE FROM record_keys WHERE NEW.dropped_keys <> '[]' AND (organization_id, object, name, value, slot) IN (
    SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), iif(k.value ->> 2 & 1, NEW.record_id, '')
    FROM json_each(NEW.dropped_keys) k WHERE k.value ->> 2 > 1);
  UPDATE changes SET delta = NULL
  WHERE NOT NEW.dry_run AND delta IS NOT NULL AND organization_id = NEW.organization_id AND sequence IN (
    WITH RECURSIVE chain (sequence) AS (
      SELECT r.last_write ->> 4 FROM records r
      WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id
      UNION ALL
      SELECT c.previous FROM chain n CROSS JOIN changes c
      WHERE c.organization_id = NEW.organization_id AND c.sequence = n.sequence)
    SELECT sequence FROM chain LIMIT 1000);
  UPDATE changes SET delta = NULL
  WHERE NOT NEW.dry_run AND delta IS NOT NULL AND organization_id = NEW.organization_id AND sequence IN (
    WITH RECURSIVE chain (sequence) AS (
      SELECT t.tombstone ->> '$[7][4]' FROM record_aliases t
  WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.record_id = NEW.record_id AND t.tombstone IS NOT NULL
      UNION ALL
      SELECT c.previous FROM chain n CROSS JOIN changes c
      WHERE c.organization_id = NEW.organization_id AND c.sequence = n.sequence)
    SELECT sequence FROM chain LIMIT 1000);
  INSERT INTO assert_noted_2c33ea84 (organization_id, now, actor, origin, object, feed, action, record_id, changed, delta, merged_into) VALUES (
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.object,
    NEW.feed,
    'erased',
    NEW.record_id,
    coalesce(NEW.changed, '[]'),
    CASE WHEN NOT NEW.dry_run THEN (WITH RECURSIVE chain (sequence) AS (
      SELECT r.last_write ->> 4 FROM records r
      WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id
      UNION ALL
      SELECT c.previous FROM chain n CROSS JOIN changes c
      WHERE c.organization_id = NEW.organization_id AND c.sequence = n.sequence)
    SELECT sequence FROM chain LIMIT 1 OFFSET 1000) END,
    NULL);
  INSERT INTO refusals (write_id, reason)
  SELECT 'work', w.bytes FROM (
    SELECT 2 * octet_length(data) + iif(last_write ->> 4 IS NULL, 0, 4000 * min(version, 1000)) +
      4000 * min(1000, coalesce((SELECT sum(t.tombstone ->> 1) FROM record_aliases t
  WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.record_id = NEW.record_id AND t.tombstone IS NOT NULL), 0)) AS bytes
    FROM records WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.record_id) w
  WHERE w.bytes > 32768
  ON CONFLICT (write_id) DO UPDATE SET reason = CAST(reason AS INTEGER) + CAST(excluded.reason AS INTEGER);
  INSERT INTO assert_noted_2c33ea84 (organization_id, now, actor, origin, object, feed, action, record_id, changed, delta, merged_into) SELECT
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.object,
    NEW.feed,
    'erased',
    t.merged_id,
    '[]',
    iif(EXISTS (WITH RECURSIVE chain (sequence) AS (
      SELECT t.tombstone ->> '$[7][4]' FROM record_aliases t
  WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.record_id = NEW.record_id AND t.tombstone IS NOT NULL
      UNION ALL
      SELECT c.previous FROM chain n CROSS JOIN changes c
      WHERE c.organization_id = NEW.organization_id AND c.sequence = n.sequence)
    SELECT sequence FROM chain LIMIT 1 OFFSET 1000), t.tombstone ->> '$[7][4]', NULL),
    NULL
  FROM record_aliases t
  WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.record_id = NEW.record_id AND t.tombstone IS NOT NULL AND NOT NEW.dry_run;
  DELETE FROM record_aliases WHERE organization_id = NEW.organization_id AND object = NEW.object AND record_id = NEW.record_id;
  DELETE FROM records WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.record_id;
  INSERT INTO refusals (write_id, reason) VALUES (NEW.write_id, '["erased","' || NEW.record_id || '"]');
END`,
      `CREATE TRIGGER assert_join_2c33ea84 INSTEAD OF INSERT ON assert_judged_2c33ea84
WHEN NEW.refusal IS NULL AND NEW.record_id IS NOT NULL AND NEW.lifecycle = 'merge'
BEGIN
  INSERT INTO undo_log (organization_id, object, id, before, dropped_keys, added_keys, aliases)
  SELECT NEW.organization_id, NEW.object, coalesce(NEW.record_id, NEW.write_id),
    CASE WHEN r.id IS NOT NULL THEN json_array(r.data, r.version, r.created_at, r.updated_at, r.archived_at, r.created_by, r.updated_by, r.last_write) END,
    coalesce(NEW.dropped_keys, '[]'), coalesce(NEW.added_keys, '[]'), (
    SELECT json_group_array(json_array(l.name, l.value, l.merged_id, l.record_id, l.into_id, l.tombstone)) FROM record_aliases l
    WHERE l.organization_id = NEW.organization_id AND l.object = NEW.object AND l.record_id = NEW.record_id)
  FROM (SELECT 1) LEFT JOIN records r
    ON r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id
  WHERE NEW.dry_run;
  INSERT INTO assert_noted_2c33ea84 (organization_id, now, actor, origin, object, feed, action, record_id, changed, delta, merged_into) VALUES (
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.object,
    NEW.feed,
    'merged',
    NEW.record_id,
    coalesce(NEW.changed, '[]'),
    CASE WHEN NEW.feed = 2 AND NEW.changed IS NOT NULL THEN (
      SELECT json_group_object(c.value, json_array(json(r.data -> c.value), json(NEW.after -> c.value)))
      FROM records r CROSS JOIN json_each(NEW.changed) c
      WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id) END,
    NEW.into_id);
  UPDATE record_aliases SET record_id = NEW.into_id WHERE organization_id = NEW.organization_id AND object = NEW.object AND record_id = NEW.record_id;
  INSERT OR IGNORE INTO record_aliases (organization_id, object, name, value, merged_id, record_id, into_id, tombstone)
  SELECT NEW.organization_id, NEW.object, k.value ->> 0, k.value ->> 1, NEW.record_id, NEW.into_id, NULL, NULL
  FROM json_each(NEW.dropped_keys) k WHERE k.value ->> 0 <> '*';
  INSERT INTO record_aliases (organization_id, object, name, value, merged_id, record_id, into_id, tombstone)
  SELECT organization_id, object, 'id', id, id, NEW.into_id, NEW.into_id, '["' || id || '",' || (version + 1) || ',' || created_at || ',' || max(updated_at, NEW.now) || ',' || coalesce(archived_at, 'null') ||
    ',"' || created_by || '","' || NEW.actor || '",["' || NEW.write_id || '",0,[],null' || CASE WHEN NEW.feed THEN ',' || (SELECT c.sequence FROM changes c WHERE c.organization_id = NEW.organization_id ORDER BY c.sequence DESC LIMIT 1) ELSE coalesce(',' || (last_write ->> 4), '') END || '],{}]' FROM records WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.record_id;
  DELETE FROM record_keys WHERE NEW.dropped_keys <> '[]' AND (organization_id, object, name, value, slot) IN (
    SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), iif(k.value ->> 2 & 1, '', NEW.record_id)
    FROM json_each(NEW.dropped_keys) k);
  DELETE FROM record_keys WHERE NEW.dropped_keys <> '[]' AND (organization_id, object, name, value, slot) IN (
    SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), iif(k.value ->> 2 & 1, NEW.record_id, '')
    FROM json_each(NEW.dropped_keys) k WHERE k.value ->> 2 > 1);
  INSERT INTO refusals (write_id, reason)
  SELECT 'work', w.bytes FROM (SELECT 2 * octet_length(data) AS bytes FROM records WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.record_id) w WHERE w.bytes > 32768
  ON CONFLICT (write_id) DO UPDATE SET reason = CAST(reason AS INTEGER) + CAST(excluded.reason AS INTEGER);
  DELETE FROM records WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.record_id;
  INSERT INTO refusals (write_id, reason) VALUES (NEW.write_id, '["erased","' || NEW.record_id || '"]');
END`,
      `CREATE TRIGGER assert_part_2c33ea84 INSTEAD OF INSERT ON assert_judged_2c33ea84
WHEN NEW.refusal IS NULL AND NEW.lifecycle = 'separate'
BEGIN
  INSERT INTO undo_log (organization_id, object, id, before, dropped_keys, added_keys, aliases)
  SELECT NEW.organization_id, NEW.object, coalesce(NEW.record_id, NEW.write_id),
    CASE WHEN r.id IS NOT NULL THEN json_array(r.data, r.version, r.created_at, r.updated_at, r.archived_at, r.created_by, r.updated_by, r.last_write) END,
    coalesce(NEW.dropped_keys, '[]'), coalesce(NEW.added_keys, '[]'), (
    SELECT json_group_array(json_array(l.name, l.value, l.merged_id, l.record_id, l.into_id, l.tombstone)) FROM record_aliases l
    WHERE l.organization_id = NEW.organization_id AND l.object = NEW.object AND l.record_id = (SELECT t.record_id FROM record_aliases t
      WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.name = 'id' AND t.value = NEW.write_id AND t.merged_id = NEW.write_id))
  FROM (SELECT 1) LEFT JOIN records r
    ON r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id
  WHERE NEW.dry_run;
  INSERT INTO assert_noted_2c33ea84 (organization_id, now, actor, origin, object, feed, action, record_id, changed, delta, merged_into) VALUES (
    NEW.organization_id,
    NEW.now,
    NEW.actor,
    NEW.origin,
    NEW.object,
    NEW.feed,
    'separated',
    NEW.write_id,
    NEW.changed,
    CASE WHEN NEW.feed = 2 THEN (
      SELECT json_group_object(a.key, json_array(NULL, json(a.value))) FROM json_each(NEW.after) a) END,
    (SELECT t.into_id FROM record_aliases t
      WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.name = 'id' AND t.value = NEW.write_id AND t.merged_id = NEW.write_id));
  INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
  SELECT NEW.organization_id, NEW.object, NEW.write_id, NEW.after, t.tombstone ->> 1 + 1, t.tombstone ->> 2, max(t.tombstone ->> 3, NEW.now),
    t.tombstone ->> 4, t.tombstone ->> 5, NEW.actor,
    '["' || NEW.write_id || '",0,' || NEW.changed || ',null' || CASE WHEN NEW.feed THEN ',' || (SELECT c.sequence FROM changes c WHERE c.organization_id = NEW.organization_id ORDER BY c.sequence DESC LIMIT 1) ELSE coalesce(',' || (t.tombstone ->> '$[7][4]'), '') END || ']'
  FROM record_aliases t WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.name = 'id' AND t.value = NEW.write_id;
  INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
  SELECT NEW.organization_id, NEW.object, k.value ->> 0, k.value ->> 1, iif(k.value ->> 2 & 1, '', NEW.write_id), NEW.write_id, CASE WHEN k.value ->> 3 THEN CAST(k.value ->> 1 AS REAL) END
  FROM json_each(NEW.added_keys) k;
  UPDATE record_aliases SET record_id = NEW.write_id
  WHERE organization_id = NEW.organization_id AND object = NEW.object AND record_id = (SELECT t.record_id FROM record_aliases t
      WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.name = 'id' AND t.value = NEW.write_id AND t.merged_id = NEW.write_id) AND merged_id IN (WITH RECURSIVE below (id) AS (
      SELECT NEW.write_id
      UNION
      SELECT t.merged_id FROM below b CROSS JOIN record_aliases t
      WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.record_id = (SELECT t.record_id FROM record_aliases t
      WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.name = 'id' AND t.value = NEW.write_id AND t.merged_id = NEW.write_id)
        AND t.into_id = b.id)
    SELECT id FROM below) AND (name <> 'id' OR merged_id <> NEW.write_id);
  DELETE FROM record_aliases
  WHERE organization_id = NEW.organization_id AND object = NEW.object AND merged_id IN (NEW.write_id, (SELECT t.record_id FROM record_aliases t
      WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.name = 'id' AND t.value = NEW.write_id AND t.merged_id = NEW.write_id)) AND (tombstone IS NULL AND (NOT EXISTS (
      SELECT 1 FROM record_aliases t
      WHERE t.organization_id = record_aliases.organization_id AND t.object = record_aliases.object AND t.record_id = record_aliases.merged_id
        AND t.tombstone IS NOT NULL AND t.merged_id <> NEW.write_id)
    OR EXISTS (
      SELECT 1 FROM record_keys k
      WHERE k.organization_id = record_aliases.organization_id AND k.object = record_aliases.object AND k.name = record_aliases.name AND k.value = record_aliases.value
        AND k.slot IN ('', record_aliases.merged_id) AND k.record_id = record_aliases.merged_id)) OR NOT ((name <> 'id' OR merged_id <> NEW.write_id)));
END`,
      `CREATE VIEW assert_noted_2c33ea84 AS SELECT NULL AS organization_id, NULL AS now, NULL AS actor, NULL AS origin, NULL AS object, NULL AS feed, NULL AS action, NULL AS record_id, NULL AS changed, NULL AS delta, NULL AS merged_into`,
      `CREATE TRIGGER assert_note_2c33ea84 INSTEAD OF INSERT ON assert_noted_2c33ea84
WHEN NEW.feed OR NEW.delta IS NOT NULL
BEGIN
  INSERT INTO changes (organization_id, sequence, at, actor, contract, request, import, action, object, record_id, version, previous, changed, delta, merged_into)
  VALUES (NEW.organization_id, 1 + coalesce((SELECT c.sequence FROM changes c WHERE c.organization_id = NEW.organization_id ORDER BY c.sequence DESC LIMIT 1), 0), NEW.now, NEW.actor,
    NEW.origin ->> 0, NEW.origin ->> 1, NEW.origin ->> 2,
    NEW.action, NEW.object, NEW.record_id, 1 + coalesce(CASE WHEN NEW.action <> 'created' THEN coalesce(
      (SELECT r.version FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id),
      (SELECT t.tombstone ->> 1 FROM record_aliases t
      WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.name = 'id' AND t.value = NEW.record_id AND t.merged_id = NEW.record_id)) END, 0),
    CASE WHEN NEW.action <> 'created' THEN coalesce(
      (SELECT r.last_write ->> 4 FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.record_id),
      (SELECT t.tombstone ->> '$[7][4]' FROM record_aliases t
      WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.name = 'id' AND t.value = NEW.record_id AND t.merged_id = NEW.record_id)) END, NEW.changed, NEW.delta, NEW.merged_into);
END`,
      `CREATE VIEW assert_kept_2c33ea84 AS SELECT NULL AS idempotency_key, NULL AS position, NULL AS write_id, NULL AS object, NULL AS name, NULL AS value, NULL AS extras, NULL AS track, NULL AS data_bytes, NULL AS organization_id, NULL AS now`,
      `CREATE TRIGGER assert_keep_2c33ea84 INSTEAD OF INSERT ON assert_kept_2c33ea84
WHEN NEW.idempotency_key IS NOT NULL
BEGIN
  INSERT OR REPLACE INTO replays (organization_id, idempotency_key, position, answer, created_at)
  SELECT NEW.organization_id, NEW.idempotency_key, NEW.position, json_array(NEW.write_id,
      (SELECT f.reason FROM refusals f WHERE f.write_id = NEW.write_id),
      (SELECT a.head || ',' || CASE WHEN octet_length(a.data) <= NEW.data_bytes THEN a.data || ']'
      WHEN NEW.track AND a.id = NEW.write_id AND a.version = 1 THEN 'null,null,' || (SELECT json_group_array(j.key) FROM json_each(a.data) j) || ']'
      ELSE 'null]' END FROM record_answers_2c33ea84 a
        WHERE a.organization_id = NEW.organization_id AND a.object = NEW.object AND a.id = coalesce(CASE WHEN NEW.extras -> '$.fallbacks' IS NOT NULL
      THEN (SELECT hit FROM (
      SELECT 0 AS place, coalesce(CASE NEW.name
      WHEN 'id' THEN (
        SELECT r.id FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.value)
      ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1) END, (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = NEW.name AND led.value = NEW.value ORDER BY led.merged_id LIMIT 1)) AS hit
      UNION ALL
      SELECT f.key + 1, coalesce((SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = f.value ->> 0 AND k.value = f.value ->> 1 ORDER BY k.slot LIMIT 1), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = f.value ->> 0 AND led.value = f.value ->> 1 ORDER BY led.merged_id LIMIT 1))
      FROM json_each(NEW.extras -> '$.fallbacks') f) WHERE hit IS NOT NULL ORDER BY place LIMIT 1)
      WHEN NEW.extras -> '$.relatedTo' IS NOT NULL THEN (SELECT t.id FROM records p CROSS JOIN records t
        WHERE p.organization_id = NEW.organization_id AND p.object = NEW.extras -> '$.relatedTo' ->> 0 AND p.id = coalesce(iif(NEW.extras -> '$.relatedTo' ->> 1 = 'id', NULL, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.extras -> '$.relatedTo' ->> 0 AND k.name = NEW.extras -> '$.relatedTo' ->> 1 AND k.value = NEW.extras -> '$.relatedTo' ->> 2 ORDER BY k.slot LIMIT 1)), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.extras -> '$.relatedTo' ->> 0 AND led.name = NEW.extras -> '$.relatedTo' ->> 1 AND led.value = NEW.extras -> '$.relatedTo' ->> 2 ORDER BY led.merged_id LIMIT 1), iif(NEW.extras -> '$.relatedTo' ->> 1 = 'id', NEW.extras -> '$.relatedTo' ->> 2, NULL))
          AND t.organization_id = NEW.organization_id AND t.object = NEW.object
          AND t.id = p.data ->> ('$.' || (NEW.extras -> '$.relatedTo' ->> 3) || '[0]'))
      ELSE coalesce(CASE NEW.name
      WHEN 'id' THEN (
        SELECT r.id FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.value)
      ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1) END, (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = NEW.name AND led.value = NEW.value ORDER BY led.merged_id LIMIT 1)) END, NEW.write_id)),
      CASE WHEN NEW.extras -> '$.fallbacks' IS NOT NULL THEN (SELECT min(place) FROM (
      SELECT 0 AS place, coalesce(CASE NEW.name
      WHEN 'id' THEN (
        SELECT r.id FROM records r
        WHERE r.organization_id = NEW.organization_id AND r.object = NEW.object AND r.id = NEW.value)
      ELSE (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = NEW.name AND k.value = NEW.value ORDER BY k.slot LIMIT 1) END, (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = NEW.name AND led.value = NEW.value ORDER BY led.merged_id LIMIT 1)) AS hit
      UNION ALL
      SELECT f.key + 1, coalesce((SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.object AND k.name = f.value ->> 0 AND k.value = f.value ->> 1 ORDER BY k.slot LIMIT 1), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.object AND led.name = f.value ->> 0 AND led.value = f.value ->> 1 ORDER BY led.merged_id LIMIT 1))
      FROM json_each(NEW.extras -> '$.fallbacks') f) WHERE hit IS NOT NULL) END, NOT (NEW.extras -> '$.when' IS NULL OR CASE WHEN NEW.extras -> '$.when' ->> 4 IS NULL
      THEN NOT EXISTS (SELECT 1 FROM records r WHERE r.organization_id = NEW.organization_id AND r.object = NEW.extras -> '$.when' ->> 0 AND r.id = coalesce(iif(NEW.extras -> '$.when' ->> 1 = 'id', NULL, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.extras -> '$.when' ->> 0 AND k.name = NEW.extras -> '$.when' ->> 1 AND k.value = NEW.extras -> '$.when' ->> 2 ORDER BY k.slot LIMIT 1)), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.extras -> '$.when' ->> 0 AND led.name = NEW.extras -> '$.when' ->> 1 AND led.value = NEW.extras -> '$.when' ->> 2 ORDER BY led.merged_id LIMIT 1), iif(NEW.extras -> '$.when' ->> 1 = 'id', NEW.extras -> '$.when' ->> 2, NULL)))
      ELSE EXISTS (SELECT 1 FROM records r WHERE r.organization_id = NEW.organization_id AND r.object = NEW.extras -> '$.when' ->> 0 AND r.id = coalesce(iif(NEW.extras -> '$.when' ->> 1 = 'id', NULL, (SELECT k.record_id FROM record_keys k
      WHERE k.organization_id = NEW.organization_id AND k.object = NEW.extras -> '$.when' ->> 0 AND k.name = NEW.extras -> '$.when' ->> 1 AND k.value = NEW.extras -> '$.when' ->> 2 ORDER BY k.slot LIMIT 1)), (SELECT led.record_id FROM record_aliases led
      WHERE led.organization_id = NEW.organization_id AND led.object = NEW.extras -> '$.when' ->> 0 AND led.name = NEW.extras -> '$.when' ->> 1 AND led.value = NEW.extras -> '$.when' ->> 2 ORDER BY led.merged_id LIMIT 1), iif(NEW.extras -> '$.when' ->> 1 = 'id', NEW.extras -> '$.when' ->> 2, NULL))
        AND r.last_write ->> 0 = NEW.extras -> '$.when' ->> 3 AND r.data -> (NEW.extras -> '$.when' ->> 4) IS NOT NULL
        AND (r.version = 1 OR NEW.extras -> '$.when' ->> 4 IN (SELECT c.value FROM json_each(r.last_write, '$[2]') c))) END), NEW.object), NEW.now
  WHERE NOT EXISTS (
      SELECT 1 FROM replays p
      WHERE p.organization_id = NEW.organization_id AND p.idempotency_key = NEW.idempotency_key
        AND p.position = -1 AND p.created_at > NEW.now - 86400000);
END`,
      `CREATE VIEW assert_undone_2c33ea84 AS SELECT NULL AS organization_id, NULL AS object, NULL AS id, NULL AS before, NULL AS dropped_keys, NULL AS added_keys, NULL AS aliases`,
      `CREATE TRIGGER assert_all_2c33ea84 INSTEAD OF INSERT ON assert_2c33ea84
WHEN NEW.op = 'all'
BEGIN
  SELECT RAISE(ABORT, 'edge-upsert:refused') WHERE EXISTS (
    SELECT 1 FROM refusals WHERE reason ->> 0 <> 'erased' AND write_id <> 'work');
END`,
      `CREATE TRIGGER assert_end_2c33ea84 INSTEAD OF INSERT ON assert_2c33ea84
WHEN NEW.op = 'end'
BEGIN
  DELETE FROM refusals WHERE true;
END`,
      `CREATE TRIGGER assert_end_kept_2c33ea84 INSTEAD OF INSERT ON assert_2c33ea84
WHEN NEW.op = 'end' AND NEW.idempotency_key IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM replays p
      WHERE p.organization_id = NEW.organization_id AND p.idempotency_key = NEW.idempotency_key
        AND p.position = -1 AND p.created_at > NEW.now - 86400000)
BEGIN
  INSERT OR REPLACE INTO replays (organization_id, idempotency_key, position, answer, created_at)
  VALUES (NEW.organization_id, NEW.idempotency_key, -1, NEW.value, NEW.now);
END`,
      `CREATE TRIGGER assert_undo_2c33ea84 INSTEAD OF INSERT ON assert_2c33ea84
WHEN NEW.op = 'undo'
BEGIN
  INSERT INTO assert_undone_2c33ea84
  SELECT u.organization_id, u.object, u.id, u.before, u.dropped_keys, u.added_keys, u.aliases FROM undo_log u ORDER BY u.sequence DESC;
  DELETE FROM undo_log WHERE true;
  DELETE FROM refusals WHERE true;
END`,
      `CREATE TRIGGER assert_undo_one_2c33ea84 INSTEAD OF INSERT ON assert_undone_2c33ea84
BEGIN
  DELETE FROM record_keys WHERE (organization_id, object, name, value, slot) IN (
    SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), iif(k.value ->> 2 & 1, '', NEW.id)
    FROM json_each(NEW.added_keys) k);
  INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
    SELECT NEW.organization_id, NEW.object, k.value ->> 0, CAST(k.value ->> 1 AS TEXT), iif(k.value ->> 2 & 1, '', NEW.id), NEW.id, CASE WHEN k.value ->> 3 THEN CAST(k.value ->> 1 AS REAL) END
    FROM json_each(NEW.dropped_keys) k;
  DELETE FROM records WHERE organization_id = NEW.organization_id AND object = NEW.object AND id = NEW.id;
  INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
  SELECT NEW.organization_id, NEW.object, NEW.id, NEW.before ->> 0, NEW.before ->> 1, NEW.before ->> 2, NEW.before ->> 3,
    NEW.before ->> 4, NEW.before ->> 5, NEW.before ->> 6, NEW.before ->> 7
  WHERE NEW.before IS NOT NULL;
  DELETE FROM record_aliases
  WHERE NEW.aliases IS NOT NULL AND organization_id = NEW.organization_id AND object = NEW.object AND merged_id = NEW.id;
  INSERT OR REPLACE INTO record_aliases (organization_id, object, name, value, merged_id, record_id, into_id, tombstone)
  SELECT NEW.organization_id, NEW.object, l.value ->> 0, l.value ->> 1, l.value ->> 2, l.value ->> 3, l.value ->> 4, l.value ->> 5
  FROM json_each(NEW.aliases) l;
END`,
    ],
  },
  {
    name: '0010_schema.sql',
    statements: [
      `ALTER TABLE objects ADD COLUMN is_archived INTEGER NOT NULL DEFAULT 0`,
      `ALTER TABLE combinations ADD COLUMN is_archived INTEGER NOT NULL DEFAULT 0`,
      `DELETE FROM record_keys WHERE (organization_id, object, name) IN (
  SELECT a.organization_id, a.object, a.slug FROM attributes a WHERE a.is_archived)`,
    ],
  },
  {
    name: '0011_jobs.sql',
    statements: [
      `CREATE TABLE jobs (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  object TEXT NOT NULL,
  name TEXT NOT NULL,
  attributes TEXT,
  phases TEXT NOT NULL,
  span TEXT NOT NULL,
  chunk_from TEXT NOT NULL DEFAULT '',
  chunk_to TEXT NOT NULL DEFAULT '',
  chunk_rows INTEGER NOT NULL DEFAULT 0,
  step INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0,
  duplicates TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  finished_at INTEGER,
  PRIMARY KEY (organization_id, id)
) WITHOUT ROWID`,
      `CREATE INDEX jobs_unfinished ON jobs (created_at) WHERE finished_at IS NULL`,
      `ALTER TABLE attributes ADD COLUMN building TEXT`,
      `ALTER TABLE combinations ADD COLUMN building TEXT`,
      `ALTER TABLE organizations ADD COLUMN automatic_indexing INTEGER NOT NULL DEFAULT 1`,
    ],
  },
  {
    name: '0012_history_upkeep.sql',
    statements: [
      `CREATE INDEX organizations_with_retention ON organizations (id) WHERE history_days IS NOT NULL`,
      `CREATE INDEX changes_to_forget ON changes (organization_id, sequence) WHERE action = 'schema_changed' AND delta IS NOT NULL`,
    ],
  },
  {
    name: '0013_hooks.sql',
    statements: [
      `CREATE TABLE hooks (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'paused', 'off')),
  definition TEXT NOT NULL CHECK (json_valid(definition)),
  secrets TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(secrets)),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  paused_at INTEGER,
  PRIMARY KEY (organization_id, id)
) WITHOUT ROWID`,
      `CREATE TABLE deliveries (
  organization_id TEXT NOT NULL,
  hook_id TEXT NOT NULL,
  id TEXT NOT NULL,
  message_id TEXT,
  received_at INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('done', 'skipped', 'failed', 'rejected')),
  answers TEXT,
  problems TEXT,
  milliseconds INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 1,
  repeats INTEGER NOT NULL DEFAULT 0,
  payload TEXT,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, hook_id, id)
) WITHOUT ROWID`,
      `CREATE INDEX deliveries_by_age ON deliveries (expires_at)`,
    ],
  },
  {
    name: '0014_tenant_usage.sql',
    statements: [
      `ALTER TABLE tenants ADD COLUMN usage TEXT`,
    ],
  },
  {
    name: '0016_directory_identity.sql',
    statements: [
      `CREATE TABLE directory_identity (
  role TEXT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL
) WITHOUT ROWID`,
    ],
  },
  {
    name: '0017_subscriptions.sql',
    statements: [
      `CREATE TABLE subscriptions (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'paused', 'off')),
  definition TEXT NOT NULL CHECK (json_valid(definition)),
  secrets TEXT NOT NULL CHECK (json_valid(secrets)),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  cursor INTEGER NOT NULL,
  step INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  failing_since INTEGER,
  failure TEXT,
  delivered_at INTEGER,
  PRIMARY KEY (organization_id, id)
) WITHOUT ROWID`,
      `CREATE TABLE dead_letters (
  organization_id TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  object TEXT NOT NULL,
  record_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  failure TEXT,
  wanted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (organization_id, subscription_id, sequence)
) WITHOUT ROWID`,
      `ALTER TABLE organizations ADD COLUMN subscribed INTEGER NOT NULL DEFAULT 0`,
    ],
  },
  {
    name: '0018_history_place.sql',
    statements: [
      `ALTER TABLE organizations ADD COLUMN history_from_at INTEGER`,
    ],
  },
  {
    name: '0020_subscribed.sql',
    statements: [
      `CREATE TRIGGER subscriptions_begun AFTER INSERT ON subscriptions BEGIN
  UPDATE organizations SET subscribed = 1 WHERE id = NEW.organization_id AND subscribed = 0;
END`,
      `CREATE TRIGGER subscriptions_ended AFTER DELETE ON subscriptions BEGIN
  UPDATE organizations SET subscribed = 0 WHERE id = OLD.organization_id AND subscribed = 1
    AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.organization_id = OLD.organization_id);
END`,
      `UPDATE organizations SET subscribed = EXISTS (SELECT 1 FROM subscriptions s WHERE s.organization_id = organizations.id)
WHERE subscribed <> EXISTS (SELECT 1 FROM subscriptions s WHERE s.organization_id = organizations.id)`,
      `CREATE INDEX dead_letters_wanted ON dead_letters (organization_id, subscription_id) WHERE wanted = 1`,
    ],
  },
  {
    name: '0022_claims.sql',
    statements: [
      `ALTER TABLE tenants ADD COLUMN claim TEXT`,
      `ALTER TABLE tenants ADD COLUMN leftovers TEXT`,
      `UPDATE tenants SET
  claim = json_set(json_remove(move -> '$.claim', '$.left', '$.ended', '$.erasesOld'),
    '$.kind', iif(json_type(move, '$.claim.ended') IS NULL, 'place', 'rewind'),
    '$.since', move -> '$.claim.at',
    '$.from', move -> '$.claim.left',
    '$.grants', iif(json_type(move, '$.claim.ended') IS NULL, json('null'), json_object('credentials', (
      SELECT json_group_array(json_object('id', value, 'revoked_at', unixepoch() * 1000)) FROM json_each(move, '$.claim.ended'))))),
  leftovers = iif(json_type(move, '$.claim.left') IS NULL, NULL, json_array(json_object(
    'place', move -> '$.claim.left',
    'at', move -> '$.claim.at',
    'erase', json(iif(move ->> '$.claim.erasesOld', 'true', 'false'))))),
  move = NULL
WHERE CASE WHEN json_valid(move) THEN json_type(move, '$.claim') END = 'object'`,
    ],
  },
  {
    name: '0023_delivery_status.sql',
    statements: [
      `CREATE INDEX deliveries_by_fault ON deliveries (organization_id, hook_id, status, id) WHERE status IN ('failed', 'rejected')`,
    ],
  },
  {
    name: '0025_merged_records.sql',
    statements: [
      `CREATE TABLE record_aliases (
  organization_id TEXT NOT NULL,
  object TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  merged_id TEXT NOT NULL,
  record_id TEXT NOT NULL,
  into_id TEXT,
  tombstone TEXT,
  PRIMARY KEY (organization_id, object, name, value, merged_id)
) WITHOUT ROWID`,
      `CREATE INDEX record_aliases_by_record ON record_aliases (organization_id, object, record_id)`,
      `CREATE INDEX record_aliases_by_merged ON record_aliases (organization_id, object, merged_id)`,
      `ALTER TABLE changes ADD COLUMN merged_into TEXT`,
      `ALTER TABLE undo_log ADD COLUMN aliases TEXT`,
    ],
  },
  {
    name: '0026_unproven_deliveries.sql',
    statements: [
      `ALTER TABLE deliveries ADD COLUMN unproven INTEGER NOT NULL DEFAULT 0`,
    ],
  },
  {
    name: '0027_usage.sql',
    statements: [
      `CREATE TABLE usage_hours (
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
) WITHOUT ROWID`,
      `CREATE TABLE key_uses (
  organization_id TEXT NOT NULL,
  credential_id TEXT NOT NULL,
  last_used_at INTEGER NOT NULL,
  PRIMARY KEY (organization_id, credential_id)
) WITHOUT ROWID`,
    ],
  },
]
