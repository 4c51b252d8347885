import type { Attribute, ObjectSchema, Organization } from '../../schema/schema.ts'
import type { AssertCommand } from '../command.ts'
import { type Problem, problem } from '../errors.ts'
import type { Merge, Patch, PlannedReference } from './planned.ts'

/** What one command writes, sorted by when it applies. */
export interface Writes {
  readonly onBoth: Patch
  readonly createOnly: Patch
  readonly updateOnly: Patch
  readonly fills: Patch
  readonly merges: Record<string, Merge>
  readonly refs: PlannedReference[]
}

/** A plan in the making. All problems are collected, so that a client learns them in one answer. */
export interface Draft {
  readonly organization: Organization
  readonly object: ObjectSchema
  readonly command: AssertCommand
  readonly writes: Writes
  readonly problems: Problem[]
}

export const draftOf = (command: AssertCommand, object: ObjectSchema, organization: Organization): Draft => ({
  organization,
  object,
  command,
  writes: { onBoth: {}, createOnly: {}, updateOnly: {}, fills: {}, merges: {}, refs: [] },
  problems: [],
})

/** Notes a problem; undefined, so that whoever was to make a value can return it. */
export const reject = (problems: Problem[], ...args: Parameters<typeof problem>): undefined => {
  problems.push(problem(...args))
}

/** Nothing to match by or to compare. */
export const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ''

/** Archived attributes keep their values, but no command may name them. */
export const activeAttribute = (object: ObjectSchema, slug: string): Attribute | undefined => {
  const attribute = object.attributes.get(slug)
  return attribute?.archived ? undefined : attribute
}
