import { type Attribute, type ObjectSchema, typeOf } from '../schema/schema.ts'
import { type AssertOptions, runPlans } from './assert.ts'
import { type Problem, problem, type Refusal, RefusedError, refuse } from './errors.ts'
import type { HistoryReader, RecordChange, RecordHistory, SelectedRecord, Selection } from './history.ts'
import { unknownObject } from './names.ts'
import type { Outcome } from './outcome.ts'
import { backTo, type Kept, type Undoing, undo } from './revert.ts'
import { type Session, scopeOf, withCurrent } from './session.ts'
import type { RecordStore } from './store.ts'

/** Takes records back to what they were: reads their history, and writes on the very version that was read. */

/** Changes that are read of one record, at most. */
export const RECORD_CHANGES = 1_000
/** Bytes of the changes that are read for one request. */
const CHANGE_BYTES = 16_000_000
const perRecord = { records: RECORD_CHANGES, bytes: CHANGE_BYTES, bytesPerRecord: 200 }

/** Records that one request takes back, at most. */
export const UNDONE_RECORDS = 200

export interface Ports {
  readonly store: RecordStore
  readonly history: HistoryReader
}

const misfit = ({ attributes }: ObjectSchema, slug: string): Problem => {
  const attribute = attributes.get(slug)
  return problem(
    'wrong_type',
    slug,
    `${attribute ? typeOf(attribute).describes : 'a value'}, and in that version was not`,
  )
}

/**
 * Takes one record back to a version, whoever has changed it since.
 * @returns what became of it; null where it is as it was
 * @throws RefusedError record_not_found; history_gap where it is not known how the record was; wrong_type where an attribute
 * was of another type then
 */
export const revertRecord = <S extends Session>(
  { store, history }: Ports,
  session: S,
  { object, id, version }: { readonly object: string; readonly id: string; readonly version: number },
  options: AssertOptions,
): Promise<{ readonly outcome: Outcome | null; readonly found: RecordHistory }> =>
  withCurrent(session, async (current) => {
    const schema = current.organization.objects.get(object)
    if (!schema) throw new RefusedError(unknownObject(session.organization, object))
    const found = await history.ofRecord(scopeOf(current), object, id, perRecord)
    if (!found) throw refuse('record_not_found', undefined, '')
    if (version > found.record.version) throw refuse('version_mismatch', undefined, String(found.record.version))
    const way = backTo(found, version, schema.attributes)
    if (!way) throw refuse('history_gap', 'version', `what the record was in version ${version} is not recorded`)
    const [first, ...others] = way.misfits.map((slug) => misfit(schema, slug))
    if (first) throw new RefusedError({ problems: [first, ...others] })
    if (!way.plan) return { outcome: null, found }
    const [outcome] = await runPlans(store, current, [way.plan], options)
    return { outcome: outcome ?? null, found }
  })

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
  /** Changes behind the first and up to the last, by sequence. */
  readonly after: number
  /** Absent: the newest. */
  readonly before?: number
  readonly created: 'archive' | 'erase'
}

export interface UndoPage {
  readonly records: readonly Undone[]
  /** Where to go on. */
  readonly next?: number
  /** Changes are missing before this page: what else was meant among them stays as it is. */
  readonly isCutOff: boolean
}

const isSelected = (selection: Selection, after: number) => (change: RecordChange) => {
  if (change.sequence <= after) return false
  if ('request' in selection) return change.request === selection.request
  if ('importId' in selection) return change.importId === selection.importId
  return change.actor === selection.actor
}

/** An object that there is no more has none. */
const attributesOf = ({ organization }: Session, object: string) =>
  organization.objects.get(object)?.attributes ?? new Map<string, Attribute>()

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
 */
export const undoChanges = <S extends Session>(
  { store, history }: Ports,
  session: S,
  { selection, after, before, created }: UndoRequest,
  options: AssertOptions,
): Promise<UndoPage> =>
  withCurrent(session, async (current) => {
    if (current.organization.history === 'off') throw new RefusedError(problem('history_off'))
    const scope = scopeOf(current)
    const range = { after, ...(before !== undefined && { before }) }
    const selected = await history.selected(scope, selection, range, UNDONE_RECORDS)
    const { histories, read } = await history.ofRecords(scope, selected.records, after, perRecord)
    const taken = selected.records.slice(0, read)
    const found = new Map(histories.map((one) => [`${one.record.object} ${one.record.id}`, one]))
    const undoings = taken.map((one) => {
      const of = found.get(`${one.object} ${one.recordId}`)
      return of && { of, undoing: undo(of, isSelected(selection, after), created, attributesOf(current, one.object)) }
    })
    const plans = undoings.flatMap((one) => (one?.undoing.plan ? [one.undoing.plan] : []))
    const outcomes = plans.length === 0 ? [] : await runPlans(store, current, plans, options)
    const outcomeOf = new Map(plans.map((one, i) => [one, outcomes[i]]))
    const records = taken.map((one, i) => {
      const undone = undoings[i]
      if (!undone) return gone(one)
      const { plan } = undone.undoing
      return undoneOf(undone.of, undone.undoing, plan ? outcomeOf.get(plan) : undefined)
    })
    const left = selected.records[read]
    const next = left ? left.sequence + 1 : selected.next
    return { records, isCutOff: next === undefined && selected.isCutOff, ...(next !== undefined && { next }) }
  })
