import { z } from '@hono/zod-openapi'
import { commonRefusals, json } from '../kit/responses.ts'

/** Wire shapes. Every text may be left out or null; what else holds of it is in commands.ts. */

const text = z.string().nullable().optional()
const described = (description: string, example: string) => text.openapi({ description, example })

const trackingId = {
  description: 'Your own id of the record: any text of up to 255 characters, a GUID as well.',
  example: 'crm-4711',
}

/** What an answer has besides the fields: taken, so that it can be sent back, and not looked at. */
const answered = z.unknown().openapi({ description: 'Of an answer that is sent back. Ignored.' }).optional()
const ignored = { id: answered, createdAt: answered, updatedAt: answered, result: answered }

export const firmParams = z.object({
  firmId: z.string().openapi({
    param: { name: 'firmId', in: 'path' },
    description: 'Id of the organisation that the key belongs to.',
  }),
})

const pathId = <const Name extends string>(name: Name, noun: string) =>
  z.string().openapi({ param: { name, in: 'path' }, description: `Id or tracking id of the ${noun}; the id wins.` })

export const contactParams = firmParams.extend({ contactId: pathId('contactId', 'contact') })
export const clientParams = firmParams.extend({ clientId: pathId('clientId', 'client') })
export const entityParams = firmParams.extend({
  investmentEntityId: pathId('investmentEntityId', 'investment entity'),
})

/** What an upsert and an update of a contact have in common. */
const contactDetails = {
  phone: text,
  company: described('Name of the company, as text.', 'Analytical Engines'),
  title: text,
  country: text,
  numberAndStreet: text,
  city: text,
  state: text,
  zipCode: text,
  prefix: text,
  suffix: text,
  note: text,
}

export const contactBody = z
  .strictObject({
    trackingId: text.openapi({ ...trackingId, description: `${trackingId.description} When sent, it alone finds.` }),
    email: described(
      'Finds the contact when there is no trackingId. Stored on create; an update leaves the stored address.',
      'ada@engine.example',
    ),
    firstName: described('A new contact needs one.', 'Ada'),
    lastName: described('A new contact needs one.', 'Lovelace'),
    ...contactDetails,
    ...ignored,
  })
  .openapi('AnduinContactBody', {
    description:
      'At least one of trackingId and email. A field left out stays as it is; "" or null clears an optional one. An answer can be sent back as it is.',
  })

export const contactUpdateBody = z
  .strictObject({
    trackingId: described('Another tracking id for the contact.', 'crm-18'),
    email: described('Replaces the address that the contact is shown with; "" removes all.', 'ada@engine.example'),
    firstName: described('Given name.', 'Ada'),
    lastName: described('Family name.', 'Lovelace'),
    ...contactDetails,
    ...ignored,
  })
  .openapi('AnduinContactUpdate', { description: 'A field left out stays as it is; "" or null clears it.' })

export const clientBody = z
  .strictObject({
    trackingId: z.string().openapi(trackingId),
    name: described('A new client needs one.', 'Lovelace Family Office'),
    tags: z.array(z.string()).nullable().optional().openapi({ description: 'Replaces all tags; [] removes them.' }),
    clientGroupId: text,
    note: text,
    ...ignored,
  })
  .openapi('AnduinClientBody', {
    description:
      'A field left out stays as it is; "" or null clears an optional one. An answer can be sent back as it is.',
  })

export const entityBody = z
  .strictObject({
    trackingId: z.string().openapi(trackingId),
    name: described('A new investment entity needs one.', 'Lovelace Holdings LP'),
    clientId: described('The client it belongs to, by id or tracking id. Only a create reads it.', 'crm-4711'),
    type: text,
    jurisdiction: text,
    amlKycStatus: text,
    riskLevel: described('A new value also adds a risk assessment. "" is ignored: it cannot be cleared here.', 'high'),
    note: text,
    ...ignored,
  })
  .openapi('AnduinInvestmentEntityBody', {
    description:
      'A field left out stays as it is; "" or null clears an optional one, except riskLevel. An answer can be sent back as it is.',
  })

const nullableText = z.string().nullable()
const timestamp = z.string().openapi({ example: '2026-01-31T09:30:00.000Z' })
const result = z.enum(['created', 'updated']).openapi({ description: 'Whether the record is new.' })
const always = { createdAt: timestamp, updatedAt: timestamp }

export const contactRecord = z
  .strictObject({
    id: z.uuid(),
    trackingId: nullableText,
    email: nullableText.openapi({ description: 'The primary address.' }),
    firstName: nullableText,
    lastName: nullableText,
    phone: nullableText,
    company: nullableText,
    title: nullableText,
    country: nullableText,
    numberAndStreet: nullableText,
    city: nullableText,
    state: nullableText,
    zipCode: nullableText,
    prefix: nullableText,
    suffix: nullableText,
    note: nullableText,
    ...always,
  })
  .openapi('AnduinContact')

export const contactResponse = z.strictObject({ ...contactRecord.shape, result }).openapi('AnduinUpsertedContact')

export const clientRecord = z
  .strictObject({
    id: z.uuid(),
    trackingId: nullableText,
    name: nullableText,
    tags: z.array(z.string()),
    clientGroupId: nullableText,
    note: nullableText,
    ...always,
  })
  .openapi('AnduinClient')

export const clientResponse = z.strictObject({ ...clientRecord.shape, result }).openapi('AnduinUpsertedClient')

export const entityRecord = z
  .strictObject({
    id: z.uuid(),
    trackingId: nullableText,
    name: nullableText,
    clientId: z.uuid().nullable().openapi({ description: 'Id of the client, however it was named.' }),
    type: nullableText,
    jurisdiction: nullableText,
    amlKycStatus: nullableText,
    riskLevel: nullableText,
    note: nullableText,
    ...always,
  })
  .openapi('AnduinInvestmentEntity')

export const entityResponse = z
  .strictObject({ ...entityRecord.shape, result })
  .openapi('AnduinUpsertedInvestmentEntity')

export type ContactBody = z.infer<typeof contactBody>
export type ContactUpdateBody = z.infer<typeof contactUpdateBody>
export type ClientBody = z.infer<typeof clientBody>
export type EntityBody = z.infer<typeof entityBody>

const errorDetail = z
  .strictObject({ code: z.string(), message: z.string(), field: z.string().optional() })
  .openapi('AnduinErrorDetail')

const conflict = z
  .strictObject({ field: z.string(), value: z.string(), recordId: z.uuid().optional() })
  .openapi('AnduinConflict')

const refusal = z
  .strictObject({
    code: z.string(),
    message: z.string(),
    field: z.string().optional(),
    conflict: conflict.optional(),
    details: z
      .array(errorDetail)
      .optional()
      .openapi({ description: 'Everything that is wrong, when that is more than one thing.' }),
    requestId: z.string().optional(),
  })
  .openapi('AnduinRefusal')

export const errorResponse = z.strictObject({ error: refusal }).openapi('AnduinError')

const refused400 = json(errorResponse, 'The request cannot be carried out as it stands; the error names the field')
const notFound = json(errorResponse, 'No record has this id or tracking id')

/** The responses of an upsert: 200 whether it created or updated, and every refusal. */
export const upsertResponses = <T extends z.ZodType>(schema: T, name: string) => ({
  200: json(schema, `The whole ${name}, and whether it was created or updated`),
  ...commonRefusals(errorResponse),
  400: refused400,
  409: json(errorResponse, 'Another record holds a value that must be its own'),
})

export const getResponses = <T extends z.ZodType>(schema: T, name: string) => ({
  200: json(schema, `The whole ${name}`),
  ...commonRefusals(errorResponse),
  400: refused400,
  404: notFound,
})

export const updateResponses = <T extends z.ZodType>(schema: T, name: string) => ({
  ...upsertResponses(schema, name),
  200: json(schema, `The whole ${name}, as it is now`),
  404: notFound,
})
