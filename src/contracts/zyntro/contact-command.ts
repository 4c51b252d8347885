import { type AssertCommand, type MatchKey, Reference, type WriteMode } from '../../engine/command.ts'
import { type Problem, problem, RefusedError, refuse } from '../../engine/errors.ts'
import { parseMatchValue } from '../../schema/parse.ts'
import type { Attribute } from '../../schema/schema.ts'
import { standardObjects } from '../../schema/standard/index.ts'
import type { PlannedEntity } from './entity-command.ts'
import { CUSTOM_FIELDS, contactFields, isStandard } from './fields.ts'
import type { AddContactBody, Contact } from './schemas.ts'
import { isEmpty, mapped, type Values } from './values.ts'

const required = ['firstName', 'primaryEmail'] as const

const refuseAll = ([first, ...rest]: readonly Problem[]) => {
  if (first) throw new RefusedError({ problems: [first, ...rest] })
}

/** What a contact must have may be left out of an update, but never be emptied. */
const checkRequired = (contact: Contact) =>
  refuseAll(
    required
      .filter((name) => contact[name] !== undefined && isEmpty(contact[name]))
      .map((name) => problem('not_clearable', `contact.${name}`)),
  )

const missing = (contact: Contact): readonly Problem[] =>
  required.filter((name) => contact[name] === undefined).map((name) => problem('required', `contact.${name}`))

/** An insert is refused by the address it would double, whatever else the request would look by. */
export const lookupOf = ({ mode, lookup_by }: AddContactBody): AddContactBody['lookup_by'] =>
  mode === 'insert' ? 'email' : lookup_by

export const matchOf = (body: AddContactBody): MatchKey => {
  const { contact, mode } = body
  const lookup = lookupOf(body)
  if (lookup === 'contact_id') return { name: 'id', value: contact.contactId }
  if (contact.contactId !== undefined) throw refuse('read_only', 'contact.contactId')
  if (lookup === 'phone') return { name: 'phone_number', value: contact.primaryPhone }
  // Without an address there is nothing to find, so this could only create.
  if (contact.primaryEmail === undefined && mode !== 'update') refuseAll(missing(contact))
  return { name: 'emails', value: contact.primaryEmail }
}

/** The two addresses are one attribute, so the second is judged here: its refusal would name the first. */
const secondaryEmailOf = ({ secondaryEmail }: Contact): string | undefined => {
  if (isEmpty(secondaryEmail)) return undefined
  const emails = standardObjects().get('people')?.attributes.get('emails') as Attribute
  const parsed = parseMatchValue(secondaryEmail, emails)
  if (!parsed.ok) throw refuse(parsed.problem.code, 'contact.secondaryEmail', parsed.problem.detail)
  return parsed.value as string
}

/** A primary address comes first, a secondary one alone comes last; those that the contact has stay in any case. */
const setEmails = (contact: Contact, values: Values, modes: Record<string, WriteMode>) => {
  const second = secondaryEmailOf(contact)
  const sent = [contact.primaryEmail, second].filter((address) => !isEmpty(address))
  if (sent.length === 0) return
  values.emails = sent
  modes.emails = isEmpty(contact.primaryEmail) ? 'append' : 'prepend'
}

const setSecondaryPhone = ({ secondaryPhone }: Contact, values: Values, modes: Record<string, WriteMode>) => {
  if (isEmpty(secondaryPhone)) return
  values.other_phone_numbers = [secondaryPhone]
  modes.other_phone_numbers = 'prepend'
}

/** Custom fields are the organisation's own attributes; those of the product have fields of their own. */
const customValues = ({ customFields }: Contact): Values => {
  const custom = customFields ?? {}
  const taken = Object.keys(custom).filter(isStandard)
  refuseAll(taken.map((slug) => problem('unknown_attribute', `${CUSTOM_FIELDS}.${slug}`, 'the custom fields')))
  return custom
}

/** @param entity the company to link to, which a command before this one writes */
export const contactCommand = (body: AddContactBody, entity: PlannedEntity | undefined): AssertCommand => {
  const { contact, mode } = body
  checkRequired(contact)
  const match = matchOf(body)
  const values: Values = { ...customValues(contact), ...mapped(contact, contactFields) }
  const writeModes: Record<string, WriteMode> = {}
  setEmails(contact, values, writeModes)
  setSecondaryPhone(contact, values, writeModes)
  if (entity) {
    values.company = new Reference('name', entity.name)
    if (!entity.sent) writeModes.company = 'create_only'
  }
  return { object: 'people', match: [match], values, writeModes, mode, createProblems: missing(contact) }
}
