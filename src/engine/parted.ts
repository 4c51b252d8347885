import { type AssertOptions, runPlans } from './assert.ts'
import { ARCHIVED, MERGED, planOf, type Target, type Way, withRefs } from './earlier.ts'
import type { Refusal } from './errors.ts'
import type { HistoricRecord } from './history.ts'
import { newId } from './ids.ts'
import type { Outcome } from './outcome.ts'
import type { Plan } from './plan/index.ts'
import type { Patch } from './plan/planned.ts'
import type { Session } from './session.ts'
import type { RecordStore } from './store.ts'

/**
 * The ways back of records as plans of one batch. Most are one plan; that of a record which was merged, or goes again, may be several:
 * of one that is to be separated and archived, the values of its survivor must go in between.
 */

export interface Steps {
  readonly record: HistoricRecord
  readonly first: readonly Plan[]
  /** When all records are there again. */
  readonly last: readonly Plan[]
  /** Of one that is erased: what gives up its unique values before. */
  readonly emptied?: () => Plan
}

/** Behind another one of the same record: that has asked for the version already. */
const following = ({ item, ...plan }: Plan): Plan => {
  const { ifVersion: _, ...extras } = item.extras ?? {}
  return { ...plan, item: { ...item, extras } }
}

const EMPTY: Target = new Map()

/** @param created what becomes of a record that was created, besides */
export const stepsOf = (record: HistoricRecord, wanted: Target, way: Way, created?: 'archive' | 'erase'): Steps => {
  const archived = wanted.get(ARCHIVED)
  const lifecycle = created ?? (archived === undefined ? undefined : archived ? 'archive' : 'restore')
  const others = new Map([...wanted].filter(([name]) => name !== ARCHIVED))
  const alone = lifecycle && planOf(record, EMPTY, way, lifecycle)
  const held = [...way.unique].filter((slug) => slug in record.data)
  const emptied = () => planOf(record, new Map(held.map((slug) => [slug, null])), way)
  const erased = created === 'erase' && held.length > 0 && { emptied }
  if (Array.isArray(wanted.get(MERGED)) && alone)
    return { record, first: [alone, following(planOf(record, others, way))], last: [] }
  if (alone && others.size > 0 && (created || others.has(MERGED)))
    return { record, first: [planOf(record, others, way)], last: [following(alone)], ...erased }
  return { record, first: [planOf(record, wanted, way, created)], last: [], ...erased }
}

/**
 * A plan of a batch that separates records: what names one of these goes back when all of them are there, so it is parted from the
 * rest, which they may need first, such as their unique values.
 * @param separated their ids
 */
const partedFor = (separated: ReadonlySet<string>, plan: Plan): { readonly now?: Plan; readonly later?: Plan } => {
  const { refs = [], ...extras } = plan.item.extras ?? {}
  const late = new Set(refs.flatMap(([slug, , , id]) => (separated.has(id) ? [slug] : [])))
  if (late.size === 0) return { now: plan }
  const { attributes, value = plan.item.writeId, object } = plan.item
  const part = (isLate: boolean): Patch =>
    Object.fromEntries(Object.entries(attributes).filter(([slug]) => late.has(slug) === isLate))
  const refsOf = (isLate: boolean) => withRefs(refs.filter(([slug]) => late.has(slug) === isLate))
  const isDone = extras.lifecycle !== undefined || Object.keys(part(false)).length > 0
  const { ifVersion } = extras
  const later = {
    ...{ writeId: newId(), object, name: 'id', value, attributes: part(true) },
    extras: {
      mayCreate: 0 as const,
      ...(!isDone && ifVersion !== undefined && { ifVersion }),
      onArchived: 'keep' as const,
      ...refsOf(true),
    },
  }
  const now = { ...plan, item: { ...plan.item, attributes: part(false), extras: { ...extras, ...refsOf(false) } } }
  return { ...(isDone && { now }), later: { ...plan, item: later } }
}

/** What became of the way back of a record. */
export interface Ran {
  /** Of the first step that was refused. */
  readonly refusal?: Refusal
  readonly isWritten: boolean
  /** Null where the record is gone. */
  readonly version: number | null
  /** Attributes that have changed. */
  readonly changed: ReadonlySet<string>
}

const ranOf = ({ record, first, last }: Steps, outcomes: readonly Outcome[]): Ran => {
  const refused = outcomes.find((one) => one.status === 'refused')
  if (refused?.status === 'refused')
    return { refusal: refused.refusal, isWritten: false, version: record.version, changed: new Set() }
  const written = outcomes.flatMap((one) => ('record' in one ? [one] : []))
  const isGone = outcomes.some(({ status }) => status === 'erased')
  // Of what is merged again its survivor is read; each step has raised its version by one.
  const isMerged = isGone && last.length === 0 && first.at(-1)?.item.extras?.lifecycle === 'merge'
  const here = written.at(-1)?.record.version ?? record.version
  return {
    isWritten: isGone || written.some(({ status }) => status !== 'unchanged'),
    version: isMerged ? record.version + first.length : isGone ? null : here,
    changed: new Set(written.flatMap(({ changed }) => changed)),
  }
}

const isJoining = (lifecycle: string | undefined) => lifecycle === 'separate' || lifecycle === 'merge'

const isSeparation = ({ item }: Plan): boolean => item.extras?.lifecycle === 'separate'

/** Whether any of them needs another one to be written with it. */
export const areTogether = (ways: readonly Steps[]): boolean =>
  ways.some(({ first, last }) =>
    [...first, ...last].some(({ item: { extras } }, i) => i > 0 || isJoining(extras?.lifecycle)),
  )

/**
 * What is erased takes along whatever leads to it: it goes when that has been separated from it, and gives up before what that may
 * need.
 */
const erasedBehind = (ways: readonly Steps[]): ReadonlyMap<Steps, Steps> => {
  const survivors = new Set(ways.flatMap(({ record, first }) => (first.some(isSeparation) ? record.mergedInto : [])))
  const behind = (one: Steps): Steps => {
    const { record, first, last, emptied } = one
    const erasing = [...first, ...last].find(({ item }) => item.extras?.lifecycle === 'erase')
    if (!erasing || !survivors.has(record.id) || first.some(isSeparation)) return one
    return emptied ? { record, first: [emptied()], last: [following(erasing)] } : { record, first: [], last: [erasing] }
  }
  return new Map(ways.map((one) => [one, behind(one)]))
}

/** Runs them in one batch. @returns what became of each */
export const runSteps = async (
  store: RecordStore,
  session: Session,
  ways: readonly Steps[],
  options: AssertOptions,
): Promise<(way: Steps | null) => Ran | undefined> => {
  const separated = new Set(
    ways.flatMap(({ first }) => first.flatMap((one) => (isSeparation(one) ? [one.item.writeId] : []))),
  )
  const arranged = erasedBehind(ways)
  const parted = new Map(
    [...arranged].map(([one, { first }]) => [one, first.map((plan) => partedFor(separated, plan))]),
  )
  const all = [
    ...[...parted.values()].flatMap((parts) => parts.flatMap(({ now }) => now ?? [])),
    ...[...parted.values()].flatMap((parts) => parts.flatMap(({ later }) => later ?? [])),
    ...[...arranged.values()].flatMap(({ last }) => last),
  ]
  const outcomes = await runPlans(store, session, all, options)
  const outcomeOf = new Map(all.map((one, i) => [one, outcomes[i]]))
  return (way) => {
    if (!way) return undefined
    const parts = parted.get(way)?.flatMap(({ now, later }) => [now, later]) ?? []
    return ranOf(
      way,
      [...parts, ...(arranged.get(way)?.last ?? [])].flatMap((one) => (one && outcomeOf.get(one)) ?? []),
    )
  }
}
