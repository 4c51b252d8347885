import { z } from '@hono/zod-openapi'
import { commonRefusals, createdOrUpdated, json, orNull, readRefusals } from '../kit/responses.ts'

/** Wire shapes. What an organisation adds to its schema is beyond them: it is checked against the attributes. */

const textOrNull = z.string().nullable().optional()

export const socials = z
  .strictObject({ linkedin: textOrNull, twitter: textOrNull, facebook: textOrNull, instagram: textOrNull })
  .openapi('ZeegSocials')

/** What a person shows of its company. */
const companyShown = z
  .strictObject({ id: z.uuid(), name: z.string().nullable(), domain: z.string().nullable() })
  .openapi('ZeegCompanyOfPerson')

/** The same as it may be sent back. */
const companyNamed = companyShown.partial({ name: true, domain: true }).openapi('ZeegCompanyReference')

const anyAttributes = z.record(z.string(), z.unknown())

export const matchingAttribute = (description: string) =>
  z.object({ matchingAttribute: z.string().min(1).openapi({ description }) })

export const personBody = z
  .looseObject({
    firstName: textOrNull.openapi({ example: 'Ada' }),
    lastName: textOrNull.openapi({ example: 'Lovelace' }),
    salutation: textOrNull,
    emails: z
      .array(z.string())
      .nullable()
      .optional()
      .openapi({ description: 'The first address is the primary one.', example: ['ada@engine.example'] }),
    jobTitle: textOrNull,
    description: textOrNull,
    phoneNumber: textOrNull,
    primaryLocation: textOrNull,
    avatarUrl: textOrNull,
    companyId: z
      .union([z.string(), z.array(z.string())])
      .nullable()
      .optional()
      .openapi({ description: 'Id of a company, or a list of at most one; an empty list clears.' }),
    company: z
      .union([z.string(), z.array(z.string()), companyNamed])
      .nullable()
      .optional()
      .openapi({ description: 'As it is answered: stands for `companyId` where that is not sent.' }),
    socials: orNull(socials).optional(),
    customAttributes: anyAttributes.nullable().optional(),
  })
  .openapi('ZeegPersonBody', {
    description: 'Further attributes of people may stand beside the named ones, or in customAttributes.',
  })

export const companyBody = z
  .looseObject({
    name: textOrNull.openapi({ example: 'Analytical Engines' }),
    domain: textOrNull.openapi({ example: 'engine.example' }),
    description: textOrNull,
    website: textOrNull,
    phoneNumber: textOrNull,
    avatarUrl: textOrNull,
    socials: orNull(socials).optional(),
    customAttributes: anyAttributes.nullable().optional(),
  })
  .openapi('ZeegCompanyBody')

export const recordBody = anyAttributes.openapi('ZeegRecordBody', {
  description: 'Attribute slug to value. Absent leaves as it is, null clears.',
  example: { sku: 'A-100', price: 12.5 },
})

const nullableText = z.string().nullable()
const timestamp = z.string().openapi({ example: '2026-01-31T09:30:00+00:00' })
const renderedSocials = z
  .strictObject({ linkedin: nullableText, twitter: nullableText, facebook: nullableText, instagram: nullableText })
  .openapi('ZeegRenderedSocials')

export const person = z
  .strictObject({
    id: z.uuid(),
    firstName: nullableText,
    lastName: nullableText,
    salutation: nullableText,
    emails: z.array(z.string()),
    jobTitle: nullableText,
    description: nullableText,
    phoneNumber: nullableText,
    primaryLocation: nullableText,
    avatarUrl: nullableText,
    company: orNull(companyShown),
    socials: renderedSocials,
    customAttributes: anyAttributes,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi('ZeegPerson')

export const company = z
  .strictObject({
    id: z.uuid(),
    name: nullableText,
    domain: nullableText,
    description: nullableText,
    website: nullableText,
    phoneNumber: nullableText,
    avatarUrl: nullableText,
    socials: renderedSocials,
    customAttributes: anyAttributes,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi('ZeegCompany')

export const record = z
  .strictObject({
    id: z.uuid(),
    objectSlug: z.string(),
    attributes: anyAttributes,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi('ZeegRecord')

const succeeded = { success: z.literal(true), status: z.union([z.literal(200), z.literal(201)]) }

export const personResponse = z.strictObject({ ...succeeded, person }).openapi('ZeegPersonResponse')
export const companyResponse = z.strictObject({ ...succeeded, company }).openapi('ZeegCompanyResponse')
export const recordResponse = z.strictObject({ ...succeeded, record }).openapi('ZeegRecordResponse')

const conflict = z
  .strictObject({ field: z.string(), value: z.string(), recordId: z.uuid().optional() })
  .openapi('ZeegConflict')

const detail = z
  .strictObject({ field: z.string().nullable(), code: z.string(), message: z.string() })
  .openapi('ZeegErrorDetail')

export const errorResponse = z
  .strictObject({
    success: z.literal(false),
    message: z.string(),
    status: z.number().int(),
    code: z.string(),
    errors: z.array(detail),
    conflict: conflict.optional(),
    conflicts: z
      .array(conflict)
      .optional()
      .openapi({ description: 'Where several values are in the way: all of them.' }),
    requestId: z.string().optional(),
  })
  .openapi('ZeegError')

/** The responses of an assert: 201 when it created, 200 when it updated, and every refusal. */
export const assertResponses = <T extends z.ZodType>(schema: T, name: string) => ({
  ...createdOrUpdated(schema, name),
  ...commonRefusals(errorResponse),
  400: json(errorResponse, 'The request cannot be carried out as it stands'),
})

/** The responses of reading one. */
export const readResponses = <T extends z.ZodType>(schema: T, name: string) => ({
  200: json(schema, `The ${name}`),
  ...readRefusals(errorResponse),
  400: json(errorResponse, 'The request cannot be carried out as it stands'),
  404: json(errorResponse, `There is no such ${name}`),
})

export const notFound = { 404: json(errorResponse, 'There is no such object') }
