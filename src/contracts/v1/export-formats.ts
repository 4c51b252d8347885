import type { ExportedPage } from '../../engine/export.ts'
import { type NamesByObject, readableValue } from '../../engine/readable.ts'
import { attributeValue, type StoredRecord } from '../../engine/record.ts'
import type { Attribute, ObjectSchema, Value } from '../../schema/schema.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'
import { renderRecord } from './render.ts'

/** How an export looks on the wire: NDJSON, or CSV for a spreadsheet. */

/** What is said ahead of the records and behind them. */
export interface ExportHead {
  readonly object: string
  readonly at: string
  /** Id of the record that it goes on behind, or null. */
  readonly after: string | null
  /** Cursors of the change feed; null where there is no history. */
  readonly changesCursor: string | null
}
export interface ExportEnd {
  readonly complete: boolean
  readonly records: number
  readonly changesCursor?: string | null
  readonly after?: string | null
  readonly error?: object
}

export interface ExportFormat {
  head(head: ExportHead, object: ObjectSchema): string
  page(page: ExportedPage): string
  /** Undefined where the format cannot say that something is missing: then the answer must break off. */
  end(end: ExportEnd): string | undefined
}

type Shown = (record: StoredRecord, attribute: Attribute, names: NamesByObject) => unknown

const asStored: Shown = (record, { slug }) => attributeValue(record, slug)

/** @param readable whether values are to be read by people; else they are as any other answer has them */
export const ndjson = (readable: boolean, fields: readonly string[] | undefined): ExportFormat => {
  const line = (value: object) => `${JSON.stringify(value)}\n`
  const recordOf = (record: StoredRecord, { object, names }: ExportedPage) => {
    const rendered = renderRecord(record, fields)
    if (!readable) return rendered
    const values = Object.keys(rendered.values).map((slug) => {
      const attribute = object.attributes.get(slug)
      return [slug, attribute ? readableValue(record, attribute, names) : rendered.values[slug]] as const
    })
    return { ...rendered, values: Object.fromEntries(values) }
  }
  return {
    head: (head) => line({ export: head }),
    page: (page) => page.records.map((record) => line(recordOf(record, page))).join(''),
    end: (end) => line({ end }),
  }
}

/**
 * What a spreadsheet would take for a formula. A sign before nothing but digits and what stands between them is a number,
 * of a telephone perhaps, and cannot call anything. What looks as if it had been guarded is guarded, too: who takes one
 * apostrophe away has the text as it was.
 */
const FORMULA = /^'*(?:[=@＝＠\t\r]|[+\-＋－](?![\d ().,/-]*$))/

/** Between semicolons it would be another list, or none. */
const isUnsafeInList = (value: unknown): boolean =>
  typeof value === 'string' && (value.includes(';') || value.startsWith('[') || value.trim() !== value || value === '')

const cell = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.some(isUnsafeInList) ? JSON.stringify(value) : value.map(cell).join('; ')
  if (value !== null && typeof value === 'object') return JSON.stringify(value)
  return value
}

/** Loaded with the first export of its kind: few processes ever write one. */
const loadWriter = async () => (await import('papaparse')).default

/**
 * RFC 4180 with a line of names, which is left out where it goes on behind a record: so the parts can be put together.
 * @throws what loading its library throws
 */
export const csv = async (
  readable: boolean,
  fields: readonly string[] | undefined,
  { isContinued, withArchived }: { readonly isContinued: boolean; readonly withArchived: boolean },
): Promise<ExportFormat> => {
  const { unparse } = await loadWriter()
  const shown: Shown = readable ? readableValue : asStored
  const rows = (cells: readonly (readonly unknown[])[]) =>
    cells.length === 0 ? '' : `${unparse([...cells], { newline: '\r\n', escapeFormulae: FORMULA })}\r\n`
  // As they were in the beginning: attributes that come or go meanwhile do not move the others.
  let columns: readonly string[] = fields ?? []
  const row = (record: StoredRecord, { object, names }: ExportedPage) => [
    record.id,
    ...columns.map((slug) => {
      const attribute = object.attributes.get(slug)
      return attribute && cell(shown(record, attribute, names) as Value | null)
    }),
    zuluMilliseconds(record.createdAt),
    zuluMilliseconds(record.updatedAt),
    ...(withArchived ? [record.archivedAt === null ? '' : zuluMilliseconds(record.archivedAt)] : []),
  ]
  return {
    head(_, { attributes }) {
      columns = fields ?? [...attributes.values()].filter(({ archived }) => !archived).map(({ slug }) => slug)
      const names = ['id', ...columns, 'createdAt', 'updatedAt', ...(withArchived ? ['archivedAt'] : [])]
      return isContinued ? '' : rows([names])
    },
    page: (page) => rows(page.records.map((record) => row(record, page))),
    end: ({ complete }) => (complete ? '' : undefined),
  }
}
