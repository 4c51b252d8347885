import type { StoredValue } from '../schema/schema.ts'
import type { PageLimit } from './read.ts'
import type { StoredRecord } from './record.ts'
import type { Scope } from './session.ts'

/** The history as it is read: docs/history.md tells what is written, and when. */

/** The values of what changed, as records hold them; null: not set. */
export type Delta = Readonly<Record<string, readonly [before: StoredValue | null, after: StoredValue | null]>>

export const recordActions = ['created', 'updated', 'archived', 'restored', 'erased', 'merged', 'separated'] as const
export type RecordAction = (typeof recordActions)[number]

const TELLS_VALUES: Readonly<Record<RecordAction, boolean>> = {
  created: true,
  updated: true,
  archived: true,
  restored: true,
  erased: false,
  merged: true,
  separated: true,
}
/** Those whose change may hold a delta: what is erased has to be taken out of it. */
export const actionsWithValues = recordActions.filter((action) => TELLS_VALUES[action])

/** Of no record. */
export const eventActions = ['history_changed', 'schema_changed'] as const

/** What a change says, whatever it is about. */
interface Told {
  /** Counts the changes of the organisation, without gaps. */
  readonly sequence: number
  /** Milliseconds since 1970, by the clock of who wrote it. */
  readonly at: number
  /** `key:<id>`, `member:<id>` or `operator`. */
  readonly actor: string
  readonly contract: string
  /** Ids of the request, and of the import that it was part of. */
  readonly request: string | null
  readonly importId: string | null
}

export interface RecordChange extends Told {
  readonly action: RecordAction
  readonly object: string
  readonly recordId: string
  /** The record's version after it. */
  readonly version: number
  readonly changed: readonly string[]
  /** Null where only names were kept, or the record has been erased. */
  readonly delta: Delta | null
  /** Of one that was merged, or is separated again: the record that it was merged into. */
  readonly mergedInto?: string
}

/** What changes the meaning of all that comes after it. */
export type HistoryEvent = Told &
  (
    | {
        readonly action: 'history_changed'
        /** Settings of the history that changed: before and after. */
        readonly settings: Readonly<Record<string, readonly [before: unknown, after: unknown]>>
      }
    | {
        readonly action: 'schema_changed'
        readonly object: string
        /** Attributes or combinations of it; none: the object itself. */
        readonly changed: readonly string[]
      }
  )

export type Change = RecordChange | HistoryEvent

export const isOfRecord = (change: Change): change is RecordChange =>
  (recordActions as readonly string[]).includes(change.action)

/** Whether who follows one object is told of it: what is about none is about all. */
export const isAbout = (change: Change, object: string): boolean => !('object' in change) || change.object === object

/** The place behind a change. A history that was taken back since has another change there, or none. */
export interface HistoryPlace {
  readonly sequence: number
  /** When the change was made, by which it is known again; absent: before the first, or not known. */
  readonly at?: number
}

/**
 * What is missing where the history does not reach.
 * @param from behind which the history has no hole: a place from there on is none of this history
 */
export const gapAt = (place: HistoryPlace | undefined, from: number): string =>
  place && place.sequence >= from
    ? `the data were taken back to an earlier time since, and change ${place.sequence} is no longer what it was`
    : `changes up to ${from} are missing`

export interface ChangesQuery {
  /** Behind the change that was read last; absent: from where there is no hole behind. */
  readonly after?: HistoryPlace
  /** Instead: from a time on, in milliseconds since 1970, or what comes after this call. */
  readonly since?: number | 'now'
  /** Of this object alone. */
  readonly object?: string
  readonly limit: PageLimit
}

export interface ChangePage {
  readonly changes: readonly Change[]
  /** Up to where this page tells everything. */
  readonly last: HistoryPlace
  /** Whether there was more to look at. */
  readonly more: boolean
  /** False where changes are missing between what was asked for and this page, or the place is none of this history. */
  readonly reaches: boolean
  /** Sequence behind which the history has no hole: whoever had read up to an earlier one may have missed something. */
  readonly from: number
}

/** Where a time lies in the history: behind the last change before it, or a little earlier, since clocks differ. */
export interface Moment extends HistoryPlace {
  /** False where changes after that time are missing. */
  readonly reaches: boolean
}

/** A record whose history there is: also one that was merged into another, and has no values of its own any more. */
export interface HistoricRecord extends StoredRecord {
  readonly mergedInto?: string
}

/** A record and its changes, newest first; whole, if nothing is left to read. */
export interface RecordHistory {
  readonly record: HistoricRecord
  readonly changes: readonly RecordChange[]
  /** Sequence of the next older change. */
  readonly next?: number
}

/** A change of the schema from which on attributes of an object go by other slugs: each with the one before it. */
export interface Renaming {
  readonly sequence: number
  readonly object: string
  readonly renamed: Readonly<Record<string, string>>
}

/** What an attribute is called by now that a change names by the slug of its time. @param renamings oldest first */
export const calledNow = (
  slug: string,
  { sequence, object }: Pick<RecordChange, 'sequence' | 'object'>,
  renamings: readonly Renaming[],
): string =>
  renamings
    .filter((one) => one.sequence > sequence && one.object === object)
    .reduce((name, { renamed }) => Object.keys(renamed).find((to) => renamed[to] === name) ?? name, slug)

/** A record that was merged into another one, and is so still. */
export interface MergedRecord {
  readonly object: string
  readonly id: string
  /** What it was merged into, and what it leads to by now: the same, unless that has been merged, too. */
  readonly into: string
  readonly root: string
  /** Who did it, and in which change; null where that was not recorded. */
  readonly by: { readonly actor: string; readonly sequence: number | null }
}

/** One that leads to a record now, and how it came to. */
export interface MergedIn {
  readonly id: string
  /** What it was merged into: the record, or one that was merged into it since. */
  readonly into: string
  readonly at: number
  readonly actor: string
  /** Null where the history was off, or keeps the change no longer. */
  readonly request: string | null
  readonly importId: string | null
  readonly sequence: number | null
  /** Match keys that it had, by attribute or combination: some of them, where it had many. */
  readonly keys: Readonly<Record<string, readonly string[]>>
}

/** What an undo rests on, as it is read in one call. */
export interface RecordHistories {
  readonly histories: readonly RecordHistory[]
  /** How many of the records, from the first, fitted; at least one. */
  readonly read: number
  /** All that lead to the same as any of the records. */
  readonly merged: readonly MergedRecord[]
  /** Oldest first. */
  readonly renamings: readonly Renaming[]
}

/** Which changes are meant: of a request, an import or an actor; only from a time on, in milliseconds since 1970. */
export type Selection = ({ readonly request: string } | { readonly importId: string } | { readonly actor: string }) & {
  readonly since?: number
}

/** Changes that one look for a selection takes in, at most. */
export const WALKED_CHANGES = 5_000

/** Changes of all records of one page of an undo that are looked at: whatever is meant among them has to be looked for. */
export const UNDONE_CHANGES = 5_000

export interface SelectedRecord {
  readonly object: string
  readonly recordId: string
  readonly sequence: number
}

export interface SelectedRecords {
  /** Newest change first, each record once, with the newest of its changes that are meant. */
  readonly records: readonly SelectedRecord[]
  /** Where to go on: everything from there up has been looked at. Absent at the end. */
  readonly next?: number
  /** The end is where changes are missing: there may have been more that were meant. */
  readonly isCutOff: boolean
  /** As of a page of the feed, about the place that the looking began at. */
  readonly reaches: boolean
  readonly from: number
}

/** Reads of the history. Each method is one call to the database. @throws StaleError */
export interface HistoryReader {
  /** Oldest first. */
  changes(scope: Scope, query: ChangesQuery): Promise<ChangePage>
  /** @param time milliseconds since 1970; absent: now */
  moment(scope: Scope, time?: number): Promise<Moment>
  /**
   * @param from sequence of the newest change wanted, of an earlier page; absent: the newest
   * @returns undefined where there is no such record; all that lead to it; its attributes as they were called then, and what they are called by now
   */
  ofRecord(
    scope: Scope,
    object: string,
    id: string,
    limit: PageLimit,
    from?: number,
  ): Promise<
    (RecordHistory & Pick<RecordHistories, 'renamings'> & { readonly mergedIn: readonly MergedIn[] }) | undefined
  >
  /**
   * The same of many records, each down to the lowest change that is meant. Of those that are gone there is none.
   * @param meant changes of the selection behind `after`, up to `upTo` if that is given
   * @param limit `records` are changes of one record that are looked at, and `changes` those of all; `bytes` are of all that is
   * told. A history that is longer has a `next`
   */
  ofRecords(
    scope: Scope,
    records: readonly SelectedRecord[],
    meant: { readonly selection: Selection; readonly after: number; readonly upTo?: number },
    limit: PageLimit & { readonly changes: number },
  ): Promise<RecordHistories>
  /**
   * Records with a change of the selection behind `after` and before `before`, at most `limit` of them.
   * @param range `begun`: where the looking began, of which it is told whether the history still has it
   */
  selected(
    scope: Scope,
    selection: Selection,
    range: { readonly after: number; readonly before?: number; readonly begun?: HistoryPlace },
    limit: number,
  ): Promise<SelectedRecords>
}
