import type { StoredValue } from '../schema/schema.ts'
import {
  beforeOf,
  differing,
  isMark,
  namesIn,
  namesOf,
  planOf,
  present,
  same,
  type Target,
  type Way,
} from './earlier.ts'
import type { RecordChange, RecordHistory } from './history.ts'
import type { Plan } from './plan/index.ts'

/** How what some changes did to one record is undone, as a plan: put together from its changes, newest first. */

/** Why something of a record stays as it is. */
export interface Kept {
  readonly why: 'changed_since' | 'not_recorded' | 'too_many_changes' | 'other_type'
  /** Null: the record as a whole. */
  readonly attribute: string | null
  /** The change that is in the way. */
  readonly by: RecordChange | null
}

export interface Undoing {
  /** Null where there is nothing to do. */
  readonly plan: Plan | null
  readonly does: 'revert' | 'archive' | 'erase'
  /** Attributes that are set back. */
  readonly attributes: readonly string[]
  readonly kept: readonly Kept[]
}

const nothing = (kept: readonly Kept[] = []): Undoing => ({ plan: null, does: 'revert', attributes: [], kept })

/** What one look through the changes of a record finds out. */
interface Found {
  /** What is set back, as far as nobody else has changed it since. */
  readonly target: Target
  /** What somebody else has changed since, with what it would go back to. */
  readonly blocked: ReadonlyMap<string, { readonly wanted: StoredValue | null | boolean; readonly by: RecordChange }>
  /** Versions are missing, or values: below that nothing can be told. */
  readonly isBlind: boolean
  readonly isCreated: boolean
  /** The newest change of somebody else. */
  readonly foreign: RecordChange | undefined
}

const lookThrough = ({ record, changes }: RecordHistory, isMeant: (change: RecordChange) => boolean): Found => {
  const target: Target = new Map()
  const blocked = new Map<string, { wanted: StoredValue | null | boolean; by: RecordChange }>()
  const foreignOf = new Map<string, RecordChange>()
  const settled = new Set<string>()
  const lowestMeant = changes.findLastIndex(isMeant)
  let known = record.version
  let foreign: RecordChange | undefined
  let isBlind = false
  for (const change of changes.slice(0, lowestMeant + 1)) {
    if (change.version !== known) isBlind = true
    known = change.version - 1
    if (!isMeant(change)) {
      foreign ??= change
      for (const name of namesOf(change)) {
        if (target.has(name) || blocked.has(name)) settled.add(name)
        else if (!foreignOf.has(name)) foreignOf.set(name, change)
      }
      continue
    }
    if (change.action === 'created') return { target, blocked, isBlind, isCreated: true, foreign }
    const before = beforeOf(change)
    if (!before) isBlind = true
    if (isBlind) break
    for (const [name, value] of before ?? []) {
      if (settled.has(name)) continue
      const by = foreignOf.get(name)
      if (by) blocked.set(name, { wanted: value, by })
      else target.set(name, value)
    }
  }
  return { target, blocked, isBlind, isCreated: false, foreign }
}

/**
 * How what some changes did to a record is undone. What somebody else has changed since stays, and is named; so does a
 * record that the changes created and somebody else has written to.
 * @param created what becomes of a record that the changes created
 */
export const undoing = (
  history: RecordHistory,
  isMeant: (change: RecordChange) => boolean,
  created: 'archive' | 'erase',
  way: Way,
): Undoing => {
  const { record } = history
  const { attributes } = way
  if (history.next !== undefined) return nothing([{ why: 'too_many_changes', attribute: null, by: null }])
  const { target, blocked, isBlind, isCreated, foreign } = lookThrough(history, isMeant)
  if (isBlind) return nothing([{ why: 'not_recorded', attribute: null, by: null }])
  // One that has been merged since is separated first, with what it had: whoever undoes again meets it then.
  if (isCreated && record.mergedInto === undefined) {
    if (record.archivedAt !== null && created === 'archive') return nothing()
    if (foreign) return nothing([{ why: 'changed_since', attribute: null, by: foreign }])
    return { plan: planOf(record, new Map(), way, created), does: created, attributes: [], kept: [] }
  }
  const kept = [...blocked].flatMap(([name, { wanted, by }]): Kept[] =>
    same(wanted, present(record, name)) || !(isMark(name) || attributes.has(name))
      ? []
      : [{ why: 'changed_since', attribute: isMark(name) ? null : name, by }],
  )
  const { wanted, misfits } = differing(record, target, attributes)
  return {
    plan: wanted.size === 0 ? null : planOf(record, wanted, way),
    does: 'revert',
    attributes: namesIn(wanted),
    kept: [...kept, ...misfits.map((attribute): Kept => ({ why: 'other_type', attribute, by: null }))],
  }
}
