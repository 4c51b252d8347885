/**
 * The columns of the view that takes the items. The program is made from these lists, and so is the statement that feeds it;
 * only `rowOf` there puts the values of an item into their order by hand, since that is done for every item.
 */

/** Of one item; the statement reads them from a JSON array by their place, so an absent one at the end costs nothing. */
export const itemColumns = [
  'position',
  'write_id',
  'object',
  /** First match key, null where the item only creates. `name` is an attribute, a combination or `id`. */
  'name',
  'value',
  /** Patch for an update, and the data of a creation unless `on_create` changes it: {slug: [value]}, null clears. */
  'attributes',
  'on_create',
  /** {slug: [append | prepend | remove, [value]]} */
  'merges',
  /** What few items have, one JSON object (docs/program.md lists its members); null for the others. */
  'extras',
  /** Of the first item only: the guard of the whole batch. */
  'revision',
  /** Of the closing rows only: `all`, `end` or `undo`. */
  'op',
] as const

/** The same for every item of a batch. */
export const batchColumns = [
  'organization_id',
  'now',
  'actor',
  /** Where the request comes from: [contract, its id, id of the import]. */
  'origin',
  /** Of the item's object: {slug: kept}, and {"*": [slug]} of the attributes that it is searched by. */
  'indexes',
  /** Of the item's object: [[name, unique, [slug]]], null when it has none. */
  'combinations',
  /** What the history keeps of a change: 0 nothing, 1 names, 2 values too. */
  'feed',
  'dry_run',
  /** Tell which attributes changed. */
  'track',
  /** Bytes of data that an answer may have: a record with more comes without, at 0 each one does. */
  'data_bytes',
  'idempotency_key',
] as const
