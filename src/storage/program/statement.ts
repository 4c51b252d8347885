import type { PlannedItem } from '../../engine/plan/index.ts'
import type { AssertBatch } from '../../engine/store.ts'
import { historyModes } from '../../schema/schema.ts'
import type { Statement } from '../driver.ts'
import { answersView, answerText, type Include } from './answers.ts'
import { batchColumns, itemColumns } from './columns.ts'
import { conditionHolds, located, matchedPlace, remarkOf } from './lookups.ts'
import { named, placeholder } from './names.ts'
import { PROGRAM } from './version.ts'

/**
 * The statement that feeds the program. Its text is constant, so that a database keeps it prepared; the items come as one
 * JSON parameter. RETURNING is evaluated for each item right after its triggers have run, so it sees what that very item
 * has left behind: an item that wrote nothing is answered from the state that it found.
 */

interface BatchValue {
  /** The column, from its parameter. Numbers bind as REAL in every driver. */
  readonly sql: (parameter: string) => string
  readonly value: (batch: AssertBatch) => string | number | null
}

const bit = (on: boolean): 0 | 1 => (on ? 1 : 0)
const asItIs = (parameter: string) => parameter
const whole = (parameter: string) => `CAST(${parameter} AS INTEGER)`
/** Of the item's object. */
const ofObject = (parameter: string) => `${parameter} -> (value ->> ${itemColumns.indexOf('object')})`

/** What is the same for every item of a batch, by its column: the order of the parameters is that of `batchColumns`. */
const batchValues: Readonly<Record<(typeof batchColumns)[number], BatchValue>> = {
  organization_id: { sql: asItIs, value: ({ organizationId }) => organizationId },
  now: { sql: whole, value: ({ now }) => now },
  actor: { sql: asItIs, value: ({ actor }) => actor },
  origin: {
    sql: asItIs,
    value: ({ contract, request = null, importId = null }) => JSON.stringify([contract, request, importId]),
  },
  indexes: { sql: ofObject, value: ({ indexes }) => indexes.attributes },
  combinations: { sql: ofObject, value: ({ indexes }) => indexes.combinations },
  feed: { sql: whole, value: ({ history }) => historyModes.indexOf(history) },
  dry_run: { sql: whole, value: ({ dryRun }) => bit(dryRun) },
  track: { sql: whole, value: ({ track }) => bit(track) },
  data_bytes: { sql: whole, value: ({ dataBytes }) => dataBytes },
  idempotency_key: { sql: asItIs, value: ({ idempotency }) => idempotency?.key ?? null },
}

/** The first parameter is the list of items. */
const batchSql = batchColumns.map((column, i) => batchValues[column].sql(`?${i + 2}`))

const view = placeholder('assert')

/**
 * Each item's text, made once: a subquery that has a limit, in a query that has a condition, is not merged into it, where
 * `json_each` would write the text out anew for every column. Materialising it does the same and reads each row once more.
 */
const items = '(SELECT value FROM json_each(?1) LIMIT -1) WHERE value IS NOT NULL'

const statementText = (include: Include | undefined): string =>
  named(
    `
INSERT INTO ${view} (${[...itemColumns, ...batchColumns].join(', ')})
SELECT ${[...itemColumns.map((_, i) => `value ->> ${i}`), ...batchSql].join(', ')}
FROM ${items}
RETURNING position, ${remarkOf(view)} AS remark,
  (SELECT ${answerText(view, include)} FROM ${answersView} a
    WHERE a.organization_id = ${view}.organization_id AND a.object = ${view}.object
      AND a.id = coalesce(${located(view)}, ${view}.write_id)) AS record,
  ${matchedPlace(view)} AS matched,
  NOT ${conditionHolds(view)} AS skipped`,
    PROGRAM,
  )

const texts = new Map<string, string>()

const textFor = (include: Include | undefined): string => {
  const name = include ? `${include.attribute}>${include.object}` : ''
  let text = texts.get(name)
  if (text === undefined) {
    text = statementText(include)
    texts.set(name, text)
  }
  return text
}

/** Bytes of items that go into one statement, as JSON. D1 takes 2,000,000 bytes for a parameter. */
export const PARAMETER_BYTES = 1_900_000

type ItemRow = readonly unknown[]

/** In the order of `itemColumns` (a test holds the two together); what is absent at the end is cut off. */
export const rowOf = (position: number, item: PlannedItem, revision: number | undefined): ItemRow => {
  const { writeId, object, name, value, attributes, onCreate, merges, extras } = item
  const row: unknown[] = [position, writeId, object, name, value, attributes, onCreate, merges, extras, revision]
  while (row[row.length - 1] === undefined) row.pop()
  return row
}

const closingRow = (op: 'all' | 'end' | 'undo', value: string | null = null): ItemRow =>
  itemColumns.map((column) => (column === 'op' ? op : column === 'value' ? value : null))

const closingRows = ({ dryRun, allOrNothing, idempotency }: AssertBatch): readonly ItemRow[] => {
  if (dryRun) return [closingRow('undo')]
  const end = closingRow('end', idempotency?.fingerprint ?? null)
  return allOrNothing ? [closingRow('all'), end] : [end]
}

const encoder = new TextEncoder()

/** UTF-8 has one to three bytes for what JavaScript counts as one: most texts need not be encoded to know that they fit. */
const fits = (text: string, room: number): boolean =>
  text.length * 3 <= room || (text.length <= room && encoder.encode(text).length <= room)

const bytesOf = (text: string): number => encoder.encode(text).length

/** Rows as JSON lists that each fit into a parameter. */
const cut = (rows: readonly ItemRow[]): string[] => {
  const lists: string[] = []
  let list: string[] = []
  let bytes = 0
  for (const row of rows) {
    const text = JSON.stringify(row)
    const size = bytesOf(text) + 1
    if (list.length > 0 && bytes + size > PARAMETER_BYTES) {
      lists.push(`[${list.join(',')}]`)
      list = []
      bytes = 0
    }
    list.push(text)
    bytes += size
  }
  return [...lists, `[${list.join(',')}]`]
}

/** The closing rows are behind the last item. */
const parameters = (batch: AssertBatch): string[] => {
  const rows = batch.items.map(({ position, item }, i) => rowOf(position, item, i === 0 ? batch.revision : undefined))
  rows.push(...closingRows(batch))
  const whole = JSON.stringify(rows)
  return fits(whole, PARAMETER_BYTES) ? [whole] : cut(rows)
}

/** The statements of one batch: one, unless the items are more than a parameter takes. */
export const assertStatements = (batch: AssertBatch): Statement[] => {
  const sql = textFor(batch.include)
  const shared = batchColumns.map((column) => batchValues[column].value(batch))
  return parameters(batch).map((items) => ({ sql, params: [items, ...shared] }))
}
