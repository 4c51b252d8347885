import type { Attribute } from '../schema/schema.ts'
import type { AssertOptions } from './assert.ts'
import { type Ports, perRecord, type Way } from './earlier.ts'
import { type Refusal, refuse } from './errors.ts'
import {
  gapAt,
  type HistoryPlace,
  type RecordChange,
  type RecordHistory,
  type SelectedRecord,
  type Selection,
  UNDONE_CHANGES,
} from './history.ts'
import type { Outcome } from './outcome.ts'
import { runParted } from './parted.ts'
import { pointingAt } from './relations.ts'
import { type Session, scopeOf, withCurrent } from './session.ts'
import { type Kept, type Undoing, undoing } from './undoing.ts'

/** Undoes what a request, an import or a key did to many records: reads their histories, and writes on what was read. */

/** Records that one request takes back, at most. */
export const UNDONE_RECORDS = 200

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

/** Of each object, made once. One that there is no more has no attributes. */
const waysIn = ({ organization }: Session): ((object: string) => Way) => {
  const ways = new Map<string, Way>()
  return (object) => {
    const way = ways.get(object) ?? {
      attributes: organization.objects.get(object)?.attributes ?? new Map<string, Attribute>(),
      pointing: pointingAt(organization, object),
    }
    ways.set(object, way)
    return way
  }
}

const DONE = { revert: 'reverted', archive: 'archived', erase: 'erased' } as const

const undoneOf = ({ record }: RecordHistory, undoing: Undoing, outcome: Outcome | undefined): Undone => {
  const { attributes, kept, does } = undoing
  const about = { object: record.object, recordId: record.id, kept }
  if (outcome?.status === 'refused')
    return { ...about, status: 'refused', version: record.version, attributes: [], refusal: outcome.refusal }
  if (!outcome || outcome.status === 'unchanged')
    return { ...about, status: 'unchanged', version: record.version, attributes: [] }
  const version = 'record' in outcome ? outcome.record.version : null
  return { ...about, status: DONE[does], version, attributes }
}

const gone = ({ object, recordId }: SelectedRecord): Undone => ({
  object,
  recordId,
  status: 'gone',
  version: null,
  attributes: [],
  kept: [],
})

/**
 * Undoes what a request, an import or a key did, one page of records at a time, those that were changed last first. What
 * somebody else has changed since stays and is named. The same again finds nothing to do.
 * @throws RefusedError history_off; history_gap where the data were taken back since the page before
 */
export const undoChanges = <S extends Session>(
  { store, history }: Ports,
  session: S,
  { selection, after, goesOn, created }: UndoRequest,
  options: AssertOptions,
): Promise<UndoPage> =>
  withCurrent(session, async (current) => {
    if (current.organization.history === 'off') throw refuse('history_off')
    const scope = scopeOf(current)
    const { before, begun } = goesOn ?? {}
    const range = { after, ...(before !== undefined && { before }), ...(begun && { begun }) }
    const selected = await history.selected(scope, selection, range, UNDONE_RECORDS)
    if (!selected.reaches) throw refuse('history_gap', 'cursor', gapAt(begun, selected.from))
    const meant = { selection, after, ...(begun && { upTo: begun.sequence }) }
    const limit = { ...perRecord, changes: UNDONE_CHANGES }
    const { histories, read } = await history.ofRecords(scope, selected.records, meant, limit)
    const taken = selected.records.slice(0, read)
    const found = new Map(histories.map((one) => [`${one.record.object} ${one.record.id}`, one]))
    const isMeant = isSelected(selection, after, begun?.sequence ?? Number.POSITIVE_INFINITY)
    const ways = waysIn(current)
    const undoings = taken.map((one) => {
      const of = found.get(`${one.object} ${one.recordId}`)
      return of && { of, undoing: undoing(of, isMeant, created, ways(one.object)) }
    })
    const plans = undoings.flatMap((one) => (one?.undoing.plan ? [one.undoing.plan] : []))
    const outcomeOf = plans.length === 0 ? () => undefined : await runParted(store, current, plans, options)
    const records = taken.map((one, i) => {
      const undone = undoings[i]
      if (!undone) return gone(one)
      const { plan } = undone.undoing
      return undoneOf(undone.of, undone.undoing, plan ? outcomeOf(plan) : undefined)
    })
    const left = selected.records[read]
    const next = left ? left.sequence + 1 : selected.next
    return {
      records,
      found: goesOn?.found === true || records.length > 0,
      isCutOff: next === undefined && selected.isCutOff,
      ...(next !== undefined && { next }),
    }
  })
