import type { TypeName } from './types/index.ts'
import type { Option } from './types/value-type.ts'
import { plainLetters } from './words.ts'

export type { Option }

export interface Attribute {
  /** snake_case; identifies the attribute within its object. */
  readonly slug: string
  readonly label: string
  readonly type: TypeName
  /** Holds a list: the first value is the primary one. */
  readonly multiple: boolean
  /** Must be set on create and cannot be cleared. */
  readonly required: boolean
  /** No two records of the object share a value (of a list: any value of the list). */
  readonly unique: boolean
  /** Has key rows, so it can be matched by. Always true when unique. */
  readonly indexed: boolean
  /** Its words are among those that records are searched by: docs/schema.md. */
  readonly searchable: boolean
  /** Part of the product's own schema rather than added by the organisation. */
  readonly standard: boolean
  /** No command may name it. It keeps its data and has no keys. */
  readonly archived: boolean
  /** For relations: the slug of the object that the values are ids of. */
  readonly related?: string
  /** For phone numbers: the organisation's default country, if it has one. */
  readonly country?: string
  readonly options: readonly Option[]
  /** Present while a job makes its index: until then `unique` and `indexed` say what holds, as before. */
  readonly building?: Building
  /** Present while a job makes or removes its words: until then nothing of the object can be searched. */
  readonly wording?: Building
}

/**
 * How the assert program keeps an index: 0 keys may have several records; 1 unique; 2 and 3 unique while a job goes through
 * the rows, so that each may stand in either slot: new ones in their own (2), or in the empty one (3).
 */
export type KeptKeys = 0 | 1 | 2 | 3

/** An index that a job is making, changing or removing: docs/jobs.md. */
export interface Building {
  readonly jobId: string
  /** Null: not at all, because what is there is being removed. */
  readonly kept: KeptKeys | null
  /** What the attribute is to be. */
  readonly indexed: boolean
  readonly unique: boolean
}

/** Whether its values are keys: matched by, and held apart where they are unique. */
export const hasKeys = ({ archived, unique, indexed }: Attribute): boolean => !archived && (unique || indexed)

/** Attributes that together make one match key. */
export interface Combination {
  readonly name: string
  readonly attributes: readonly string[]
  readonly unique: boolean
  /** Present while a job makes its keys: nothing is found by it, and it does not hold yet. */
  readonly building?: Building
}

/** The words of an object: one index for all attributes that it is searched by. */
export interface SearchIndex {
  /** None while the words of the last one are removed. */
  readonly attributes: readonly string[]
  /** Present while a job is at it: nothing is found by it. */
  readonly building?: Building
}

export interface ObjectSchema {
  readonly slug: string
  readonly singularName: string
  readonly pluralName: string
  readonly standard: boolean
  readonly createdAt: number
  readonly updatedAt: number
  readonly attributes: ReadonlyMap<string, Attribute>
  readonly combinations: readonly Combination[]
  /** They have no keys. */
  readonly archivedCombinations: readonly Combination[]
  /** They are in neither of the other lists. */
  readonly buildingCombinations: readonly BuildingCombination[]
  /** Absent where no attribute is searchable. */
  readonly search?: SearchIndex
}

export interface BuildingCombination extends Combination {
  readonly building: Building
  /** Its keys are removed: it will be an archived one. */
  readonly archived: boolean
}

const attributeAsWanted = ({ wording, ...attribute }: Attribute): Attribute => {
  const { building } = attribute
  return building ? { ...attribute, indexed: building.indexed, unique: building.unique } : attribute
}

/** The object as it will be when all its jobs have come to their end: as administrators have asked for it, and speak of it. */
export const asWanted = (object: ObjectSchema): ObjectSchema => ({
  ...object,
  attributes: new Map([...object.attributes].map(([slug, one]) => [slug, attributeAsWanted(one)])),
  combinations: [...object.combinations, ...object.buildingCombinations.filter(({ archived }) => !archived)],
  archivedCombinations: [...object.archivedCombinations, ...object.buildingCombinations.filter((one) => one.archived)],
  buildingCombinations: [],
})

/**
 * What may name an object, an attribute or a combination. Three names are reserved: two that no JSON body may hold
 * (json-values.ts), so that nothing could ever be written under them, and `id`, which as a match key is the record's own.
 */
export const SLUG = /^(?!(?:constructor|prototype|id)$)[a-z][a-z0-9_]{0,59}$/

const simplified = (label: string): string =>
  plainLetters(label)
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')

/** `Deal number (EU)` -> `deal_number_eu`, `Größe` -> `grosse`. Empty when nothing of the label can stand in a slug. */
export const slugOf = (label: string): string => {
  const slug = simplified(label)
    .replace(/^[^a-z]+/, '')
    .slice(0, 60)
  return slug === '' || SLUG.test(slug) ? slug : `${slug}_2`
}

const codePoints = (text: string) => [...text].map((c) => c.codePointAt(0)?.toString(16)).join('_')

/** `50-200` -> `opt_50_200`; of letters that cannot stand in an id, their code points. */
export const optionIdOf = (value: string): string => `opt_${(simplified(value) || codePoints(value)).slice(0, 60)}`
