import type { CommandInput } from '../../engine/assert.ts'
import { RefusedError, refuse } from '../../engine/errors.ts'
import { MATCH_KEYS } from '../../engine/plan/keys.ts'
import { refusedBySchema } from '../../http/validation.ts'
import { cutTo } from '../../schema/characters.ts'
import { definitionLimits } from '../../schema/limits.ts'
import type { Organization } from '../../schema/schema.ts'
import { commandOf } from './commands.ts'
import { type Item, item, REFERENCE_CHARACTERS } from './schemas.ts'

/** The most items of one database call. */
export const BATCH_LIMIT = 1_000

/** An item of a batch as read: one that cannot be read is refused in its place, and stops no other. */
export type ReadItem = { readonly item: Item } | { readonly item: Partial<Item>; readonly refused: RefusedError }

const referenceOf = (input: unknown): Partial<Item> =>
  input !== null && typeof input === 'object' && 'reference' in input && typeof input.reference === 'string'
    ? { reference: cutTo(input.reference, REFERENCE_CHARACTERS) }
    : {}

/** The most members that an object of an item can have any use for. */
export const ITEM_MEMBERS = definitionLimits.attributesPerObject

const hasMoreMembers = (value: unknown, most: number): boolean => {
  if (value === null || typeof value !== 'object') return false
  let members = 0
  for (const _ in value) if (++members > most) return true
  return false
}

/** Far too much, found by counting: judging it member by member would cost its size many times over. */
const refusedBySize = (input: unknown): RefusedError | undefined => {
  const { values, match, write } = Object(input) as Readonly<Record<string, unknown>>
  const matches = Array.isArray(match) ? match : undefined
  if (matches && matches.length > MATCH_KEYS)
    return refuse('too_many_values', 'match', `at most ${MATCH_KEYS} match keys, not ${matches.length}`)
  const tooMany = (place?: string) => refuse('too_many_values', place, `at most ${ITEM_MEMBERS} members`)
  if (hasMoreMembers(input, ITEM_MEMBERS)) return tooMany()
  if (hasMoreMembers(values, ITEM_MEMBERS)) return tooMany('values')
  if (hasMoreMembers(write, ITEM_MEMBERS)) return tooMany('write')
  const isTooWide = matches
    ? matches.some((one) => hasMoreMembers(one, ITEM_MEMBERS))
    : hasMoreMembers(match, ITEM_MEMBERS)
  return isTooWide ? tooMany('match') : undefined
}

export const readItem = (input: unknown): ReadItem => {
  const tooLarge = refusedBySize(input)
  if (tooLarge) return { item: referenceOf(input), refused: tooLarge }
  const result = item.safeParse(input)
  return result.success
    ? { item: result.data }
    : { item: referenceOf(input), refused: refusedBySchema(result.error.issues, input) }
}

/** An item as a command, or as the refusal that takes its place. */
export const commandInput = (organization: Organization, object: string, read: ReadItem): CommandInput => {
  if ('refused' in read) return read.refused
  try {
    return commandOf(organization, object, read.item)
  } catch (error) {
    if (error instanceof RefusedError) return error
    throw error
  }
}
