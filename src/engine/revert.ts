import { type ObjectSchema, typeOf } from '../schema/schema.ts'
import { type AssertOptions, runPlans } from './assert.ts'
import {
  beforeOf,
  differing,
  erasedOf,
  inNamesOfNow,
  MERGED,
  type Ports,
  perRecord,
  planOf,
  present,
  same,
  type Target,
  type Way,
  wayIn,
} from './earlier.ts'
import { type Problem, problem, RefusedError, refuse } from './errors.ts'
import type { RecordHistory } from './history.ts'
import { objectOf } from './names.ts'
import type { Outcome } from './outcome.ts'
import type { Plan } from './plan/index.ts'
import { type Session, scopeOf, withCurrent } from './session.ts'

/** Takes one record back to a version: reads its history, and writes on the very version that was read. */

/** A plan, none where the record is as it was, and attributes that stay as they are. */
interface Reverting {
  readonly plan: Plan | null
  /** Their values of then are of another type. */
  readonly misfits: readonly string[]
  /** Attributes that are no more, whose values of then cannot come back. */
  readonly gone: readonly string[]
}

/** @returns how a record comes back to a version; or, where the history does not tell, the earliest to which it could */
const backTo = (
  { record, changes }: RecordHistory,
  version: number,
  way: Way,
): Reverting | { readonly earliest: number } => {
  const target: Target = new Map()
  // Erasing an attribute is no version of the record: whatever its history has of such a one, it may have had then.
  const erased = new Set(changes.flatMap(erasedOf))
  let known = record.version
  for (const change of changes) {
    if (known <= version) break
    const before = beforeOf(change)
    // Versions count without gaps: where one is missing, something was changed that was not recorded.
    if (change.version !== known || !before) return { earliest: known }
    for (const [name, value] of before) target.set(name, value)
    known = change.version - 1
  }
  if (known !== version) return { earliest: known }
  const merged = target.get(MERGED) ?? null
  if (!same(merged, present(record, MERGED))) throw refuse('out_of_range', 'version', WAS_MERGED)
  const { wanted, misfits, gone } = differing(record, target, way.attributes)
  return {
    plan: wanted.size === 0 ? null : planOf(record, wanted, way),
    misfits,
    gone: [...new Set([...gone, ...erased])].sort(),
  }
}

const WAS_MERGED = 'one in which the record stood for itself: in this one it was merged into another'

const had = (newest: number): string =>
  newest === 1
    ? '1: the record has had no other version'
    : `from 1 to ${newest}, which is the version of the record now`

const unknown = (version: number, earliest: number, { record, next }: RecordHistory): string => {
  const why = next === undefined ? 'is not recorded' : `lies more than ${perRecord.records} changes back`
  const others =
    earliest === record.version ? 'nor can any other before this one' : `the earliest that can is ${earliest}`
  return `what the record was in version ${version} ${why}, so it cannot come back; ${others}`
}

/** Why a value of then stays away. */
export const misfit = ({ attributes }: Pick<ObjectSchema, 'attributes'>, slug: string): Problem => {
  const attribute = attributes.get(slug)
  return problem(
    'wrong_type',
    slug,
    `${attribute ? typeOf(attribute).describes : 'a value'}, and in that version was not`,
  )
}

/**
 * Takes one record back to a version, whoever has changed it since.
 * @returns what became of it; null where it is as it was; and `gone`: attributes of that version that are no more, whose values
 * cannot come back
 * @throws RefusedError record_not_found; record_merged; out_of_range for a version that it has not had, or was merged in; history_gap where it is not known how
 * the record was; wrong_type where an attribute was of another type then
 */
export const revertRecord = <S extends Session>(
  { store, history }: Ports,
  session: S,
  { object, id, version }: { readonly object: string; readonly id: string; readonly version: number },
  options: AssertOptions,
): Promise<{
  readonly outcome: Outcome | null
  readonly found: RecordHistory
  readonly gone: readonly string[]
}> =>
  withCurrent(session, async (current) => {
    const schema = objectOf(current.organization, object)
    const found = await history.ofRecord(scopeOf(current), object, id, perRecord)
    if (!found) throw refuse('record_not_found', undefined, ': what has been erased cannot come back')
    if (found.record.mergedInto !== undefined) throw refuse('record_merged', undefined, found.record.mergedInto)
    if (version > found.record.version) throw refuse('out_of_range', 'version', had(found.record.version))
    const changes = inNamesOfNow(found.changes, found.renamings)
    const way = backTo({ ...found, changes }, version, wayIn(current.organization, object))
    if ('earliest' in way) throw refuse('history_gap', 'version', unknown(version, way.earliest, found))
    const [first, ...others] = way.misfits.map((slug) => misfit(schema, slug))
    if (first) throw new RefusedError({ problems: [first, ...others] })
    const { plan, gone } = way
    if (!plan) return { outcome: null, found, gone }
    const [outcome] = await runPlans(store, current, [plan], options)
    return { outcome: outcome ?? null, found, gone }
  })
