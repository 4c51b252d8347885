import { RefusedError, refuse } from '../../engine/errors.ts'
import { objectOf, unknownAttribute } from '../../engine/names.ts'
import { NOTHING_DONE } from '../../engine/store.ts'
import type { Organization } from '../../schema/schema.ts'
import type { SecretBox } from '../../secrets/secret-box.ts'
import { AbortError } from '../../storage/driver.ts'
import { AT_ONCE_TEXT, fitting } from '../../storage/jobs/at-once.ts'
import { removeAttribute, removeAttributeData } from '../../storage/schema-sql.ts'
import type { CurrentOrganization } from '../authority.ts'
import { type ConvertedAliases, convertedAliases } from '../former-keys.ts'
import { listHooks } from '../hooks.ts'
import { refuseDuplicates, rekey, type SchemaChange } from '../rekey.ts'
import { conversionOf } from './convert.ts'
import { type SchemaDocument, schemaDocument } from './document.ts'
import type { SchemaDraft } from './draft.ts'
import { planSchema } from './plan.ts'
import { planHooks, withPresets } from './plan-hooks.ts'
import { planSubscriptions } from './plan-names.ts'
import type { SchemaStep } from './steps.ts'

export interface SchemaOptions {
  /** Answer what would be done, and do nothing. */
  readonly dryRun: boolean
  /** Archive what the document says nothing of. */
  readonly pruning: boolean
}

export interface AppliedSchema {
  /** What a dry run tells, and does not do. */
  readonly steps: readonly SchemaStep[]
  /** Jobs that make the indexes of large objects, from here on or since the same was asked for before. */
  readonly jobIds: readonly string[]
}

type Draft = Omit<SchemaDraft, 'steps'>

/** Jobs that are at what the document names: without them it does not hold yet, whoever has begun them. */
const jobsAt = ({ objects }: Organization, document: SchemaDocument): readonly string[] =>
  document.objects.flatMap(({ slug, attributes = [], combinations = [] }) => {
    const object = objects.get(slug)
    const named = [
      ...attributes.map((one) => object?.attributes.get(one.slug)),
      ...combinations.map((one) => object?.buildingCombinations.find(({ name }) => name === one.name)),
    ]
    const searching = attributes.some((one) => object?.attributes.get(one.slug)?.wording)
    return [...named, ...(searching ? [object?.search] : [])].flatMap((one) => one?.building?.jobId ?? [])
  })

/** @throws RefusedError too_many_records: it would be done at once, and others would wait */
const checkSizes = async ({ organization: { id }, driver }: CurrentOrganization, { rewritten }: Draft) => {
  const { fits } = await fitting(driver, id, rewritten, NOTHING_DONE)
  const found = rewritten.find((_, i) => !fits[i])
  if (found) throw refuse('too_many_records', found.told, AT_ONCE_TEXT)
}

/** What merged records are found by, of the attributes that are converted. */
const formerKeysOf = async (current: CurrentOrganization, { conversions }: Draft) => {
  const former: ConvertedAliases[] = []
  for (const [slug, ofObject] of Map.groupBy(conversions, (one) => one.object))
    former.push(await convertedAliases(current, objectOf(current.organization, slug), ofObject))
  return { statements: former.flatMap((one) => one.statements), lost: former.flatMap((one) => one.lost) }
}

/** Looks at the records: whether they allow the change, and what of them is to be written. @throws RefusedError */
const prepare = async (
  current: CurrentOrganization,
  draft: Draft,
): Promise<{ readonly change: SchemaChange; readonly lost: ConvertedAliases['lost'] }> => {
  await checkSizes(current, draft)
  const converted = []
  for (const conversion of draft.conversions) converted.push(...(await conversionOf(current, conversion)))
  const former = await formerKeysOf(current, draft)
  const change = {
    statements: [...converted, ...former.statements, ...draft.statements],
    changed: [...draft.changed].map(([object, names]) => {
      const erased = draft.erased.get(object)
      const renamed = draft.renamed.get(object)
      return { object, names, ...(erased && { erased }), ...(renamed && { renamed }) }
    }),
    indexes: draft.indexes,
    rewritten: draft.rewritten,
  }
  return { change, lost: former.lost }
}

/** A conversion tells how many keys of merged records lead nowhere by it. */
const withLost = (steps: readonly SchemaStep[], lost: ConvertedAliases['lost']): readonly SchemaStep[] =>
  steps.map((one) => {
    if (one.kind !== 'attribute' || one.action !== 'change') return one
    const count = lost.reduce(
      (sum, { object, slug, count: more }) => sum + (object === one.object && slug === one.name ? more : 0),
      0,
    )
    if (count === 0) return one
    return {
      ...one,
      text: `${one.text} Former keys of merged records that cannot be converted, and lead nowhere then: ${count}.`,
    }
  })

const write = async (current: CurrentOrganization, draft: Draft, change: SchemaChange) => {
  try {
    return await rekey(current, change)
  } catch (error) {
    // Values that differed may be equal once they are of another type: only the write has found that.
    const [conversion] = draft.conversions
    if (error instanceof AbortError && conversion) throw refuse('not_unique', conversion.after.slug, 'after conversion')
    throw error
  }
}

/**
 * Makes the schema what the document says, in one transaction; a document that says what is there already does nothing.
 * @throws RefusedError when any step cannot be done: then none is
 */
export const applySchema = async (
  current: CurrentOrganization,
  box: SecretBox,
  document: SchemaDocument,
  { dryRun, pruning }: SchemaOptions,
): Promise<AppliedSchema> => {
  const planned = planSchema(current.organization, withPresets(current.organization, document), { pruning })
  await planSubscriptions(planned, current)
  await planHooks(planned, current, box, document, { pruning })
  const { steps: planning, ...draft } = planned
  const underWay = dryRun ? [] : jobsAt(current.organization, document)
  if (planning.length === 0) return { steps: planning, jobIds: underWay }
  const { change, lost } = await prepare(current, draft)
  const steps = withLost(planning, lost)
  if (dryRun) {
    await refuseDuplicates(current, change)
    return { steps, jobIds: [] }
  }
  const jobs = await write(current, draft, change)
  return { steps, jobIds: [...underWay, ...jobs.map(({ building }) => building.jobId)] }
}

export const exportSchema = async (current: CurrentOrganization) =>
  schemaDocument(current.organization, await listHooks(current))

/**
 * Erases an archived attribute with its values, a page of records at a time; the last page erases the definition, and
 * has the history forget the values too.
 * @param after where the page before has ended; '' from the start
 * @returns where to go on; null when all of it is gone
 * @throws RefusedError not_archived, in_use
 */
export const eraseAttribute = async (
  current: CurrentOrganization,
  objectSlug: string,
  slug: string,
  after: string,
): Promise<string | null> => {
  const { organization, driver, change } = current
  const { id } = organization
  const object = organization.archivedObjects.get(objectSlug) ?? objectOf(organization, objectSlug)
  // The rules of the document's `remove` are those of the second step, too.
  if (!object.attributes.has(slug)) throw new RefusedError(unknownAttribute(object, slug))
  const document = { objects: [{ slug: objectSlug, attributes: [{ slug, remove: true }] }] }
  await planSubscriptions(planSchema(organization, document, { pruning: false }), current)
  const page = removeAttributeData({ organizationId: id, object: objectSlug, attribute: slug, after })
  const { results } = await driver.batch(page)
  const last = results[0]?.rows[0]?.last
  if (typeof last === 'string') return last
  await change(removeAttribute(id, objectSlug, slug), [{ object: objectSlug, names: [slug], erased: [slug] }])
  return null
}

/** Erases an archived object with its records. @throws RefusedError not_archived, in_use, too_many_records */
export const eraseObject = async (current: CurrentOrganization, box: SecretBox, slug: string): Promise<void> => {
  const { archivedObjects } = current.organization
  if (!archivedObjects.has(slug)) objectOf(current.organization, slug)
  await applySchema(current, box, { objects: [{ slug, remove: true }] }, { dryRun: false, pruning: false })
}
