import { type Combination, hasKeys, type ObjectSchema } from './attribute.ts'

/**
 * Whether an organisation is served. `moving`: in a moment, at another place; `moved`: at another place already;
 * `deleted`: not any more, and everything of it will be erased. docs/tenants.md.
 */
export const organizationStatuses = ['active', 'suspended', 'moving', 'moved', 'deleted'] as const
export type OrganizationStatus = (typeof organizationStatuses)[number]

/** Of its line in the operator's directory, which is there before the organisation is. */
export const tenantStatuses = ['creating', ...organizationStatuses, 'erasing'] as const
export type TenantStatus = (typeof tenantStatuses)[number]

/** What is kept of every change: nothing, the names of the attributes, or their values too. The program counts by their order. */
export const historyModes = ['off', 'names', 'values'] as const
export type HistoryMode = (typeof historyModes)[number]

/** Of the history of an organisation. */
export interface HistorySettings {
  readonly history: HistoryMode
  /** For how many days changes are kept; null: for good. */
  readonly historyDays: number | null
}

/** What an isolate knows of an organisation. Valid as long as the database holds the same `revision`. */
export interface Organization extends HistorySettings {
  readonly id: string
  readonly name: string
  readonly crmMode: 'b2b' | 'b2c'
  /** ISO 3166 code of the country whose national phone numbers are meant; null: numbers without a country code have none. */
  readonly defaultCountry: string | null
  readonly status: OrganizationStatus
  /** Raised by every administrative change of the organisation. */
  readonly revision: number
  readonly objects: ReadonlyMap<string, ObjectSchema>
  /** Objects that no command may name; they keep their records and keys. */
  readonly archivedObjects: ReadonlyMap<string, ObjectSchema>
  readonly indexes: KeyIndexes
}

/** The match keys of every object, in the JSON that the assert program reads. */
export interface KeyIndexes {
  /** `{object: {slug: unique}}` */
  readonly attributes: string
  /** `{object: [[name, unique, [slug]]]}`; null when there are none, which saves the program the look. */
  readonly combinations: string | null
}

const flag = (on: boolean): 0 | 1 => (on ? 1 : 0)
const row = (combination: Combination) => [combination.name, flag(combination.unique), combination.attributes]

export const keyIndexes = (objects: Iterable<ObjectSchema>): KeyIndexes => {
  const attributes: Record<string, Record<string, 0 | 1>> = {}
  const combinations: Record<string, unknown[]> = {}
  for (const object of objects) {
    attributes[object.slug] = Object.fromEntries(
      [...object.attributes.values()].filter(hasKeys).map((a) => [a.slug, flag(a.unique)]),
    )
    if (object.combinations.length > 0) combinations[object.slug] = object.combinations.map(row)
  }
  const some = Object.keys(combinations).length > 0
  return { attributes: JSON.stringify(attributes), combinations: some ? JSON.stringify(combinations) : null }
}
