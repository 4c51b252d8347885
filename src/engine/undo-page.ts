import { inNamesOfNow, perRecord } from './earlier.ts'
import {
  type HistoryReader,
  type MergedRecord,
  type RecordChange,
  type RecordHistories,
  type RecordHistory,
  type SelectedRecord,
  type Selection,
  UNDONE_CHANGES,
} from './history.ts'
import type { Scope } from './session.ts'
import { coreOf, keyOf, type Merges, mergesAmong } from './undo-merges.ts'

/** One page of an undo, as it is read: the records that were selected, and those that they were merged with. */

/** Records that are read besides, at most: with them goes what was selected, so the page has fewer. */
const KIN = 1_000

export interface Page {
  /** By `keyOf`, also of records that only tell what is around. */
  readonly histories: ReadonlyMap<string, RecordHistory>
  readonly merged: readonly MergedRecord[]
  readonly merges: Merges
  /** How many of those that were selected are on it, from the first. */
  readonly taken: number
  /** Keys of those, and of what is to be undone with them; changed last first. */
  readonly order: readonly string[]
  /** Keys of those that were on an earlier page, or were taken along there, since they are tied to one of it. */
  readonly before: ReadonlySet<string>
}

export interface Meant {
  readonly selection: Selection
  readonly after: number
  readonly upTo?: number
}

const keyOfSelected = ({ object, recordId }: SelectedRecord): string => keyOf({ object, id: recordId })

/** What leads to the same as a record, and what it was separated from. */
const kinOf = (
  { object, recordId }: SelectedRecord,
  { histories, merged }: RecordHistories,
  isMeant: (change: RecordChange) => boolean,
): readonly SelectedRecord[] => {
  const root = merged.find((one) => one.object === object && one.id === recordId)?.root ?? recordId
  const tree = merged.flatMap((one) => (one.object === object && one.root === root ? [one.id] : []))
  const history = histories.find(({ record }) => record.object === object && record.id === recordId)
  const parted = history?.changes.flatMap((one) =>
    isMeant(one) && one.action === 'separated' ? (one.mergedInto ?? []) : [],
  )
  const ids = new Set([...(tree.length > 0 ? [root] : []), ...tree, ...(parted ?? [])])
  return [...ids].map((id) => ({ object, recordId: id, sequence: 0 }))
}

/** All that are tied to the records by a merge that is meant. */
const tiedTo = (keys: readonly string[], { all }: Merges): ReadonlySet<string> => {
  const tied = new Set(keys)
  const cores = all.map(coreOf)
  for (let size = 0; size !== tied.size; ) {
    size = tied.size
    for (const core of cores) if ([...core].some((key) => tied.has(key))) for (const key of core) tied.add(key)
  }
  return tied
}

/**
 * One call, and another one where there are records that the selected ones were merged with.
 * @param before what was changed from this sequence on was on earlier pages
 * @throws StaleError
 */
export const readPage = async (
  history: HistoryReader,
  scope: Scope,
  records: readonly SelectedRecord[],
  meant: Meant,
  isMeant: (change: RecordChange) => boolean,
  before = Number.POSITIVE_INFINITY,
): Promise<Page> => {
  const limit = { ...perRecord, changes: UNDONE_CHANGES }
  const first = await history.ofRecords(scope, records, meant, limit)
  const fitting = records.slice(0, first.read)
  const own = new Set(fitting.map(keyOfSelected))
  const kin = fitting.map((one) => kinOf(one, first, isMeant).filter((other) => !own.has(keyOfSelected(other))))
  const further = [...new Map(kin.flat().map((one) => [keyOfSelected(one), one])).values()]
  const asked = further.slice(0, KIN)
  const second = asked.length === 0 ? undefined : await history.ofRecords(scope, asked, meant, limit)
  const unread = new Set(further.slice(second?.read ?? 0).map(keyOfSelected))
  const cut = kin.findIndex((of) => of.some((one) => unread.has(keyOfSelected(one))))
  const taken = fitting.slice(0, cut === -1 ? fitting.length : Math.max(1, cut))
  const beyond = cut === 0 ? fitting[0] : undefined
  const isBeyond = ({ record }: RecordHistory) => record.object === beyond?.object && record.id === beyond.recordId
  const histories = [...first.histories, ...(second?.histories ?? [])].map((one) => ({
    ...one,
    changes: inNamesOfNow(one.changes, first.renamings),
    // With more than can be read, nothing can be told of it.
    ...(isBeyond(one) && { next: 0 }),
  }))
  const merges = mergesAmong(histories, isMeant)
  const byKey = new Map(histories.map((one) => [keyOf(one.record), one]))
  const newest = (key: string) => byKey.get(key)?.changes.find(isMeant)?.sequence ?? 0
  const tied = tiedTo(taken.map(keyOfSelected), merges)
  const wasTaken = (key: string) => [...tiedTo([key], merges)].some((one) => newest(one) >= before)
  return {
    histories: byKey,
    merged: [...new Map([...first.merged, ...(second?.merged ?? [])].map((one) => [keyOf(one), one])).values()],
    merges,
    taken: taken.length,
    before: new Set([...tied].filter(wasTaken)),
    order: [...tied].filter((key) => byKey.has(key)).sort((one, other) => newest(other) - newest(one)),
  }
}
