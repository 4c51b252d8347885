import { elementsOf } from '../schema/schema.ts'
import type { RecordChange, RecordHistory } from './history.ts'

/**
 * Which changes are one merge, or one separation: of the record that went, of its survivor, and of what pointed at it. They were
 * written in one batch, and are undone together or not at all.
 */

export const keyOf = ({ object, id }: { readonly object: string; readonly id: string }): string => `${object} ${id}`

export interface Joining {
  readonly object: string
  /** The record that went. */
  readonly loser: string
  readonly into: string
  readonly action: 'merged' | 'separated'
}

/** Merges that share a change, such as several that were done again at once: one cannot be undone without the others. */
export type Together = readonly Joining[]

export const coreOf = (together: Together): ReadonlySet<string> =>
  new Set(together.flatMap(({ object, loser, into }) => [keyOf({ object, id: loser }), keyOf({ object, id: into })]))

const joiningOf = ({ action, object, recordId, mergedInto }: RecordChange): Joining | undefined =>
  (action === 'merged' || action === 'separated') && mergedInto !== undefined
    ? { object, loser: recordId, into: mergedInto, action }
    : undefined

/** What is written in one batch has one time, and one request. */
const batchOf = ({ request, at }: RecordChange): string => `${at} ${request}`

/** Ids that it took away or set, wherever they stand. */
const namedIn = ({ delta }: RecordChange): readonly string[] =>
  Object.values(delta ?? {}).flatMap((sides) => sides.flatMap((side) => (side ? elementsOf(side[0]).map(String) : [])))

export interface Merges {
  readonly all: readonly Together[]
  /** Of which the change is a part, if it is one of any. */
  of(change: RecordChange): Together | undefined
}

/** @param isMeant which changes are looked at */
export const mergesAmong = (
  histories: readonly RecordHistory[],
  isMeant: (change: RecordChange) => boolean,
): Merges => {
  const changes = histories.flatMap((one) => one.changes.filter(isMeant))
  const groups = new Map<Joining, Joining[]>()
  const inBatch = new Map<string, Map<string, Joining[]>>()
  for (const change of changes) {
    const joining = joiningOf(change)
    if (!joining) continue
    groups.set(joining, [joining])
    const byId = inBatch.get(batchOf(change)) ?? new Map<string, Joining[]>()
    inBatch.set(batchOf(change), byId)
    for (const id of [joining.loser, joining.into]) byId.set(id, [...(byId.get(id) ?? []), joining])
  }
  const joiningsOf = (change: RecordChange): readonly Joining[] => {
    const byId = inBatch.get(batchOf(change))
    if (!byId) return []
    const pointed = namedIn(change).flatMap((id) => (byId.get(id) ?? []).filter(({ loser }) => loser === id))
    return [...(byId.get(change.recordId) ?? []), ...pointed]
  }
  const tie = ([first, ...others]: readonly Joining[]) => {
    const into = first && groups.get(first)
    for (const other of others) {
      const group = groups.get(other)
      if (!into || !group || group === into) continue
      into.push(...group)
      for (const one of group) groups.set(one, into)
    }
  }
  const partOf = new Map<number, Joining>()
  for (const change of changes) {
    const joinings = joiningsOf(change)
    tie(joinings)
    if (joinings[0]) partOf.set(change.sequence, joinings[0])
  }
  return {
    all: [...new Set(groups.values())],
    of: ({ sequence }) => {
      const joining = partOf.get(sequence)
      return joining && groups.get(joining)
    },
  }
}
