import { z } from '@hono/zod-openapi'
import { MATCH_KEYS } from '../../engine/plan/keys.ts'
import { itemOptions } from '../kit/item-options.ts'
import { textUpTo } from '../kit/text.ts'
import { PAGE_RECORDS } from './answer-size.ts'

/** The shapes that several operations share; those of one operation stand in its file. */

const problemDetail = z
  .strictObject({ code: z.string(), field: z.string().nullable(), detail: z.string(), fix: z.string() })
  .openapi('ProblemDetail')

const keyConflict = z
  .strictObject({
    field: z.string(),
    value: z.string(),
    recordId: z.uuid().optional(),
    index: z.number().int().optional().openapi({
      description: 'Instead of recordId, where nothing is written: the item that would make the holder.',
    }),
  })
  .openapi('KeyConflict')

export const problem = z
  .strictObject({
    type: z.string().openapi({ description: 'Where the code is explained.', example: '/docs/errors#unique_conflict' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string().openapi({ example: 'unique_conflict' }),
    instance: z.string().optional(),
    errors: z.array(problemDetail),
    conflicts: z.array(keyConflict).optional().openapi({ description: 'Keys that other records hold.' }),
    candidates: z
      .array(z.uuid())
      .optional()
      .openapi({ description: 'Records that an ambiguous key matches, oldest first, at most ten.' }),
    recordId: z.uuid().optional(),
  })
  .openapi('Problem')

export const values = z.looseObject({}).openapi({ example: { first_name: 'Ada', emails: ['ada@engine.example'] } })

export const record = z
  .strictObject({
    id: z.uuid(),
    object: z.string(),
    version: z.number().int(),
    values,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    archivedAt: z.iso.datetime().nullable(),
    createdBy: z.string(),
    updatedBy: z.string(),
  })
  .openapi('StoredRecord')

export const REFERENCE_CHARACTERS = 200

export const matchObject = z.looseObject({}).openapi('Match')

export const item = z
  .strictObject({
    match: z
      .union([matchObject, z.array(matchObject).min(1).max(MATCH_KEYS)])
      .optional()
      .openapi({ description: 'How to find the record; left out, one is created.', example: { external_id: '7' } }),
    values,
    ...itemOptions,
    ifVersion: z.number().int().min(1).optional(),
    reference: textUpTo(REFERENCE_CHARACTERS).optional().openapi({ description: 'Comes back with the outcome.' }),
  })
  .openapi('AssertItem')

export type Item = z.infer<typeof item>

export const outcomeFields = {
  id: z.uuid().nullable(),
  version: z.number().int().nullable(),
  matchedOn: z
    .array(z.string())
    .nullable()
    .openapi({ description: 'Attributes of the key that found the record; null when it was created.' }),
  changed: z.array(z.string()),
  transition: z.enum(['archived', 'restored']).nullable(),
}

const recordOmitted = z
  .literal(true)
  .optional()
  .openapi({ description: 'The record was asked for, but is larger than its share of the answer: get it by its id.' })

export const written = z
  .strictObject({
    status: z.enum(['created', 'updated', 'unchanged']),
    ...outcomeFields,
    reference: z.string().optional(),
    dryRun: z.literal(true).optional(),
    record: record.optional(),
    recordOmitted,
  })
  .openapi('AssertResult')

export const outcome = z
  .strictObject({
    index: z.number().int(),
    reference: z.string().optional(),
    status: z.enum(['created', 'updated', 'unchanged', 'refused']),
    ...outcomeFields,
    record: record.optional(),
    recordOmitted,
    error: problem.optional(),
  })
  .openapi('Outcome')

export const objectParam = z.object({
  object: z
    .string()
    .openapi({ param: { name: 'object', in: 'path' }, description: 'Slug of the object, such as people.' }),
})

export const recordParams = objectParam.extend({
  id: z.uuid().openapi({ param: { name: 'id', in: 'path' }, description: 'Id of the record.' }),
})

const listed = (text: string | undefined) => text?.split(',').filter((part) => part !== '')

export const fields = z.string().optional().transform(listed).openapi({
  type: 'string',
  description: 'Attributes to answer with, separated by commas. Absent: all that are set.',
})

export const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(PAGE_RECORDS)
  .default(100)
  .openapi({ description: `How many at most, up to ${PAGE_RECORDS}; a page may end sooner, where its bytes do.` })

/** Where a page goes on. */
export const cursor = z
  .string()
  .optional()
  .openapi({ description: 'The `nextCursor` of the page before. Absent: the first page.' })

export const idempotencyKey = z.string().optional().openapi({
  description:
    'Of your own making: the same request again with the same key within a day is answered with what it was answered first, and does nothing.',
})

export const ifMatch = z
  .string()
  .optional()
  .openapi({ description: 'ETag of the version that is meant, such as "3"; another one is answered with 412.' })

const PREFERENCE = /(?:^|[,;])\s*return\s*=\s*"?([^\s",;]*)"?/i

/** `Prefer: return=...`. Other preferences are not ours and are passed over, as RFC 7240 wants it. */
const PREFERENCES = {
  'return=minimal': 'the answer leaves the record away.',
  'return=representation': 'each outcome has its record, as far as all fit.',
} as const

export const prefer = (example: 'return=minimal' | 'return=representation') =>
  z
    .string()
    .optional()
    .transform((header) => (header === undefined ? undefined : PREFERENCE.exec(header)?.[1]))
    .pipe(z.enum(['minimal', 'representation']).optional())
    .openapi({ type: 'string', description: `${example}: ${PREFERENCES[example]}` })

export const dryRun = z.object({
  dryRun: z.enum(['true', 'false']).optional().openapi({ description: 'Tell what would happen, and write nothing.' }),
})
