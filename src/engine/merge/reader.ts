import type { StoredValue } from '../../schema/schema.ts'
import type { PlannedKey } from '../plan/planned.ts'
import type { StoredRecord } from '../record.ts'
import type { Scope } from '../session.ts'

/** What a merge rests on, as it is read before. */

export interface MergeQuestion {
  readonly object: string
  /** Of the survivor. */
  readonly id: string
  /** What the other one is found by. */
  readonly loser: PlannedKey
  /** `[object, slug]` of the relations that may point there. */
  readonly pointing: readonly (readonly [object: string, slug: string])[]
  /** Relations that are read, and bytes of the data of their records, at most. */
  readonly relations: number
  readonly bytes: number
}

/** A relation that points at the loser. */
export interface PointingRelation {
  readonly object: string
  readonly slug: string
  readonly id: string
  readonly version: number
  /** Undefined behind the limit of bytes. */
  readonly stored: StoredValue | undefined
}

export interface MergeBasis {
  readonly survivor: StoredRecord | undefined
  /** Records that have the key, oldest first: two mean that it is ambiguous. */
  readonly losers: readonly StoredRecord[]
  /** Records that the key leads to since one that had it was merged, oldest first: two mean that it is ambiguous, if none has it. */
  readonly ledTo: readonly string[]
  /** Of the first of the losers; one more than asked for where there are more. */
  readonly relations: readonly PointingRelation[]
  /** How many records were merged into either of them before. */
  readonly merged: number
}

export interface MergeReader {
  /** One call to the database. @throws StaleError */
  read(scope: Scope, question: MergeQuestion): Promise<MergeBasis>
}
