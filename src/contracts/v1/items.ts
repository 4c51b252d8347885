import type { CommandInput } from '../../engine/assert.ts'
import { problem, RefusedError } from '../../engine/errors.ts'
import { refusedBySchema } from '../../http/validation.ts'
import { cutTo } from '../../schema/characters.ts'
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

export const readItem = (input: unknown): ReadItem => {
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

/** A refusal that concerns the request and not one item: an object that does not exist. */
export const requireObject = (organization: Organization, object: string): void => {
  if (!organization.objects.has(object)) throw new RefusedError(problem('unknown_object', undefined, object))
}
