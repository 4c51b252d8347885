import type { FieldTable } from '../../http/contract.ts'
import { fieldTable } from '../kit/fields.ts'

/** Wire name to slug, for each of the three kinds of record that this contract knows. */
export const contactFields = {
  trackingId: 'tracking_id',
  email: 'emails',
  firstName: 'first_name',
  lastName: 'last_name',
  phone: 'phone_number',
  company: 'company_name',
  title: 'job_title',
  country: 'country',
  numberAndStreet: 'street_one',
  city: 'city',
  state: 'state',
  zipCode: 'zip_code',
  prefix: 'salutation',
  suffix: 'suffix',
  note: 'note',
} as const

export const clientFields = {
  trackingId: 'tracking_id',
  name: 'name',
  tags: 'tags',
  clientGroupId: 'client_group_id',
  note: 'note',
} as const

export const entityFields = {
  trackingId: 'tracking_id',
  name: 'name',
  clientId: 'client',
  type: 'type',
  jurisdiction: 'jurisdiction',
  amlKycStatus: 'aml_kyc_status',
  riskLevel: 'risk_level',
  note: 'note',
} as const

/** One kind of record: where it is stored, how its fields are called, and what a new one needs. */
export interface Resource {
  readonly object: string
  /** As it stands in an error: "is required to create a contact". */
  readonly noun: string
  readonly fields: FieldTable
  /** Wire names. Neither absent on create nor ever empty. */
  readonly required: readonly string[]
}

export const contact: Resource = {
  object: 'people',
  noun: 'a contact',
  fields: fieldTable(contactFields),
  required: ['email', 'firstName', 'lastName'],
}

export const client: Resource = {
  object: 'clients',
  noun: 'a client',
  fields: fieldTable(clientFields),
  required: ['name'],
}

export const entity: Resource = {
  object: 'investment_entities',
  noun: 'an investment entity',
  fields: fieldTable(entityFields),
  required: ['name', 'clientId'],
}
