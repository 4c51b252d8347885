import { type Attribute, type ObjectSchema, type Option, optionIdOf } from '../attribute.ts'
import type { TypeName } from '../types/index.ts'

type Extras = Partial<Pick<Attribute, 'multiple' | 'required' | 'unique' | 'indexed' | 'related' | 'label'>> & {
  readonly options?: readonly string[]
}

const labelOf = (slug: string) => {
  const words = slug.replaceAll('_', ' ')
  return words[0]?.toUpperCase() + words.slice(1)
}

const optionOf = (value: string): Option => ({ id: optionIdOf(value), value })

/** A standard attribute; everything not said is no. */
export const attribute = (slug: string, type: TypeName, extras: Extras = {}): Attribute => ({
  slug,
  type,
  label: labelOf(slug),
  multiple: type === 'multiselect',
  required: false,
  unique: false,
  indexed: extras.unique ?? false,
  searchable: false,
  standard: true,
  archived: false,
  ...extras,
  options: (extras.options ?? []).map(optionOf),
})

/** Several attributes of one type. */
export const each = (type: TypeName, ...slugs: readonly string[]): readonly Attribute[] =>
  slugs.map((slug) => attribute(slug, type))

export const object = (
  slug: string,
  singularName: string,
  pluralName: string,
  attributes: readonly Attribute[],
): ObjectSchema => ({
  slug,
  singularName,
  pluralName,
  standard: true,
  createdAt: 0,
  updatedAt: 0,
  attributes: new Map(attributes.map((a) => [a.slug, a])),
  combinations: [],
  archivedCombinations: [],
  buildingCombinations: [],
})
