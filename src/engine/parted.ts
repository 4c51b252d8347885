import { type AssertOptions, runPlans } from './assert.ts'
import { withRefs } from './earlier.ts'
import { newId } from './ids.ts'
import type { Outcome } from './outcome.ts'
import type { Plan } from './plan/index.ts'
import type { Patch } from './plan/planned.ts'
import type { Session } from './session.ts'
import type { RecordStore } from './store.ts'

/** Plans that take records back, some of which separate what was merged: in one batch, each part when it can be written. */

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
  const { ifVersion = 0 } = extras
  const later = {
    ...{ writeId: newId(), object, name: 'id', value, attributes: part(true) },
    extras: {
      mayCreate: 0 as const,
      ifVersion: ifVersion + Number(isDone),
      onArchived: 'keep' as const,
      ...refsOf(true),
    },
  }
  const now = { ...plan, item: { ...plan.item, attributes: part(false), extras: { ...extras, ...refsOf(false) } } }
  return { ...(isDone && { now }), later: { ...plan, item: later } }
}

/** Runs the plans in one batch. @returns what became of each: refused, if a part of it was */
export const runParted = async (
  store: RecordStore,
  session: Session,
  plans: readonly Plan[],
  options: AssertOptions,
): Promise<(plan: Plan) => Outcome | undefined> => {
  const separated = plans.flatMap(({ item }) => (item.extras?.lifecycle === 'separate' ? [item.writeId] : []))
  const parted = new Map(plans.map((one) => [one, partedFor(new Set(separated), one)]))
  const parts = [...parted.values()]
  const all = [...parts.flatMap(({ now }) => now ?? []), ...parts.flatMap(({ later }) => later ?? [])]
  const outcomes = await runPlans(store, session, all, options)
  const outcomeOf = new Map(all.map((one, i) => [one, outcomes[i]]))
  return (plan) => {
    const { now, later } = parted.get(plan) ?? {}
    const ofParts = [now, later].flatMap((one) => (one && outcomeOf.get(one)) ?? [])
    return ofParts.find(({ status }) => status === 'refused') ?? ofParts.at(-1)
  }
}
