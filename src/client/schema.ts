import type { components } from './openapi.ts'

/** Types of an organisation's own schema, which `edge-upsert types` writes down; without them values are unknown. */

type Schemas = components['schemas']

/** Of one object. */
export interface ObjectTypes {
  /** As records show them. */
  readonly values: object
  /** As they can be written. */
  readonly input: object
  /** What records can be found by. */
  readonly match: object
}

/** By the slugs of the objects. */
export type SchemaTypes<Schema> = { readonly [Name in keyof Schema]: ObjectTypes }

interface Untyped {
  readonly values: Readonly<Record<string, unknown>>
  readonly input: Readonly<Record<string, unknown>>
  readonly match: Readonly<Record<string, unknown>>
}

export type AnySchema = Readonly<Record<string, Untyped>>

export type WriteMode = 'replace' | 'keep' | 'fill' | 'append' | 'prepend' | 'remove'

export type Match<T extends ObjectTypes> = T['match'] | { readonly id: string }

/** What to assert of one record. */
export interface Item<T extends ObjectTypes>
  extends Omit<Schemas['AssertItem'], 'match' | 'values' | 'write' | 'ifNewer'> {
  readonly match?: Match<T> | Match<T>[]
  readonly values: T['input']
  readonly write?: { readonly [Attribute in keyof T['input']]?: WriteMode }
  readonly ifNewer?: keyof T['input'] & string
}

export type StoredRecord<T extends ObjectTypes> = Omit<Schemas['StoredRecord'], 'values'> & {
  readonly values: T['values']
}

export type AssertResult<T extends ObjectTypes> = Omit<Schemas['AssertResult'], 'record'> & {
  readonly record?: StoredRecord<T>
}

export type Outcome<T extends ObjectTypes> = Omit<Schemas['Outcome'], 'record'> & { readonly record?: StoredRecord<T> }

export type BatchResult<T extends ObjectTypes> = Omit<Schemas['BatchResult'], 'outcomes'> & {
  readonly outcomes: readonly Outcome<T>[]
}

/** An answer of the OpenAPI document with the organisation's own values in it. */
export type Typed<T extends ObjectTypes, A> = A extends Schemas['StoredRecord']
  ? StoredRecord<T>
  : A extends Schemas['AssertResult']
    ? AssertResult<T>
    : A extends Schemas['BatchResult']
      ? BatchResult<T>
      : A extends Schemas['Reverted']
        ? Reverted<T>
        : A extends Schemas['MergeResult']
          ? Merged<T>
          : A extends Schemas['RecordPage']
            ? Omit<A, 'records'> & { readonly records: readonly StoredRecord<T>[] }
            : A

export type Change = Schemas['Change']
export type ChangedRecord = Schemas['ChangedRecord']
export type MergedIn = Schemas['MergedIn']
export type Undone = Schemas['Undone']
export type UndoRequest = Schemas['UndoRequest']

export type Merged<T extends ObjectTypes> = Omit<Schemas['MergeResult'], 'record'> & {
  readonly record: StoredRecord<T>
}

export type MergeRule = Schemas['MergeRule']

export type Reverted<T extends ObjectTypes> = Omit<Schemas['Reverted'], 'record'> & { readonly record: StoredRecord<T> }

/** What is done to many records, and to which: those that a filter lets through, or that have the keys. */
export type ManyChange<T extends ObjectTypes> = (
  | { readonly change: 'archive' | 'restore' | 'erase' }
  | { readonly change: 'update'; readonly values: T['input']; readonly write?: Item<T>['write'] }
) &
  (
    | { readonly filter: Filter; readonly archived?: 'include' | 'exclude' | 'only' }
    | { readonly keys: readonly Match<T>[] }
  )
export type Problem = Schemas['Problem']
export type Filter = Schemas['RecordFilter']
