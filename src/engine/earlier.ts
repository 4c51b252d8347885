import { parseValue } from '../schema/parse.ts'
import { type Attribute, elementsOf, type Organization, type StoredValue, storedValue } from '../schema/schema.ts'
import { calledNow, type HistoricRecord, type HistoryReader, type RecordChange, type Renaming } from './history.ts'
import { newId } from './ids.ts'
import type { Plan } from './plan/index.ts'
import { withStoredOptions } from './plan/options.ts'
import type { Patch, PlannedExtras, PlannedReference } from './plan/planned.ts'
import { pointingAt } from './relations.ts'
import type { RecordStore } from './store.ts'

/**
 * The way back to what a record was, as a plan, which holds only for the version that was read. Values go back whatever has
 * become of the options, records and members that they name.
 */

export interface Ports {
  readonly store: RecordStore
  readonly history: HistoryReader
}

/** Changes that are read of one record, and bytes of all that are read for one request, at most. */
export const perRecord = { records: 1_000, bytes: 16_000_000, bytesPerRecord: 200 }

/** Whether a record is archived is one more thing that changes, under a name that no attribute can have. */
export const ARCHIVED = ''

/** So is what a record was merged into, as a list of it: null where it stands for itself. */
export const MERGED = '~'

const marks: readonly string[] = [ARCHIVED, MERGED]
export const isMark = (name: string): boolean => marks.includes(name)

/** The changes of a record, with its attributes as they are called by now. @param renamings oldest first */
export const inNamesOfNow = (
  changes: readonly RecordChange[],
  renamings: readonly Renaming[],
): readonly RecordChange[] => {
  const own = renamings.filter(({ object }) => object === changes[0]?.object)
  if (own.length === 0) return changes
  return changes.map((change) => {
    const nameOf = (slug: string) => calledNow(slug, change, own)
    const { changed, delta } = change
    return {
      ...change,
      changed: changed.map(nameOf),
      delta: delta && Object.fromEntries(Object.entries(delta).map(([slug, values]) => [nameOf(slug), values])),
    }
  })
}

/** Values before a change, by attribute; null: not set. */
type Before = ReadonlyMap<string, StoredValue | null | boolean>

/** Undefined where the history does not tell. */
export const beforeOf = ({ action, changed, delta, mergedInto }: RecordChange): Before | undefined => {
  const before = new Map<string, StoredValue | null | boolean>()
  if (action === 'archived' || action === 'restored') before.set(ARCHIVED, action === 'restored')
  if (action === 'merged') before.set(MERGED, null)
  if (action === 'separated' && mergedInto !== undefined) before.set(MERGED, [mergedInto])
  if (delta === null) return changed.length > 0 ? undefined : before
  for (const [slug, [value]] of Object.entries(delta)) before.set(slug, value)
  return before
}

/** What something was behind a change that set it, or the creation. */
export const afterOf = ({ action, delta, mergedInto }: RecordChange, name: string): StoredValue | null | boolean => {
  if (name === ARCHIVED) return action === 'archived'
  if (name === MERGED) return action === 'merged' && mergedInto !== undefined ? [mergedInto] : null
  return delta?.[name]?.[1] ?? null
}

/** Attributes that it changed, and whose values of then are erased. */
export const erasedOf = ({ changed, delta }: RecordChange): readonly string[] =>
  delta === null ? [] : changed.filter((slug) => !(slug in delta))

export const namesOf = ({ action, changed }: RecordChange): readonly string[] => {
  if (action === 'archived' || action === 'restored') return [...changed, ARCHIVED]
  return action === 'merged' || action === 'separated' ? [...changed, MERGED] : changed
}

export const present = (record: HistoricRecord, name: string): StoredValue | null | boolean => {
  if (name === ARCHIVED) return record.archivedAt !== null
  if (name === MERGED) return record.mergedInto === undefined ? null : [record.mergedInto]
  return record.data[name] ?? null
}

export const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

export type Target = Map<string, StoredValue | null | boolean>

/** Of the object. The history may name others, which have been removed since: these cannot come back. */
export type Attributes = ReadonlyMap<string, Attribute>

/**
 * A value of then in the form that its attribute has now; undefined where it has become an attribute of another type. Options
 * that are gone are no reason, nor are records and members.
 * @throws NotLoadedError
 */
const asOfNow = ([value]: StoredValue, attribute: Attribute): StoredValue | undefined => {
  const parsed = parseValue(value, withStoredOptions(attribute, value))
  return parsed.ok && parsed.value !== null ? storedValue(parsed.value, attribute) : undefined
}

interface Differing {
  /** Of the target, what the record can have and has not. */
  readonly wanted: Target
  /** Attributes whose values of then are none of theirs any more. */
  readonly misfits: readonly string[]
  /** Attributes of which the target has a value, and that are no more. */
  readonly gone: readonly string[]
}

export const differing = (record: HistoricRecord, target: Target, attributes: Attributes): Differing => {
  const wanted: Target = new Map()
  const misfits: string[] = []
  const gone: string[] = []
  for (const [name, value] of target) {
    const attribute = attributes.get(name)
    if (same(value, present(record, name))) continue
    if (!isMark(name) && !attribute) {
      gone.push(name)
      continue
    }
    const now = attribute && typeof value === 'object' && value ? asOfNow(value, attribute) : value
    if (now === undefined) misfits.push(name)
    else if (!same(now, present(record, name))) wanted.set(name, now)
  }
  return { wanted, misfits: misfits.sort(), gone: gone.sort() }
}

/** What else the way back of a record rests on. */
export interface Way {
  readonly attributes: Attributes
  /** Slugs of which each value, alone or with others, is of one record only. */
  readonly unique: ReadonlySet<string>
  /** `[object, slug]` of whatever may point at records of the object. */
  readonly pointing: PlannedExtras['pointing']
}

/** Of an object; one that there is no more has no attributes. */
export const wayIn = (organization: Organization, object: string): Way => {
  const { attributes = new Map<string, Attribute>(), combinations = [] } = organization.objects.get(object) ?? {}
  const together = combinations.flatMap((one) => (one.unique ? one.attributes : []))
  const alone = [...attributes.values()].flatMap(({ slug, unique }) => (unique ? [slug] : []))
  return { attributes, unique: new Set([...together, ...alone]), pointing: pointingAt(organization, object) }
}

/** What a relation names may have been merged since: then it goes back to what that has become. @param own id: it is there then */
const referencesIn = (patch: Patch, attributes: Attributes, own: string): PlannedReference[] =>
  Object.entries(patch).flatMap(([slug, value]) => {
    const { type, related } = attributes.get(slug) ?? {}
    if (type !== 'relation' || related === undefined || value === null) return []
    const others = elementsOf(value[0]).filter((id) => id !== own)
    return others.map((id): PlannedReference => [slug, related, 'id', String(id), 4, null])
  })

/** How the plan is to meet the record: none that was merged meanwhile, and a merged one only to be separated. */
const extrasFor = (
  record: HistoricRecord,
  target: Target,
  pointing: Way['pointing'],
): Pick<PlannedExtras, 'lifecycle' | 'into' | 'pointing' | 'mayCreate'> => {
  const into = target.get(MERGED)
  if (into === null && record.mergedInto !== undefined) return { lifecycle: 'separate' }
  if (Array.isArray(into)) return { mayCreate: 0, lifecycle: 'merge', into: String(into[0]), pointing: pointing ?? [] }
  const archived = target.get(ARCHIVED)
  return { mayCreate: 0, ...(archived !== undefined && { lifecycle: archived ? 'archive' : 'restore' }) }
}

/** @param lifecycle instead of what the target says of it */
export const planOf = (
  record: HistoricRecord,
  target: Target,
  { attributes, pointing }: Way,
  lifecycle?: PlannedExtras['lifecycle'],
): Plan => {
  const patch: Patch = {}
  for (const [name, value] of target) if (!isMark(name)) patch[name] = value as StoredValue | null
  const extras = extrasFor(record, target, pointing)
  const isSeparated = extras.lifecycle === 'separate'
  const refs = referencesIn(patch, attributes, record.id)
  return {
    item: {
      writeId: isSeparated ? record.id : newId(),
      object: record.object,
      ...(!isSeparated && { name: 'id', value: record.id }),
      attributes: patch,
      extras: {
        ...extras,
        ...(lifecycle && { lifecycle }),
        ...withRefs(refs),
        ifVersion: record.version,
        onArchived: 'keep',
      },
    },
    createProblems: [],
    optionProblems: new Map(),
    match: [['id', record.id]],
  }
}

export const withRefs = (refs: readonly PlannedReference[]) => (refs.length > 0 ? { refs } : {})

/** Attributes that it sets. */
export const namesIn = (target: Target): string[] => [...target.keys()].filter((name) => !isMark(name)).sort()
