import { nearest } from '../schema/nearest.ts'
import { ImportError } from './import-error.ts'
import type { Mapping } from './mapping.ts'
import type { Attribute } from './values/element.ts'

/**
 * By what the record of a row is found. Without it a row that is sent again, after a break for instance, would make its
 * record twice: so it must be said.
 */

/** Attributes that are one key together; `id` stands alone. */
export type MatchKey = readonly string[]

/** The server takes that many with one item. */
const MATCH_KEYS = 10

/** Not of amounts, which have no one spelling. */
const isMatchable = ({ type }: Attribute) => type !== 'currency'

/** @param text `emails,first_name+last_name`. @throws ImportError when it is missing or names what cannot be matched by */
export const matchKeysOf = (
  text: string | undefined,
  object: string,
  attributes: readonly Attribute[],
): readonly MatchKey[] => {
  const current = attributes.filter(({ archived }) => !archived)
  if (text === undefined || text.trim() === '') {
    const unique = current.filter((one) => one.unique).map(({ slug }) => slug)
    throw new ImportError(
      `--match is missing: by which attribute are the ${object} of the rows found? ${unique.length > 0 ? `Unique are ${unique.join(', ')}.` : 'None is unique; make one so, or name one that tells them apart.'}`,
    )
  }
  const keys = text.split(',').map((key) => key.split('+').map((slug) => slug.trim()))
  const slugs = current.filter(isMatchable).map(({ slug }) => slug)
  for (const slug of keys.flat()) {
    if (slug === 'id' ? keys.length === 1 && keys[0]?.length === 1 : slugs.includes(slug)) continue
    if (slug === 'id') throw new ImportError('--match: id stands alone.')
    const near = nearest(slug, slugs)
    throw new ImportError(
      `--match: ${object} cannot be found by "${slug}"${near === undefined ? '' : ` (is it ${near}?)`}: name an attribute.`,
    )
  }
  return keys
}

/** @throws ImportError when a key has no column */
export const requireColumnsFor = (keys: readonly MatchKey[], { columns, id }: Mapping): void => {
  for (const slug of keys.flat())
    if (slug === 'id' ? id === undefined : columns.every(({ attribute }) => attribute.slug !== slug))
      throw new ImportError(
        `--match: no column is ${slug}. Name another attribute, or say which column it is with --map.`,
      )
}

const elements = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]

const namesOf = (keys: readonly MatchKey[], separator: string): string =>
  keys.map((slugs) => slugs.join(' and ')).join(separator)

/**
 * What to match by, in order: of a list each of its values, since any of them may be the one that is stored.
 * @returns why it cannot be found, where it has no value of any key; or more than are looked for, of which one that is left out
 * could be the one: its record would be made twice
 */
export const matchOf = (
  keys: readonly MatchKey[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown>[] | { readonly bad: string } => {
  const matches = keys.flatMap((slugs) =>
    slugs.reduce<Record<string, unknown>[]>(
      (some, slug) => some.flatMap((one) => elements(values[slug]).map((value) => ({ ...one, [slug]: value }))),
      [{}],
    ),
  )
  if (matches.length === 0) return { bad: `The row has no ${namesOf(keys, ' nor ')} to be found by.` }
  if (matches.length > MATCH_KEYS)
    return {
      bad: `The row has ${matches.length} values of ${namesOf(keys, ' and of ')} to be found by, and ${MATCH_KEYS} are looked for: match by less, or take some of them out.`,
    }
  return matches
}
