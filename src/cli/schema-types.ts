import type { components } from '../client/index.ts'

/** The schema of an organisation as types for the client: docs/client.md. */

type ObjectSchema = components['schemas']['ObjectSchema']
type Attribute = components['schemas']['Attribute']

/** Ids of options can be written too, so their names are what an editor proposes and not all that there is. */
const optionsOf = ({ options }: Attribute): string =>
  [
    ...options.filter(({ archived }) => !archived).map(({ value }) => JSON.stringify(value)),
    '(string & Record<never, never>)',
  ].join(' | ')

interface Spelling {
  readonly read: string
  readonly written: (attribute: Attribute) => string
}

const alike = (type: string): Spelling => ({ read: type, written: () => type })

const option: Spelling = { read: 'string', written: optionsOf }

const spellings: Readonly<Record<components['schemas']['AttributeType'], Spelling>> = {
  text: alike('string'),
  long_text: alike('string'),
  number: alike('number'),
  checkbox: alike('boolean'),
  date: alike('string'),
  datetime: alike('string'),
  email: alike('string'),
  domain: alike('string'),
  phone_number: alike('string'),
  url: alike('string'),
  select: option,
  multiselect: option,
  status: option,
  rating: alike('number'),
  currency: {
    read: '{ amount: number; code?: string }',
    written: () => 'number | { amount: number; code?: string }',
  },
  relation: { read: 'string', written: () => 'string | { match: Record<string, unknown> }' },
  user: alike('string'),
}

const listOf = ({ multiple }: Attribute, type: string) => (multiple ? `(${type})[]` : type)

const keyOf = (attribute: Attribute): string => {
  const spelling = spellings[attribute.type]
  return spelling === option ? spelling.written(attribute) : spelling.read
}

/** Compound values are no match keys. */
const isMatchable = ({ type }: Attribute) => type !== 'currency'

const members = (attributes: readonly Attribute[], typeOf: (attribute: Attribute) => string): string =>
  attributes.map((one) => `      ${one.slug}?: ${typeOf(one)}\n`).join('')

const objectTypes = ({ slug, attributes }: ObjectSchema): string => {
  const current = attributes.filter(({ archived }) => !archived)
  const read = members(current, (one) => `${listOf(one, spellings[one.type].read)} | null`)
  const written = members(current, (one) => `${listOf(one, spellings[one.type].written(one))} | null`)
  const match = members(current.filter(isMatchable), keyOf)
  return `  ${slug}: {
    values: {
${read}    }
    input: {
${written}    }
    match: {
${match}    }
  }
`
}

/** How such a file begins. */
export const MADE_HERE = '// Made by "edge-upsert types". Do not edit.'

/** @returns a TypeScript module with the interface `Schema`, the same for the same schema */
export const schemaTypes = (objects: readonly ObjectSchema[]): string => `${MADE_HERE}
export interface Schema {
${objects.map(objectTypes).join('')}}
`
