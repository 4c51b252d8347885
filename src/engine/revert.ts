import { parseValue } from '../schema/parse.ts'
import { type Attribute, type StoredValue, storedValue } from '../schema/schema.ts'
import type { RecordChange, RecordHistory } from './history.ts'
import { newId } from './ids.ts'
import type { Plan } from './plan/index.ts'
import { withStoredOptions } from './plan/options.ts'
import type { Patch, PlannedExtras } from './plan/planned.ts'
import type { StoredRecord } from './record.ts'

/**
 * The way back, as plans: what a record was is put together from its changes, newest first. Values go back whatever has become
 * of the options, records and members that they name; the plans hold only for the version that was read.
 */

/** Whether a record is archived is one more thing that changes, under a name that no attribute can have. */
const ARCHIVED = ''

/** Values before a change, by attribute; null: not set. */
type Before = ReadonlyMap<string, StoredValue | null | boolean>

/** Undefined where the history does not tell. */
const beforeOf = ({ action, changed, delta }: RecordChange): Before | undefined => {
  const before = new Map<string, StoredValue | null | boolean>()
  if (action === 'archived' || action === 'restored') before.set(ARCHIVED, action === 'restored')
  if (delta === null) return changed.length > 0 ? undefined : before
  for (const [slug, [value]] of Object.entries(delta)) before.set(slug, value)
  return before
}

const namesOf = ({ action, changed }: RecordChange): readonly string[] =>
  action === 'archived' || action === 'restored' ? [...changed, ARCHIVED] : changed

const present = (record: StoredRecord, name: string): StoredValue | null | boolean =>
  name === ARCHIVED ? record.archivedAt !== null : (record.data[name] ?? null)

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

type Target = Map<string, StoredValue | null | boolean>

/** Of the object. The history may name others, which have been renamed or erased since: these cannot come back. */
type Attributes = ReadonlyMap<string, Attribute>

/**
 * A value of then in the form that its attribute has now; undefined where it has become an attribute of another type. Options
 * that are gone are no reason, nor are records and members.
 * @throws NotLoadedError
 */
const asOfNow = ([value]: StoredValue, attribute: Attribute): StoredValue | undefined => {
  const parsed = parseValue(value, withStoredOptions(attribute, value))
  return parsed.ok && parsed.value !== null ? storedValue(parsed.value, attribute) : undefined
}

interface Differing {
  /** Of the target, what the record can have and has not. */
  readonly wanted: Target
  /** Attributes whose values of then are none of theirs any more. */
  readonly misfits: readonly string[]
}

const differing = (record: StoredRecord, target: Target, attributes: Attributes): Differing => {
  const wanted: Target = new Map()
  const misfits: string[] = []
  for (const [name, value] of target) {
    const attribute = attributes.get(name)
    if (same(value, present(record, name)) || (name !== ARCHIVED && !attribute)) continue
    const now = attribute && typeof value === 'object' && value ? asOfNow(value, attribute) : value
    if (now === undefined) misfits.push(name)
    else if (!same(now, present(record, name))) wanted.set(name, now)
  }
  return { wanted, misfits: misfits.sort() }
}

const planOf = (record: StoredRecord, target: Target, lifecycle?: PlannedExtras['lifecycle']): Plan => {
  const attributes: Patch = {}
  for (const [name, value] of target) if (name !== ARCHIVED) attributes[name] = value as StoredValue | null
  const archived = target.get(ARCHIVED)
  const change = lifecycle ?? (archived === undefined ? undefined : archived ? 'archive' : 'restore')
  return {
    item: {
      writeId: newId(),
      object: record.object,
      name: 'id',
      value: record.id,
      attributes,
      extras: { mayCreate: 0, ifVersion: record.version, onArchived: 'keep', ...(change && { lifecycle: change }) },
    },
    createProblems: [],
    optionProblems: new Map(),
    match: [['id', record.id]],
  }
}

const namesIn = (target: Target): string[] => [...target.keys()].filter((name) => name !== ARCHIVED).sort()

/**
 * How a record comes back to a version: a plan, none where it is as it was, or undefined where the history does not tell.
 * `misfits` are attributes that stay as they are, since their values of then are of another type.
 */
export const backTo = (
  { record, changes }: RecordHistory,
  version: number,
  attributes: Attributes,
): { readonly plan: Plan | null; readonly misfits: readonly string[] } | undefined => {
  const target: Target = new Map()
  let known = record.version
  for (const change of changes) {
    if (known <= version) break
    const before = beforeOf(change)
    // Versions count without gaps: where one is missing, something was changed that was not recorded.
    if (change.version !== known || !before) return undefined
    for (const [name, value] of before) target.set(name, value)
    known = change.version - 1
  }
  if (known !== version) return undefined
  const { wanted, misfits } = differing(record, target, attributes)
  return { plan: wanted.size === 0 ? null : planOf(record, wanted), misfits }
}

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
export const undo = (
  history: RecordHistory,
  isMeant: (change: RecordChange) => boolean,
  created: 'archive' | 'erase',
  attributes: Attributes,
): Undoing => {
  const { record } = history
  if (history.next !== undefined) return nothing([{ why: 'too_many_changes', attribute: null, by: null }])
  const { target, blocked, isBlind, isCreated, foreign } = lookThrough(history, isMeant)
  if (isBlind) return nothing([{ why: 'not_recorded', attribute: null, by: null }])
  if (isCreated) {
    if (record.archivedAt !== null && created === 'archive') return nothing()
    if (foreign) return nothing([{ why: 'changed_since', attribute: null, by: foreign }])
    return { plan: planOf(record, new Map(), created), does: created, attributes: [], kept: [] }
  }
  const kept = [...blocked].flatMap(([name, { wanted, by }]): Kept[] =>
    same(wanted, present(record, name)) || !(name === ARCHIVED || attributes.has(name))
      ? []
      : [{ why: 'changed_since', attribute: name === ARCHIVED ? null : name, by }],
  )
  const { wanted, misfits } = differing(record, target, attributes)
  return {
    plan: wanted.size === 0 ? null : planOf(record, wanted),
    does: 'revert',
    attributes: namesIn(wanted),
    kept: [...kept, ...misfits.map((attribute): Kept => ({ why: 'other_type', attribute, by: null }))],
  }
}
