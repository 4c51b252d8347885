import type { StoredRecord } from './record.ts'
import type { Scope } from './session.ts'

export type FilterOperator = 'eq' | 'in' | 'gt' | 'gte' | 'lt' | 'lte' | 'starts_with'

/** A condition on an indexed attribute. Values are texts of keys, as `keyText` makes them; `in` has several. */
export interface KeyFilter {
  readonly name: string
  readonly operator: FilterOperator
  readonly values: readonly string[]
}

/** Key rows that one query looks at, at most: what bounds its cost, whatever the filters let through. */
export const WALKED_KEYS = 1_000

/** Where a page ends, whichever comes first; the first record always fits. */
export interface PageLimit {
  readonly records: number
  /** Of the records' data and of what each adds to it. */
  readonly bytes: number
  /** What an answer says of a record besides its data, at most. */
  readonly bytesPerRecord: number
}

/** Walks the keys of one attribute in order, and takes the records that meet all filters. */
export interface KeyQuery {
  readonly object: string
  /** The attribute whose keys are walked, and its own condition. */
  readonly walk: { readonly name: string; readonly filters: readonly KeyFilter[]; readonly direction: 'asc' | 'desc' }
  readonly filters: readonly KeyFilter[]
  readonly limit: PageLimit
  /** Last key of the page before: its value and the id of its record. */
  readonly after?: readonly [value: string, id: string]
}

export interface Page {
  readonly records: readonly StoredRecord[]
  /** Where the next page begins; absent at the end. */
  readonly next?: readonly [value: string, id: string]
}

export interface ListQuery {
  readonly object: string
  readonly limit: PageLimit
  readonly afterId?: string
  readonly archived: 'include' | 'exclude' | 'only'
}

/** The record that an attribute of another one refers to. */
export interface Include {
  readonly attribute: string
  readonly object: string
}

export interface Found {
  readonly record: StoredRecord
  /** The included record; null where there is none. */
  readonly related: StoredRecord | null
}

/** Reads. Each method is one call to the database. @throws StaleError */
export interface RecordReader {
  byId(scope: Scope, object: string, id: string): Promise<StoredRecord | undefined>
  /** The same, with a record that it refers to. */
  byIdWith(scope: Scope, object: string, id: string, include: Include): Promise<Found | undefined>
  /** The first two records of a key, oldest first: two mean that the key is ambiguous. */
  byKey(scope: Scope, object: string, name: string, value: string): Promise<readonly StoredRecord[]>
  /** In order of creation. */
  list(scope: Scope, query: ListQuery): Promise<Page>
  query(scope: Scope, query: KeyQuery): Promise<Page>
}
