import type { AssertCommand } from '../../engine/command.ts'
import { refuse } from '../../engine/errors.ts'
import type { Organization } from '../../schema/schema.ts'
import { TEXT_LIMIT } from '../../schema/types/text.ts'
import { lookupOf, matchOf } from './contact-command.ts'
import { entityFields, socialFields } from './fields.ts'
import type { AddContactBody, Contact, Entity } from './schemas.ts'
import { isEmpty, mapped, type Values } from './values.ts'

/** The company that a request writes beside its contact. */
export interface PlannedEntity {
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
  ...mapped(entity, entityFields),
  ...mapped(entity.socials ?? {}, socialFields),
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
    if (name === '') throw refuse('required', 'entity.name')
    return { name, values: { ...sentValues(entity), name }, sent: true }
  }
  if (crmMode !== 'b2b' || createsNothing(body) || own === '') return undefined
  return { name: own, values: { name: own }, sent: false }
}

export const entityCommand = (body: AddContactBody, { name, values, sent }: PlannedEntity): AssertCommand => ({
  object: 'companies',
  match: [{ name: 'name', value: name }],
  values,
  ...(!sent && { unless: { object: 'people', match: matchOf(body) } }),
})
