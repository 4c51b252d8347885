import type { HistoryMode } from '../schema/schema.ts'
import type { Statement } from './driver.ts'

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

/** Parameters: organisation, time, who, what, the object or '', names and delta as JSON. */
const insertEvent = (when: string) => `
INSERT INTO changes (organization_id, sequence, at, actor, contract, action, object, record_id, version, changed, delta)
SELECT o.id, 1 + coalesce((SELECT c.sequence FROM changes c WHERE c.organization_id = o.id ORDER BY c.sequence DESC LIMIT 1), 0),
  CAST(?2 AS INTEGER), ?3, 'administration', ?4, ?5, '', 0, ?6, ?7
FROM organizations o WHERE o.id = ?1${when}`

/** Where there is any. */
const RECORDED = ` AND coalesce(o.history, iif(o.change_feed, 'names', 'off')) <> 'off'`

/** An object, an attribute or a combination is another one from here on. */
export const schemaChanged = ({ id, by }: EventOf, object: string, names: readonly string[]): Statement => ({
  sql: insertEvent(RECORDED),
  params: [id, Date.now(), by, 'schema_changed', object, JSON.stringify(names), null],
})

/**
 * Nothing where it stays as it is. A history that begins anew has a hole behind it, which ends with this event.
 * @param before the organisation as it was
 */
export const historyChanged = (
  { id, by, history }: EventOf & { readonly history: HistoryMode },
  after: HistoryMode,
): Statement[] => {
  if (history === after) return []
  const delta = JSON.stringify({ history: [history, after] })
  const event = { sql: insertEvent(''), params: [id, Date.now(), by, 'history_changed', '', '[]', delta] }
  if (history !== 'off') return [event]
  const begin = `
UPDATE organizations SET history_from = (
  SELECT c.sequence FROM changes c WHERE c.organization_id = ?1 ORDER BY c.sequence DESC LIMIT 1)
WHERE id = ?1`
  return [event, { sql: begin, params: [id] }]
}
