/**
 * What is left of a record that was merged into another one: the row of `record_aliases` of its id holds it, as
 * `record_answers` would tell it, without data. So version and history go on where it is separated again.
 */

/** Places in a tombstone. */
export const VERSION = 1
export const ARCHIVED_AT = 4
export const LAST_CHANGE = `'$[7][4]'`

/** Of one record, by its id: a part of its tombstone, or another column of its row. */
export const tombstoneOf = (id: string, what: string): string => `(SELECT ${what} FROM record_aliases t
      WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.name = 'id' AND t.value = ${id} AND t.merged_id = ${id})`

/** Those of all that were merged into the record of the row: rows `t`. */
export const tombstonesIn = `FROM record_aliases t
  WHERE t.organization_id = NEW.organization_id AND t.object = NEW.object AND t.record_id = NEW.record_id AND t.tombstone IS NOT NULL`
