import { type FieldMap, fieldMap, wireNames } from '../field-map.ts'

/** Wire name to slug, for people. Everything else that a body holds is an attribute by its slug. */
export const personFields = fieldMap({
  firstName: 'first_name',
  lastName: 'last_name',
  salutation: 'salutation',
  emails: 'emails',
  jobTitle: 'job_title',
  description: 'description',
  phoneNumber: 'phone_number',
  primaryLocation: 'primary_location',
  avatarUrl: 'avatar_url',
  companyId: 'company',
})

export const companyFields = fieldMap({
  name: 'name',
  domain: 'domains',
  description: 'description',
  website: 'website',
  phoneNumber: 'phone_number',
  avatarUrl: 'avatar_url',
})

export const socialFields = fieldMap({
  linkedin: 'linkedin_url',
  twitter: 'x_url',
  facebook: 'facebook_url',
  instagram: 'instagram_url',
})

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** `matchingAttribute` may be spelled as in the body or as a slug; `email` and `emails` are one. */
export const slugNamed = (name: string, fields: FieldMap): string => {
  if (name === 'email') return 'emails'
  const social = name as keyof typeof socialFields
  if (fields === personFields && social in socialFields) return socialFields[social]
  return fields[name] ?? Object.entries(fields).find(([wire]) => snake(wire) === name)?.[1] ?? name
}

const socialNames = wireNames(socialFields, 'socials.')
const personNames = new Map([...wireNames(personFields), ...socialNames])
const companyNames = new Map([...wireNames(companyFields), ...socialNames])

export const personFieldName = (slug: string): string => personNames.get(slug) ?? slug
export const companyFieldName = (slug: string): string => companyNames.get(slug) ?? slug
