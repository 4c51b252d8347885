import type { FieldTable } from '../../http/contract.ts'
import { fieldTable, within } from '../kit/fields.ts'

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

/** The attribute of each field, by the field's name as the reference spells it and as a slug. */
export type Spellings = ReadonlyMap<string, string>

const spellingsOf = (fields: FieldTable): Spellings =>
  new Map(
    [...fields].flatMap(([name, [slug]]) =>
      slug === undefined ? [] : [name, snake(name)].map((spelled) => [spelled, slug] as const),
    ),
  )

export const personSpellings = spellingsOf(personFields)
export const companySpellings = spellingsOf(companyFields)

/** In `matchingAttribute` `email` and `emails` are one, and a person may be found by a profile at a social network. */
const personKeys: Spellings = new Map([
  ...personSpellings,
  ['email', 'emails'],
  ...[...socialFields].map(([name, [slug = name]]) => [name.slice('socials.'.length), slug] as const),
])

export const personSlugNamed = (name: string): string => personKeys.get(name) ?? name
