import type { StoredRecord } from '../../engine/record.ts'
import type { AssertAnswer, ItemAnswer, Reason, Transition } from '../../engine/store.ts'

/** Reads what the program answers: the one place that knows its tuples. */

/** The columns of `record_answers`, and what an item may add to them (answers.ts). */
type RecordTuple = [
  id: string,
  version: number,
  createdAt: number,
  updatedAt: number,
  archivedAt: number | null,
  createdBy: string,
  updatedBy: string,
  lastWrite: [writeId: string, matched?: number, changed?: string[], transition?: Transition],
  data: StoredRecord['data'] | null,
  related?: RecordTuple | null,
  slugs?: string[],
]

const recordOf = (tuple: RecordTuple, object: string): StoredRecord => ({
  id: tuple[0],
  object,
  version: tuple[1],
  createdAt: tuple[2],
  updatedAt: tuple[3],
  archivedAt: tuple[4],
  createdBy: tuple[5],
  updatedBy: tuple[6],
  data: tuple[8] ?? {},
})

/** A record from the text of `record_answers`. */
export const parseRecord = (answer: string, object: string): StoredRecord =>
  recordOf(JSON.parse(answer) as RecordTuple, object)

type KeyTuple = [field: string, value: string, recordId: string]

type RemarkTuple =
  | ['erased']
  | ['not_found' | 'too_much_work']
  | ['exists' | 'archived' | 'too_large', string]
  | ['ambiguous', string, string, string[]]
  | ['keys_disagree', string, number, KeyTuple[]]
  | ['version_mismatch', string, number]
  | ['older', string, string, unknown]
  | ['too_many_values', string, string]
  | ['reference_not_found', string | null, [slug: string, object: string, name: string, value: string][]]
  | ['conflict', string | null, KeyTuple[]]

const conflictsOf = (tuples: readonly KeyTuple[]) =>
  tuples.map(([field, value, recordId]) => ({ field, value, recordId }))

/** Why the item was refused (stages/judge.ts); undefined: it was erased. */
const reasonOf = (tuple: RemarkTuple): Reason | undefined => {
  switch (tuple[0]) {
    case 'erased':
      return undefined
    case 'not_found':
    case 'too_much_work':
      return { code: tuple[0] }
    case 'exists':
    case 'archived':
    case 'too_large':
      return { code: tuple[0], recordId: tuple[1] }
    case 'ambiguous':
      return { code: 'ambiguous', field: tuple[1], candidates: tuple[3] }
    case 'keys_disagree':
      return { code: 'keys_disagree', recordId: tuple[1], matched: tuple[2], conflicts: conflictsOf(tuple[3]) }
    case 'version_mismatch':
      return { code: 'version_mismatch', recordId: tuple[1], version: tuple[2] }
    case 'older':
      return { code: 'older', recordId: tuple[1], field: tuple[2], stored: String(tuple[3]) }
    case 'too_many_values':
      return { code: 'too_many_values', recordId: tuple[1], field: tuple[2] }
    case 'reference_not_found':
      return {
        code: 'reference_not_found',
        references: tuple[2].map(([field, object, name, value]) => ({ field, object, name, value })),
      }
    case 'conflict':
      return { code: 'conflict', conflicts: conflictsOf(tuple[2]) }
  }
}

/** One row of the statement, or of what was kept of it. */
interface ItemRow {
  readonly position: number
  readonly writeId: string
  readonly object: string
  readonly remark: string | null
  readonly record: string | null
  readonly matched: number | null
  readonly skipped: boolean
}

/**
 * `created` when the record bears the id of this write, `updated` when this write was its last. An item that did neither
 * has left everything as it found it, so that the two other columns tell what it found.
 */
const itemAnswer = (row: ItemRow, includedObject: string | undefined): ItemAnswer => {
  const { position, object } = row
  if (row.remark !== null) {
    const reason = reasonOf(JSON.parse(row.remark) as RemarkTuple)
    return reason ? { position, status: 'refused', reason } : { position, status: 'erased' }
  }
  if (row.record === null) return { position, status: 'skipped' }
  const tuple = JSON.parse(row.record) as RecordTuple
  const [writer, matched, changed, transition] = tuple[7]
  const shared = {
    position,
    record: recordOf(tuple, object),
    complete: tuple[8] !== null,
    related: tuple[9] && includedObject !== undefined ? recordOf(tuple[9], includedObject) : null,
    transition: null,
  }
  if (tuple[0] === row.writeId)
    return { ...shared, status: 'created', matched: null, changed: tuple[10] ?? Object.keys(tuple[8] ?? {}).sort() }
  if (writer === row.writeId)
    return {
      ...shared,
      status: 'updated',
      matched: matched ?? 0,
      changed: changed ?? [],
      transition: transition ?? null,
    }
  if (row.skipped) return { position, status: 'skipped' }
  return { ...shared, status: 'unchanged', matched: row.matched ?? 0, changed: [] }
}

type Rows = readonly Readonly<Record<string, unknown>>[]
type Written = ReadonlyMap<number, { readonly writeId: string; readonly object: string }>

/** @param rows of all statements of the batch; closing rows have no position */
export const answerOf = (rows: Rows, items: Written, includedObject?: string): AssertAnswer => ({
  items: rows.flatMap((row) => {
    const item = items.get(row.position as number)
    return item
      ? [
          itemAnswer(
            {
              position: row.position as number,
              writeId: item.writeId,
              object: item.object,
              remark: row.remark as string | null,
              record: row.record as string | null,
              matched: row.matched as number | null,
              skipped: row.skipped === 1,
            },
            includedObject,
          ),
        ]
      : []
  }),
  replayed: false,
})

/** What stages/keep.ts kept of an item; the last three are missing from answers that an earlier release kept. */
type KeptTuple = [
  writeId: string,
  remark: string | null,
  record: string | null,
  matched?: number | null,
  skipped?: 0 | 1,
  object?: string,
]

/**
 * The answer as it was kept, of the first request and of every repetition alike, so that they cannot differ.
 * @param items of this request: if their writes are not those of the answer, it is a repetition
 */
export const keptAnswer = (rows: Rows, items: Written, includedObject?: string): AssertAnswer => {
  const answers: ItemAnswer[] = []
  let fingerprint = ''
  let replayed = false
  for (const { position, answer } of rows) {
    if (position === -1) {
      fingerprint = answer as string
      continue
    }
    const [writeId, remark, record, matched = null, skipped = 0, object] = JSON.parse(answer as string) as KeptTuple
    const own = items.get(position as number)
    if (own?.writeId !== writeId) replayed = true
    const of = object ?? own?.object ?? ''
    answers.push(
      itemAnswer(
        { position: position as number, writeId, object: of, remark, record, matched, skipped: skipped === 1 },
        includedObject,
      ),
    )
  }
  return { items: answers, fingerprint, replayed }
}
