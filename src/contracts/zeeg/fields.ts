import type { FieldTable } from '../../http/contract.ts'
import { fieldTable, slugOf, within } from '../kit/fields.ts'

const socialFields = within(
  'socials.',
  fieldTable({
    linkedin: 'linkedin_url',
    twitter: 'x_url',
    facebook: 'facebook_url',
    instagram: 'instagram_url',
  }),
)

/** For people. Everything else that a body holds is an attribute by its slug. */
export const personFields: FieldTable = new Map([
  ...fieldTable({
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
  }),
  ...socialFields,
])

export const companyFields: FieldTable = new Map([
  ...fieldTable({
    name: 'name',
    domain: 'domains',
    description: 'description',
    website: 'website',
    phoneNumber: 'phone_number',
    avatarUrl: 'avatar_url',
  }),
  ...socialFields,
])

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** A field may be spelled as in the reference or as a slug, in `matchingAttribute` and in the body; `email` and `emails` are one. */
export const slugNamed = (name: string, fields: FieldTable): string => {
  if (name === 'email') return 'emails'
  const own = slugOf(fields, name)
  if (own !== undefined) return own
  const spelled = [...fields.keys()].find((field) => snake(field) === name)
  return (spelled !== undefined && slugOf(fields, spelled)) || name
}

/** The same for people, who may be found by their profile at a social network, too. */
export const personSlugNamed = (name: string): string =>
  slugOf(socialFields, `socials.${name}`) ?? slugNamed(name, personFields)
