import { REPLAY_MS } from '../../engine/store.ts'

/** Pieces of SQL that several stages, the statement and the reads share: each rule is written once. */

export interface Key {
  readonly organization: string
  readonly object: string
  readonly name: string
  readonly value: string
}

/**
 * Where a key row stands among those of its value. Of a unique key there is one row, and its slot is empty, so that the
 * primary key holds the rule too. While a job makes an index unique, or no longer unique, there are rows of both kinds.
 * @param kept how the index is kept: src/schema/attribute.ts, KeptKeys; the odd ones have empty slots
 */
export const slotOf = (kept: string, id: string): string => `iif(${kept} & 1, '', ${id})`

/** The slot that an older row of the same key may have. */
export const otherSlotOf = (kept: string, id: string): string => `iif(${kept} & 1, ${id}, '')`

const keyRows = ({ organization, object, name, value }: Key) =>
  `FROM record_keys k
      WHERE k.organization_id = ${organization} AND k.object = ${object} AND k.name = ${name} AND k.value = ${value}`

/** Rows `led` of what leads to a record by a key that it has no longer, or never had; `id` is such a key, too. */
export const aliasRows = ({ organization, object, name, value }: Key) =>
  `FROM record_aliases led
      WHERE led.organization_id = ${organization} AND led.object = ${object} AND led.name = ${name} AND led.value = ${value}`

/** Id of the record that the key leads to. Of several, of the one that the oldest was merged into. */
export const aliasOf = (key: Key): string => `(SELECT led.record_id ${aliasRows(key)} ORDER BY led.merged_id LIMIT 1)`

/** Whether the key leads to this record. */
export const leadsTo = (key: Key, id: string): string => `EXISTS (SELECT 1 ${aliasRows(key)} AND led.record_id = ${id})`

/** Whether it leads to any. */
export const leadsAnywhere = (key: Key): string => `EXISTS (SELECT 1 ${aliasRows(key)})`

/** Whether it leads to another one, also or only. */
export const leadsElsewhere = (key: Key, id: string): string =>
  `EXISTS (SELECT 1 ${aliasRows(key)} AND led.record_id <> ${id})`

/** Ids of up to `limit` records that it leads to, oldest first: rows (record_id). */
export const ledToBy = (key: Key, limit: number): string =>
  `SELECT DISTINCT led.record_id ${aliasRows(key)} ORDER BY led.record_id LIMIT ${limit}`

/** Id of the record that has this key; of several, of the oldest. */
const keptBy = (key: Key): string => `(SELECT k.record_id ${keyRows(key)} ORDER BY k.slot LIMIT 1)`

/** Whether a record has it. */
export const isKept = (key: Key): string => `EXISTS (SELECT 1 ${keyRows(key)})`

/** Whether this record has it, under whichever slot. */
export const isKeptBy = (key: Key, id: string): string =>
  `EXISTS (SELECT 1 ${keyRows(key)} AND k.slot IN ('', ${id}) AND k.record_id = ${id})`

/** The same, and where none has it, of the one that it leads to. `id` is not a key: see `recordWith`. */
export const holderOf = (key: Key): string => `coalesce(${keptBy(key)}, ${aliasOf(key)})`

/** The same, unless it leads to several. */
export const onlyHolderOf = (
  key: Key,
): string => `coalesce(${keptBy(key)}, (SELECT led.record_id ${aliasRows(key)} AND NOT EXISTS (
        SELECT 1 FROM record_aliases o
        WHERE o.organization_id = led.organization_id AND o.object = led.object AND o.name = led.name AND o.value = led.value
          AND o.record_id <> led.record_id) LIMIT 1))`

/** What an id means now: itself, whether or not there is such a record, or the one that it was merged into. */
export const meantBy = (key: Omit<Key, 'name'>): string =>
  `coalesce(${aliasOf({ ...key, name: "'id'" })}, ${key.value})`

/** The same as `holderOf`, of an id what it means: for those who join it with the records. */
export const recordWith = (key: Key): string =>
  `coalesce(iif(${key.name} = 'id', NULL, ${keptBy(key)}), ${aliasOf(key)}, iif(${key.name} = 'id', ${key.value}, NULL))`

/** Up to this many records of an ambiguous key are named. */
export const NAMED = 10

/** Ids of up to `limit` records that have this key, oldest first, as a JSON list. */
export const keepersOf = (key: Key, limit: number): string =>
  `(SELECT json_group_array(record_id) FROM (SELECT k.record_id ${keyRows(key)} ORDER BY k.slot LIMIT ${limit}))`

/** The same, and where none has it, of those that it leads to. */
export const holdersOf = (key: Key, limit: number): string =>
  `coalesce(nullif(${keepersOf(key, limit)}, '[]'), (SELECT json_group_array(record_id) FROM (${ledToBy(key, limit)})))`

/**
 * The match keys of an item in their order, with the record that each of them finds: rows (place, hit). Every row that
 * has the columns of an item can be asked: NEW in a trigger, the view itself in RETURNING.
 */
const hits = (item: string): string => `(
      SELECT 0 AS place, ${firstHit(item)} AS hit
      UNION ALL
      SELECT f.key + 1, ${holderOf(keyOf(item, 'f.value ->> 0', 'f.value ->> 1'))}
      FROM json_each(${item}.extras -> '$.fallbacks') f)`

/** The first match key of an item. */
export const ownKey = (item: string): Key => keyOf(item, `${item}.name`, `${item}.value`)

/** That of its match keys which found the record: the first, or a fallback. */
export const matchedKey = (item: string): Key => {
  const part = (of: 'name' | 'value', i: 0 | 1) =>
    `iif(${item}.matched = 0, ${item}.${of}, ${item}.extras ->> ('$.fallbacks[' || (${item}.matched - 1) || '][${i}]'))`
  return keyOf(item, part('name', 0), part('value', 1))
}

/** What was planned on another revision than the current one writes nothing. @param when whether the row carries one */
export const guardOf = (when?: string): string => `SELECT RAISE(ABORT, 'edge-upsert:stale')
  WHERE ${when === undefined ? '' : `${when} AND `}NEW.revision IS NOT (SELECT o.revision FROM organizations o WHERE o.id = NEW.organization_id)`

export const keyOf = (item: string, name: string, value: string): Key => ({
  organization: `${item}.organization_id`,
  object: `${item}.object`,
  name,
  value,
})

/** Id of the record that has the first key: of a record that is there, so that an unknown id finds none. */
const firstHit = (item: string): string => `coalesce(CASE ${item}.name
      WHEN 'id' THEN (
        SELECT r.id FROM records r
        WHERE r.organization_id = ${item}.organization_id AND r.object = ${item}.object AND r.id = ${item}.value)
      ELSE ${keptBy(ownKey(item))} END, ${aliasOf(ownKey(item))})`

/** Id of the record that a relation of another record holds: `[object, name, value, attribute]`. */
const relatedHit = (item: string): string => {
  const part = (i: number) => `${item}.extras -> '$.relatedTo' ->> ${i}`
  const organization = `${item}.organization_id`
  return `(SELECT t.id FROM records p CROSS JOIN records t
        WHERE p.organization_id = ${organization} AND p.object = ${part(0)} AND p.id = ${recordWith({
          organization,
          object: part(0),
          name: part(1),
          value: part(2),
        })}
          AND t.organization_id = ${organization} AND t.object = ${item}.object
          AND t.id = p.data ->> ('$.' || (${part(3)}) || '[0]'))`
}

const hasFallbacks = (item: string) => `${item}.extras -> '$.fallbacks' IS NOT NULL`

/** Id of the record that the item's match keys find, or the relation that it goes by. */
export const located = (item: string): string => `CASE WHEN ${hasFallbacks(item)}
      THEN (SELECT hit FROM ${hits(item)} WHERE hit IS NOT NULL ORDER BY place LIMIT 1)
      WHEN ${item}.extras -> '$.relatedTo' IS NOT NULL THEN ${relatedHit(item)}
      ELSE ${firstHit(item)} END`

/** Place of the match key that finds it; null when none does. Of an item with one key always null: there is no choice. */
export const matchedPlace = (item: string): string =>
  `CASE WHEN ${hasFallbacks(item)} THEN (SELECT min(place) FROM ${hits(item)} WHERE hit IS NOT NULL) END`

/**
 * Whether the condition of an item holds: `[object, name, value]` that no record may have, or with
 * `[…, write id, attribute]` a record that this very write must have given another value of the attribute.
 */
export const conditionHolds = (item: string): string => {
  const part = (i: number) => `${item}.extras -> '$.when' ->> ${i}`
  const organization = `${item}.organization_id`
  const isRecord = `r.organization_id = ${organization} AND r.object = ${part(0)} AND r.id = ${recordWith({
    organization,
    object: part(0),
    name: part(1),
    value: part(2),
  })}`
  return `(${item}.extras -> '$.when' IS NULL OR CASE WHEN ${part(4)} IS NULL
      THEN NOT EXISTS (SELECT 1 FROM records r WHERE ${isRecord})
      ELSE EXISTS (SELECT 1 FROM records r WHERE ${isRecord}
        AND r.last_write ->> 0 = ${part(3)} AND r.data -> (${part(4)}) IS NOT NULL
        AND (r.version = 1 OR ${part(4)} IN (SELECT c.value FROM json_each(r.last_write, '$[2]') c))) END)`
}

/** Whether the request was answered before, and its answers are still kept. */
export const isReplay = (item: string): string => `EXISTS (
      SELECT 1 FROM replays p
      WHERE p.organization_id = ${item}.organization_id AND p.idempotency_key = ${item}.idempotency_key
        AND p.position = -1 AND p.created_at > ${item}.now - ${REPLAY_MS})`

/** The slugs that data holds, sorted, as a JSON list. */
export const slugsOf = (data: string): string =>
  `(SELECT json_group_array(slug) FROM (SELECT j.key AS slug FROM json_each(${data}) j ORDER BY j.key))`

/** A row of the scratch that belongs to no item: what the batch has cost so far. */
export const WORK = 'work'

/** Adds to it. @param work the rest of a query from its FROM on, whose WHERE leaves at most one row `w` with its `bytes` */
export const spend = (work: string): string => `INSERT INTO refusals (write_id, reason)
  SELECT '${WORK}', w.bytes FROM ${work}
  ON CONFLICT (write_id) DO UPDATE SET reason = CAST(reason AS INTEGER) + CAST(excluded.reason AS INTEGER)`

/** What became of an item other than a write: `[code, …]`, null for all else. */
export const remarkOf = (item: string): string =>
  `(SELECT f.reason FROM refusals f WHERE f.write_id = ${item}.write_id)`

/**
 * The text of a JSON value, as `json_each` gives it: equal texts mean equal values.
 * @param each the row of json_each
 * @param whole what json_each goes through
 */
export const elementText = (each: string, whole: string): string =>
  `CASE ${each}.type WHEN 'text' THEN json_quote(${each}.value) WHEN 'real' THEN ${whole} -> ${each}.fullkey
          WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE ${each}.value END`

/**
 * Where the values stand that keys are made from: last in what is stored of an attribute, behind what is shown
 * (src/schema/value.ts, StoredValue). Of most attributes that is one and the same.
 */
export const KEYED = '[#-1]'

/** Of a currency the amount is its key: what the code is does not count. Values of all other types are keys as they are. */
export const isKeyed = (each: string): string => `${each}.key IS NOT 'code'`

/** The number that a key is, if it is one: keys are compared as texts, numbers are not (src/storage/query-sql.ts). */
export const isNumber = (each: string): string => `${each}.type IN ('integer', 'real')`
export const keyNumber = (each: string): string => `iif(${isNumber(each)}, ${each}.value, NULL)`

/** The same of a key that came by as JSON, `[name, value, unique, is a number]`: JSON would have rounded the number itself. */
export const numberOfKey = (key: string): string =>
  `CASE WHEN ${key}.value ->> 3 THEN CAST(${key}.value ->> 1 AS REAL) END`

/** The list of a merge, as a record would hold it. */
export const listOf = (merge: string): string => `json_remove(${merge}, '$[0]')`

/** The value of a key: the text of the attribute's value (src/schema/value.ts, keyText, says the same in TypeScript). */
export const keyValue = (each: string, whole: string): string =>
  `iif(${each}.type = 'real', ${whole} -> ${each}.fullkey, ${each}.value)`
