import { z } from '@hono/zod-openapi'
import { commonRefusals, createdOrUpdated, json, orNull, readRefusals } from '../kit/responses.ts'
import { account, contact, type Field, type RecordType } from './fields.ts'

/** Wire shapes. The fields of a record come from the table in fields.ts, so there is one list of them. */

const nullableText = z.string().nullable()
const timestamp = z.iso.datetime().openapi({ example: '2026-01-31T09:30:00.000Z' })
const reference = z
  .strictObject({ related_record_id: z.string(), related_record_type: z.string() })
  .openapi('ReevoReference')
const option = z
  .strictObject({
    id: z.uuid().nullable(),
    display_value: nullableText,
    api_name: z.string(),
    color: nullableText,
  })
  .openapi('ReevoOption')
const address = z
  .strictObject({
    street_one: nullableText,
    street_two: nullableText,
    city: nullableText,
    state: nullableText,
    country: nullableText,
    zip_code: nullableText,
  })
  .openapi('ReevoAddress')
const currency = z.strictObject({ amount: z.number(), code: z.string().optional() }).openapi('ReevoCurrency')
const item = { id: z.uuid(), is_primary: z.boolean(), labels: z.array(z.string()) }
const contactEmail = z.strictObject({ ...item, email: z.string() }).openapi('ReevoContactEmail')
const contactPhoneNumber = z.strictObject({ ...item, phone_number: z.string() }).openapi('ReevoContactPhoneNumber')
const accountDomain = z.strictObject({ domain_name: z.string(), is_primary: z.boolean() }).openapi('ReevoAccountDomain')

/** What stands in an envelope, by its value_type; null where nothing does. */
const valueSchemas: Readonly<Record<string, z.ZodType>> = {
  uuid: z.uuid().nullable(),
  timestamp: timestamp.nullable(),
  string: nullableText,
  enum: nullableText,
  email: nullableText,
  phone_number: nullableText,
  boolean: z.boolean().nullable(),
  currency: orNull(currency),
  record_reference: orNull(reference),
  contact_stage: orNull(option),
  address: orNull(address),
  contact_email: orNull(contactEmail),
  contact_phone_number: orNull(contactPhoneNumber),
  account_domain: orNull(accountDomain),
  created_source_form_submission_details: z.null(),
}

/** `contact_email` is ReevoContactEmailEnvelope: a name that every generator takes as it is. */
const envelopeName = (valueType: string): string => {
  const words = valueType.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `Reevo${words.join('')}Envelope`
}

const envelopes = new Map<string, z.ZodType>()

const envelopeOf = (valueType: string): z.ZodType => {
  const known = envelopes.get(valueType)
  if (known) return known
  const value = valueSchemas[valueType] ?? z.unknown()
  const schema = z.strictObject({ value, value_type: z.literal(valueType) }).openapi(envelopeName(valueType))
  envelopes.set(valueType, schema)
  return schema
}

const renderedField = (field: Field): z.ZodType => {
  const one = envelopeOf(field.valueType)
  return field.kind === 'book' || (field.kind === 'attribute' && field.many) ? z.array(one) : one
}

const customEnvelope = z
  .strictObject({ value: z.unknown(), value_type: z.string() })
  .openapi('ReevoCustomEnvelope', { description: 'An attribute that the organisation has added.' })

const renderedAttributes = (type: RecordType) =>
  z
    .object(Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, renderedField(field)])))
    .catchall(z.union([customEnvelope, z.array(customEnvelope)]))

const recordOf = <T extends string>(type: RecordType<T>) =>
  z.strictObject({
    id: z.uuid(),
    created_at: timestamp,
    updated_at: timestamp,
    attributes: renderedAttributes(type),
    record_type: z.literal(type.recordType),
  })

const contactRecord = recordOf(contact).openapi('ReevoContact')
const accountRecord = recordOf(account).openapi('ReevoAccount')

const assertResponseOf = <T extends z.ZodType>(data: T) =>
  z.strictObject({
    data,
    meta: z.strictObject({
      action: z.enum(['created', 'updated']),
      matched_on: z.record(z.string(), z.string()).openapi({ description: 'Empty when the record was created.' }),
    }),
  })

export const contactResponse = assertResponseOf(contactRecord).openapi('ReevoContactResponse')
export const accountResponse = assertResponseOf(accountRecord).openapi('ReevoAccountResponse')
export const contactRead = z.strictObject({ data: contactRecord }).openapi('ReevoContactRead')
export const accountRead = z.strictObject({ data: accountRecord }).openapi('ReevoAccountRead')

/** Values are raw or enveloped and are checked against the attributes, so here only their names are told. */
const writableFields = (type: RecordType) =>
  Object.fromEntries(
    Object.entries(type.fields).flatMap(([name, field]) =>
      field.kind === 'derived'
        ? []
        : [
            [
              name,
              z
                .unknown()
                .optional()
                .openapi({ description: `A value of value_type ${field.valueType}.` }),
            ],
          ],
    ),
  )

const attributesOf = (type: RecordType, example: Record<string, unknown>) =>
  z.looseObject(writableFields(type)).openapi({
    description:
      'At least one field. Values may be sent raw or as {value_type, value}. Absent leaves as it is, null clears, a list replaces. Custom attributes go by their slug.',
    example,
  })

const matchOf = (keys: readonly string[], description: string, example: Record<string, string>) =>
  z
    .strictObject(Object.fromEntries(keys.map((key) => [key, z.string().optional()])))
    .openapi({ description, example, minProperties: 1, maxProperties: 1 })

export const contactBody = z
  .strictObject({
    match: matchOf(
      [...Object.keys(contact.matchKeys), 'id'],
      'Exactly one key. Either e-mail key looks at every address of a contact; an id only updates.',
      { primary_email: 'ada@engine.example' },
    ),
    attributes: attributesOf(contact, { first_name: 'Ada', title: 'Analyst' }),
  })
  .openapi('ReevoContactBody')

export const accountBody = z
  .strictObject({
    match: matchOf(
      [...Object.keys(account.matchKeys), 'id'],
      'Exactly one key. domain_name looks at every domain of an account; an id only updates.',
      { domain_name: 'engine.example' },
    ),
    attributes: attributesOf(account, { name: 'Analytical Engines' }),
  })
  .openapi('ReevoAccountBody')

const errorDetail = z
  .strictObject({ field: nullableText, code: z.string(), message: z.string() })
  .openapi('ReevoErrorDetail')

const conflict = z
  .strictObject({ field: z.string(), value: z.string(), record_id: z.uuid().optional() })
  .openapi('ReevoConflict')

const refusal = z
  .strictObject({
    code: z.string().openapi({ example: 'field_value_invalid' }),
    message: z.string(),
    details: z.array(errorDetail),
    conflict: conflict.optional(),
    request_id: z.string().optional(),
  })
  .openapi('ReevoRefusal')

export const errorResponse = z.strictObject({ error: refusal }).openapi('ReevoError')

/** The responses of an assert: 201 when it created, 200 when it updated, and every refusal. */
export const assertResponses = <T extends z.ZodType>(schema: T, name: string) => ({
  ...createdOrUpdated(schema, name),
  ...commonRefusals(errorResponse),
  400: json(errorResponse, 'The body is not JSON that can be read'),
  404: json(errorResponse, 'There is no record with this id'),
  409: json(errorResponse, 'Another record holds a value that must be unique'),
  422: json(errorResponse, 'The structure of the request or one of its fields is wrong'),
})

/** The responses of reading one. */
export const readResponses = <T extends z.ZodType>(schema: T, name: string) => ({
  200: json(schema, `The ${name}`),
  ...readRefusals(errorResponse),
  404: json(errorResponse, `There is no such ${name}`),
  422: json(errorResponse, 'The id is none'),
})
