import type { Attribute, Scalar, Value } from '../../schema/schema.ts'
import type { Problem, Refusal } from '../errors.ts'

/** A value wrapped in an array, as `records.data` holds it: a patch then replaces it whole. Null removes. */
export type Patch = Record<string, readonly [Value] | null>

/** The data of a record: a patch without nulls. */
export type Data = Record<string, readonly [Value]>

export type Merge = readonly ['append' | 'prepend' | 'remove', readonly Scalar[]]

/** The text of a match key, as `record_keys` holds it. */
export type PlannedKey = readonly [name: string, value: string]

/** `[slug, object, key name, key value, 0 check | 1 set | 2 set as a list, branch or null for both]` */
export type PlannedReference = readonly [string, string, string, string, 0 | 1 | 2, 'create' | 'update' | null]

/** One item of the assert program (migrations/0002_assert.sql): plain JSON. Absent means no. */
export interface PlannedItem {
  /** UUIDv7: the id of this write, and of the record if it creates one. */
  readonly writeId: string
  readonly object: string
  readonly name?: string
  readonly value?: string
  readonly fallbacks?: readonly PlannedKey[]
  /** Patch for an update; also the data of a create, if `onCreate` does not change that. */
  readonly attributes: Patch
  /** Patch of `attributes` that makes them the data of a create. */
  readonly onCreate?: Patch
  readonly merges?: Readonly<Record<string, Merge>>
  readonly fills?: Patch
  readonly refs?: readonly PlannedReference[]
  readonly mayCreate: 0 | 1
  readonly mayUpdate: 0 | 1
  readonly ifVersion?: number
  readonly newerBy?: string
  readonly several?: 'error'
  readonly agree?: 1
  readonly archived: 'revive' | 'refuse' | 'keep'
  readonly lifecycle?: 'archive' | 'restore' | 'erase'
  readonly unless?: readonly [object: string, name: string, value: string]
  readonly follows?: readonly [writeId: string, attribute: string, object: string, name: string, value: string]
}

/** A command held against the schema: what to run, and what to answer should it turn out not to create. */
export interface Plan {
  readonly item: PlannedItem
  /** Why no record would be created. Reported only when nothing matched. */
  readonly createProblems: readonly Problem[]
  readonly match: readonly PlannedKey[]
}

export type Planning =
  | { readonly plan: Plan }
  | { readonly refusal: Refusal }
  /** The attribute has no key rows yet: index it, then plan again. */
  | { readonly unindexed: { readonly object: string; readonly attribute: Attribute } }
