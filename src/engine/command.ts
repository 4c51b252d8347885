import type { Problem } from './errors.ts'

/** Finds a record: by attribute, by declared combination (an array of values, in its order), or by `id`. */
export interface MatchKey {
  readonly name: string
  readonly value: unknown
}

/**
 * How an attribute's value meets the value that the record has.
 * - `replace`: written on create and update
 * - `create_only`: written on create only
 * - `fill`: on update only if the record has no value
 * - `append`, `prepend`, `remove`: for attributes with several values; known values are never doubled
 * - `replace_first`: likewise, in the place of the first value that the record has; the others stay
 */
export type WriteMode = 'replace' | 'create_only' | 'fill' | 'append' | 'prepend' | 'remove' | 'replace_first'

/** The value of a relation, named by a match key of the related object; or of a user, named by `email` or `id`. */
export class Reference {
  readonly name: string
  readonly value: unknown
  /** Looked up where the first names nothing. */
  readonly otherwise: Reference | undefined
  constructor(name: string, value: unknown, otherwise?: Reference) {
    this.name = name
    this.value = value
    this.otherwise = otherwise
  }
}

/** The record that an earlier command of the request created. Where that created none, an update keeps the value. */
export class Created {
  /** Its place in the request. */
  readonly command: number
  constructor(command: number) {
    this.command = command
  }
}

/**
 * What a command may be made to depend on.
 * - `absent`: no record of the object has this match key
 * - `changed`: an earlier command of the request, by its place, gave the attribute of its record another value
 */
export type Condition =
  | { readonly absent: MatchKey & { readonly object: string } }
  | { readonly changed: { readonly command: number; readonly attribute: string } }

/** What every contract translates a request into: one record to create or update. Slugs, not wire names. */
export interface AssertCommand {
  readonly object: string
  /** Tried in order; the first that finds a record wins. Empty: nothing is looked up, the record is created. */
  readonly match: readonly MatchKey[]
  /** Finds the record that a relation of another record holds, instead of match keys; creates where it holds none. */
  readonly relatedTo?: MatchKey & { readonly object: string; readonly attribute: string }
  /**
   * Attribute slug to value; null clears, absent leaves as it is. A relation may hold a `Reference`, a list of them, or
   * `Created`.
   */
  readonly values: Readonly<Record<string, unknown>>
  /** Attribute slug to mode; default `replace`. It may name attributes without a value here, but none that the object lacks. */
  readonly writeModes?: Readonly<Record<string, WriteMode>>
  /** upsert (default), insert: only create, update: only update. */
  readonly mode?: 'upsert' | 'insert' | 'update'
  /** Why the contract would not let this command create a record. Judged only if nothing matches. */
  readonly createProblems?: readonly Problem[]
  /** What to do when matching by an id that no record has. Default `refuse`; a record that is created gets its own id. */
  readonly onUnknownId?: 'refuse' | 'create'
  /** What to do when a match key that is not unique finds several records. Default `first`: the oldest. */
  readonly onSeveral?: 'first' | 'error'
  /** Refuse when two of the match keys find two different records. */
  readonly keysAgree?: boolean
  /** Update only this version of the record. */
  readonly ifVersion?: number
  /** Slug of an attribute: refuse when the record's value of it is later than the one sent. */
  readonly ifNewer?: string
  /** What to do when the record found is archived. Default `revive`. */
  readonly onArchived?: 'revive' | 'refuse' | 'keep'
  /** Archive, restore or erase the record instead of only writing to it. */
  readonly lifecycle?: 'archive' | 'restore' | 'erase'
  /** Run only if this holds when the command's turn comes, in the transaction of the write; else it is `skipped`. */
  readonly when?: Condition
}
