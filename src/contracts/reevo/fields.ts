import type { StoredRecord } from '../../engine/record.ts'
import { attributeValue } from '../../engine/record.ts'
import type { FieldTable } from '../../http/contract.ts'
import { own } from '../kit/json.ts'
import { valueIn, zuluMilliseconds } from '../kit/read-back.ts'
import { addressParts } from './address.ts'
import { type AddressBook, domains, emails, phones } from './address-book.ts'

/**
 * A field of a record type: the value_type that it bears on the wire, and what is behind it.
 * - `attribute`: one attribute, whose own type says how the value is read and written
 * - `address`, `team`: see address.ts and references.ts
 * - `primary`, `book`: the first of several addresses, and all of them
 * - `derived`: not writable; without `of` it is something that we do not keep, always null
 */
export type Field =
  | { readonly kind: 'attribute'; readonly valueType: string; readonly slug: string; readonly many?: true }
  | { readonly kind: 'team'; readonly valueType: string; readonly slug: string }
  | { readonly kind: 'address'; readonly valueType: string }
  | { readonly kind: 'primary' | 'book'; readonly valueType: string; readonly book: AddressBook }
  | { readonly kind: 'derived'; readonly valueType: string; readonly of?: Derive }

type Derive = (record: StoredRecord, organizationId: string) => unknown
export type Fields = Readonly<Record<string, Field>>

export interface RecordType<T extends string = string> {
  readonly recordType: T
  readonly object: string
  readonly fields: Fields
  /** Keys of `match` besides `id`, and the attribute that each of them looks in. */
  readonly matchKeys: Readonly<Record<string, string>>
}

const stored = (valueType: string, slug: string): Field => ({ kind: 'attribute', valueType, slug })
const list = (valueType: string, slug: string): Field => ({ kind: 'attribute', valueType, slug, many: true })
const derived = (valueType: string, of?: Derive): Field => ({ kind: 'derived', valueType, ...(of && { of }) })
const unkept = (valueType: string, ...names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, derived(valueType)]))

const fullName = (record: StoredRecord) =>
  [attributeValue(record, 'first_name'), attributeValue(record, 'last_name')].filter(Boolean).join(' ') || null

/** Records written with a key that acts for no member have no author among the users. */
const user = (actor: string) =>
  actor.startsWith('member:') ? { related_record_id: actor.slice('member:'.length), related_record_type: 'user' } : null

const identity: Fields = {
  id: derived('uuid', (record) => record.id),
  organization_id: derived('uuid', (_record, organizationId) => organizationId),
  created_at: derived('timestamp', (record) => zuluMilliseconds(record.createdAt)),
  updated_at: derived('timestamp', (record) => zuluMilliseconds(record.updatedAt)),
}

const authors: Fields = {
  updated_by_user_id: derived('record_reference', (record) => user(record.updatedBy)),
  archived_by_user_id: derived('record_reference'),
}

const createdBy = derived('record_reference', (record) => user(record.createdBy))
const archivedAt = derived('timestamp', ({ archivedAt: at }) => (at === null ? null : zuluMilliseconds(at)))

/** In the order in which the vendor's example has them. */
const contactFields: Fields = {
  ...identity,
  display_name: derived('string', fullName),
  stage: stored('contact_stage', 'stage'),
  created_by_user_id: createdBy,
  participant_user_id_list: list('record_reference', 'participants'),
  first_name: stored('string', 'first_name'),
  last_name: stored('string', 'last_name'),
  middle_name: stored('string', 'middle_name'),
  title: stored('string', 'job_title'),
  department: stored('string', 'department'),
  primary_email: { kind: 'primary', valueType: 'email', book: emails },
  primary_phone_number: { kind: 'primary', valueType: 'phone_number', book: phones },
  sms_consent: stored('boolean', 'sms_consent'),
  address: { kind: 'address', valueType: 'address' },
  contact_emails: { kind: 'book', valueType: 'contact_email', book: emails },
  contact_phone_numbers: { kind: 'book', valueType: 'contact_phone_number', book: phones },
  linkedin_url: stored('string', 'linkedin_url'),
  zoominfo_url: stored('string', 'zoominfo_url'),
  x_url: stored('string', 'x_url'),
  facebook_url: stored('string', 'facebook_url'),
  owner_user_id: stored('record_reference', 'owner'),
  owner_team_id: { kind: 'team', valueType: 'record_reference', slug: 'owner_team' },
  ...authors,
  created_source: derived('enum'),
  created_source_form_submission_details: derived('created_source_form_submission_details'),
  ...unkept('timestamp', 'phone_enriched_at', 'email_enriched_at'),
  ...unkept('enum', 'email_enrich_status', 'phone_number_enrich_status'),
  ...unkept('timestamp', 'last_activity_at', 'last_voice_call', 'last_meeting', 'last_global_thread'),
  ...unkept('timestamp', 'last_engaged_at', 'last_outreached_at'),
  ...unkept('timestamp', 'last_inbound_meeting_at', 'last_inbound_voice_call_at', 'last_inbound_global_thread_at'),
  ...unkept('timestamp', 'last_outbound_meeting_at', 'last_outbound_voice_call_at', 'last_outbound_global_thread_at'),
  archived_at: archivedAt,
  tracking_id: stored('string', 'tracking_id'),
}

const accountFields: Fields = {
  ...identity,
  display_name: derived('string', (record) => valueIn(record, 'name')),
  created_by_user_id: createdBy,
  name: stored('string', 'name'),
  description: stored('string', 'description'),
  official_website: stored('string', 'website'),
  websites: list('string', 'websites'),
  domains: { kind: 'book', valueType: 'account_domain', book: domains },
  linkedin_url: stored('string', 'linkedin_url'),
  x_url: stored('string', 'x_url'),
  facebook_url: stored('string', 'facebook_url'),
  zoominfo_url: stored('string', 'zoominfo_url'),
  address: { kind: 'address', valueType: 'address' },
  estimated_annual_revenue: stored('currency', 'estimated_annual_revenue'),
  owner_user_id: stored('record_reference', 'owner'),
  ...authors,
  archived_at: archivedAt,
}

export const contact: RecordType<'contact'> = {
  recordType: 'contact',
  object: 'people',
  fields: contactFields,
  matchKeys: { primary_email: 'emails', contact_emails: 'emails' },
}

export const account: RecordType<'account'> = {
  recordType: 'account',
  object: 'companies',
  fields: accountFields,
  matchKeys: { domain_name: 'domains' },
}

const typeOfObject = (object: string) => [contact, account].find((type) => type.object === object)

/** How this contract calls an object; custom objects go by their slug. */
export const recordTypeOf = (object: string): string => typeOfObject(object)?.recordType ?? object

/** The attribute that a key of `related_record_match` looks in. */
export const matchSlug = (object: string, key: string): string => own(typeOfObject(object)?.matchKeys ?? {}, key) ?? key

const slugsOf = (field: Field): readonly string[] => {
  switch (field.kind) {
    case 'attribute':
    case 'team':
      return [field.slug]
    case 'primary':
      return [field.book.slug]
    case 'book':
      return [field.book.slug, field.book.rest, field.book.labels].filter((slug) => slug !== undefined)
    default:
      return []
  }
}

/** The fields with the attributes that they hold. */
export const fieldTableOf = (type: RecordType): FieldTable =>
  new Map(
    Object.entries(type.fields).flatMap(([name, field]): [string, readonly string[]][] =>
      field.kind === 'address' ? addressParts.map((part) => [`${name}.${part}`, [part]]) : [[name, slugsOf(field)]],
    ),
  )
