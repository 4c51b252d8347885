import { type AssertCommand, type MatchKey, Reference, type WriteMode } from '../../engine/command.ts'
import { type Problem, problem, refuse, refuseIfAny } from '../../engine/errors.ts'
import type { FieldTable } from '../../http/contract.ts'
import { parseMatchValue } from '../../schema/parse.ts'
import type { Attribute, Organization } from '../../schema/schema.ts'
import { standardObjects } from '../../schema/standard/index.ts'
import { TEXT_LIMIT } from '../../schema/types/text.ts'
import { readFields, type Values } from '../kit/fields.ts'
import { isEmpty, type JsonObject } from '../kit/json.ts'
import { contactFields, entityFields, isStandard, socialFields } from './fields.ts'
import type { AddContactBody, Contact, Entity } from './schemas.ts'

/** A form that was left blank clears. */
const read = (body: object, table: FieldTable): Values =>
  readFields(body as JsonObject, table, { clears: (value) => value === '' })

const required = ['firstName', 'primaryEmail'] as const

/** What a contact must have may be left out of an update, but never be emptied. */
const checkRequired = (contact: Contact) =>
  refuseIfAny(
    required
      .filter((name) => contact[name] !== undefined && isEmpty(contact[name]))
      .map((name) => problem('not_clearable', ['contact', name])),
  )

const missing = (contact: Contact): readonly Problem[] =>
  required.filter((name) => contact[name] === undefined).map((name) => problem('required', ['contact', name]))

/** An insert is refused by the address it would double, whatever else the request would look by. */
export const lookupOf = ({ mode, lookup_by }: AddContactBody): AddContactBody['lookup_by'] =>
  mode === 'insert' ? 'email' : lookup_by

const matchOf = (body: AddContactBody): MatchKey => {
  const { contact, mode } = body
  const lookup = lookupOf(body)
  if (lookup === 'contact_id') return { name: 'id', value: contact.contactId }
  if (contact.contactId !== undefined) throw refuse('read_only', ['contact', 'contactId'])
  if (lookup === 'phone') return { name: 'phone_number', value: contact.primaryPhone }
  // Without an address there is nothing to find, so this could only create.
  if (contact.primaryEmail === undefined && mode !== 'update') refuseIfAny(missing(contact))
  return { name: 'emails', value: contact.primaryEmail }
}

/** The two addresses are one attribute, so the second is judged here: its refusal would name the first. */
const secondaryEmailOf = ({ secondaryEmail }: Contact): string | undefined => {
  if (isEmpty(secondaryEmail)) return undefined
  const emails = standardObjects().get('people')?.attributes.get('emails') as Attribute
  const parsed = parseMatchValue(secondaryEmail, emails)
  if (!parsed.ok) throw refuse(parsed.problem.code, ['contact', 'secondaryEmail'], parsed.problem.detail)
  return parsed.value.value as string
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
  refuseIfAny(taken.map((slug) => problem('unknown_attribute', ['contact', 'customFields', slug], 'the custom fields')))
  return custom
}

/** The company that a request writes beside its contact. */
interface PlannedEntity {
  readonly name: string
  readonly values: Values
  /** The request asks for it. Otherwise it is what b2b gives every new contact, and no contact that exists. */
  readonly sent: boolean
}

const nameOf = ({ firstName, lastName }: Contact): string =>
  [firstName, lastName]
    .map((part) => part?.trim())
    .filter((part) => !isEmpty(part))
    .join(' ')
    .slice(0, TEXT_LIMIT)
    .toWellFormed()

const sentValues = (entity: Entity): Values => ({
  ...read(entity, entityFields),
  ...read(entity.socials ?? {}, socialFields),
})

const isSent = (entity: Entity | null | undefined): entity is Entity =>
  !!entity && Object.values(sentValues(entity)).some((value) => value !== null)

const createsNothing = (body: AddContactBody) => body.mode === 'update' || lookupOf(body) === 'contact_id'

/** @throws RefusedError required, when a company is sent that neither it nor the contact gives a name to */
export const planEntity = (body: AddContactBody, crmMode: Organization['crmMode']): PlannedEntity | undefined => {
  const { contact, entity, skip_entity: skip } = body
  if (skip) return undefined
  const own = nameOf(contact)
  if (isSent(entity)) {
    const name = isEmpty(entity.name) ? own : (entity.name as string)
    if (name === '') throw refuse('required', ['entity', 'name'])
    return { name, values: { ...sentValues(entity), name }, sent: true }
  }
  if (crmMode !== 'b2b' || createsNothing(body) || own === '') return undefined
  return { name: own, values: { name: own }, sent: false }
}

const entityCommand = (body: AddContactBody, { name, values, sent }: PlannedEntity): AssertCommand => ({
  object: 'companies',
  match: [{ name: 'name', value: name }],
  values,
  ...(!sent && { when: { absent: { object: 'people', ...matchOf(body) } } }),
})

/** @param entity the company to link to, which a command before this one writes */
const contactCommand = (body: AddContactBody, entity: PlannedEntity | undefined): AssertCommand => {
  const { contact, mode } = body
  checkRequired(contact)
  const match = matchOf(body)
  const values: Values = { ...customValues(contact), ...read(contact, contactFields) }
  const writeModes: Record<string, WriteMode> = {}
  setEmails(contact, values, writeModes)
  setSecondaryPhone(contact, values, writeModes)
  if (entity) {
    values.company = new Reference('name', entity.name)
    if (!entity.sent) writeModes.company = 'create_only'
  }
  return { object: 'people', match: [match], values, writeModes, mode, createProblems: missing(contact) }
}

/** The company first, so that the contact can refer to it by name. */
export const commandsOf = (body: AddContactBody, { crmMode }: Organization) => {
  const entity = planEntity(body, crmMode)
  const contact = contactCommand(body, entity)
  return entity ? [entityCommand(body, entity), contact] : [contact]
}
