import type { AssertCommand } from '../../engine/command.ts'
import { refuse } from '../../engine/errors.ts'
import { objectOf } from '../../engine/names.ts'
import { parseMatchValue } from '../../schema/parse.ts'
import type { ObjectSchema, Organization } from '../../schema/schema.ts'
import { Draft } from '../kit/draft.ts'
import { fieldNames } from '../kit/fields.ts'
import { type JsonObject, own } from '../kit/json.ts'
import { addressValues } from './address.ts'
import { type AddressBook, comparable } from './address-book.ts'
import { type Identity, readBook } from './address-items.ts'
import { unwrap } from './envelope.ts'
import { type Field, fieldTableOf, type RecordType } from './fields.ts'
import { readTeam } from './references.ts'
import { readValue, valueTypeOf } from './values.ts'

export interface AssertBody {
  readonly match: Readonly<Record<string, string | undefined>>
  readonly attributes: JsonObject
}

const keysOf = ({ match }: AssertBody) =>
  Object.entries(match).filter((entry): entry is [string, string] => entry[1] !== undefined)

/** The one key of `match`. @throws RefusedError for what is wrong with the request whatever its values are */
const matchOf = (type: RecordType, body: AssertBody): readonly [key: string, value: string] => {
  const [entry, another] = keysOf(body)
  const keys = [...Object.keys(type.matchKeys), 'id'].join(', ')
  if (!entry || another) throw refuse('invalid_request', ['match'], `must have exactly one key: ${keys}`)
  const names = Object.keys(body.attributes)
  if (names.length === 0) throw refuse('no_attributes', ['attributes'], 'it is empty')
  const slug = own(type.matchKeys, entry[0])
  const twice = names.find((name) => name === entry[0] || (slug !== undefined && slugMatched(type, name) === slug))
  if (twice !== undefined)
    throw refuse('invalid_request', [twice], 'is matched by, so it must not stand in attributes as well')
  return entry
}

/** Two spellings of one key, such as primary_email and contact_emails, are the same key. */
const slugMatched = (type: RecordType, name: string): string | undefined => {
  const field = own(type.fields, name)
  return field && 'book' in field ? field.book.slug : own(type.matchKeys, name)
}

const booksOf = ({ fields }: RecordType): readonly AddressBook[] =>
  Object.values(fields).flatMap((field) => ('book' in field ? [field.book] : []))

/** By which of its two fields a request writes a book: its list, else its primary address. */
const bookName = (book: AddressBook, attributes: JsonObject) =>
  book.listName in attributes ? book.listName : (book.primary?.name ?? '')

/** What is no address is refused later, as the value that it is. */
const identityIn =
  (object: ObjectSchema, book: AddressBook): Identity =>
  (address) => {
    const attribute = object.attributes.get(book.slug)
    const match = attribute && parseMatchValue(address, attribute)
    return match?.ok ? match.value.normalForm : comparable(address)
  }

/** A book may be written by two fields, its list and its primary address, so it is read once for both. */
const writeBook = (draft: Draft, object: ObjectSchema, book: AddressBook, attributes: JsonObject) => {
  const { values, modes } = readBook(book, attributes, identityIn(object, book))
  const name = bookName(book, attributes)
  for (const [slug, value] of Object.entries(values)) draft.set(slug, value, [name], modes[slug])
}

const writeCustom = (draft: Draft, object: ObjectSchema, name: string, input: unknown, organization: Organization) => {
  const attribute = object.attributes.get(name)
  // What is standard here but has no field in this contract belongs to the other contracts.
  if (!attribute || attribute.standard || attribute.archived)
    throw refuse('unknown_attribute', [name], 'this record type')
  draft.set(name, readValue(input, attribute, valueTypeOf(attribute), organization, [name]), [name])
}

const writeField = (
  draft: Draft,
  object: ObjectSchema,
  field: Exclude<Field, { book: AddressBook }>,
  name: string,
  input: unknown,
  organization: Organization,
  byId: boolean,
) => {
  switch (field.kind) {
    case 'derived':
      throw refuse(byId ? 'not_updatable' : 'read_only', [name])
    case 'team':
      return draft.set(field.slug, readTeam(unwrap(input, [field.valueType], [name]), [name]), [name])
    case 'address':
      for (const [slug, value] of Object.entries(addressValues(input, [name]))) draft.set(slug, value, [name, slug])
      return
    case 'attribute': {
      const attribute = object.attributes.get(field.slug)
      if (attribute) draft.set(field.slug, readValue(input, attribute, field.valueType, organization, [name]), [name])
    }
  }
}

/** @throws RefusedError with everything that is wrong with the fields of the request, or the one thing with its structure */
export const assertCommand = (type: RecordType, body: AssertBody, organization: Organization): AssertCommand => {
  const [key, value] = matchOf(type, body)
  const object = objectOf(organization, type.object)
  const draft = new Draft()
  const books = new Set<AddressBook>()
  for (const [name, input] of Object.entries(body.attributes)) {
    const field = own(type.fields, name)
    if (field && 'book' in field) books.add(field.book)
    else if (field) draft.attempt(() => writeField(draft, object, field, name, input, organization, key === 'id'))
    else draft.attempt(() => writeCustom(draft, object, name, input, organization))
  }
  for (const book of books) draft.attempt(() => writeBook(draft, object, book, body.attributes))
  draft.refuseIfAny()
  const match = { name: own(type.matchKeys, key) ?? 'id', value }
  return { object: type.object, match: [match], values: draft.values, writeModes: draft.writeModes }
}

/** How this request calls an attribute: the match key first, then the field of a book that it used. */
export const fieldNameIn =
  (type: RecordType, body: AssertBody) =>
  (slug: string): string => {
    const key = keysOf(body).find(([name]) => (own(type.matchKeys, name) ?? 'id') === slug)
    if (key) return `match.${key[0]}`
    const book = booksOf(type).find((one) => [one.slug, one.rest, one.labels].includes(slug))
    return book ? bookName(book, body.attributes) : fieldNames(fieldTableOf(type))(slug)
  }
