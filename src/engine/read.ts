import type { Relations } from '../schema/schema.ts'
import type { QueryPlan } from './query/plan.ts'
import type { Names, Naming } from './readable.ts'
import type { StoredRecord } from './record.ts'
import { type Scope, type Session, scopeOf } from './session.ts'

/** Where a page ends, whichever comes first; the first record always fits. */
export interface PageLimit {
  readonly records: number
  /** Of the records' data and of what each adds to it. */
  readonly bytes: number
  /** What an answer says of a record besides its data, at most. */
  readonly bytesPerRecord: number
}

/** Whether archived records are among what is read, or they alone. */
export type Archived = 'include' | 'exclude' | 'only'

/** Where a page ended: the place on the walk, and the record that stands there. */
export type Place = readonly [value: string, id: string]

export interface RecordQuery {
  readonly object: string
  readonly plan: QueryPlan
  readonly archived: Archived
  readonly limit: PageLimit
  readonly after?: Place
  /** Whether to say how many there are in all. */
  readonly counted?: boolean
}

/** Not exact: so many have been found, and then it went no further. */
export interface Count {
  readonly value: number
  readonly exact: boolean
}

export interface Page {
  readonly records: readonly StoredRecord[]
  /** Where the next page begins; absent at the end. */
  readonly next?: Place
  /** The page ends because enough has been looked at, not because it is full. */
  readonly workLimitReached: boolean
  /** False where it went along the history, and that does not reach back to all that is asked for. */
  readonly reaches: boolean
  /** If asked for. */
  readonly count?: Count
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

/** What a read of records is bound to: the relations tell where it looks for what they point at. */
export interface ReadScope extends Scope {
  readonly relations: Relations
}

export const readScopeOf = (session: Session): ReadScope => ({
  ...scopeOf(session),
  relations: session.organization.relations,
})

/**
 * Reads. Each method is one call to the database. A relation to a record that has been erased reads as not set.
 * @throws StaleError
 */
export interface RecordReader {
  byId(scope: ReadScope, object: string, id: string): Promise<StoredRecord | undefined>
  /** The same, with a record that it refers to. */
  byIdWith(scope: ReadScope, object: string, id: string, include: Include): Promise<Found | undefined>
  /** The first two records of a key, oldest first: two mean that the key is ambiguous. */
  byKey(scope: ReadScope, object: string, name: string, value: string): Promise<readonly StoredRecord[]>
  query(scope: ReadScope, query: RecordQuery): Promise<Page>
  /** How many each of them finds. */
  counts(scope: Scope, queries: readonly RecordQuery[]): Promise<readonly Count[]>
  /** How many words begin with each of these, counted no further than one more than FEW_WORDS. */
  wordCounts(scope: Scope, object: string, prefixes: readonly string[]): Promise<readonly number[]>
  /** What others are called by, in the order of the namings. */
  names(scope: Scope, namings: readonly Naming[]): Promise<readonly Names[]>
}
