import type { WriteMode } from '../../engine/command.ts'
import { type Path, refuse } from '../../engine/errors.ts'
import { isLongerThan } from '../../schema/characters.ts'
import { isBlank, isJsonObject, type JsonObject } from '../kit/json.ts'
import { type AddressBook, comparable } from './address-book.ts'
import { unwrap } from './envelope.ts'

interface Item {
  readonly address: string
  readonly primary: boolean
  readonly labels: readonly string[]
}

const LABEL_LIMIT = 100
const isLabel = (label: unknown): label is string =>
  typeof label === 'string' && label !== '' && !isLongerThan(label, LABEL_LIMIT) && !label.includes('\t')

const labelsOf = (input: unknown, book: AddressBook, at: Path): readonly string[] => {
  if (input === undefined || input === null) return []
  if (book.labels && Array.isArray(input) && input.every(isLabel)) return input
  throw refuse('invalid_value', [...at, 'labels'], `a list of texts of 1 to ${LABEL_LIMIT} characters, without tabs`)
}

const readItem = (input: unknown, book: AddressBook, at: Path): Item => {
  const raw = unwrap(input, book.valueTypes, at)
  if (typeof raw === 'string') return { address: raw.trim(), primary: false, labels: [] }
  if (!isJsonObject(raw)) throw refuse('wrong_type', at, `a list of texts, or of objects with ${book.item}`)
  // The id follows from record and address, so one that comes back from an earlier answer says nothing new.
  const { [book.item]: address, id: _id, is_primary = false, labels, ...rest } = raw
  const [unknown] = [...Object.keys(rest), ...(book.labels || !('labels' in raw) ? [] : ['labels'])]
  if (unknown !== undefined) throw refuse('unknown_field', [...at, unknown], `an item of ${book.listName}`)
  if (typeof address !== 'string') throw refuse('wrong_type', [...at, book.item], 'a text')
  if (typeof is_primary !== 'boolean') throw refuse('wrong_type', [...at, 'is_primary'], 'true or false')
  return { address: address.trim(), primary: is_primary, labels: labelsOf(labels, book, at) }
}

/** The form in which all spellings of an address are equal. */
export type Identity = (address: string) => unknown

/** An address that is sent twice is one item, with what either of them says. */
const withoutDoubles = (items: readonly Item[], identity: Identity): readonly Item[] => {
  const merged = new Map<unknown, Item>()
  for (const item of items) {
    const key = identity(item.address)
    const known = merged.get(key)
    const labels = new Set([...(known?.labels ?? []), ...item.labels])
    merged.set(key, { ...(known ?? item), primary: item.primary || known?.primary === true, labels: [...labels] })
  }
  return [...merged.values()]
}

const primaryFirst = (items: readonly Item[], at: Path): readonly Item[] => {
  const [primary, second] = items.filter((item) => item.primary)
  if (second) throw refuse('invalid_value', at, 'a list with at most one primary item')
  return primary ? [primary, ...items.filter((item) => item !== primary)] : items
}

const split = (book: AddressBook, items: readonly Item[]): Record<string, unknown> => {
  const addresses = items.map((item) => item.address)
  const labels = items.flatMap((item) => item.labels.map((label) => `${comparable(item.address)}\t${label}`))
  return {
    ...(book.rest
      ? { [book.slug]: addresses[0] ?? null, [book.rest]: addresses.slice(1) }
      : { [book.slug]: addresses }),
    ...(book.labels && { [book.labels]: labels }),
  }
}

/**
 * Attribute values for a whole list: it replaces what the record has.
 * @param primary sent beside the list in a field of its own; it goes first
 */
const listValues = (
  book: AddressBook,
  input: unknown,
  primary: string | null | undefined,
  identity: Identity,
): Record<string, unknown> => {
  const at = [book.listName]
  const value = unwrap(input, book.valueTypes, at)
  if (value !== null && !Array.isArray(value)) throw refuse('wrong_type', at, 'a list')
  const items = withoutDoubles(
    (value ?? []).map((item) => readItem(item, book, at)),
    identity,
  )
  if (primary === undefined) return split(book, primaryFirst(items, at))
  if (primary === null) {
    if (items.length === 0) return split(book, items)
    throw refuse('invalid_value', at, 'empty when the primary one is sent as null')
  }
  const named = items.find((item) => identity(item.address) === identity(primary))
  const others = items.filter((item) => item !== named)
  if (others.some((item) => item.primary))
    throw refuse('invalid_value', at, 'a list whose primary item is the one that is sent beside it')
  return split(book, [named ?? { address: primary, primary: true, labels: [] }, ...others])
}

/** Attribute values for a new primary address alone. It goes before the others, which stay. */
const primaryValues = (book: AddressBook, address: string | null, at: Path): BookWrite => {
  if (book.rest)
    return address === null
      ? { values: { [book.slug]: null }, modes: {} }
      : { values: { [book.slug]: address, [book.rest]: [address] }, modes: { [book.rest]: 'remove' } }
  if (address === null) throw refuse('invalid_value', at, 'an address; to clear them all, send the whole list as null')
  return { values: { [book.slug]: [address] }, modes: { [book.slug]: 'prepend' } }
}

export interface BookWrite {
  readonly values: Readonly<Record<string, unknown>>
  readonly modes: Readonly<Record<string, WriteMode>>
}

/** What a request writes to a book, by its list, its primary field or both. @throws RefusedError */
export const readBook = (book: AddressBook, attributes: JsonObject, identity: Identity): BookWrite => {
  const name = book.primary?.name ?? ''
  const sent = book.primary && unwrap(attributes[name], [book.primary.valueType], [name])
  // An address of mail cannot be cleared alone, so there an empty one stays an error.
  const primary = book.primary?.valueType === 'phone_number' && isBlank(sent) ? null : sent
  if (primary !== undefined && primary !== null && typeof primary !== 'string')
    throw refuse('wrong_type', [name], 'a string')
  if (!(book.listName in attributes)) return primaryValues(book, primary ?? null, [name])
  return { values: listValues(book, attributes[book.listName], primary, identity), modes: {} }
}
