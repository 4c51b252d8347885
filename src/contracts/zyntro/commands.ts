import { type AssertCommand, Created, type MatchKey, Reference, type WriteMode } from '../../engine/command.ts'
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

/** What the request says of itself; null counts as not said. */
export const settingsOf = ({ mode, lookup_by: lookupBy, skip_entity: skipEntity, debug }: AddContactBody) => {
  const settings = { mode: mode ?? 'upsert', skipEntity: skipEntity === true, debug: debug === true }
  // An insert is refused by the address it would double, whatever else the request would look by.
  return { ...settings, lookup: settings.mode === 'insert' ? 'email' : (lookupBy ?? 'email') } as const
}

/** The places at which clients send the id, the documented one first. */
const contactIdsIn = ({ contact, contact_id: top }: AddContactBody) =>
  [
    { at: ['contact', 'contactId'], id: contact.contactId },
    { at: ['contact', 'contact_id'], id: contact.contact_id },
    { at: ['contact_id'], id: top },
  ].filter(({ id }) => !isEmpty(id))

/** @throws RefusedError invalid_value, when two places hold different ids */
const contactIdOf = (body: AddContactBody): string | undefined => {
  const [first, ...others] = contactIdsIn(body)
  const another = others.find(({ id }) => id?.toLowerCase() !== first?.id?.toLowerCase())
  if (another) throw refuse('invalid_value', another.at, `the id that ${first?.at.join('.')} has, or left out`)
  return first?.id ?? undefined
}

const matchOf = (body: AddContactBody): MatchKey => {
  const { contact } = body
  const { mode, lookup } = settingsOf(body)
  if (lookup === 'contact_id') return { name: 'id', value: contactIdOf(body) }
  refuseIfAny(contactIdsIn(body).map(({ at }) => problem('read_only', at)))
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

/**
 * The company that a request writes beside its contact.
 * - `named`: sent with a name, which finds it
 * - `unnamed`: sent without one. It is the company that the contact has, or a new one that is named after the contact
 * - `generated`: not sent. What b2b gives every new contact, and no contact that exists
 *
 * So what is named after a contact is that contact's alone, however many bear its name.
 */
interface PlannedEntity {
  readonly kind: 'named' | 'unnamed' | 'generated'
  readonly name: string
  readonly values: Values
}

/** @param crmMode of the organisation */
export const planEntity = (body: AddContactBody, crmMode: Organization['crmMode']): PlannedEntity | undefined => {
  const { contact, entity } = body
  const { mode, skipEntity } = settingsOf(body)
  if (skipEntity) return undefined
  const name = nameOf(contact)
  if (isSent(entity)) {
    const values = sentValues(entity)
    return isEmpty(entity.name)
      ? { kind: 'unnamed', name, values: { ...values, name: name === '' ? undefined : name } }
      : { kind: 'named', name: entity.name, values }
  }
  if (crmMode !== 'b2b' || mode === 'update' || name === '') return undefined
  return { kind: 'generated', name, values: { name } }
}

const entityCommand = (body: AddContactBody, { kind, name, values }: PlannedEntity): AssertCommand => {
  const company = { object: 'companies', values }
  if (kind === 'named') return { ...company, match: [{ name: 'name', value: name }] }
  const person = { object: 'people', ...matchOf(body) }
  if (kind === 'generated') return { ...company, match: [], when: { absent: person } }
  return {
    ...company,
    match: [],
    relatedTo: { ...person, attribute: 'company' },
    ...(name !== '' && { writeModes: { name: 'create_only' } as const }),
    createProblems: name === '' ? [problem('required', ['entity', 'name'])] : [],
  }
}

/** @param entity the company to link to, which a command before this one writes */
const contactCommand = (body: AddContactBody, entity: PlannedEntity | undefined): AssertCommand => {
  const { contact } = body
  const { mode } = settingsOf(body)
  checkRequired(contact)
  const match = matchOf(body)
  const values: Values = { ...customValues(contact), ...read(contact, contactFields) }
  const writeModes: Record<string, WriteMode> = {}
  setEmails(contact, values, writeModes)
  setSecondaryPhone(contact, values, writeModes)
  if (entity) values.company = entity.kind === 'named' ? new Reference('name', entity.name) : new Created(0)
  if (entity?.kind === 'generated') writeModes.company = 'create_only'
  const createProblems = missing(contact)
  return { object: 'people', match: [match], values, writeModes, mode, onUnknownId: 'create', createProblems }
}

/** The company first, so that the contact can refer to it. */
export const commandsOf = (body: AddContactBody, { crmMode }: Organization) => {
  const entity = planEntity(body, crmMode)
  const contact = contactCommand(body, entity)
  return entity ? [entityCommand(body, entity), contact] : [contact]
}
