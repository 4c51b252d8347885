import { problem, RefusedError } from '../engine/errors.ts'
import { indexing } from '../engine/indexing.ts'
import { NOTHING_DONE } from '../engine/store.ts'
import { type Attribute, type Combination, hasKeys } from '../schema/schema.ts'
import { AbortError, type Statement } from '../storage/driver.ts'
import { fitting, type Pass } from '../storage/jobs/at-once.ts'
import type { BegunJob } from '../storage/jobs/begin.ts'
import { type IndexChange, type IndexState, isStricter, phasesOf } from '../storage/jobs/index-change.ts'
import { type SharedValue, sharedValue } from '../storage/jobs/job.ts'
import { reindex } from '../storage/jobs/reindex.ts'
import { duplicateKeys } from '../storage/keys-sql.ts'
import type { ChangedSchema, CurrentOrganization } from './authority.ts'

/** The one place where a change of the schema makes the keys of records anew: at once, or by a job (docs/jobs.md). */

/** A change of the schema: what is to be written, what it tells the history, and the indexes that become others by it. */
export interface SchemaChange {
  readonly statements: readonly Statement[]
  readonly changed: readonly ChangedSchema[]
  readonly indexes?: readonly IndexChange[]
  /** What the statements rewrite of records: it takes room of what is done at once. */
  readonly rewritten?: readonly Pass[]
}

/** What is still being made or removed waits for that. @throws RefusedError indexing */
export const requireSettled = ({ building }: Pick<Attribute, 'building'>, name: string): void => {
  if (building) throw indexing(name, building)
}

const stateOf = (attribute: Attribute): IndexState => (hasKeys(attribute) ? { unique: attribute.unique } : null)

const needsRows = (change: IndexChange) => phasesOf(change).length > 0

/**
 * @param before as it is wanted so far
 * @throws RefusedError indexing, when a job is at it
 */
export const indexOfAttribute = (object: string, before: Attribute, after: Attribute): readonly IndexChange[] => {
  const { slug: name, indexed, unique } = after
  const redefined = before.type !== after.type || before.multiple !== after.multiple
  const wanted = { indexed, unique }
  const change: IndexChange = {
    ...{ kind: 'attribute', object, name, attributes: [name], redefined, wanted },
    from: stateOf(before),
    to: stateOf(after),
  }
  if (!needsRows(change)) return []
  requireSettled(before, name)
  return [change]
}

/** @param before absent where it is new; an archived one has no keys @throws RefusedError indexing, when a job is at it */
export const indexOfCombination = (
  object: string,
  before: (Combination & { readonly archived: boolean }) | undefined,
  after: Combination & { readonly archived: boolean },
): IndexChange => {
  const { name, attributes, unique } = after
  if (before) requireSettled(before, name)
  return {
    kind: 'combination',
    object,
    name,
    attributes,
    from: before && !before.archived ? { unique: before.unique } : null,
    to: after.archived ? null : { unique },
    redefined: true,
    wanted: { indexed: true, unique },
    ...(!before && { isNew: true }),
  }
}

const shared = (name: string, { value, recordIds }: SharedValue) =>
  recordIds.map((recordId) => ({ field: name, value, recordId }))

const refuseShared = async (
  { organization: { id }, driver }: CurrentOrganization,
  indexes: readonly IndexChange[],
): Promise<void> => {
  const asked = indexes.filter(isStricter)
  if (asked.length === 0) return
  const { results } = await driver.batch(asked.map((index) => duplicateKeys(id, { ...index, unique: true })))
  const found = asked.flatMap(({ name }, i) => {
    const values = (results[i]?.rows ?? []).map(sharedValue)
    return values.length > 0 ? [{ name, values }] : []
  })
  const [first, ...others] = found.map(({ name, values }) =>
    problem('not_unique', name, values.map(({ value }) => value).join(', ')),
  )
  const conflicts = found.flatMap(({ name, values }) => values.flatMap((value) => shared(name, value)))
  if (first) throw new RefusedError({ problems: [first, ...others], conflicts })
}

/** The indexes that are touched, and those of them that are made at once: the others are left to jobs. */
const touched = async (
  { organization: { id }, driver }: CurrentOrganization,
  { indexes = [], rewritten = [] }: SchemaChange,
) => {
  const changes = indexes.filter(needsRows)
  const { fits } = await fitting(driver, id, [...rewritten, ...changes], NOTHING_DONE)
  return { changes, atOnce: changes.filter((_, i) => fits[rewritten.length + i]) }
}

/**
 * What a dry run can tell of the keys; of a large object, only its job finds duplicates.
 * @throws RefusedError not_unique, listing each value that several records share, if there are any
 */
export const refuseDuplicates = async (current: CurrentOrganization, change: SchemaChange): Promise<void> =>
  refuseShared(current, (await touched(current, change)).atOnce)

/**
 * Changes the schema and the keys with it, in one transaction; of a large object, that transaction begins the job.
 * @returns the jobs that have begun
 * @throws RefusedError not_unique with the duplicates
 */
export const rekey = async (current: CurrentOrganization, change: SchemaChange): Promise<readonly BegunJob[]> => {
  const { changes, atOnce } = await touched(current, change)
  await refuseShared(current, atOnce)
  const made = changes.map((one) => reindex(current.organization.id, current.actor, one, atOnce.includes(one)))
  try {
    await current.change([...change.statements, ...made.flatMap(({ statements }) => statements)], change.changed)
    return made.flatMap(({ begun }) => begun ?? [])
  } catch (error) {
    // A record written between the check and the change brought a duplicate: say which.
    if (error instanceof AbortError) await refuseShared(current, atOnce)
    throw error
  }
}
