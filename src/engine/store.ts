import type { Attribute, HistoryMode } from '../schema/schema.ts'
import type { PlannedItem } from './plan/index.ts'
import type { StoredRecord } from './record.ts'
import type { Scope } from './session.ts'

/** For how long an answer is kept for its idempotency key, in milliseconds; the assert program has the same number. */
export const REPLAY_MS = 86_400_000

/** Everything about a batch that is the same for all its items. */
export interface AssertBatch {
  readonly organizationId: string
  /** The revision that the items were planned with. The store writes nothing if it is no longer current. */
  readonly revision: number
  /** Milliseconds since 1970. */
  readonly now: number
  /** `key:<id>` or `member:<id>`. */
  readonly actor: string
  readonly contract: string
  /** Id of the request, and of the import that it is part of. */
  readonly request?: string
  readonly importId?: string
  readonly indexes: { readonly attributes: string; readonly combinations: string | null }
  /** What the history keeps of a change. */
  readonly history: HistoryMode
  /** Report which attributes changed. */
  readonly track: boolean
  /** Run everything, then take it back. */
  readonly dryRun: boolean
  /** One refused item refuses all. */
  readonly allOrNothing: boolean
  readonly idempotency?: { readonly key: string; readonly fingerprint: string }
  /** A relation whose record is to come with the answer. */
  readonly include?: { readonly attribute: string; readonly object: string }
  /** Bytes of data that the answer about one record may have; one with more is answered without. */
  readonly dataBytes: number
  readonly items: readonly { readonly position: number; readonly item: PlannedItem }[]
}

export type Transition = 'archived' | 'restored'

/** A key of the item that another record holds. */
export interface HeldKey {
  readonly field: string
  readonly value: string
  readonly recordId: string
}

/** Why the program wrote nothing of an item. */
export type Reason =
  | { readonly code: 'not_found' }
  /** The items before it have cost as much as a batch may. */
  | { readonly code: 'too_much_work' }
  | { readonly code: 'exists' | 'archived' | 'too_large'; readonly recordId: string | null }
  /** It is to be erased, and was found by what another one had that was merged into it, or it itself before. */
  | { readonly code: 'merged'; readonly recordId: string }
  | { readonly code: 'ambiguous'; readonly field: string; readonly candidates: readonly string[] }
  | {
      readonly code: 'keys_disagree'
      readonly recordId: string
      /** Place of the match key that found the record. */
      readonly matched: number
      readonly conflicts: readonly HeldKey[]
    }
  | { readonly code: 'version_mismatch'; readonly recordId: string; readonly version: number }
  | { readonly code: 'older'; readonly recordId: string; readonly field: string; readonly stored: string }
  | { readonly code: 'too_many_values'; readonly recordId: string; readonly field: string }
  | {
      readonly code: 'reference_not_found'
      readonly references: readonly {
        readonly field: string
        readonly object: string
        readonly name: string
        readonly value: string
      }[]
    }
  | { readonly code: 'conflict'; readonly conflicts: readonly HeldKey[] }

/** What the program did with one item. All of it is told by the program; nothing is concluded from data. */
export type ItemAnswer = { readonly position: number } & (
  | WrittenItem
  | { readonly status: 'erased'; readonly recordId: string | null }
  /** Its condition did not hold. */
  | { readonly status: 'skipped' }
  | { readonly status: 'refused'; readonly reason: Reason }
)

export interface WrittenItem {
  readonly status: 'created' | 'updated' | 'unchanged'
  readonly record: StoredRecord
  /** False where the data was longer than the batch allows: the record then comes without. */
  readonly complete: boolean
  /** Place of the match key that found the record; null when it was created. */
  readonly matched: number | null
  /** Slugs of the attributes that differ from before, sorted; empty where the batch does not track them. */
  readonly changed: readonly string[]
  /** Whether this write archived the record, or brought it back. */
  readonly transition: Transition | null
  readonly related: StoredRecord | null
}

export interface AssertAnswer {
  readonly items: readonly ItemAnswer[]
  /** Fingerprint of the request that first used the idempotency key; absent without a key. */
  readonly fingerprint?: string
  /** Whether these are the answers of an earlier request with the same idempotency key. */
  readonly replayed: boolean
}

/** Where records live. One call of a method is one call to the database. */
export interface RecordStore {
  /**
   * Runs the items in order, in one transaction.
   * @throws StaleError when the organisation's revision has moved on: nothing is written
   * @throws AllRefusedError when `allOrNothing` and an item was refused: nothing is written
   */
  assert(batch: AssertBatch): Promise<AssertAnswer>
  /**
   * Makes attributes ones that records can be found by: writes the key rows that they have none of, or begins the jobs that
   * do. Either way the organisation is another one afterwards.
   * @param spent what the same request has had done at once already
   * @returns the same, with this
   * @throws StaleError when an attribute may have changed since it was read: nothing is written
   */
  indexAttributes(scope: Scope, actor: string, wanted: readonly Unindexed[], spent: AtOnce): Promise<AtOnce>
}

/** An attribute that is to be matched by and has no index. */
export interface Unindexed {
  readonly object: string
  readonly attribute: Attribute
}

/** What is done to records that were there before, in the transaction of a request and not by a job. */
export interface AtOnce {
  /** Counted once for each index or attribute that goes through them. */
  readonly records: number
  readonly keys: number
  /** Of the records' data. */
  readonly bytes: number
}

export const NOTHING_DONE: AtOnce = { records: 0, keys: 0, bytes: 0 }

export class AllRefusedError extends Error {}
