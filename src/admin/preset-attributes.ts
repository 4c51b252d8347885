import { refuse } from '../engine/errors.ts'
import { type OwnAttribute, type PresetName, presets } from '../hooks/presets.ts'
import type { Attribute, Organization } from '../schema/schema.ts'

/** What keeps an attribute that is there from being the one that a preset writes to. How it is called does not matter. */
const differenceOf = (there: Attribute, { type, unique }: OwnAttribute): string | undefined => {
  if (there.archived) return 'is archived: restore it'
  if (there.type !== type) return `is of the type ${there.type}, and not ${type}`
  if (there.multiple) return 'has several values, and not one'
  return unique && !there.unique ? 'is not unique' : undefined
}

/**
 * Attributes that a preset writes to and the object has not.
 * @throws RefusedError invalid_value, when it has one of that name that cannot be written so
 */
export const missingOf = (
  { objects }: Pick<Organization, 'objects'>,
  object: string,
  preset: PresetName,
): readonly OwnAttribute[] => {
  const there = objects.get(object)?.attributes
  return presets[preset].attributes.filter((one) => {
    const found = there?.get(one.slug)
    const difference = found && differenceOf(found, one)
    if (difference !== undefined)
      throw refuse('invalid_value', 'preset', `one whose attributes fit: ${object}.${one.slug} ${difference}`)
    return !found
  })
}
