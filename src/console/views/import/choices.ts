import { attributeCalled, DERIVED, isOfRefused } from '../../../import/mapping.ts'
import type { Reading } from '../../../import/reading-said.ts'
import { type Attribute, attributesOf, type ObjectSchema } from '../../schema/objects.ts'

/** What somebody has chosen of the columns of a file, and the same as the options of the command. */

/** How the cells of a column are read, as the command has it said: docs/importing.md. */
export const settings = ['decimal', 'dateFormat', 'timeZone', 'currency', 'country', 'separator'] as const
export type Setting = (typeof settings)[number]

export interface ColumnChoice extends Readonly<Partial<Record<Setting, string>>> {
  /** Slug of the attribute; null: the column is left out. Absent: nobody has said. */
  readonly target?: string | null
  /** Of a relation: the attribute that its records are named by. */
  readonly by?: string
  /** What becomes of what is stored. */
  readonly write?: string
}

export interface Choices {
  readonly columns: Readonly<Record<string, ColumnChoice>>
  /** By what records are found: one key after the other, each of attributes that are one key together. */
  readonly keys: readonly (readonly string[])[]
  readonly empty?: string
  readonly onBadCell?: string
}

/** Left out by itself: the server makes it, or it tells why a row was refused. */
export const isLeftOut = (name: string): boolean => name === '' || DERIVED.has(name) || isOfRefused(name)

/** By their names, as the command does; a second column of an attribute with one value is nobody's guess. */
export const guessed = (names: readonly string[], object: ObjectSchema): Choices => {
  const attributes = attributesOf(object)
  const columns: Record<string, ColumnChoice> = {}
  const taken = new Set<string>()
  for (const name of names.filter((one) => !isLeftOut(one))) {
    const attribute = attributeCalled(name, attributes)
    if (!attribute || (taken.has(attribute.slug) && !attribute.multiple)) continue
    taken.add(attribute.slug)
    columns[name] = { target: attribute.slug }
  }
  const unique = attributes.find((one) => one.unique && taken.has(one.slug))
  return { columns, keys: unique ? [[unique.slug]] : [] }
}

export const attributeIn = (object: ObjectSchema, choice: ColumnChoice | undefined): Attribute | undefined =>
  attributesOf(object).find(({ slug }) => slug === choice?.target)

/** Of which nobody has said what they are. */
export const undecided = (names: readonly string[], { columns }: Choices): readonly string[] =>
  names.filter((name) => !isLeftOut(name) && columns[name]?.target === undefined)

/** Columns that are one attribute with another one, of which there is one value. */
export const colliding = (names: readonly string[], { columns }: Choices, object: ObjectSchema): readonly string[] =>
  names.filter((name) => {
    const attribute = attributeIn(object, columns[name])
    const isShared = names.some((one) => one !== name && columns[one]?.target === attribute?.slug)
    return attribute !== undefined && !attribute.multiple && isShared
  })

/** @returns as options of the command; what nobody has said is left out for now */
export const readingOf = (names: readonly string[], choices: Choices): Reading => {
  const columns = names.filter((name) => !isLeftOut(name)).map((name) => [name, choices.columns[name] ?? {}] as const)
  const said = (setting: Setting) => {
    const texts = columns.flatMap(([name, { target, [setting]: text = '' }]) =>
      target && text !== '' ? [`${name}=${text}`] : [],
    )
    return texts.length === 0 ? {} : { [setting]: texts }
  }
  const mapped = columns.filter(([, { target }]) => target)
  const write = mapped.flatMap(([, { target, write }]) => (write ? [`${target}=${write}`] : []))
  return {
    map: mapped.map(([name, { target, by }]) => `${name}=${target}${by ? `.${by}` : ''}`),
    ignore: columns.filter(([, { target }]) => !target).map(([name]) => name),
    ...Object.assign({}, ...settings.map(said)),
    ...(write.length > 0 && { write: [...new Set(write)] }),
    ...(choices.empty !== undefined && { empty: choices.empty }),
    ...(choices.onBadCell !== undefined && { onBadCell: choices.onBadCell }),
  }
}
