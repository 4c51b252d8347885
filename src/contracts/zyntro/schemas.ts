import { z } from '@hono/zod-openapi'
import { commonRefusals, json, orNull } from '../kit/responses.ts'

/** Wire shapes. Formats, lengths and options are for the attributes to judge, so they stand in one place only. */

const text = z.string().nullable().optional()
const flag = z.boolean().nullable().optional()
const list = z.array(z.string()).nullable().optional()

export const contact = z
  .strictObject({
    contactId: text.openapi({ description: 'Id of the contact; only with `lookup_by: contact_id`.' }),
    contact_id: text.openapi({ description: 'The same under another name.' }),
    firstName: text.openapi({ description: 'Needed to create a contact.', example: 'Ada' }),
    lastName: text.openapi({ example: 'Lovelace' }),
    primaryEmail: text.openapi({ description: 'Needed to create a contact.', example: 'ada@engine.example' }),
    secondaryEmail: text.openapi({ description: 'One more address; those already known stay.' }),
    primaryPhone: text.openapi({ example: '+44 20 7946 0000' }),
    secondaryPhone: text.openapi({ description: 'One more number; those already known stay.' }),
    salutation: text,
    roleLabel: text.openapi({ example: 'Champion' }),
    source: text,
    status: text,
    tags: list.openapi({ description: 'Replaces the tags of the contact.', example: ['newsletter'] }),
    address: text,
    addressLine2: text,
    city: text,
    state: text,
    zip: text,
    country: text,
    countryCode: text,
    timezone: text.openapi({ example: 'Europe/London' }),
    stageId: text.openapi({ description: 'Id or name of a stage.' }),
    owner: text.openapi({ description: 'Id of a member.' }),
    isTestContact: flag,
    doNotCall: flag,
    doNotAutomate: flag,
    emailVerified: flag,
    phoneVerified: flag,
    autoEngage: flag,
    emailOptout: flag,
    smsOptout: flag,
    visibleToOthers: flag,
    editableByOthers: flag,
    customFields: z
      .record(z.string(), z.unknown())
      .nullable()
      .optional()
      .openapi({ description: 'Slug to value. Those not sent keep their values.', example: { plan: 'Premium' } }),
  })
  .openapi('ZyntroContact', { description: 'Absent leaves a field as it is; null and an empty text clear it.' })

const socials = z
  .strictObject({ linkedin: text, twitter: text, facebook: text, instagram: text })
  .openapi('ZyntroSocials')

export const entity = z
  .strictObject({
    name: text.openapi({ description: 'Finds the company. Default: the name of the contact.', example: 'Engines Ltd' }),
    label: text,
    status: text,
    website: text.openapi({ example: 'https://engine.example' }),
    type: text,
    location: text,
    tags: list,
    socials: orNull(socials).optional(),
  })
  .openapi('ZyntroEntity')

/** What shows who asks. */
const signature = {
  api_key: z.string().openapi({ example: 'eu_…' }),
  developer_secret: z.string().openapi({ example: 'zdk_…' }),
  org_id: z.string().openapi({ description: 'Id of the organisation that both secrets belong to.' }),
}
const memberId = z.string().openapi({ description: 'Id of the member who is recorded as the author.' })

const contactId = { description: 'Id of a contact, in any letter case.' }

export const addContactBody = z
  .strictObject({
    contact,
    ...signature,
    member_id: memberId,
    mode: z.enum(['insert', 'update', 'upsert']).nullable().default('upsert'),
    lookup_by: z.enum(['email', 'phone', 'contact_id']).nullable().default('email').openapi({
      description: 'Which field of the contact finds the one to update. An insert always looks by e-mail.',
    }),
    contact_id: text.openapi({ description: 'The id to look by, instead of inside of the contact.' }),
    skip_entity: flag.openapi({ description: 'True: write no company, whatever else is said.' }),
    entity: orNull(entity).optional(),
    debug: flag.openapi({ description: 'True: tell what the request cost.' }),
  })
  .openapi('ZyntroAddContactBody')

/** The older way to say yes and no. */
const include = z
  .union([z.literal(0), z.literal(1), z.boolean()])
  .nullable()
  .optional()

export const fetchContactBody = z
  .strictObject({
    contact_id: z.string().openapi(contactId),
    ...signature,
    member_id: memberId,
    include_entity: include.openapi({ description: '1: with the company.' }),
    include_notes: include.openapi({ description: '1: with the notes. No contact has any here.' }),
    include_profile: include.openapi({ description: '1: with the profile. No contact has one here.' }),
    include_signals: include.openapi({ description: '1: with the signals. No contact has any here.' }),
  })
  .openapi('ZyntroFetchContactBody')

export const lookupContactBody = z
  .strictObject({
    search_string: z.string().openapi({
      description: 'An id, an e-mail address, a phone number, a last or a first name: the whole of it.',
      example: 'ada@engine.example',
    }),
    ...signature,
    member_id: memberId.nullable().optional(),
  })
  .openapi('ZyntroLookupContactBody')

export type Contact = z.infer<typeof contact>
export type Entity = z.infer<typeof entity>
export type AddContactBody = z.infer<typeof addContactBody>

const action = z.enum(['created', 'updated'])
const count = z.number().int()

const debug = z
  .strictObject({
    matched_by: z.enum(['email', 'phone', 'contact_id']).nullable(),
    timings: z.strictObject({ database_ms: z.number(), database_calls: count }),
    /** Null where the database does not tell. */
    rows: z.strictObject({ read: count.nullable(), written: count.nullable() }),
  })
  .openapi('ZyntroDebug')

/** As it can be sent to addContactsFull. */
export const storedContact = z
  .strictObject(
    Object.fromEntries(Object.entries(contact.shape).filter(([name]) => name !== 'contact_id')) as Omit<
      typeof contact.shape,
      'contact_id'
    >,
  )
  .openapi('ZyntroStoredContact')

export const storedEntity = z.strictObject({ entity_id: z.uuid(), ...entity.shape }).openapi('ZyntroStoredEntity')

const timestamp = z.string().openapi({ example: '2026-01-31T09:30:00.000Z' })

export const foundResponse = z
  .strictObject({
    status: z.literal('success'),
    data: z.strictObject({
      contact_id: z.uuid(),
      contact: storedContact,
      entity: orNull(storedEntity).optional(),
      notes: z.array(z.string()).max(0).optional(),
      profile: z.null().optional(),
      signals: z.array(z.string()).max(0).optional(),
      created_at: timestamp,
      updated_at: timestamp,
    }),
  })
  .openapi('ZyntroFound')

export const successResponse = z
  .strictObject({
    status: z.literal('success'),
    data: z.strictObject({
      action,
      message: z.string(),
      contact_id: z.uuid(),
      entity_id: z.uuid().nullable(),
      entity_action: action.nullable(),
    }),
    debug: debug.optional(),
  })
  .openapi('ZyntroSuccess')

const conflict = z
  .strictObject({ field: z.string(), value: z.string(), contact_id: z.uuid().optional() })
  .openapi('ZyntroConflict')

const errorDetail = z
  .strictObject({ field: z.string().nullable(), code: z.string(), message: z.string() })
  .openapi('ZyntroErrorDetail')

export const errorResponse = z
  .strictObject({
    status: z.literal('error'),
    data: z.array(z.string()).min(1),
    code: z.string(),
    errors: z.array(errorDetail),
    conflict: conflict.optional(),
    request_id: z.string().optional(),
  })
  .openapi('ZyntroError')

const refusals = { ...commonRefusals(errorResponse), 400: json(errorResponse, 'The body is not JSON') }

/** What is wrong with the content of a request is answered with 200, as this API's clients expect. */
export const addContactResponses = {
  200: json(
    z.union([successResponse, errorResponse]),
    'Written; or, with status "error", refused for what the request says',
  ),
  ...refusals,
}

export const foundResponses = {
  200: json(z.union([foundResponse, errorResponse]), 'The contact; or, with status "error", that there is none'),
  ...refusals,
}
