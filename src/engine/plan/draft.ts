import type { Attribute, ObjectSchema, Organization } from '../../schema/schema.ts'
import type { AssertCommand, WriteMode } from '../command.ts'
import { type Problem, ProblemCollector } from '../errors.ts'
import type { Merge, Patch, Plan, PlannedReference } from './planned.ts'

/** What one command writes, sorted by when it applies. */
export interface Writes {
  readonly onBoth: Patch
  readonly createOnly: Patch
  readonly fills: Patch
  readonly merges: Record<string, Merge>
  readonly refs: PlannedReference[]
  /** By attribute: see `Plan`. */
  readonly optionProblems: Map<string, Problem>
}

/** A plan in the making. All problems are collected, so that a client learns them in one answer. */
export interface Draft {
  readonly organization: Organization
  readonly object: ObjectSchema
  readonly command: AssertCommand
  /** The plans of the commands before it in the request; undefined where there is none. */
  readonly earlier: readonly (Plan | undefined)[]
  readonly writes: Writes
  readonly problems: ProblemCollector
}

export const draftOf = (
  command: AssertCommand,
  object: ObjectSchema,
  organization: Organization,
  earlier: Draft['earlier'],
): Draft => ({
  organization,
  object,
  command,
  earlier,
  writes: { onBoth: {}, createOnly: {}, fills: {}, merges: {}, refs: [], optionProblems: new Map() },
  problems: new ProblemCollector(),
})

/** Nothing to match by or to compare. */
export const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ''

/** Archived attributes keep their values, but no command may name them. */
export const activeAttribute = (object: ObjectSchema, slug: string): Attribute | undefined => {
  const attribute = object.attributes.get(slug)
  return attribute?.archived ? undefined : attribute
}

/** When a value of this mode is written: always, or only with a new record. */
export const branchOf = (mode: WriteMode): 'create' | null => (mode === 'create_only' ? 'create' : null)

/** Thrown where a command needs the key rows of an attribute that has none yet: no plan can go on from there. */
export class Unindexed {
  readonly object: string
  readonly attribute: Attribute
  constructor(object: string, attribute: Attribute) {
    this.object = object
    this.attribute = attribute
  }
}
