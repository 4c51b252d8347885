/** Wire name to slug, for people. Everything else that a body holds is an attribute by its slug. */
export const personFields = {
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
} as const

export const companyFields = {
  name: 'name',
  domain: 'domains',
  description: 'description',
  website: 'website',
  phoneNumber: 'phone_number',
  avatarUrl: 'avatar_url',
} as const

export const socialFields = {
  linkedin: 'linkedin_url',
  twitter: 'x_url',
  facebook: 'facebook_url',
  instagram: 'instagram_url',
} as const

export type FieldMap = Readonly<Record<string, string>>

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** `matchingAttribute` may be spelled as in the body or as a slug; `email` and `emails` are one. */
export const slugNamed = (name: string, fields: FieldMap): string => {
  if (name === 'email') return 'emails'
  const social = name as keyof typeof socialFields
  if (fields === personFields && social in socialFields) return socialFields[social]
  return fields[name] ?? Object.entries(fields).find(([wire]) => snake(wire) === name)?.[1] ?? name
}

const inverse = (fields: FieldMap): ReadonlyMap<string, string> =>
  new Map(Object.entries(fields).map(([wire, slug]) => [slug, wire]))

const socialNames = new Map(Object.entries(socialFields).map(([wire, slug]) => [slug as string, `socials.${wire}`]))
const personNames = new Map([...inverse(personFields), ...socialNames])
const companyNames = new Map([...inverse(companyFields), ...socialNames])

export const personFieldName = (slug: string): string => personNames.get(slug) ?? slug
export const companyFieldName = (slug: string): string => companyNames.get(slug) ?? slug
