import type { ObjectSchema, Organization, StoredValue } from '../schema/schema.ts'
import type { Statement } from '../storage/driver.ts'
import {
  addMissing,
  type KeyIndex,
  keysPage,
  missingKeys,
  nextIndexName,
  recordsPage,
  removeIndexRows,
  removeSurplus,
} from '../storage/verify-sql.ts'
import type { Authority, CurrentOrganization } from './authority.ts'
import { readOrganization } from './organizations.ts'
import { type OutdatedForm, outdatedForms } from './verify-forms.ts'
import { type WrongValue, wrongValues } from './verify-values.ts'

/** Something that is not as the records and the schema say. */
export interface Finding {
  readonly object: string
  /** Slug of the attribute, or name of the index. */
  readonly name: string
  /**
   * `missing`: the data asks for a key that has no row. `surplus`: a row that no data asks for. `duplicate`: a unique
   * value of two records, which only their owner can part. `unknown_index`: rows of an index that no schema has.
   * `outdated_form`: a value whose keys would be others if it were written today.
   */
  readonly kind: 'missing' | 'surplus' | 'duplicate' | 'unknown_index' | WrongValue['kind'] | OutdatedForm['kind']
  readonly value: string
  readonly recordIds: readonly string[]
  readonly repaired: boolean
}

const indexesOf = (object: ObjectSchema): KeyIndex[] => [
  ...[...object.attributes.values()]
    .filter((attribute) => attribute.unique || attribute.indexed)
    .map(({ slug, unique }) => ({ object: object.slug, name: slug, unique, attributes: null })),
  ...object.combinations.map(({ name, unique, attributes }) => ({ object: object.slug, name, unique, attributes })),
]

const indexOf = ({ objects }: Organization, object: string, name: string): KeyIndex | undefined => {
  const schema = objects.get(object)
  return schema && indexesOf(schema).find((index) => index.name === name)
}

const rowsOf = async ({ driver }: CurrentOrganization, statement: Statement) =>
  ((await driver.batch([statement])).results[0]?.rows ?? []) as readonly Record<string, string>[]

/** Rows of indexes that no schema has. */
async function* unknownIndexes({ run }: Authority, repair: boolean): AsyncGenerator<Finding> {
  let after: readonly [string, string] = ['', '']
  for (;;) {
    const [next] = await run((current) => rowsOf(current, nextIndexName(current.organization.id, after)))
    if (!next) return
    const { object = '', name = '' } = next
    after = [object, name]
    const remove = (current: CurrentOrganization) =>
      indexOf(current.organization, object, name)
        ? Promise.resolve([])
        : rowsOf(current, removeIndexRows(current.organization.id, object, name))
    if (await run(async ({ organization }) => indexOf(organization, object, name) !== undefined)) continue
    if (repair) while ((await run(remove)).length > 0);
    yield { object, name, kind: 'unknown_index', value: '', recordIds: [], repaired: repair }
  }
}

/** Rows of one index that no data asks for. */
async function* surplusRows(
  { run }: Authority,
  object: string,
  name: string,
  repair: boolean,
): AsyncGenerator<Finding> {
  let after: readonly [string, string] = ['', '']
  for (;;) {
    const rows = await run(async (current) => {
      const { id } = current.organization
      const index = indexOf(current.organization, object, name)
      if (!index) return []
      const page = await rowsOf(current, keysPage(id, index, after))
      const surplus = page
        .filter((row) => !Number(row.wanted))
        .map(({ value = '', slot = '' }) => [value, slot] as const)
      if (repair && surplus.length > 0) await current.driver.batch([removeSurplus(id, index, surplus)])
      return page
    })
    for (const { value = '', record_id = '', wanted } of rows)
      if (!Number(wanted)) yield { object, name, kind: 'surplus', value, recordIds: [record_id], repaired: repair }
    const last = rows[rows.length - 1]
    if (!last) return
    after = [last.value ?? '', last.slot ?? '']
  }
}

/** Keys of a range of records that have no row; with `repair`, those that still have none are duplicates. */
const missingRows = async (
  { driver, organization }: CurrentOrganization,
  indexes: readonly KeyIndex[],
  [from, to]: readonly [string, string],
  repair: boolean,
): Promise<Finding[]> => {
  const look = async () => {
    const { results } = await driver.batch(indexes.map((index) => missingKeys(organization.id, index, from, to)))
    return indexes.flatMap((index, i) =>
      ((results[i]?.rows ?? []) as readonly Record<string, string>[]).map((row) => ({ index, row })),
    )
  }
  const found = await look()
  if (found.length === 0) return []
  if (repair) await driver.batch(indexes.map((index) => addMissing(organization.id, index, from, to)))
  const left = new Map((repair ? await look() : found).map(({ index, row }) => [keyOf(index, row), row.holder]))
  return found.map(({ index, row }) => {
    const { value = '', record_id = '' } = row
    const holder = left.get(keyOf(index, row))
    const where = { object: index.object, name: index.name, value }
    return holder
      ? { ...where, kind: 'duplicate', recordIds: [holder, record_id], repaired: false }
      : { ...where, kind: 'missing', recordIds: [record_id], repaired: repair && !left.has(keyOf(index, row)) }
  })
}

const keyOf = ({ name }: KeyIndex, { value, record_id }: Record<string, string>) =>
  JSON.stringify([name, value, record_id])

/** Values that cannot be, and keys that are missing, page by page of the records of an object. */
async function* recordFindings({ run }: Authority, object: string, repair: boolean): AsyncGenerator<Finding> {
  let after = ''
  for (;;) {
    const { last, findings } = await run(async (current) => {
      const schema = current.organization.objects.get(object)
      const page = schema ? await rowsOf(current, recordsPage(current.organization.id, object, after)) : []
      const [first] = page
      const last = page[page.length - 1]
      if (!schema || !first?.id || !last?.id) return { findings: [] }
      const seen = page.map(({ id = '', version, data = '{}' }) => ({
        id,
        version: Number(version),
        data: JSON.parse(data) as Record<string, StoredValue>,
      }))
      const wrong = seen.flatMap(({ id, data }) =>
        wrongValues(schema, data).map((one) => ({ object, ...one, recordIds: [id], repaired: false })),
      )
      const indexes = indexesOf(schema)
      const outdated = await outdatedForms(current, schema, indexes, seen, repair)
      const missing = await missingRows(current, indexes, [first.id, last.id], repair)
      const findings: Finding[] = [
        ...wrong,
        ...outdated.map((one) => ({ object, ...one, repaired: repair })),
        ...missing,
      ]
      return { last: last.id, findings }
    })
    yield* findings
    if (last === undefined) return
    after = last
  }
}

/**
 * Holds the records of an organisation against its schema, and its key rows against its records; with `repair`, mends
 * every key row that can be mended, and goes on past what cannot. Reads every record and every key row once, a page at
 * a time; each page is consistent, and writers may go on meanwhile.
 */
export async function* verifyOrganization(
  authority: Authority,
  { repair }: { readonly repair: boolean },
): AsyncGenerator<Finding> {
  const { objects } = await authority.run(readOrganization)
  yield* unknownIndexes(authority, repair)
  for (const object of objects.values()) {
    // First what is too much: it may hold the place of what is missing.
    for (const { name } of indexesOf(object)) yield* surplusRows(authority, object.slug, name, repair)
    yield* recordFindings(authority, object.slug, repair)
  }
}
