import type { StoredRecord } from '../../engine/record.ts'
import type { AssertAnswer, ItemAnswer, Reason, Transition } from '../../engine/store.ts'
import { elementsOf } from '../../schema/schema.ts'

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
  slugs?: string[] | null,
  /** Relations that point at nothing (src/storage/answered-sql.ts): several have a comma between them. */
  gone?: [slugs: string, id: string][],
]

/** Data without values that point at what is gone. */
const without = (data: StoredRecord['data'], gone: readonly [slugs: string, id: string][]): StoredRecord['data'] => {
  const left = { ...data }
  for (const [slug, id] of gone.flatMap(([slugs, id]) => slugs.split(',').map((slug) => [slug, id] as const))) {
    const kept = elementsOf(left[slug]?.[0] ?? []).filter((one) => one !== id)
    if (kept.length > 0) left[slug] = [kept]
    else delete left[slug]
  }
  return left
}

const recordOf = (tuple: RecordTuple, object: string): StoredRecord => ({
  id: tuple[0],
  object,
  version: tuple[1],
  createdAt: tuple[2],
  updatedAt: tuple[3],
  archivedAt: tuple[4],
  createdBy: tuple[5],
  updatedBy: tuple[6],
  data: tuple[11]?.length ? without(tuple[8] ?? {}, tuple[11]) : (tuple[8] ?? {}),
})

/** A record from the text of `record_answers`. */
export const parseRecord = (answer: string, object: string): StoredRecord =>
  recordOf(JSON.parse(answer) as RecordTuple, object)

type KeyTuple = [field: string, value: string, recordId: string]

const conflictsOf = (tuples: readonly KeyTuple[]) =>
  tuples.map(([field, value, recordId]) => ({ field, value, recordId }))

type Tuple = readonly unknown[]
/** What a reason of this code says besides its code. */
type Told<Code, One = Reason> = One extends Reason ? (Code extends One['code'] ? Omit<One, 'code'> : never) : never
type Readers = { readonly [Code in Reason['code']]: (tuple: Tuple) => Told<Code> }

const text = (tuple: Tuple, i: number) => tuple[i] as string

/** What stands behind the code in the reasons of stages/judge.ts and stages/merge.ts; the compiler wants each of them here. */
const readers: Readers = {
  not_found: () => ({}),
  too_much_work: () => ({}),
  exists: (tuple) => ({ recordId: text(tuple, 1) }),
  archived: (tuple) => ({ recordId: text(tuple, 1) }),
  merged: (tuple) => ({ recordId: text(tuple, 1) }),
  too_large: (tuple) => ({ recordId: tuple[1] as string | null }),
  ambiguous: (tuple) => ({ field: text(tuple, 1), candidates: tuple[3] as string[] }),
  keys_disagree: (tuple) => ({
    recordId: text(tuple, 1),
    matched: tuple[2] as number,
    conflicts: conflictsOf(tuple[3] as KeyTuple[]),
  }),
  version_mismatch: (tuple) => ({ recordId: text(tuple, 1), version: tuple[2] as number }),
  older: (tuple) => ({ recordId: text(tuple, 1), field: text(tuple, 2), stored: String(tuple[3]) }),
  too_many_values: (tuple) => ({ recordId: text(tuple, 1), field: text(tuple, 2) }),
  reference_not_found: (tuple) => ({
    references: (tuple[2] as [string, string, string, string][]).map(([field, object, name, value]) => ({
      field,
      object,
      name,
      value,
    })),
  }),
  conflict: (tuple) => ({ conflicts: conflictsOf(tuple[2] as KeyTuple[]) }),
}

/** Every reason that the program may give. */
export const reasonCodes = Object.keys(readers) as readonly Reason['code'][]

const isReasonCode = (code: unknown): code is Reason['code'] => Object.hasOwn(readers, String(code))

/** Why the item was refused. @throws Error for what no reader knows: then program and product differ */
const reasonOf = (tuple: Tuple): Reason => {
  const [code] = tuple
  if (!isReasonCode(code)) throw new Error(`The assert program gives a reason that nobody knows: ${String(code)}`)
  return { code, ...readers[code](tuple) } as Reason
}

/** Answers that an earlier release kept do not name it. */
const erasedIn = (remark: Tuple): string | null => (remark[1] as string | undefined) ?? null

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
    const remark = JSON.parse(row.remark) as Tuple
    return remark[0] === 'erased'
      ? { position, status: 'erased', recordId: erasedIn(remark) }
      : { position, status: 'refused', reason: reasonOf(remark) }
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
  // One that was merged and is there again goes on in its versions.
  if (tuple[0] === row.writeId && tuple[1] === 1)
    return { ...shared, status: 'created', matched: null, changed: (tuple[10] ?? Object.keys(tuple[8] ?? {})).sort() }
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
