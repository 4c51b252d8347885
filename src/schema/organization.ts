import { type Attribute, type Combination, hasKeys, type KeptKeys, type ObjectSchema } from './attribute.ts'

/**
 * Whether an organisation is served. `moving`: in a moment, at another place; `moved`: at another place already;
 * `deleted`: not any more, and everything of it will be erased. docs/tenants.md.
 */
export const organizationStatuses = ['active', 'suspended', 'moving', 'moved', 'deleted'] as const
export type OrganizationStatus = (typeof organizationStatuses)[number]

/** Of its line in the operator's directory, which is there before the organisation is. */
export const tenantStatuses = ['creating', ...organizationStatuses, 'erasing'] as const
export type TenantStatus = (typeof tenantStatuses)[number]

interface Standing {
  /** What its clients are told; null: they are served. */
  readonly refusal: 'organization_suspended' | 'organization_moving' | null
  /** At home, and nothing is under way: it may be moved, placed, deleted and counted, and what is old may be removed. */
  readonly isQuiet: boolean
  /** Nothing of it is changed: it could be lost, or come too late. */
  readonly isBusy: boolean
  /** Its operator has ended it: nobody is served, even where the organisation has not heard of it. */
  readonly isEnded: boolean
  /** What lies there is left, or on its way there: nobody lives there. */
  readonly isLeft: boolean
  /** Whether a line of the directory ever says so. */
  readonly isListed: boolean
}

/** What each status means, for whoever goes by more than one: a new one is said here, and nowhere by heart. */
export const standings: Readonly<Record<TenantStatus, Standing>> = {
  creating: {
    refusal: 'organization_moving',
    isQuiet: false,
    isBusy: false,
    isEnded: false,
    isLeft: false,
    isListed: true,
  },
  active: { refusal: null, isQuiet: true, isBusy: false, isEnded: false, isLeft: false, isListed: true },
  suspended: {
    refusal: 'organization_suspended',
    isQuiet: true,
    isBusy: false,
    isEnded: true,
    isLeft: false,
    isListed: true,
  },
  moving: {
    refusal: 'organization_moving',
    isQuiet: false,
    isBusy: true,
    isEnded: false,
    isLeft: true,
    isListed: true,
  },
  moved: {
    refusal: 'organization_moving',
    isQuiet: false,
    isBusy: true,
    isEnded: false,
    isLeft: true,
    isListed: false,
  },
  deleted: {
    refusal: 'organization_suspended',
    isQuiet: false,
    isBusy: true,
    isEnded: true,
    isLeft: false,
    isListed: true,
  },
  erasing: {
    refusal: 'organization_suspended',
    isQuiet: false,
    isBusy: true,
    isEnded: true,
    isLeft: false,
    isListed: true,
  },
}

/** Those of which something holds. */
const statusesThat = (holds: (standing: Standing) => boolean): readonly OrganizationStatus[] =>
  organizationStatuses.filter((status) => holds(standings[status]))

export const servedStatuses = statusesThat(({ refusal }) => refusal === null)
export const quietStatuses = statusesThat(({ isQuiet }) => isQuiet)
export const leftStatuses = statusesThat(({ isLeft }) => isLeft)

/**
 * Whether nobody lives where an organisation has this status. Of one that a later release has written nobody here can say so.
 * @param status as a database says
 */
export const isLeft = (status: string): boolean => leftStatuses.some((one) => one === status)

/** Whether it is at home, and nothing is under way; likewise. */
export const isQuiet = (status: string): boolean => quietStatuses.some((one) => one === status)

/** What a list can be asked for. */
export const listedStatuses = tenantStatuses.filter((status) => standings[status].isListed)

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
  /** Whether matching by an attribute without an index makes one. */
  readonly automaticIndexing: boolean
  readonly status: OrganizationStatus
  /** Whether anybody is to be told of changes: docs/subscriptions.md. */
  readonly subscribed: boolean
  /** Raised by every administrative change of the organisation. */
  readonly revision: number
  readonly objects: ReadonlyMap<string, ObjectSchema>
  /** Objects that no command may name; they keep their records and keys. */
  readonly archivedObjects: ReadonlyMap<string, ObjectSchema>
  readonly indexes: KeyIndexes
  readonly relations: Relations
}

/** By object, where it has any: its relations and the objects that they point at, as the JSON `[[slug, object]]`. */
export type Relations = ReadonlyMap<string, string>

/** The match keys of every object and how each is kept, in the JSON that the assert program reads. */
export interface KeyIndexes {
  /** `{object: {slug: kept}}` */
  readonly attributes: string
  /** `{object: [[name, kept, [slug]]]}`; null when there are none, which saves the program the look. */
  readonly combinations: string | null
}

const plainly = (unique: boolean): KeptKeys => (unique ? 1 : 0)

const keptOf = (attribute: Attribute): KeptKeys | null => {
  if (attribute.building) return attribute.building.kept
  return hasKeys(attribute) ? plainly(attribute.unique) : null
}

const row = ({ name, attributes }: Combination, kept: KeptKeys) => [name, kept, attributes]

const together = ({ combinations, buildingCombinations }: ObjectSchema): unknown[] => [
  ...combinations.map((one) => row(one, plainly(one.unique))),
  ...buildingCombinations.flatMap((one) => (one.building.kept === null ? [] : [row(one, one.building.kept)])),
]

export const relationsOf = (objects: Iterable<ObjectSchema>): Relations => {
  const relations = new Map<string, string>()
  for (const { slug, attributes } of objects) {
    const own = [...attributes.values()].filter(({ type, related }) => type === 'relation' && related !== undefined)
    if (own.length > 0) relations.set(slug, JSON.stringify(own.map((one) => [one.slug, one.related])))
  }
  return relations
}

export const keyIndexes = (objects: Iterable<ObjectSchema>): KeyIndexes => {
  const attributes: Record<string, Record<string, KeptKeys>> = {}
  const combinations: Record<string, unknown[]> = {}
  for (const object of objects) {
    const kept = [...object.attributes.values()].map((one) => [one.slug, keptOf(one)] as const)
    attributes[object.slug] = Object.fromEntries(kept.filter((one): one is [string, KeptKeys] => one[1] !== null))
    const rows = together(object)
    if (rows.length > 0) combinations[object.slug] = rows
  }
  const some = Object.keys(combinations).length > 0
  return { attributes: JSON.stringify(attributes), combinations: some ? JSON.stringify(combinations) : null }
}
