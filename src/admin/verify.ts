import { hasKeys, type ObjectSchema, type Organization, type StoredValue } from '../schema/schema.ts'
import { WORDS } from '../schema/words.ts'
import { type ReformedAlias, reformAliases } from '../storage/aliases-sql.ts'
import type { SqlDriver, Statement } from '../storage/driver.ts'
import type { KeyIndex } from '../storage/keys-sql.ts'
import {
  addMissing,
  aliasesPage,
  keysPage,
  missingKeys,
  nextIndexName,
  recordsPage,
  removeIndexRows,
  removeLostAliases,
  removeSurplus,
} from '../storage/verify-sql.ts'
import type { Authority, CurrentOrganization } from './authority.ts'
import { outdatedKey } from './former-keys.ts'
import { readOrganization } from './organizations.ts'
import { type OutdatedForm, outdatedForms } from './verify-forms.ts'
import { type WrongValue, wrongValues } from './verify-values.ts'

export const findingKinds = [
  'missing',
  'surplus',
  'duplicate',
  'unknown_index',
  'lost_alias',
  'outdated_form',
  'wrong_type',
  'wrong_shape',
  'unknown_attribute',
] as const satisfies readonly (
  | 'missing'
  | 'surplus'
  | 'duplicate'
  | 'unknown_index'
  | 'lost_alias'
  | WrongValue['kind']
  | OutdatedForm['kind']
)[]

/** Something that is not as the records and the schema say. */
export interface Finding {
  readonly object: string
  /** Slug of the attribute, or name of the index. */
  readonly name: string
  /**
   * `missing`: the data asks for a key that has no row. `surplus`: a row that no data asks for. `duplicate`: a unique
   * value of two records, which only their owner can part. `unknown_index`: rows of an index that no schema has.
   * `lost_alias`: what a merged record was found by leads to no record, or the merged record is there.
   * `outdated_form`: a value whose keys would be others if it were written today, or what is left of one that was merged.
   */
  readonly kind: (typeof findingKinds)[number]
  readonly value: string
  readonly recordIds: readonly string[]
  readonly repaired: boolean
}

/** Those that a job is at are not as the records say, and need not be. */
const indexesOf = (object: ObjectSchema): KeyIndex[] => [
  ...[...object.attributes.values()]
    .filter((attribute) => hasKeys(attribute) && !attribute.building)
    .map(({ slug, unique }) => ({
      kind: 'attribute' as const,
      object: object.slug,
      name: slug,
      unique,
      attributes: [slug],
    })),
  ...object.combinations.map(({ name, unique, attributes }) => ({
    kind: 'combination' as const,
    object: object.slug,
    name,
    unique,
    attributes,
  })),
  ...(object.search && !object.search.building
    ? [
        {
          kind: 'words' as const,
          object: object.slug,
          name: WORDS,
          unique: false,
          attributes: object.search.attributes,
        },
      ]
    : []),
]

const schemaOf = ({ objects, archivedObjects }: Organization, object: string): ObjectSchema | undefined =>
  objects.get(object) ?? archivedObjects.get(object)

const indexOf = (organization: Organization, object: string, name: string): KeyIndex | undefined => {
  const schema = schemaOf(organization, object)
  return schema && indexesOf(schema).find((index) => index.name === name)
}

const isKnownIndex = (organization: Organization, object: string, name: string): boolean => {
  const schema = schemaOf(organization, object)
  const isAtWork =
    schema?.attributes.get(name)?.building !== undefined ||
    schema?.buildingCombinations.some((one) => one.name === name) === true ||
    (name === WORDS && schema?.search?.building !== undefined)
  return isAtWork || indexOf(organization, object, name) !== undefined
}

const rowsOf = async (driver: SqlDriver, statement: Statement) =>
  ((await driver.batch([statement])).results[0]?.rows ?? []) as readonly Record<string, string>[]

/** What one look has found, and behind what the next one begins; without that, this part is done. */
interface Look {
  readonly findings: readonly Finding[]
  /** How many rows it has looked at. */
  readonly rows: number
  readonly after?: After
}
type After = readonly [string, string]
const START: After = ['', '']

/** The next index that no schema has. */
const unknownIndex = async ({ run }: Authority, after: After, repair: boolean): Promise<Look> => {
  // Judged by the schema that the look was bound to: a moment later the index may be gone, or be there.
  const next = await run(async ({ organization, reads }) => {
    const [{ object = '', name = '' } = {}] = await rowsOf(reads, nextIndexName(organization.id, after))
    return { object, name, isKnown: isKnownIndex(organization, object, name) }
  })
  const { object, name, isKnown } = next
  if (name === '') return { findings: [], rows: 0 }
  const remove = (current: CurrentOrganization) =>
    isKnownIndex(current.organization, object, name)
      ? Promise.resolve([])
      : rowsOf(current.driver, removeIndexRows(current.organization.id, object, name))
  if (isKnown) return { findings: [], rows: 1, after: [object, name] }
  if (repair) while ((await run(remove)).length > 0);
  const finding = { object, name, kind: 'unknown_index', value: '', recordIds: [], repaired: repair } as const
  return { findings: [finding], rows: 1, after: [object, name] }
}

/** Rows of one index that no data asks for. */
const surplusRows = async (
  { run }: Authority,
  object: string,
  name: string,
  after: After,
  repair: boolean,
): Promise<Look> => {
  const rows = await run(async (current) => {
    const { id } = current.organization
    const index = indexOf(current.organization, object, name)
    if (!index) return []
    const page = await rowsOf(current.reads, keysPage(id, index, after))
    const surplus = page.filter((row) => !Number(row.wanted)).map(({ value = '', slot = '' }) => [value, slot] as const)
    if (repair && surplus.length > 0) await current.driver.batch([removeSurplus(id, index, surplus)])
    return page
  })
  const findings = rows
    .filter(({ wanted }) => !Number(wanted))
    .map(
      ({ value = '', record_id = '' }): Finding => ({
        object,
        name,
        kind: 'surplus',
        value,
        recordIds: [record_id],
        repaired: repair,
      }),
    )
  const last = rows[rows.length - 1]
  return { findings, rows: rows.length, ...(last && { after: [last.value ?? '', last.slot ?? ''] as const }) }
}

/** Keys of a range of records that have no row; with `repair`, those that still have none are duplicates. */
const missingRows = async (
  { driver, reads, organization }: CurrentOrganization,
  indexes: readonly KeyIndex[],
  [from, to]: readonly [string, string],
  repair: boolean,
): Promise<Finding[]> => {
  const look = async (through: SqlDriver) => {
    const { results } = await through.batch(indexes.map((index) => missingKeys(organization.id, index, from, to)))
    return indexes.flatMap((index, i) =>
      ((results[i]?.rows ?? []) as readonly Record<string, string>[]).map((row) => ({ index, row })),
    )
  }
  const found = await look(reads)
  if (found.length === 0) return []
  if (repair) await driver.batch(indexes.map((index) => addMissing(organization.id, index, from, to)))
  const left = new Map((repair ? await look(driver) : found).map(({ index, row }) => [keyOf(index, row), row.holder]))
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

/**
 * Gives the records of a range the keys that they lack.
 * @returns what was missing; `duplicate` where another record holds the value
 */
export const addMissingKeys = async (
  current: CurrentOrganization,
  object: string,
  range: readonly [string, string],
): Promise<readonly Finding[]> => {
  const { objects, archivedObjects } = current.organization
  const schema = objects.get(object) ?? archivedObjects.get(object)
  return schema ? missingRows(current, indexesOf(schema), range, true) : []
}

/** Values that cannot be, and keys that are missing, of a page of the records of an object. */
const recordFindings = ({ run }: Authority, object: string, [after]: After, repair: boolean): Promise<Look> =>
  run(async (current) => {
    const schema = current.organization.objects.get(object)
    const page = schema ? await rowsOf(current.reads, recordsPage(current.organization.id, object, after)) : []
    const [first] = page
    const last = page[page.length - 1]
    if (!schema || !first?.id || !last?.id) return { findings: [], rows: 0 }
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
    const findings: Finding[] = [...wrong, ...outdated.map((one) => ({ object, ...one, repaired: repair })), ...missing]
    return { findings, rows: page.length, after: [last.id, ''] }
  })

type AliasRow = Readonly<Record<string, string>>

/** What it would be if its value were written today. @throws NotLoadedError */
const wantedOf = (organization: Organization, { object = '', name = '', value = '' }: AliasRow): string | undefined => {
  const schema = schemaOf(organization, object)
  return schema && outdatedKey(schema, name, value)
}

/** What merged records were found by: that leads nowhere, or by a form that nobody would look for any more. */
const aliasFindings = ({ run }: Authority, [place]: After, repair: boolean): Promise<Look> =>
  run(async (current) => {
    const { id } = current.organization
    const page: readonly AliasRow[] = await rowsOf(current.reads, aliasesPage(id, place))
    const lost = page.filter((row) => Number(row.lost))
    const outdated = page.flatMap((row) => {
      const wanted = Number(row.lost) ? undefined : wantedOf(current.organization, row)
      return wanted === undefined ? [] : [{ row, wanted }]
    })
    const found =
      (kind: 'lost_alias' | 'outdated_form') =>
      ({ object = '', name = '', value = '', merged_id = '', record_id = '' }: AliasRow): Finding => ({
        ...{ object, name, kind, value, recordIds: [merged_id, record_id], repaired: repair },
      })
    const reforms = outdated.map(({ row, wanted }): ReformedAlias => {
      const { object = '', name = '', value = '', merged_id = '' } = row
      return [object, name, value, merged_id, wanted]
    })
    const places = lost.map(({ place: one = '' }) => one)
    const repairs = [
      ...(places.length > 0 ? [removeLostAliases(id, places)] : []),
      ...(reforms.length > 0 ? [reformAliases(id, reforms)] : []),
    ]
    if (repair && repairs.length > 0) await current.driver.batch(repairs)
    const last = page[page.length - 1]?.place
    return {
      findings: [...lost.map(found('lost_alias')), ...outdated.map(({ row }) => found('outdated_form')(row))],
      rows: page.length,
      ...(last && { after: [last, ''] as const }),
    }
  })

/** A part of the whole: the indexes that no schema has, one index of an object, its records, or what merged ones lead by. */
interface Part {
  readonly of: 'unknown' | 'index' | 'records' | 'aliases'
  readonly object: string
  readonly name: string
}

/** Where the next look goes on. Text that means nothing to anybody else. */
export interface VerifyCursor extends Part {
  readonly after: After
}

const isText = (value: unknown): value is string => typeof value === 'string'

export const isVerifyCursor = (value: unknown): value is VerifyCursor => {
  const { of, object, name, after } = (value ?? {}) as Partial<Record<keyof VerifyCursor, unknown>>
  const isPart =
    (of === 'unknown' || of === 'index' || of === 'records' || of === 'aliases') && isText(object) && isText(name)
  return isPart && Array.isArray(after) && after.length === 2 && after.every(isText)
}

const FIRST: Part = { of: 'unknown', object: '', name: '' }
const LAST: Part = { of: 'aliases', object: '', name: '' }

/** All parts in their order. First what is too much of an object: it may hold the place of what is missing. */
const partsOf = ({ objects }: Organization): readonly Part[] => [
  FIRST,
  ...[...objects.values()].flatMap((schema): Part[] => [
    ...indexesOf(schema).map(({ object, name }): Part => ({ of: 'index', object, name })),
    { of: 'records', object: schema.slug, name: '' },
  ]),
  LAST,
]

/** The part behind one that is done: one that is gone meanwhile is looked for by its object. */
const partBehind = (organization: Organization, { of, object, name }: Part): Part | undefined => {
  const parts = partsOf(organization)
  const at = parts.findIndex((part) => part.of === of && part.object === object && part.name === name)
  return at === -1 ? parts.find((part) => part.of === 'records' && part.object === object) : parts[at + 1]
}

const lookAt = (authority: Authority, { of, object, name, after }: VerifyCursor, repair: boolean): Promise<Look> => {
  if (of === 'unknown') return unknownIndex(authority, after, repair)
  if (of === 'aliases') return aliasFindings(authority, after, repair)
  return of === 'index'
    ? surplusRows(authority, object, name, after, repair)
    : recordFindings(authority, object, after, repair)
}

export interface VerifiedPage {
  readonly findings: readonly Finding[]
  /** Rows that were looked at. */
  readonly rows: number
  /** Where to go on; absent at the end. */
  readonly next?: VerifyCursor
}

/**
 * One look at the records or the key rows of an organisation: bounded work, consistent in itself, beside writers, who are kept
 * waiting by repairs only. What has changed between two looks is no finding: each judges rows by what the same transaction sees.
 */
export const verifyPage = async (
  authority: Authority,
  cursor: VerifyCursor = { ...FIRST, after: START },
  { repair }: { readonly repair: boolean },
): Promise<VerifiedPage> => {
  const { findings, rows, after } = await lookAt(authority, cursor, repair)
  if (after) return { findings, rows, next: { ...cursor, after } }
  const part = partBehind(await authority.run(readOrganization), cursor)
  return { findings, rows, ...(part && { next: { ...part, after: START } }) }
}

/**
 * Holds the records of an organisation against its schema, and its key rows against its records; with `repair`, mends
 * every key row that can be mended, and goes on past what cannot. Reads every record and every key row once, a page at
 * a time; each page is consistent, and writers may go on meanwhile.
 */
export async function* verifyOrganization(
  authority: Authority,
  options: { readonly repair: boolean },
): AsyncGenerator<Finding> {
  let next: VerifyCursor | undefined = { ...FIRST, after: START }
  while (next) {
    const page: VerifiedPage = await verifyPage(authority, next, options)
    yield* page.findings
    next = page.next
  }
}
