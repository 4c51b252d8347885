import type { FieldTable } from '../../http/contract.ts'
import { standardObjects } from '../../schema/standard/index.ts'
import { fieldNames, fieldTable, within } from '../kit/fields.ts'

/** Those of `contact` that hold one attribute each; what the others hold is in commands.ts. */
export const contactFields = fieldTable({
  firstName: 'first_name',
  lastName: 'last_name',
  salutation: 'salutation',
  primaryPhone: 'phone_number',
  roleLabel: 'role_label',
  source: 'source',
  status: 'status',
  tags: 'tags',
  address: 'street_one',
  addressLine2: 'street_two',
  city: 'city',
  state: 'state',
  zip: 'zip_code',
  country: 'country',
  countryCode: 'country_code',
  timezone: 'timezone',
  stageId: 'stage',
  owner: 'owner',
  isTestContact: 'is_test_contact',
  doNotCall: 'do_not_call',
  doNotAutomate: 'do_not_automate',
  emailVerified: 'email_verified',
  phoneVerified: 'phone_verified',
  autoEngage: 'auto_engage',
  emailOptout: 'email_optout',
  smsOptout: 'sms_optout',
  visibleToOthers: 'visible_to_others',
  editableByOthers: 'editable_by_others',
})

export const entityFields = fieldTable({
  name: 'name',
  label: 'label',
  status: 'status',
  website: 'website',
  type: 'type',
  location: 'location',
  tags: 'tags',
})

export const socialFields = fieldTable({
  linkedin: 'linkedin_url',
  twitter: 'x_url',
  facebook: 'facebook_url',
  instagram: 'instagram_url',
})

export const CUSTOM_FIELDS = 'contact.customFields'

/** The whole body, as far as it is about a person: two fields share the addresses. */
export const personFields: FieldTable = new Map([
  ...within('contact.', contactFields),
  ...fieldTable({
    'contact.contactId': 'id',
    'contact.contact_id': 'id',
    contact_id: 'id',
    'contact.primaryEmail': 'emails',
    'contact.secondaryEmail': 'emails',
    'contact.secondaryPhone': 'other_phone_numbers',
    entity: 'company',
  }),
])

/** The same for the company. */
export const companyFields: FieldTable = new Map([
  ...within('entity.', entityFields),
  ...within('entity.socials.', socialFields),
])

/** Part of the product's schema, so not one of the organisation's custom fields. */
export const isStandard = (slug: string): boolean => standardObjects().get('people')?.attributes.has(slug) === true

const personNames = fieldNames(personFields)
const companyNames = fieldNames(companyFields)

/** A slug of people as the path of the field in the body. */
export const contactFieldName = (slug: string): string => {
  const name = personNames(slug)
  if (name !== slug) return name
  return isStandard(slug) ? `contact.${slug}` : `${CUSTOM_FIELDS}.${slug}`
}

export const entityFieldName = (slug: string): string => {
  const name = companyNames(slug)
  return name === slug ? `entity.${slug}` : name
}
