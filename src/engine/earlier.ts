import { parseValue } from '../schema/parse.ts'
import { type Attribute, type StoredValue, storedValue } from '../schema/schema.ts'
import type { HistoryReader, RecordChange } from './history.ts'
import { newId } from './ids.ts'
import type { Plan } from './plan/index.ts'
import { withStoredOptions } from './plan/options.ts'
import type { Patch, PlannedExtras } from './plan/planned.ts'
import type { StoredRecord } from './record.ts'
import type { RecordStore } from './store.ts'

/**
 * The way back to what a record was, as a plan, which holds only for the version that was read. Values go back whatever has
 * become of the options, records and members that they name.
 */

export interface Ports {
  readonly store: RecordStore
  readonly history: HistoryReader
}

/** Changes that are read of one record, and bytes of all that are read for one request, at most. */
export const perRecord = { records: 1_000, bytes: 16_000_000, bytesPerRecord: 200 }

/** Whether a record is archived is one more thing that changes, under a name that no attribute can have. */
export const ARCHIVED = ''

/** Values before a change, by attribute; null: not set. */
type Before = ReadonlyMap<string, StoredValue | null | boolean>

/** Undefined where the history does not tell. */
export const beforeOf = ({ action, changed, delta }: RecordChange): Before | undefined => {
  const before = new Map<string, StoredValue | null | boolean>()
  if (action === 'archived' || action === 'restored') before.set(ARCHIVED, action === 'restored')
  if (delta === null) return changed.length > 0 ? undefined : before
  for (const [slug, [value]] of Object.entries(delta)) before.set(slug, value)
  return before
}

export const namesOf = ({ action, changed }: RecordChange): readonly string[] =>
  action === 'archived' || action === 'restored' ? [...changed, ARCHIVED] : changed

export const present = (record: StoredRecord, name: string): StoredValue | null | boolean =>
  name === ARCHIVED ? record.archivedAt !== null : (record.data[name] ?? null)

export const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

export type Target = Map<string, StoredValue | null | boolean>

/** Of the object. The history may name others, which have been renamed or erased since: these cannot come back. */
export type Attributes = ReadonlyMap<string, Attribute>

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

export const differing = (record: StoredRecord, target: Target, attributes: Attributes): Differing => {
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

export const planOf = (record: StoredRecord, target: Target, lifecycle?: PlannedExtras['lifecycle']): Plan => {
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

/** Attributes that it sets. */
export const namesIn = (target: Target): string[] => [...target.keys()].filter((name) => name !== ARCHIVED).sort()
