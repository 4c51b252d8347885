import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type { Directory, DirectoryQuery } from '../auth/directory.ts'
import {
  type Attribute,
  type Combination,
  keyIndexes,
  type ObjectSchema,
  type Organization,
  relationsOf,
  type SearchIndex,
  type TypeName,
} from '../schema/schema.ts'
import { standardObjects } from '../schema/standard/index.ts'
import { WORDS } from '../schema/words.ts'
import { NoDatabaseError, readOnly, type SqlDriver } from './driver.ts'
import { drizzleOver } from './drizzle.ts'
import { attributes, combinations, credentials, members, objects, organizations } from './tables.ts'

type AttributeRow = typeof attributes.$inferSelect
type ObjectRow = typeof objects.$inferSelect
type CombinationRow = typeof combinations.$inferSelect

const settingsOf = (row: AttributeRow) => ({
  label: row.label,
  required: row.isRequired,
  unique: row.isUnique,
  indexed: row.isIndexed,
  archived: row.isArchived,
  options: row.options,
  ...(row.building && { building: row.building }),
})

const attributeOf = (row: AttributeRow): Attribute => ({
  slug: row.slug,
  type: row.type as TypeName,
  multiple: row.isMultiple,
  searchable: false,
  standard: false,
  ...(row.relatedObject !== null && { related: row.relatedObject }),
  ...settingsOf(row),
})

const combinationOf = (row: CombinationRow): Combination => ({
  name: row.name,
  attributes: row.attributes,
  unique: row.isUnique,
})

const customObject = (row: ObjectRow): ObjectSchema => ({
  slug: row.slug,
  singularName: row.singularName,
  pluralName: row.pluralName,
  standard: false,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  attributes: new Map(),
  combinations: [],
  archivedCombinations: [],
  buildingCombinations: [],
})

/** The words of an object stand beside its combinations: an index over several attributes, as those are. */
const searchOf = (row: CombinationRow | undefined): SearchIndex | undefined =>
  row && (row.building || !row.isArchived)
    ? { attributes: row.isArchived ? [] : row.attributes, ...(row.building && { building: row.building }) }
    : undefined

const withSearch = (attribute: Attribute, { attributes: searched, building }: SearchIndex): Attribute =>
  searched.includes(attribute.slug)
    ? { ...attribute, searchable: true, ...(building && { wording: building }) }
    : attribute

const withRows = (
  object: ObjectSchema,
  rows: readonly AttributeRow[],
  together: readonly CombinationRow[],
): ObjectSchema => {
  const own = rows.filter((row) => row.object === object.slug)
  const indexed = together.filter((row) => row.object === object.slug)
  if (own.length === 0 && indexed.length === 0) return object
  const combined = indexed.filter(({ name }) => name !== WORDS)
  const search = searchOf(indexed.find(({ name }) => name === WORDS))
  const settled = combined.filter((row) => !row.building)
  const all = new Map(object.attributes)
  for (const row of own) {
    const standard = row.isStandard ? all.get(row.slug) : undefined
    all.set(row.slug, standard ? { ...standard, ...settingsOf(row) } : attributeOf(row))
  }
  if (search) for (const [slug, attribute] of all) all.set(slug, withSearch(attribute, search))
  return {
    ...object,
    ...(search && { search }),
    attributes: all,
    combinations: settled.filter((row) => !row.isArchived).map(combinationOf),
    archivedCombinations: settled.filter((row) => row.isArchived).map(combinationOf),
    buildingCombinations: combined.flatMap((row) =>
      row.building ? [{ ...combinationOf(row), building: row.building, archived: row.isArchived }] : [],
    ),
  }
}

const schemaOf = (
  objectRows: readonly ObjectRow[],
  rows: readonly AttributeRow[],
  together: readonly CombinationRow[],
) => {
  const bySlug = (all: readonly ObjectSchema[]) =>
    new Map(all.map((object) => [object.slug, withRows(object, rows, together)]))
  const custom = (archived: boolean) => objectRows.filter((row) => row.isArchived === archived).map(customObject)
  return { objects: bySlug([...standardObjects().values(), ...custom(false)]), archivedObjects: bySlug(custom(true)) }
}

/** Tells the attributes that hold phone numbers where national forms of them are dialled. */
const inCountry = (schema: ReadonlyMap<string, ObjectSchema>, country: string | null) => {
  if (country === null) return schema
  const told = (attribute: Attribute) => (attribute.type === 'phone_number' ? { ...attribute, country } : attribute)
  return new Map(
    [...schema].map(([slug, object]) => {
      const attributes = new Map([...object.attributes].map(([name, attribute]) => [name, told(attribute)]))
      return [slug, { ...object, attributes }]
    }),
  )
}

/** Only what a session needs: it stays in the isolate, and must be readable before a migration adds a column. */
const credentialColumns = {
  id: credentials.id,
  secretHash: credentials.secretHash,
  kind: credentials.kind,
  scopes: credentials.scopes,
  allowlist: credentials.allowlist,
  memberId: credentials.memberId,
  expiresAt: credentials.expiresAt,
  revokedAt: credentials.revokedAt,
}

/** An organisation without a database is one that does not exist. */
const unlessNowhere = (error: unknown): undefined => {
  if (error instanceof NoDatabaseError) return undefined
  throw error
}

const readTables = (driver: SqlDriver, { organizationId, secretHashes, memberId }: DirectoryQuery) => {
  const db = drizzleOver(readOnly(driver))
  return db.batch([
    db.select().from(organizations).where(eq(organizations.id, organizationId)),
    db
      .select(credentialColumns)
      .from(credentials)
      .where(and(inArray(credentials.secretHash, [...secretHashes]), eq(credentials.organizationId, organizationId))),
    db
      .select({ id: members.id })
      .from(members)
      .where(
        and(eq(members.organizationId, organizationId), eq(members.id, memberId ?? ''), isNull(members.removedAt)),
      ),
    db.select().from(objects).where(eq(objects.organizationId, organizationId)).orderBy(asc(objects.createdAt)),
    db.select().from(attributes).where(eq(attributes.organizationId, organizationId)).orderBy(asc(attributes.position)),
    db.select().from(combinations).where(eq(combinations.organizationId, organizationId)),
  ])
}

/** The directory in the organisation's own database: six small reads in one call. */
export const sqlDirectory = (driver: SqlDriver): Directory => ({
  async look(query: DirectoryQuery) {
    const tables = await readTables(driver, query).catch(unlessNowhere)
    if (!tables) return undefined
    const [organizationRows, credentialRows, memberRows, objectRows, attributeRows, combinationRows] = tables
    const row = organizationRows[0]
    if (!row) return undefined
    const schema = schemaOf(objectRows, attributeRows, combinationRows)
    const objects = inCountry(schema.objects, row.defaultCountry)
    const archivedObjects = inCountry(schema.archivedObjects, row.defaultCountry)
    const { changeFeed, ...settings } = row
    const history = settings.history ?? (changeFeed ? 'names' : 'off')
    const organization: Organization = {
      ...settings,
      history,
      objects,
      archivedObjects,
      indexes: keyIndexes(objects.values()),
      relations: relationsOf(objects.values()),
    }
    return { credentials: credentialRows, organization, memberFound: memberRows.length > 0 }
  },
})
