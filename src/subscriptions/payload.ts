import { type Change, isOfRecord, type RecordChange } from '../engine/history.ts'
import type { StoredValue } from '../schema/schema.ts'
import type { Message } from './signing.ts'

/**
 * What receivers are told. A contract of its own, for no receiver can say which version of an API it speaks: members may be
 * added, and nothing else. At present a change is what GET /v1/changes shows; a test says when either becomes another.
 */

const instant = (time: number): string => new Date(time).toISOString()

const shown = (stored: StoredValue | null) => stored?.[0] ?? null

const valuesOf = ({ delta }: RecordChange) =>
  delta &&
  Object.fromEntries(
    Object.entries(delta).map(([slug, [before, after]]) => [slug, { before: shown(before), after: shown(after) }]),
  )

const toldChange = (one: Change) => {
  const { sequence, at, actor, contract, request, importId, action } = one
  const head = { sequence, at: instant(at), actor, contract, request, importId, action }
  if (isOfRecord(one)) {
    const { object, recordId, version, changed, mergedInto } = one
    return {
      ...{ ...head, object, recordId, version, changed: [...changed] },
      ...(mergedInto !== undefined && { mergedInto }),
      values: valuesOf(one),
    }
  }
  if (one.action === 'schema_changed')
    return { ...head, object: one.object, recordId: null, version: null, changed: [...one.changed], values: null }
  const settings = Object.entries(one.settings)
  return {
    ...head,
    object: null,
    recordId: null,
    version: null,
    changed: settings.map(([name]) => name),
    values: Object.fromEntries(settings.map(([name, [before, after]]) => [name, { before, after }])),
  }
}

const message = (id: string, type: string, at: number, data: unknown): Message => ({
  id,
  body: JSON.stringify({ type, timestamp: instant(at), data }),
})

/** A change has one sequence for good, and so has each version of a record: by the id a receiver knows a repetition. */
export const changeMessage = (subscriptionId: string, change: Change): Message => {
  const type = isOfRecord(change) ? `record.${change.action}` : change.action.replace('_', '.')
  return message(`${subscriptionId}_${change.sequence}`, type, change.at, toldChange(change))
}

/** That changes are missing: behind `after`, up to `upTo`. Both are in its id: two of these may end at the same change. */
export const gapMessage = (subscriptionId: string, after: number, upTo: number, now: number): Message =>
  message(`${subscriptionId}_gap_${after}_${upTo}`, 'history.gap', now, { after, upTo })

/** To see that a receiver takes what is sent. */
export const pingMessage = (subscriptionId: string, now: number): Message =>
  message(`${subscriptionId}_ping_${now}`, 'subscription.ping', now, { subscriptionId })
