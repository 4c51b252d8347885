import { refuse } from '../engine/errors.ts'
import type { Combination, ObjectSchema, Organization } from '../schema/schema.ts'
import { AbortError, type SqlDriver } from '../storage/driver.ts'
import { drizzleOver } from '../storage/drizzle.ts'
import { combinationDuplicates, combinationKeys } from '../storage/keys-sql.ts'
import { combinations, objects } from '../storage/tables.ts'
import { refuseDuplicates } from './duplicates.ts'
import { raiseRevision, revisionStatement } from './revision.ts'

export interface NewObject {
  readonly slug: string
  readonly singularName: string
  readonly pluralName: string
}

/** Names that a path or a reference already means something by. */
const RESERVED = new Set(['objects', 'members', 'records', 'id'])

/** @throws RefusedError already_exists */
export const checkNewObject = (organization: Organization, slug: string): void => {
  if (RESERVED.has(slug) || organization.objects.has(slug)) throw refuse('already_exists', 'slug', slug)
}

/** Adds a custom object, or leaves the one of that slug as it is. */
export const createObject = async (driver: SqlDriver, organizationId: string, object: NewObject): Promise<void> => {
  const db = drizzleOver(driver)
  const now = Date.now()
  await db.batch([
    db
      .insert(objects)
      .values({ organizationId, ...object, createdAt: now, updatedAt: now })
      .onConflictDoNothing(),
    raiseRevision(db, organizationId),
  ])
}

const checkCombination = (object: ObjectSchema, combination: Combination) => {
  const taken = object.attributes.has(combination.name) || object.combinations.some((c) => c.name === combination.name)
  if (taken) throw refuse('already_exists', 'name', combination.name)
  for (const slug of combination.attributes) {
    const attribute = object.attributes.get(slug)
    if (!attribute || attribute.archived) throw refuse('unknown_attribute', slug, object.slug)
    if (attribute.multiple) throw refuse('not_matchable', slug, 'a combination takes attributes with one value')
  }
}

/** Declares attributes unique together, and writes the keys of all records. @throws RefusedError not_unique with the duplicates */
export const addCombination = async (
  driver: SqlDriver,
  organizationId: string,
  object: ObjectSchema,
  combination: Combination,
): Promise<void> => {
  checkCombination(object, combination)
  const row = {
    organizationId,
    object: object.slug,
    ...combination,
    isUnique: combination.unique,
    createdAt: Date.now(),
  }
  const { sql, params } = drizzleOver(driver).insert(combinations).values(row).toSQL()
  const duplicates = combinationDuplicates(organizationId, object.slug, combination)
  if (combination.unique) await refuseDuplicates(driver, duplicates, combination.name)
  try {
    await driver.batch([
      { sql, params: params as string[] },
      ...combinationKeys(organizationId, object.slug, combination),
      revisionStatement(organizationId),
    ])
  } catch (error) {
    if (error instanceof AbortError) await refuseDuplicates(driver, duplicates, combination.name)
    throw error
  }
}
