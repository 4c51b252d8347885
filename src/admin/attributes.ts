import { sql } from 'drizzle-orm'
import { type Attribute, type Option, slugOf, type TypeName, typeOf } from '../schema/schema.ts'
import type { Database } from '../storage/drizzle.ts'
import { attributes } from '../storage/tables.ts'
import { raiseRevision } from './revision.ts'

export interface NewAttribute {
  readonly label: string
  readonly type: TypeName
  /** Default: from the label. */
  readonly slug?: string
  readonly multiple?: boolean
  readonly required?: boolean
  readonly unique?: boolean
  readonly related?: string
  /** What a select, multiselect or status can be; ids are made from the values. */
  readonly options?: readonly string[]
}

const optionId = (value: string) => `opt_${slugOf(value) || crypto.randomUUID().slice(0, 8)}`

const optionsOf = (values: readonly string[]): Option[] => values.map((value) => ({ id: optionId(value), value }))

/** `price`, or `price_2` when that is taken. */
export const freeSlug = (wanted: string, taken: (slug: string) => boolean): string => {
  let slug = wanted
  for (let n = 2; taken(slug); n++) slug = `${wanted}_${n}`
  return slug
}

/** What the new attribute will be. Pure; the caller has checked the label and the type. */
export const newAttribute = (input: NewAttribute, taken: (slug: string) => boolean): Attribute => {
  const slug = freeSlug(input.slug ?? slugOf(input.label), taken)
  return {
    slug,
    label: input.label,
    type: input.type,
    multiple: input.multiple === true || typeOf(input).alwaysMultiple === true,
    required: input.required === true,
    unique: input.unique === true,
    indexed: input.unique === true,
    standard: false,
    archived: false,
    ...(input.related !== undefined && { related: input.related }),
    options: optionsOf(input.options ?? []),
  }
}

/** Adds a custom attribute, or leaves the one of that slug as it is. */
export const addAttribute = async (
  db: Database,
  organizationId: string,
  object: string,
  attribute: Attribute,
): Promise<void> => {
  const now = Date.now()
  await db.batch([
    db
      .insert(attributes)
      .values({
        organizationId,
        object,
        slug: attribute.slug,
        label: attribute.label,
        type: attribute.type,
        isMultiple: attribute.multiple,
        isRequired: attribute.required,
        isUnique: attribute.unique,
        isIndexed: attribute.indexed,
        relatedObject: attribute.related ?? null,
        options: attribute.options,
        position: sql`(SELECT count(*) FROM ${attributes} a WHERE a.organization_id = ${organizationId} AND a.object = ${object})`,
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing(),
    raiseRevision(db, organizationId),
  ])
}
