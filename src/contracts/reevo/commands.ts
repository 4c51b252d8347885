import type { AssertCommand, WriteMode } from '../../engine/command.ts'
import { type Problem, RefusedError, refuse, refuseIfAny } from '../../engine/errors.ts'
import type { ObjectSchema, Organization } from '../../schema/schema.ts'
import { own } from '../field-map.ts'
import { addressValues } from './address.ts'
import type { AddressBook } from './address-book.ts'
import { readBook } from './address-items.ts'
import { type JsonObject, unwrap } from './envelope.ts'
import type { Field, RecordType } from './fields.ts'
import { readTeam } from './references.ts'
import { readValue, valueTypeOf } from './values.ts'

export interface AssertBody {
  readonly match: Readonly<Record<string, string | undefined>>
  readonly attributes: JsonObject
}

export interface Translation {
  readonly command: AssertCommand
  /** What the request called an attribute, for the errors. */
  readonly fieldName: (slug: string) => string
  readonly match: Readonly<Record<string, string>>
}

/** The one key of `match`. @throws RefusedError for what is wrong with the request whatever its values are */
const matchOf = (type: RecordType, { match, attributes }: AssertBody): readonly [key: string, value: string] => {
  const entries = Object.entries(match).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const [entry] = entries
  const keys = [...Object.keys(type.matchKeys), 'id'].join(', ')
  if (!entry || entries.length > 1) throw refuse('invalid_request', 'match', `must have exactly one key: ${keys}`)
  const names = Object.keys(attributes)
  if (names.length === 0) throw refuse('no_attributes', 'attributes', 'it is empty')
  const slug = own(type.matchKeys, entry[0])
  const twice = names.find((name) => name === entry[0] || (slug !== undefined && slugMatched(type, name) === slug))
  if (twice !== undefined)
    throw refuse('invalid_request', twice, 'is matched by, so it must not stand in attributes as well')
  return entry
}

/** Two spellings of one key, such as primary_email and contact_emails, are the same key. */
const slugMatched = (type: RecordType, name: string): string | undefined => {
  const field = own(type.fields, name)
  return field && 'book' in field ? field.book.slug : own(type.matchKeys, name)
}

/** Collects what a request writes, and under which names. */
class Draft {
  readonly values: Record<string, unknown> = {}
  readonly writeModes: Record<string, WriteMode> = {}
  readonly names = new Map<string, string>()
  readonly problems: Problem[] = []

  set(slug: string, value: unknown, name: string, mode?: WriteMode) {
    this.values[slug] = value
    this.names.set(slug, name)
    if (mode) this.writeModes[slug] = mode
  }

  /** Goes on after a refusal, so that the answer names everything that is wrong. */
  attempt(write: () => void) {
    try {
      write()
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      this.problems.push(...error.refusal.problems)
    }
  }
}

/** A book may be written by two fields, its list and its primary address, so it is read once for both. */
const writeBook = (draft: Draft, book: AddressBook, attributes: JsonObject) => {
  const { values, modes } = readBook(book, attributes)
  const name = book.listName in attributes ? book.listName : (book.primary?.name ?? '')
  for (const [slug, value] of Object.entries(values)) draft.set(slug, value, name, modes[slug])
}

const writeCustom = (draft: Draft, object: ObjectSchema, name: string, input: unknown, organization: Organization) => {
  const attribute = object.attributes.get(name)
  // What is standard here but has no field in this contract belongs to the other contracts.
  if (!attribute || attribute.standard || attribute.archived)
    throw refuse('unknown_attribute', name, 'this record type')
  draft.set(name, readValue(input, attribute, valueTypeOf(attribute), organization, name), name)
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
      throw refuse(byId ? 'not_updatable' : 'read_only', name)
    case 'team':
      return draft.set(field.slug, readTeam(unwrap(input, [field.valueType], name), name), name)
    case 'address':
      for (const [slug, value] of Object.entries(addressValues(input, name))) draft.set(slug, value, `${name}.${slug}`)
      return
    case 'attribute': {
      const attribute = object.attributes.get(field.slug)
      if (attribute) draft.set(field.slug, readValue(input, attribute, field.valueType, organization, name), name)
    }
  }
}

/** @throws RefusedError with everything that is wrong with the fields of the request, or the one thing with its structure */
export const assertCommand = (type: RecordType, body: AssertBody, organization: Organization): Translation => {
  const [key, value] = matchOf(type, body)
  const object = organization.objects.get(type.object) as ObjectSchema
  const draft = new Draft()
  const books = new Set<AddressBook>()
  for (const [name, input] of Object.entries(body.attributes)) {
    const field = own(type.fields, name)
    if (field && 'book' in field) books.add(field.book)
    else if (field) draft.attempt(() => writeField(draft, object, field, name, input, organization, key === 'id'))
    else draft.attempt(() => writeCustom(draft, object, name, input, organization))
  }
  for (const book of books) draft.attempt(() => writeBook(draft, book, body.attributes))
  refuseIfAny(draft.problems)

  const name = type.matchKeys[key] ?? 'id'
  draft.names.set(name, `match.${key}`)
  return {
    command: { object: type.object, match: [{ name, value }], values: draft.values, writeModes: draft.writeModes },
    fieldName: (slug) => draft.names.get(slug) ?? slug,
    match: { [key]: value },
  }
}
