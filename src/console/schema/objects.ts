import { computed, signal } from '@preact/signals'
import type { components } from '../../client/index.ts'
import { ask } from '../calls/question.ts'
import { refusedKey, who } from '../session/session.ts'

/** The organisation's objects, which every view needs: read once after signing in, and again when one changes them. */

type Schemas = components['schemas']
export type ObjectSchema = Schemas['ObjectSchema']
export type Attribute = Schemas['Attribute']

const read = signal<readonly ObjectSchema[] | undefined>(undefined)
export const objectsError = signal<unknown>(undefined)

export const objects = computed(() => read.value ?? [])
export const objectsAreRead = computed(() => read.value !== undefined)

/** What each is called where one is chosen, by its slug. */
export const titlesOfObjects = (): Readonly<Record<string, string>> =>
  Object.fromEntries(objects.value.map(({ slug, pluralName }) => [slug, pluralName]))

export const objectsQuestion = () => ask('get', '/v1/objects')

export const readObjects = async (): Promise<void> => {
  objectsError.value = undefined
  try {
    read.value = (await objectsQuestion().send()).objects
  } catch (error) {
    refusedKey(error)
    objectsError.value = error
  }
}

/** Nothing of one organisation is there when another signs in. */
who.subscribe((one) => {
  read.value = undefined
  if (one) void readObjects()
})

export const objectNamed = (slug: string): ObjectSchema | undefined => objects.value.find((one) => one.slug === slug)

export const attributesOf = (object: ObjectSchema): readonly Attribute[] =>
  object.attributes.filter(({ archived }) => !archived)

/** What a record is told apart by: the attributes that are its name, or else the first that is unique, or that is a text. */
export const namingOf = (object: ObjectSchema): readonly Attribute[] => {
  const attributes = attributesOf(object)
  const named = (...slugs: readonly string[]) =>
    slugs.flatMap((slug) => attributes.find((one) => one.slug === slug) ?? [])
  const [person, thing] = [named('first_name', 'last_name'), named('name', 'title')]
  if (person.length > 0) return person
  if (thing.length > 0) return thing.slice(0, 1)
  const other = attributes.find(({ unique }) => unique) ?? attributes.find(({ type }) => type === 'text')
  return other ? [other] : []
}
