import { refuse } from '../engine/errors.ts'
import type { Organization } from '../schema/schema.ts'
import { sqlDirectory } from '../storage/directory.ts'
import type { SqlDriver, Statement } from '../storage/driver.ts'
import { attributeDrift, attributeKeys, combinationDrift, combinationKeys } from '../storage/keys-sql.ts'

export interface Drift {
  readonly object: string
  /** Slug of the attribute, or name of the combination. */
  readonly name: string
  /** A key that the data asks for and that has no row, or a row that no data asks for. */
  readonly kind: 'missing' | 'surplus'
  readonly value: string
  readonly recordId: string
}

interface Index {
  readonly object: string
  readonly name: string
  readonly look: Statement
  readonly remake: readonly Statement[]
}

function* indexesOf({ id, objects }: Organization): Generator<Index> {
  for (const object of objects.values()) {
    for (const attribute of object.attributes.values())
      if (attribute.unique || attribute.indexed)
        yield {
          object: object.slug,
          name: attribute.slug,
          look: attributeDrift(id, object.slug, attribute),
          remake: attributeKeys(id, object.slug, { ...attribute, indexed: true }),
        }
    for (const combination of object.combinations)
      yield {
        object: object.slug,
        name: combination.name,
        look: combinationDrift(id, object.slug, combination),
        remake: combinationKeys(id, object.slug, combination),
      }
  }
}

/** The organisation as it is now. @throws RefusedError not_found */
export const organizationNow = async (driver: SqlDriver, organizationId: string): Promise<Organization> => {
  const entry = await sqlDirectory(driver).look({ organizationId, secretHashes: [] })
  if (!entry) throw refuse('not_found', undefined, 'such organisation')
  return entry.organization
}

/**
 * Holds the key rows of an organisation against its records, index by index; with `repair`, makes those indexes anew
 * that differ. Reads every record once per index: an operator's command, not a request's.
 */
export async function* verifyOrganization(
  driver: SqlDriver,
  organizationId: string,
  { repair }: { readonly repair: boolean },
): AsyncGenerator<{ readonly object: string; readonly name: string; readonly drift: readonly Drift[] }> {
  for (const { object, name, look, remake } of indexesOf(await organizationNow(driver, organizationId))) {
    const { results } = await driver.batch([look])
    const drift = (results[0]?.rows ?? []).map((row) => ({
      object,
      name,
      kind: row.kind as Drift['kind'],
      value: row.value as string,
      recordId: row.record_id as string,
    }))
    if (drift.length > 0 && repair) await driver.batch(remake)
    yield { object, name, drift }
  }
}
