import type { StoredValue } from '../schema/schema.ts'
import {
  ARCHIVED,
  afterOf,
  beforeOf,
  differing,
  erasedOf,
  isMark,
  MERGED,
  namesOf,
  present,
  same,
  type Target,
  type Way,
} from './earlier.ts'
import type { MergedRecord, RecordChange, RecordHistory } from './history.ts'
import { type Steps, stepsOf } from './parted.ts'

/** How what some changes did to one record is undone, as plans: put together from its changes, newest first. */

export const keptReasons = [
  'changed_since',
  'not_recorded',
  'too_many_changes',
  'other_type',
  'attribute_gone',
  'record_merged',
  'undone_together',
] as const

/** Why something of a record stays as it is. */
export interface Kept {
  readonly why: (typeof keptReasons)[number]
  /** Null: the record as a whole. */
  readonly attribute: string | null
  /** Who made the change that is in the way, and which it is. */
  readonly by: { readonly actor: string; readonly sequence: number | null } | null
  /** Another record that is in the way: what this one was merged into, or what goes back only together with it, and cannot. */
  readonly record?: string
}

export interface Undoing {
  /** Null where there is nothing to do. */
  readonly steps: Steps | null
  readonly does: 'revert' | 'archive' | 'erase'
  /** What is set back, by attribute. */
  readonly wanted: Target
  readonly kept: readonly Kept[]
  /** Unique attributes that a record would come back without. */
  readonly lacking: readonly string[]
}

const nothing = (...kept: readonly Kept[]): Undoing => ({
  steps: null,
  does: 'revert',
  wanted: new Map(),
  kept,
  lacking: [],
})

const whole = (why: Kept['why'], by: Kept['by'] = null, record?: string): Kept => ({
  why,
  attribute: null,
  by,
  ...(record !== undefined && { record }),
})

type IsMeant = (change: RecordChange) => boolean

/** What the changes of a record are to an undo. */
export interface Meaning {
  readonly isMeant: IsMeant
  /** Whether it is part of a merge, or of a separation. */
  readonly isOfMerge: IsMeant
  /** Of what is meant: why it stands all the same. */
  standing(change: RecordChange): Standing | undefined
}

/** What one look through the changes of a record finds out. */
interface Found {
  /** What is set back, as far as nobody else has changed it since. */
  readonly target: Target
  /** What somebody else has changed since, with what it would go back to. */
  readonly blocked: ReadonlyMap<string, { readonly wanted: StoredValue | null | boolean; readonly by: RecordChange }>
  /** Attributes whose values of then are erased. */
  readonly erased: ReadonlySet<string>
  /** Versions are missing, or values: below that nothing can be told. */
  readonly isBlind: boolean
  readonly isCreated: boolean
  /** Of a record that was created: the newest change of somebody else that has not been taken back. */
  readonly foreign: RecordChange | undefined
}

/** Changes of somebody else to one attribute, one behind the other, with its value behind them. */
interface Run {
  readonly top: StoredValue | null | boolean
  /** The newest of them. */
  readonly by: RecordChange
  /** What it was in between, as JSON. */
  readonly passed: Set<string>
}

/** Names of which a change and the one before it are somebody's merging and separating, as if neither had been. */
const neutralIn = (change: RecordChange, before: RecordChange | undefined): ReadonlySet<string> => {
  if (change.action !== 'separated' || before?.action !== 'merged') return new Set()
  const had = beforeOf(before)
  return new Set(namesOf(before).filter((name) => same(afterOf(change, name), had?.get(name))))
}

const newer = (one: RecordChange | undefined, other: RecordChange): RecordChange =>
  one && one.sequence > other.sequence ? one : other

const lookThrough = ({ record, changes }: RecordHistory, isMeant: IsMeant): Found => {
  const target: Target = new Map()
  const blocked = new Map<string, { wanted: StoredValue | null | boolean; by: RecordChange }>()
  const erased = new Set<string>()
  const runs = new Map<string, Run>()
  const settled = new Set<string>()
  const lowestMeant = changes.findLastIndex(isMeant)
  let known = record.version
  let foreign: RecordChange | undefined
  let isBlind = false
  const topOf = (name: string) => target.get(name) ?? blocked.get(name)?.wanted ?? null
  /**
   * What it was before a change, and before those of ours that it followed without anybody else's in between: ours are taken back
   * together or not at all.
   * @param at place of the newest of them
   */
  const foundBy = (at: number, name: string): unknown => {
    let first = changes[at]
    for (let below = at + 1; below <= lowestMeant; below++) {
      const change = changes[below]
      if (!change || !namesOf(change).includes(name)) continue
      if (!isMeant(change)) break
      first = change
    }
    return first?.action === 'created' ? first.delta?.[name]?.[0] : first && beforeOf(first)?.get(name)
  }
  /**
   * Others have made another value of what the change has left, or not: what they took back themselves counts as nothing. Where it was
   * in between what it was before the change, they may have taken back that one, and then made it anew.
   * @param at place of the change
   */
  const meet = (at: number, change: RecordChange, name: string): void => {
    const run = runs.get(name)
    if (!run) return
    runs.delete(name)
    const before = foundBy(at, name)
    const isTakenBack = same(run.top, afterOf(change, name)) && !run.passed.has(JSON.stringify(before))
    // Archived by hand: the creation itself was taken back, and is again what is meant brought the record back since.
    const isUncreated = change.action === 'created' && name === ARCHIVED && run.top === true
    if (isTakenBack || isUncreated) return
    foreign = newer(foreign, run.by)
    if (target.has(name) || blocked.has(name)) settled.add(name)
    else blocked.set(name, { wanted: null, by: run.by })
  }
  let neutral: ReadonlySet<string> = new Set()
  for (const [i, change] of changes.slice(0, lowestMeant + 1).entries()) {
    const below = changes[i + 1]
    const pair = below && !isMeant(change) && !isMeant(below) ? neutralIn(change, below) : new Set<string>()
    const skipped = new Set([...neutral, ...pair])
    neutral = pair
    if (change.version !== known) isBlind = true
    known = change.version - 1
    if (!isMeant(change)) {
      for (const name of namesOf(change)) {
        const run = runs.get(name)
        const isKnown = target.has(name) || blocked.has(name)
        if (skipped.has(name)) continue
        if (run) run.passed.add(JSON.stringify(afterOf(change, name)))
        else runs.set(name, { top: isKnown ? topOf(name) : present(record, name), by: change, passed: new Set() })
      }
      continue
    }
    if (change.action === 'created') {
      for (const name of [...runs.keys()]) meet(i, change, name)
      return { target, blocked, erased, isBlind, isCreated: true, foreign }
    }
    const before = beforeOf(change)
    if (!before) isBlind = true
    if (isBlind) break
    for (const name of erasedOf(change)) erased.add(name)
    for (const [name, value] of before ?? []) {
      meet(i, change, name)
      if (settled.has(name)) continue
      const { by } = blocked.get(name) ?? {}
      if (by) blocked.set(name, { wanted: value, by })
      else target.set(name, value)
    }
  }
  return { target, blocked, erased, isBlind, isCreated: false, foreign }
}

/** Why a merge stands, or a separation, that was to be undone: told of each record that it changed. */
export interface Standing {
  /** The record that cannot go back, of which more is told than this. */
  readonly because: string
  /** The record that went, or would. */
  readonly loser: string
  readonly why: 'undone_together' | 'record_merged'
  readonly by: Kept['by']
  /** That is in the way. */
  readonly record: string
}

/** A record whose changes have been looked through. */
export interface Looked {
  readonly history: RecordHistory
  readonly found: Found
  /** The same, if nothing stood. */
  readonly all: Found
  readonly meaning: Meaning
  /** Why nothing can be told of it. */
  readonly unknown: 'not_recorded' | 'too_many_changes' | undefined
  /** Reasons by which some of what was meant stands, each with the newest change that does. */
  readonly stands: ReadonlyMap<Standing, RecordChange>
}

const isLeft =
  ({ isMeant, standing }: Meaning): IsMeant =>
  (change) =>
    isMeant(change) && !standing(change)

export const lookAt = (history: RecordHistory, meaning: Meaning): Looked => {
  const { isMeant, standing } = meaning
  const stands = new Map<Standing, RecordChange>()
  for (const change of history.changes) {
    const one = isMeant(change) ? standing(change) : undefined
    if (one && !stands.has(one)) stands.set(one, change)
  }
  const all = lookThrough(history, isMeant)
  const found = stands.size === 0 ? all : lookThrough(history, isLeft(meaning))
  const unknown = history.next !== undefined ? 'too_many_changes' : all.isBlind ? 'not_recorded' : undefined
  return { history, found, all, meaning, stands, unknown }
}

/** Whether it stands for itself again. */
export const comesBack = ({ history: { record }, found, unknown }: Looked): boolean =>
  record.mergedInto !== undefined && !unknown && found.target.get(MERGED) === null

/** What it is merged into again. */
export const goesInto = ({ history: { record }, found, unknown }: Looked): string | undefined => {
  const into = found.target.get(MERGED)
  return record.mergedInto === undefined && !unknown && Array.isArray(into) ? String(into[0]) : undefined
}

/** What else is known of the records around one. */
export interface Around {
  /** What the record leads to, if it was merged. */
  readonly merged: MergedRecord | undefined
  /** A record that leads to this one, and goes on to. */
  readonly staying: MergedRecord | undefined
  /** Whether one comes back that was merged into it. */
  readonly isSurvivor: boolean
  /** A record whose merging into this one has made the change. */
  mergedBy(change: RecordChange): MergedRecord | undefined
}

/** What a record had when it was merged, without what merges into it had brought before. @param changes newest first */
const asMerged = ([merged, ...older]: readonly RecordChange[], isOfMerge: IsMeant): Target => {
  const target: Target = new Map(merged && beforeOf(merged))
  for (const change of older.filter(isOfMerge))
    for (const [name, value] of beforeOf(change) ?? [])
      if (!isMark(name) && same(afterOf(change, name), target.get(name) ?? null)) target.set(name, value)
  return target
}

/** @param found what of the record is set back */
const setBack = (
  { history: { record }, meaning }: Looked,
  found: Found,
  way: Way,
  others: readonly Kept[],
  { mergedBy }: Around,
  created?: 'archive' | 'erase',
): Undoing => {
  const { target, blocked, erased } = found
  const { wanted, misfits, gone } = differing(record, target, way.attributes)
  const isThere = (name: string) => isMark(name) || way.attributes.has(name)
  const changed = [...blocked].flatMap(([name, { wanted: before, by }]): Kept[] => {
    if (same(before, present(record, name)) || !isThere(name)) return []
    const { why = 'changed_since', record: other = mergedBy(by)?.id } = meaning.standing(by) ?? {}
    return [{ why, attribute: isMark(name) ? null : name, by, ...(other !== undefined && { record: other }) }]
  })
  const lost = [...new Set([...gone, ...erased])].sort()
  const named =
    (why: Kept['why']) =>
    (attribute: string): Kept => ({ why, attribute, by: null })
  const isBack = wanted.get(MERGED) === null
  return {
    steps: wanted.size === 0 && !created ? null : stepsOf(record, wanted, way, created),
    does: created ?? 'revert',
    wanted,
    kept: [...others, ...changed, ...misfits.map(named('other_type')), ...lost.map(named('attribute_gone'))],
    lacking: isBack ? misfits.filter((slug) => way.unique.has(slug)) : [],
  }
}

/**
 * How what some changes did to a record is undone. What somebody else has changed since stays, and is named; so does a
 * record that the changes created and somebody else has written to, or has merged another one into.
 * @param created what becomes of a record that the changes created
 */
export const undoing = (looked: Looked, created: 'archive' | 'erase', way: Way, around: Around): Undoing => {
  const { merged, staying, isSurvivor } = around
  const { history, found, all, meaning, unknown, stands } = looked
  const { record, changes } = history
  if (unknown) return nothing(whole(unknown))
  const standing = [...stands].flatMap(([{ because, loser, why, by, record: other }, change]) => {
    if (because !== record.id) return [whole(why, by ?? change, other)]
    return record.mergedInto === undefined && loser !== record.id ? [whole('undone_together', change, loser)] : []
  })
  if (record.mergedInto !== undefined && !comesBack(looked)) {
    if (standing.length > 0 || !changes.some(meaning.isMeant)) return nothing(...standing)
    return nothing(whole('record_merged', merged?.by, merged?.root ?? record.mergedInto))
  }
  // What somebody else has changed since is named, whatever stands.
  const blocked = new Map([...found.blocked, ...all.blocked])
  if (!found.isCreated) return setBack(looked, { ...found, blocked }, way, standing, around)
  // What merges have brought goes back in any case, since the others come back with it; all else is its own since it was created.
  const isLeftOf = isLeft(meaning)
  const isOfMerges: IsMeant = (one) => isLeftOf(one) && meaning.isOfMerge(one)
  const brought = changes.filter(isOfMerges).flatMap(namesOf)
  // So do unique values that it was given besides, which may be those of one that comes back.
  const given = isSurvivor ? changes.filter(isLeftOf).flatMap(namesOf) : []
  const joined = new Set([...brought, ...given.filter((name) => way.unique.has(name))])
  const ofMerges = <T>(all: ReadonlyMap<string, T>) => new Map([...all].filter(([name]) => joined.has(name)))
  // One that was merged comes back with what it had then, of which older values may be somebody else's by now.
  // What is erased next comes back without anything that another one may need.
  const bare: Target = new Map([[MERGED, null]])
  const back = created === 'erase' ? bare : asMerged(changes, isOfMerges)
  const target = comesBack(looked) ? back : ofMerges(found.target)
  const parts = { ...found, target, blocked: ofMerges(found.blocked) }
  if (record.archivedAt !== null && created === 'archive')
    return { ...setBack(looked, parts, way, [], around), kept: standing }
  const { foreign } = found
  if (standing.length > 0) return setBack(looked, parts, way, standing, around)
  if (foreign) return setBack(looked, parts, way, [whole('changed_since', foreign)], around)
  if (staying) return setBack(looked, parts, way, [whole('changed_since', staying.by, staying.id)], around)
  return { ...setBack(looked, parts, way, [], around, created), wanted: new Map(), kept: [] }
}
