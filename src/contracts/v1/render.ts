import type { Outcome, Written } from '../../engine/outcome.ts'
import { attributeValue, type StoredRecord } from '../../engine/record.ts'
import { type Attribute, asWanted, type Combination, type ObjectSchema } from '../../schema/schema.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'
import { type ItemPlace, problemDetails } from './errors.ts'
import type { Item } from './schemas.ts'

/** The values that are set; of those, the selected ones. */
export const renderRecord = (record: StoredRecord, fields?: readonly string[]) => {
  const values: Record<string, unknown> = {}
  for (const slug of fields ?? Object.keys(record.data)) {
    const value = attributeValue(record, slug)
    if (value !== undefined || fields) values[slug] = value ?? null
  }
  return {
    id: record.id,
    object: record.object,
    version: record.version,
    values,
    createdAt: zuluMilliseconds(record.createdAt),
    updatedAt: zuluMilliseconds(record.updatedAt),
    archivedAt: record.archivedAt === null ? null : zuluMilliseconds(record.archivedAt),
    createdBy: record.createdBy,
    updatedBy: record.updatedBy,
  }
}

const matchedOn = (outcome: Written, item: Item): string[] | null => {
  if (outcome.matched === null) return null
  const match = Array.isArray(item.match) ? item.match[outcome.matched] : item.match
  return Object.keys(match ?? {})
}

export const renderWritten = (outcome: Written, item: Item, withRecord: boolean) => ({
  status: outcome.status,
  id: outcome.record.id,
  version: outcome.record.version,
  matchedOn: matchedOn(outcome, item),
  changed: [...outcome.changed],
  transition: outcome.transition,
  ...(item.reference !== undefined && { reference: item.reference }),
  ...(withRecord && (outcome.complete ? { record: renderRecord(outcome.record) } : { recordOmitted: true as const })),
})

/**
 * One outcome of a batch. A refused item has no id unless a record is in its way.
 * @param place how a refused item tells its problems
 */
export const renderOutcome = (
  outcome: Outcome,
  index: number,
  item: Partial<Item>,
  withRecord: boolean,
  place?: ItemPlace,
) => {
  if (outcome.status === 'created' || outcome.status === 'updated' || outcome.status === 'unchanged')
    return { index, ...renderWritten(outcome, item as Item, withRecord) }
  const refusal =
    outcome.status === 'refused' ? outcome.refusal : { problems: [{ code: 'internal' as const }] as const }
  return {
    index,
    ...(item.reference !== undefined && { reference: item.reference }),
    status: 'refused' as const,
    id: null,
    version: null,
    matchedOn: null,
    changed: [] as string[],
    transition: null,
    error: problemDetails(refusal, undefined, place),
  }
}

/** The country of phone numbers is told with the organisation, whose setting it is. */
export const renderAttribute = ({
  options,
  related,
  building,
  wording,
  searchable,
  country: _,
  ...rest
}: Attribute) => ({
  ...rest,
  searchable: searchable && !wording,
  jobId: (building ?? wording)?.jobId ?? null,
  related: related ?? null,
  options: options.map(({ id, value, archived = false }) => ({ id, value, archived })),
})

export const renderCombination = ({ name, attributes, unique, building }: Combination) => ({
  name,
  attributes: [...attributes],
  unique,
  jobId: building?.jobId ?? null,
})

/** The schema of an object, as administrators and clients see it. */
export const renderObject = (object: ObjectSchema) => ({
  slug: object.slug,
  singularName: object.singularName,
  pluralName: object.pluralName,
  standard: object.standard,
  attributes: [...object.attributes.values()].map(renderAttribute),
  combinations: asWanted(object).combinations.map(renderCombination),
})
