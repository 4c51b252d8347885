import { standardObjects } from '../../schema/standard/index.ts'
import { fieldMap, wireNames } from '../field-map.ts'

/** Wire name to slug. What is not here is either made of several fields (e-mail, phone) or a custom field. */
export const contactFields = fieldMap({
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

export const entityFields = fieldMap({
  name: 'name',
  label: 'label',
  status: 'status',
  website: 'website',
  type: 'type',
  location: 'location',
  tags: 'tags',
})

export const socialFields = fieldMap({
  linkedin: 'linkedin_url',
  twitter: 'x_url',
  facebook: 'facebook_url',
  instagram: 'instagram_url',
})

export const CUSTOM_FIELDS = 'contact.customFields'

const contactNames = new Map([
  ...wireNames(contactFields, 'contact.'),
  ['id', 'contact.contactId'],
  ['emails', 'contact.primaryEmail'],
  ['other_phone_numbers', 'contact.secondaryPhone'],
  ['company', 'entity'],
])
const entityNames = new Map([...wireNames(entityFields, 'entity.'), ...wireNames(socialFields, 'entity.socials.')])

/** Part of the product's schema, so not one of the organisation's custom fields. */
export const isStandard = (slug: string): boolean => standardObjects().get('people')?.attributes.has(slug) === true

/** A slug of people as the path of the field in the body. What is a path already stays one. */
export const contactFieldName = (slug: string): string =>
  contactNames.get(slug) ??
  (slug.includes('.') ? slug : isStandard(slug) ? `contact.${slug}` : `${CUSTOM_FIELDS}.${slug}`)

export const entityFieldName = (slug: string): string => entityNames.get(slug) ?? `entity.${slug}`
