import type { Attribute } from '../schema/schema.ts'
import type { PlannedItem } from './plan/index.ts'
import type { Scope } from './session.ts'

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
  readonly indexes: { readonly attributes: string; readonly combinations: string | null }
  /** Write the change feed. */
  readonly feed: boolean
  /** Report which attributes changed. */
  readonly track: boolean
  /** Run everything, then take it back. */
  readonly dryRun: boolean
  /** One refused item refuses all. */
  readonly allOrNothing: boolean
  readonly idempotency?: { readonly key: string; readonly fingerprint: string }
  /** A relation whose record is to come with the answer. */
  readonly include?: { readonly attribute: string; readonly object: string }
  /** Answer without the data of the records: half of what a large batch costs is carrying it back. */
  readonly heads: boolean
  readonly items: readonly { readonly position: number; readonly item: PlannedItem }[]
}

/** What the program answers for one item. */
export interface ItemAnswer {
  readonly position: number
  /** The write that the answer is about: of an earlier request, when it is replayed. */
  readonly writeId: string
  /** JSON `[code, ...]`, null when not refused. */
  readonly refusal: string | null
  /**
   * JSON `[id, version, created, updated, archived, created by, updated by, last write, data]` (of heads, data is null), null when there is no
   * record; with `include` the included record, likewise, is one element more.
   */
  readonly record: string | null
}

export interface AssertAnswer {
  readonly items: readonly ItemAnswer[]
  /** Fingerprint of the request that first used the idempotency key; absent without a key. */
  readonly fingerprint?: string
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
   * Writes the key rows of an attribute that had none, and raises the revision.
   * @throws StaleError when the attribute may have changed since it was read: nothing is written
   */
  indexAttribute(scope: Scope, object: string, attribute: Attribute): Promise<void>
}

export class AllRefusedError extends Error {}
