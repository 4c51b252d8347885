import { type ObjectSchema, type StoredValue, storedValue, typeOf } from '../schema/schema.ts'
import type { KeyIndex } from '../storage/keys-sql.ts'
import { type Reform, reform } from '../storage/verify-sql.ts'
import type { CurrentOrganization } from './authority.ts'

/**
 * Normal forms stand beside the values that they were made of (schema/value.ts). They become outdated as a whole: when the
 * organisation gets another default country, with a new numbering plan, and in what a release without them has written.
 */
export interface OutdatedForm {
  readonly name: string
  readonly kind: 'outdated_form'
  readonly value: string
}

interface SeenRecord {
  readonly id: string
  readonly version: number
  readonly data: Readonly<Record<string, StoredValue>>
}

/** The values of a record whose normal form is another one now, as they are to be stored. @throws NotLoadedError */
const patchOf = (object: ObjectSchema, data: SeenRecord['data']): Readonly<Record<string, StoredValue>> => {
  const patch: Record<string, StoredValue> = {}
  const searched = object.search?.building ? object.search.attributes : []
  const atWork = new Set([...object.buildingCombinations.flatMap(({ attributes }) => attributes), ...searched])
  for (const [slug, stored] of Object.entries(data)) {
    const attribute = object.attributes.get(slug)
    if (!attribute || !typeOf(attribute).normalForm) continue
    // Its keys are between two states: it is looked at when the job is over.
    if (attribute.building || atWork.has(slug)) continue
    const wanted = storedValue(stored[0], attribute)
    if (JSON.stringify(wanted) !== JSON.stringify(stored)) patch[slug] = wanted
  }
  return patch
}

/** Characters of patches that go into one transaction. */
const PATCH_CHARACTERS = 500_000

function* inPortions(reforms: readonly Reform[]): Generator<readonly Reform[]> {
  let portion: Reform[] = []
  let size = 0
  for (const one of reforms) {
    size += JSON.stringify(one).length
    if (portion.length > 0 && size > PATCH_CHARACTERS) {
      yield portion
      portion = []
      size = JSON.stringify(one).length
    }
    portion.push(one)
  }
  if (portion.length > 0) yield portion
}

/** What is outdated in a page of records; with `repair`, made anew together with its keys. @throws NotLoadedError */
export const outdatedForms = async (
  { driver, organization }: CurrentOrganization,
  object: ObjectSchema,
  indexes: readonly KeyIndex[],
  page: readonly SeenRecord[],
  repair: boolean,
): Promise<readonly (OutdatedForm & { readonly recordIds: readonly string[] })[]> => {
  const reforms = page
    .map(({ id, version, data }): Reform => [id, version, patchOf(object, data)])
    .filter(([, , patch]) => Object.keys(patch).length > 0)
  const slugs = new Set(reforms.flatMap(([, , patch]) => Object.keys(patch)))
  const touched = indexes.filter(({ attributes }) => attributes.some((slug) => slugs.has(slug)))
  if (repair)
    for (const portion of inPortions(reforms))
      await driver.batch(reform(organization.id, object.slug, touched, portion))
  return reforms.flatMap(([id, , patch]) =>
    Object.entries(patch).map(([name, [value]]) => ({
      name,
      kind: 'outdated_form' as const,
      value: JSON.stringify(value),
      recordIds: [id],
    })),
  )
}
