import type { components } from '../client/index.ts'
import type { Lookups } from './lookups.ts'
import { type MappedColumn, type Mapping, mappingOf } from './mapping.ts'
import { type MatchKey, requireColumnsFor } from './matching.ts'
import { columnSettings, type ImportOptions, rulesOf } from './options.ts'
import type { Table } from './reading/table.ts'
import type { ReadColumn, RowReading } from './rows.ts'
import { type Survey, survey } from './survey.ts'
import { ColumnReader } from './values/column-reader.ts'
import type { Remedies } from './values/element.ts'
import { AskedNames, type Names } from './values/names.ts'
import { writeModesSaid } from './write-modes.ts'

/** A table, an object and what was said, put together: how each of its rows is read. Nothing is sent here. */

export type ObjectSchema = components['schemas']['ObjectSchema']

export interface Prepared extends RowReading, Survey {
  readonly object: ObjectSchema
  /** Asks what the cells that were seen so far call records and numbers: to be awaited before any is read. @throws EdgeUpsertError */
  lookUp(): Promise<void>
}

export interface Preparing {
  readonly table: Table
  readonly object: ObjectSchema
  /** All of the organisation: relations lead to them. */
  readonly objects: readonly ObjectSchema[]
  /** Empty: cells alone are to be judged. */
  readonly keys: readonly MatchKey[]
  readonly options: ImportOptions
  readonly remedies: Remedies
  /** Is told which column is what, before the table is read. */
  readonly onMapped?: (mapping: Mapping) => void
}

/** By what the cells of a relation name its records. */
const namingOf = (lookups: Lookups, { attribute, relatedBy }: MappedColumn, objects: readonly ObjectSchema[]) => {
  const related = objects.find(({ slug }) => slug === attribute.related)
  const key = related?.attributes.find(({ slug }) => slug === relatedBy)
  if (!related || !key) return undefined
  const relatedNames = attribute.multiple
    ? new AskedNames((names) => lookups.idsOf(related.slug, key.slug, names))
    : undefined
  return { relatedBy: key.slug, relatedType: key.type, ...(relatedNames && { relatedNames }) }
}

/** What an export wrote as CSV is known by what it adds; its numbers have a decimal point. */
const isOfExport = ({ format, delimiter, columns }: Table): boolean =>
  format === 'csv' && delimiter === ',' && columns[0] === 'id' && MADE.every((name) => columns.includes(name))

const MADE = ['createdAt', 'updatedAt'] as const

/** @throws ImportError for everything that keeps the import from beginning, but for doubts, which are told; EdgeUpsertError */
export const prepare = async (lookups: Lookups, preparing: Preparing): Promise<Prepared> => {
  const { table, object, objects, keys, options, remedies, onMapped } = preparing
  const rules = rulesOf(options)
  const matchesById = keys.some((slugs) => slugs.includes('id'))
  const mapping = mappingOf(table.columns, options, object, objects, matchesById)
  requireColumnsFor(keys, mapping)
  const write = writeModesSaid(options.write ?? [], mapping)
  onMapped?.(mapping)
  const settings = await columnSettings(lookups.dialledIn, options, table.columns)
  const ofAll = {
    remedies,
    ...(isOfExport(table) && { decimal: 'one' as const }),
    ...(mapping.columns.some(({ attribute }) => attribute.type === 'user') && { members: await lookups.members() }),
  }
  const columns: ReadColumn[] = []
  const named = new Set<Names>()
  for (const column of mapping.columns) {
    const said = { ...ofAll, ...settings(column.name), ...namingOf(lookups, column, objects) }
    for (const names of [said.relatedNames, said.dialled?.names]) if (names) named.add(names)
    columns.push({ ...column, reader: new ColumnReader(column.attribute, said) })
  }
  const lookUp = async () => {
    for (const names of named) await names.lookUp()
  }
  const { rowCount, doubts } = await survey(table, columns, mapping.nameless)
  return { table, mapping, columns, keys, rules, write, object, rowCount, doubts, lookUp }
}
