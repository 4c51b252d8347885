import type { HistorySettings } from '../schema/schema.ts'
import type { Statement } from './driver.ts'
import { beginForgetting, type Erased, forgettingBefore, formerly, type Renamed } from './forgotten-values.ts'

/**
 * What changes the meaning of the history stands in it as a change of no record: whoever follows it is told, in its place
 * among the changes. docs/history.md.
 */

/** Whose history, and who does it. */
export interface EventOf {
  readonly id: string
  /** `key:<id>`, `member:<id>` or `operator`. */
  readonly by: string
}

const NEXT = `1 + coalesce((SELECT c.sequence FROM changes c WHERE c.organization_id = o.id ORDER BY c.sequence DESC LIMIT 1), 0)`

/** Parameters: organisation, time, who, what, the object or '', names and delta as JSON. */
const insertEvent = (when: string, delta = '?7') => `
INSERT INTO changes (organization_id, sequence, at, actor, contract, action, object, record_id, version, changed, delta)
SELECT o.id, ${NEXT}, CAST(?2 AS INTEGER), ?3, 'administration', ?4, ?5, '', 0, ?6, ${delta}
FROM organizations o WHERE o.id = ?1${when}`

/** Where there is any. */
const RECORDED = ` AND coalesce(o.history, iif(o.change_feed, 'names', 'off')) <> 'off'`

/** Or where there was any: its values go by the slugs of then. */
const EVER_RECORDED = ' AND EXISTS (SELECT 1 FROM changes c WHERE c.organization_id = o.id)'

/** What an object, an attribute or a combination is no longer. */
export interface Gone {
  /** For good: the history forgets its values, also one that is off by now. */
  readonly erased?: Erased
  /** By these slugs. */
  readonly renamed?: Renamed
}

/** An object, an attribute or a combination is another one from here on. */
export const schemaChanged = (
  { id, by }: EventOf,
  object: string,
  names: readonly string[],
  { erased, renamed }: Gone = {},
): readonly Statement[] => {
  const params = [id, Date.now(), by, 'schema_changed', object, JSON.stringify(names)]
  if (erased === undefined && renamed === undefined) return [{ sql: insertEvent(RECORDED), params: [...params, null] }]
  const delta = JSON.stringify({
    ...(erased && { attributes: formerly(erased, renamed) }),
    ...(renamed && { renamed }),
  })
  if (erased === undefined) return [{ sql: insertEvent(EVER_RECORDED), params: [...params, delta] }]
  const forgetting = { sql: insertEvent('', forgettingBefore('?7', NEXT)), params: [...params, delta] }
  return [forgetting, ...beginForgetting(id)]
}

const settings = ['history', 'historyDays'] as const

/**
 * Nothing where it stays as it is. A history that begins anew has a hole behind it, which ends with this event.
 * @param before the organisation as it was
 */
export const historyChanged = (
  { id, by, ...before }: EventOf & HistorySettings,
  after: HistorySettings,
): Statement[] => {
  const changed = settings.filter((setting) => before[setting] !== after[setting])
  if (changed.length === 0) return []
  const delta = JSON.stringify(
    Object.fromEntries(changed.map((setting) => [setting, [before[setting], after[setting]]])),
  )
  const event = { sql: insertEvent(''), params: [id, Date.now(), by, 'history_changed', '', '[]', delta] }
  if (before.history !== 'off' || after.history === 'off') return [event]
  const begin = `
UPDATE organizations SET (history_from, history_from_at) = (
  SELECT c.sequence, c.at FROM changes c WHERE c.organization_id = ?1 ORDER BY c.sequence DESC LIMIT 1)
WHERE id = ?1`
  return [event, { sql: begin, params: [id] }]
}
