import { elementsOf } from '../schema/schema.ts'
import type { AssertOptions } from './assert.ts'
import { MERGED, namesIn, type Ports, type Target } from './earlier.ts'
import { problem, type Refusal, RefusedError, refuse } from './errors.ts'
import {
  gapAt,
  type HistoryPlace,
  type RecordChange,
  type RecordHistory,
  type SelectedRecord,
  type Selection,
} from './history.ts'
import { areTogether, type Ran, runSteps } from './parted.ts'
import { type Session, scopeOf, withCurrent } from './session.ts'
import type { RecordStore } from './store.ts'
import { keyOf } from './undo-merges.ts'
import { readPage } from './undo-page.ts'
import { type Basis, type LeftOut, leaveOut, type Member, planTogether } from './undo-together.ts'
import type { Kept } from './undoing.ts'

/** Undoes what a request, an import or a key did to many records: reads their histories, and writes on what was read. */

/** Records that one request takes back, at most; and what was merged with them. */
export const UNDONE_RECORDS = 200

/** How often what was refused is left out, and the others are tried anew. */
const ROUNDS = 20

/** What became of one record. */
export interface Undone {
  readonly object: string
  readonly recordId: string
  readonly status: 'reverted' | 'archived' | 'erased' | 'unchanged' | 'gone' | 'refused'
  /** Its version now; null where it is gone. */
  readonly version: number | null
  readonly attributes: readonly string[]
  readonly kept: readonly Kept[]
  readonly refusal?: Refusal
}

export interface UndoRequest {
  readonly selection: Selection
  /** Only changes behind this one, by sequence. */
  readonly after: number
  /** Of an earlier page: where this one goes on. */
  readonly goesOn?: {
    /** `next` of that page. */
    readonly before: number
    /** Behind the newest change when the first page was asked for: what undoing writes is behind that. */
    readonly begun: HistoryPlace
    readonly found: boolean
  }
  readonly created: 'archive' | 'erase'
}

export interface UndoPage {
  readonly records: readonly Undone[]
  /** Where to go on. */
  readonly next?: number
  /** Whether anything that is meant has been found, on this page or an earlier one. */
  readonly found: boolean
  /** Changes are missing before this page: what else was meant among them stays as it is. */
  readonly isCutOff: boolean
}

/** @param upTo sequence of the newest change that may be meant */
const isSelected = (selection: Selection, after: number, upTo: number) => (change: RecordChange) => {
  if (change.sequence <= after || change.sequence > upTo || change.at < (selection.since ?? 0)) return false
  if ('request' in selection) return change.request === selection.request
  if ('importId' in selection) return change.importId === selection.importId
  return change.actor === selection.actor
}

const DONE = { revert: 'reverted', archive: 'archived', erase: 'erased' } as const

/** What of the way back has changed nothing: a relation goes back to what the record that it named has become since. */
const leadingOn = (wanted: Target, { changed, version }: Ran, { record }: RecordHistory): readonly Kept[] => {
  if (version === null || Array.isArray(wanted.get(MERGED))) return []
  return namesIn(wanted).flatMap((attribute): Kept[] => {
    const value = wanted.get(attribute)
    if (changed.has(attribute) || typeof value !== 'object' || value === null) return []
    const here = elementsOf(record.data[attribute]?.[0] ?? [])
    const other = elementsOf(value[0]).find((id) => !here.includes(id))
    return [{ why: 'record_merged', attribute, by: null, ...(other !== undefined && { record: String(other) }) }]
  })
}

const undoneOf = ({ history, undoing }: Member, ran: Ran | undefined, refusal: Refusal | undefined): Undone => {
  const { record } = history
  const { wanted, does } = undoing
  const kept = [...undoing.kept, ...(ran && !ran.refusal ? leadingOn(wanted, ran, history) : [])]
  const about = { object: record.object, recordId: record.id, kept, version: record.version, attributes: [] }
  if (ran?.isWritten) {
    const stays = new Set(kept.map(({ attribute }) => attribute))
    const attributes = namesIn(wanted).filter((name) => !stays.has(name))
    return { ...about, status: DONE[does], version: ran.version, attributes }
  }
  // Of one that was to come back, the refusal says all.
  if (refusal) return { ...about, status: 'refused', refusal, kept: record.mergedInto === undefined ? kept : [] }
  return { ...about, status: 'unchanged' }
}

const gone = ({ object, recordId }: SelectedRecord): Undone => ({
  object,
  recordId,
  status: 'gone',
  version: null,
  attributes: [],
  kept: [],
})

/** What is in the way of an undo is not to be sent with another value: it is to be taken from whoever has it. */
const asOfUndo = (refusal: Refusal): Refusal => {
  const [first, ...others] = (refusal.conflicts ?? []).map(({ field, value, recordId }) =>
    problem('value_taken', field, `"${value}", of record ${recordId}`),
  )
  return refusal.problems[0].code === 'unique_conflict' && first
    ? { ...refusal, problems: [first, ...others] }
    : refusal
}

const isNeighbours = ({ problems }: Refusal): boolean => problems[0].code === 'not_attempted'

/**
 * Takes the records back. Where some go back only together, all are written or none, and those that were refused are left out before
 * the others are tried anew: so nobody ever sees half a merge.
 */
const takeBack = async (
  store: RecordStore,
  session: Session,
  basis: Basis,
  order: readonly string[],
  options: AssertOptions,
): Promise<ReadonlyMap<string, Undone>> => {
  const leftOut: LeftOut = { merges: new Map(), refusals: new Map(), records: new Set() }
  for (let round = 0; round < ROUNDS; round++) {
    const members = planTogether(basis, leftOut)
    const stepsOf = (key: string) => (leftOut.records.has(key) ? null : members.get(key)?.undoing.steps)
    const ways = order.flatMap((key) => stepsOf(key) ?? [])
    const isWhole = areTogether(ways)
    const ranOf =
      ways.length === 0
        ? () => undefined
        : await runSteps(store, session, ways, { ...options, ...(isWhole && { allOrNothing: true }) })
    const ran = new Map(order.map((key) => [key, ranOf(stepsOf(key) ?? null)]))
    const refused = new Map([...ran].flatMap(([key, one]) => (one?.refusal ? [[key, one.refusal] as const] : [])))
    if (isWhole && refused.size > 0) {
      leaveOut(basis, leftOut, new Map([...refused].filter(([, refusal]) => !isNeighbours(refusal))))
      continue
    }
    return new Map(
      [...members].map(([key, member]) => {
        const one = ran.get(key)
        const refusal = one?.refusal ?? leftOut.refusals.get(key)
        return [key, undoneOf(member, one, refusal && asOfUndo(refusal))]
      }),
    )
  }
  throw new RefusedError(problem('unavailable'), 1)
}

/** Whether anything has become of it that nobody would be told of elsewhere. */
const isDone = ({ status }: Undone): boolean => status === 'reverted' || status === 'archived' || status === 'erased'

/**
 * Undoes what a request, an import or a key did, one page of records at a time, those that were changed last first. What
 * somebody else has changed since stays and is named. A merge is undone as a whole: what the records of a page were merged with is
 * taken back with them, wherever it stands. The same again finds nothing to do.
 * @throws RefusedError history_off; history_gap where the data were taken back since the page before; unavailable where
 * others write all the time
 */
export const undoChanges = <S extends Session>(
  { store, history }: Ports,
  session: S,
  { selection, after, goesOn, created }: UndoRequest,
  options: AssertOptions,
): Promise<UndoPage> =>
  withCurrent(session, async (current) => {
    const { organization } = current
    if (organization.history === 'off') throw refuse('history_off')
    const scope = scopeOf(current)
    const { before, begun } = goesOn ?? {}
    const range = { after, ...(before !== undefined && { before }), ...(begun && { begun }) }
    const selected = await history.selected(scope, selection, range, UNDONE_RECORDS)
    if (!selected.reaches) throw refuse('history_gap', 'cursor', gapAt(begun, selected.from))
    const meant = { selection, after, ...(begun && { upTo: begun.sequence }) }
    const isMeant = isSelected(selection, after, begun?.sequence ?? Number.POSITIVE_INFINITY)
    const page = await readPage(history, scope, selected.records, meant, isMeant, before)
    const undone = await takeBack(store, current, { ...page, organization, isMeant, created }, page.order, options)
    const taken = selected.records.slice(0, page.taken)
    const keys = taken.map(({ object, recordId }) => keyOf({ object, id: recordId }))
    const others = page.order.flatMap((key) => (keys.includes(key) ? [] : (undone.get(key) ?? [])))
    const told = [...taken.map((one, i) => undone.get(keys[i] ?? '') ?? gone(one)), ...others.filter(isDone)]
    // Dry, what an earlier page has taken along would be done once more here.
    const isTold = (one: Undone) =>
      options.dryRun && isDone(one) && page.before.has(keyOf({ ...one, id: one.recordId }))
    const records = told.filter((one) => !isTold(one))
    const left = selected.records[page.taken]
    const next = left ? left.sequence + 1 : selected.next
    return {
      records,
      found: goesOn?.found === true || told.length > 0,
      isCutOff: next === undefined && selected.isCutOff,
      ...(next !== undefined && { next }),
    }
  })
