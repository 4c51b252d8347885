import type { Attribute, StoredValue, Value } from '../../schema/schema.ts'
import type { Problem, Refusal } from '../errors.ts'

/** Values as `records.data` holds them. Null removes. */
export type Patch = Record<string, StoredValue | null>

/** The data of a record: a patch without nulls. */
export type Data = Record<string, StoredValue>

/** A list to be put together with the one that is there, as it would be stored itself. */
export type Merge = readonly ['append' | 'prepend' | 'remove' | 'replace_first', ...StoredList]
type StoredList = readonly [values: readonly Value[], normalForms?: readonly Value[]]

/** The text of a match key, as `record_keys` holds it. */
export type PlannedKey = readonly [name: string, value: string]

/**
 * What a reference is looked up by, and when. It is only checked (0), set alone (1) or in a list (2), or set where it
 * names something (3). Then what it is looked up by where the first key names nothing, and whether it must name one record
 * only. At last (4) it is only found out what the id means by now, for what writes it as it is: an id that was merged is written as
 * that of its survivor, here and where it is checked.
 */
export type PlannedReference = readonly [
  slug: string,
  object: string,
  name: string,
  value: string,
  use: 0 | 1 | 2 | 3 | 4,
  branch: 'create' | 'update' | null,
  otherName?: string | null,
  otherValue?: string | null,
  /** 1: of all records that have the key; 2: the key is unique, so only what it leads to since a merge can be several. */
  mustBeOne?: 1 | 2,
]

/** No record may have the key; or with a write, the record that has it must have got the attribute's value from it. */
export type PlannedCondition = readonly [
  object: string,
  name: string,
  value: string,
  writeId?: string,
  attribute?: string,
]

/** One item of the assert program: plain JSON, absent means no. docs/program.md says what the program does with each. */
export interface PlannedItem {
  /** UUIDv7: the id of this write, and of the record if it creates one. */
  readonly writeId: string
  readonly object: string
  /** The first match key. */
  readonly name?: string
  readonly value?: string
  /** Patch for an update; also the data of a creation, if `onCreate` does not change that. */
  readonly attributes: Patch
  /** Patch of `attributes` that makes them the data of a creation. */
  readonly onCreate?: Patch
  readonly merges?: Readonly<Record<string, Merge>>
  readonly extras?: PlannedExtras
}

/** What few items have: an item without any of these takes the program's short way. */
export interface PlannedExtras {
  /** The match keys behind the first. */
  readonly fallbacks?: readonly PlannedKey[]
  /** The record that this attribute of the record with this key holds is the one to write. */
  readonly relatedTo?: readonly [object: string, name: string, value: string, attribute: string]
  readonly fills?: Patch
  readonly refs?: readonly PlannedReference[]
  readonly mayCreate?: 0
  readonly mayUpdate?: 0
  readonly ifVersion?: number
  /** Slug of the attribute that says how new the data is. */
  readonly ifNewer?: string
  readonly onSeveral?: 'error'
  readonly onArchived?: 'refuse' | 'keep'
  readonly keysAgree?: 1
  /**
   * `merge`: the record goes, and its keys and its id lead to `into`. `separate`: the record whose id the write has, which was
   * merged, is there again, in the version behind `ifVersion`.
   */
  readonly lifecycle?: 'archive' | 'restore' | 'erase' | 'merge' | 'separate'
  readonly into?: string
  /** Of a merge: `[object, slug]` of the relations that may point at the record. None of another record may do so any more. */
  readonly pointing?: readonly (readonly [object: string, slug: string])[]
  readonly when?: PlannedCondition
}

/** A command held against the schema: what to run, and what to answer should it turn out not to create. */
export interface Plan {
  readonly item: PlannedItem
  /** Why no record would be created. Reported only when nothing matched. */
  readonly createProblems: readonly Problem[]
  /** By attribute: why a choice cannot be taken. Reported only where the record does not hold it already. */
  readonly optionProblems: ReadonlyMap<string, Problem>
  readonly match: readonly PlannedKey[]
}

export type Planning =
  | { readonly plan: Plan }
  | { readonly refusal: Refusal }
  /** The attribute has no key rows yet: index it, then plan again. */
  | { readonly unindexed: { readonly object: string; readonly attribute: Attribute } }
