import { elementsOf, type StoredValue } from '../../schema/schema.ts'
import { newId } from '../ids.ts'
import type { Patch, Plan, PlannedExtras } from '../plan/planned.ts'
import type { StoredRecord } from '../record.ts'
import type { MergeQuestion, PointingRelation } from './reader.ts'

/** A merge as plans of one batch, all of which are written or none, each on the version that was read. */

interface Version {
  readonly object: string
  readonly id: string
  readonly version: number
}

const planOn = ({ object, id, version }: Version, attributes: Patch, extras: PlannedExtras = {}): Plan => ({
  item: {
    writeId: newId(),
    object,
    name: 'id',
    value: id,
    attributes,
    extras: { mayCreate: 0, ifVersion: version, onArchived: 'keep', ...extras },
  },
  createProblems: [],
  optionProblems: new Map(),
  match: [['id', id]],
})

/** The relation with another id in the place of one, and no id twice. */
const repointed = ([shown]: StoredValue, from: string, to: string): StoredValue => {
  const ids = new Set(elementsOf(shown).map((id) => (id === from ? to : String(id))))
  return [Array.isArray(shown) ? [...ids] : to]
}

const moved = (relations: readonly PointingRelation[], from: string, to: string): Plan[] => {
  const others = relations.filter(({ id }) => id !== from && id !== to)
  return [...Map.groupBy(others, ({ object, id }) => `${object} ${id}`).values()].flatMap((ofRecord) => {
    const patch: Patch = {}
    for (const { slug, stored } of ofRecord) if (stored) patch[slug] = repointed(stored, from, to)
    return ofRecord[0] ? [planOn(ofRecord[0], patch)] : []
  })
}

/**
 * What points at the loser; then the loser, which gives up its unique keys; then the survivor, which may take them.
 * @param patch of the survivor
 */
export const mergePlans = (
  survivor: StoredRecord,
  loser: StoredRecord,
  patch: Patch,
  relations: readonly PointingRelation[],
  pointing: MergeQuestion['pointing'],
): readonly Plan[] => [
  ...moved(relations, loser.id, survivor.id),
  planOn(loser, {}, { lifecycle: 'merge', into: survivor.id, pointing }),
  planOn(survivor, patch),
]
