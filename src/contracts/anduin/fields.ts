import { type FieldMap, fieldMap, wireNames } from '../field-map.ts'

/** Wire name to slug, for each of the three kinds of record that this contract knows. */
export const contactFields = fieldMap({
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
})

export const clientFields = fieldMap({
  trackingId: 'tracking_id',
  name: 'name',
  tags: 'tags',
  clientGroupId: 'client_group_id',
  note: 'note',
})

export const entityFields = fieldMap({
  trackingId: 'tracking_id',
  name: 'name',
  clientId: 'client',
  type: 'type',
  jurisdiction: 'jurisdiction',
  amlKycStatus: 'aml_kyc_status',
  riskLevel: 'risk_level',
  note: 'note',
})

/** One kind of record: where it is stored, how its fields are called, and what a new one needs. */
export interface Resource {
  readonly object: string
  /** As it stands in an error: "is required to create a contact". */
  readonly noun: string
  readonly fields: FieldMap
  /** Wire names. Neither absent on create nor ever empty. */
  readonly required: readonly string[]
}

export const contact: Resource = {
  object: 'people',
  noun: 'a contact',
  fields: contactFields,
  required: ['email', 'firstName', 'lastName'],
}

export const client: Resource = { object: 'clients', noun: 'a client', fields: clientFields, required: ['name'] }

export const entity: Resource = {
  object: 'investment_entities',
  noun: 'an investment entity',
  fields: entityFields,
  required: ['name', 'clientId'],
}

/** From slug back to wire name, for errors. */
export const fieldNames = ({ fields }: Resource): ((slug: string) => string) => {
  const names = wireNames(fields)
  return (slug) => names.get(slug) ?? slug
}
