import type { Person } from '../lib/people.ts'

/** A person as a row: what a service written for this one table would have, one column for each attribute. */

export const columns = [
  'email',
  'external_id',
  'first_name',
  'last_name',
  'salutation',
  'job_title',
  'description',
  'phone_number',
  'primary_location',
  'linkedin',
  'twitter',
  'department',
] as const

export type Row = Readonly<Record<(typeof columns)[number], string>>

export const rowOf = (person: Person): Row => ({
  email: person.emails[0] ?? '',
  external_id: person.external_id,
  first_name: person.firstName,
  last_name: person.lastName,
  salutation: person.salutation,
  job_title: person.jobTitle,
  description: person.description,
  phone_number: person.phoneNumber,
  primary_location: person.primaryLocation,
  linkedin: person.socials.linkedin,
  twitter: person.socials.twitter,
  department: person.department,
})

export const updatable = columns.filter((column) => column !== 'email')
