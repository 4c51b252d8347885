import { z } from '@hono/zod-openapi'
import { hookLimits } from '../../hooks/definition.ts'
import { accessLimits, definitionLimits } from '../../schema/limits.ts'
import { SLUG, typeNames } from '../../schema/schema.ts'
import { hookDefinition, preset, verificationOf } from './hook-document.ts'
import { someTextUpTo } from './text.ts'

/** The schema as a document: what a route and a command take alike. */

export const slug = z
  .string()
  .regex(SLUG, 'lower-case letters, digits and underscores, a letter first, and none of id, constructor, prototype')
  .openapi({ example: 'deals' })

export const typeName = z.enum(typeNames as unknown as [string, ...string[]]).openapi('AttributeType') as z.ZodType<
  (typeof typeNames)[number]
>

export const optionId = z
  .string()
  .regex(/^opt_[a-z0-9_]{1,70}$/, 'opt_ and up to 70 lower-case letters, digits and underscores')

export const label = someTextUpTo(definitionLimits.label)
export const optionValue = someTextUpTo(definitionLimits.option)
const flag = z.boolean().optional()

const remove = flag.openapi({ description: 'Erases it with its data; only what is archived already.' })

const option = z
  .strictObject({ id: optionId.optional(), value: optionValue, archived: flag, remove })
  .openapi('SchemaOption', {
    description: 'One that has the id is renamed; without an id, the value says which it is.',
  })

const attribute = z
  .strictObject({
    slug,
    renamedFrom: slug.optional().openapi({ description: 'The slug that it has had: its data moves along.' }),
    label: label.optional(),
    type: typeName.optional(),
    multiple: flag,
    required: flag,
    unique: flag,
    indexed: flag,
    searchable: flag.openapi({ description: 'Records are found by its words: `q`.' }),
    related: slug.optional(),
    archived: flag,
    options: z.array(option).max(definitionLimits.optionsPerAttribute).optional(),
    convert: flag.openapi({ description: 'The values that are stored become values of the new type.' }),
    remove,
  })
  .openapi('SchemaAttribute')

const combination = z
  .strictObject({
    name: slug,
    attributes: z.array(slug).max(definitionLimits.attributesPerCombination).optional(),
    unique: flag,
    archived: flag,
    remove,
  })
  .openapi('SchemaCombination')

const object = z
  .strictObject({
    slug,
    singularName: label.optional(),
    pluralName: label.optional(),
    archived: flag,
    remove,
    attributes: z.array(attribute).max(definitionLimits.attributesPerObject).optional(),
    combinations: z.array(combination).max(definitionLimits.combinationsPerObject).optional(),
  })
  .openapi('SchemaObject')

const hookName = someTextUpTo(accessLimits.name)

const hook = z
  .strictObject({
    name: hookName,
    renamedFrom: hookName.optional().openapi({ description: 'The name that it has had: its address stays.' }),
    preset,
    ...z.strictObject(hookDefinition).partial().shape,
    challenge: z.union([hookDefinition.challenge, z.null()]).optional(),
    remove: flag.openapi({ description: 'Deletes it; only what is off already.' }),
  })
  .openapi('SchemaHook', { description: 'Known by its name, and without its secrets.' })

const OBJECTS = definitionLimits.objects + 20

export const schemaDocument = z
  .strictObject({
    objects: z.array(object).max(OBJECTS),
    hooks: z
      .array(hook)
      .max(2 * hookLimits.hooks)
      .optional()
      .openapi({ description: 'Absent: hooks are none of its business.' }),
  })
  .openapi('SchemaDocument', { description: 'What is left out stays as it is.' })

/** As it is sent. */
export type SentDocument = z.output<typeof schemaDocument>

/** The document as it is applied. @throws RefusedError required or unknown_field, for what the scheme of a hook needs or has no use for */
export const documentOf = ({ hooks, ...rest }: SentDocument) => ({
  ...rest,
  ...(hooks && {
    hooks: hooks.map(({ verification, ...entry }, i) => ({
      ...entry,
      ...(verification && { verification: verificationOf(verification, ['hooks', i, 'verification']) }),
    })),
  }),
})
