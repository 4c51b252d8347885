import { definitionOf, type Hook, type HookDefinition, type HookState } from '../../hooks/definition.ts'
import type { PresetName } from '../../hooks/presets.ts'
import {
  type Attribute,
  asWanted,
  type Combination,
  type ObjectSchema,
  type Organization,
  type TypeName,
} from '../../schema/schema.ts'
import { standardObjects } from '../../schema/standard/index.ts'
import { ordered } from '../hook-definition.ts'

/**
 * The schema of an organisation as one document. What an entry leaves out stays as it is, and so does what has no entry:
 * a document never takes away but by saying so.
 */
export interface SchemaDocument {
  readonly objects: readonly ObjectEntry[]
  /** Absent: hooks are none of its business. */
  readonly hooks?: readonly HookEntry[] | undefined
}

type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined }

interface Kept {
  readonly archived: boolean
  /** Erases what is archived already, with its data. */
  readonly remove: boolean
}

export interface ObjectEntry extends Optional<Kept> {
  readonly slug: string
  readonly singularName?: string | undefined
  readonly pluralName?: string | undefined
  readonly attributes?: readonly AttributeEntry[] | undefined
  readonly combinations?: readonly CombinationEntry[] | undefined
}

export interface AttributeEntry extends Optional<Kept> {
  readonly slug: string
  /** The slug that it has now, where it is to have another. */
  readonly renamedFrom?: string | undefined
  readonly label?: string | undefined
  readonly type?: TypeName | undefined
  readonly multiple?: boolean | undefined
  readonly required?: boolean | undefined
  readonly unique?: boolean | undefined
  readonly indexed?: boolean | undefined
  readonly searchable?: boolean | undefined
  readonly related?: string | undefined
  readonly options?: readonly OptionEntry[] | undefined
  /** The stored values are to become values of the new type. */
  readonly convert?: boolean | undefined
}

export interface OptionEntry extends Optional<Kept> {
  /** Default: that of the option which has the value, or made from it. */
  readonly id?: string | undefined
  readonly value: string
}

export interface CombinationEntry extends Optional<Kept> {
  readonly name: string
  readonly attributes?: readonly string[] | undefined
  readonly unique?: boolean | undefined
}

/** A hook by its name. No document holds its secrets, nor the address that comes from chance. */
export interface HookEntry extends Optional<Omit<HookDefinition, 'challenge'>> {
  readonly name: string
  /** The name that it has now, where it is to have another. */
  readonly renamedFrom?: string | undefined
  /** What is not said otherwise is as it says, each time. */
  readonly preset?: PresetName | undefined
  readonly state?: HookState | undefined
  /** Null: none any more. */
  readonly challenge?: string | null | undefined
  /** Deletes what is off already. */
  readonly remove?: boolean | undefined
}

/** What follows from other things, and no document says. */
type Derived = 'standard' | 'country' | 'building' | 'wording'

/** A member of an attribute that no document could say is an error here. */
type AttributeMembers = Pick<AttributeEntry, Exclude<keyof Attribute, Derived>>

/**
 * An index that is not there is not spoken of: the first match makes one by itself, and a document from before that, which says
 * `indexed: false`, would take it away again.
 */
const attributeEntry = (attribute: Attribute): AttributeMembers => {
  const { standard, country, building, wording, slug, label, type, indexed, searchable, options, ...told } = attribute
  return {
    ...{ slug, label, type, ...told },
    ...(indexed && { indexed }),
    ...(searchable && { searchable }),
    ...(options.length > 0 && {
      options: options.map(({ id, value, archived: isGone = false }) => ({ id, value, archived: isGone })),
    }),
  }
}

type CombinationMembers = Pick<CombinationEntry, Exclude<keyof Combination, 'building'> | 'archived'>

const combinationEntry =
  (archived: boolean) =>
  ({ building, name, attributes, ...told }: Combination): CombinationMembers => ({
    ...{ name, attributes: [...attributes], ...told, archived },
  })

const isAsDelivered = ({ slug }: ObjectSchema, attribute: Attribute, delivered: ObjectSchema | undefined) => {
  const standard = delivered?.slug === slug ? delivered.attributes.get(attribute.slug) : undefined
  return (
    standard !== undefined &&
    JSON.stringify(ordered(attributeEntry(standard))) === JSON.stringify(ordered(attributeEntry(attribute)))
  )
}

const objectEntry = (object: ObjectSchema, archived: boolean) => {
  const delivered = standardObjects().get(object.slug)
  const { slug, singularName, pluralName } = object
  return {
    slug,
    ...(!object.standard && { singularName, pluralName, archived }),
    attributes: [...object.attributes.values()]
      .filter((attribute) => !isAsDelivered(object, attribute, delivered))
      .map(attributeEntry),
    combinations: [
      ...object.combinations.map(combinationEntry(false)),
      ...object.archivedCombinations.map(combinationEntry(true)),
    ],
  }
}

/** Those that one document has made are of one instant, so their names give the order. */
const byName = (one: Hook, other: Hook): number => (one.name < other.name ? -1 : 1)

/** One that was paused by itself is wanted as it was: its state is left out. */
const hookEntry = ({ name, state, pausedAt, ...hook }: Hook) => ({
  name,
  ...(pausedAt === null && { state }),
  ...definitionOf(hook),
})

/** What the organisation has added or changed; applied to it, the document changes nothing. */
export const schemaDocument = (
  { objects, archivedObjects }: Pick<Organization, 'objects' | 'archivedObjects'>,
  hooks: readonly Hook[],
) => ({
  objects: [
    ...[...objects.values()].map((object) => objectEntry(asWanted(object), false)),
    ...[...archivedObjects.values()].map((object) => objectEntry(asWanted(object), true)),
  ].filter(({ singularName, attributes, combinations }) => singularName ?? attributes.length + combinations.length),
  ...(hooks.length > 0 && { hooks: hooks.toSorted(byName).map(hookEntry) }),
})
