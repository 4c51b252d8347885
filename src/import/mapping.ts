import type { components } from '../client/index.ts'
import { nearest } from '../schema/nearest.ts'
import { plainLetters } from '../schema/words.ts'
import { ImportError } from './import-error.ts'
import { type ImportOptions, requireColumn } from './options.ts'
import type { Attribute } from './values/element.ts'

/** Which column is which attribute. Nothing is left out unless somebody said so, or the server makes it itself. */

type ObjectSchema = components['schemas']['ObjectSchema']

export interface MappedColumn {
  readonly name: string
  readonly index: number
  readonly attribute: Attribute
  /** Of a relation: the attribute of the related object that the cells name its records by. */
  readonly relatedBy?: string
}

export interface Mapping {
  readonly columns: readonly MappedColumn[]
  /** The column of ids, if records are matched by them. */
  readonly id: number | undefined
  /** Columns without a name, which must have no values either. */
  readonly nameless: readonly number[]
  /** Told, and not sent. */
  readonly left: readonly { readonly name: string; readonly why: string }[]
}

/** What an export writes besides the attributes. */
export const DERIVED = new Set(['id', 'createdAt', 'updatedAt', 'archivedAt'])

/** What this command itself puts in front of the columns of refused rows. */
export const REFUSED_COLUMNS = ['refused_line', 'refused_column', 'refused_reason'] as const

/** And what it gives of what is no JSON. */
export const REFUSED_TEXT = 'refused_text'

export const isOfRefused = (column: string): boolean =>
  column === REFUSED_TEXT || REFUSED_COLUMNS.some((one) => one === column)

/** Case, spaces, punctuation and accents aside. */
const plain = (name: string): string => plainLetters(name).replaceAll(/[^\p{L}\p{N}]+/gu, '')

const current = ({ attributes }: ObjectSchema) => attributes.filter(({ archived }) => !archived)

/** The only attribute that is called so. */
export const attributeCalled = (name: string, attributes: readonly Attribute[]): Attribute | undefined => {
  const exact = attributes.find(({ slug }) => slug === name)
  if (exact) return exact
  for (const keyOf of [plain, (one: string) => plain(one).replace(/s$/, '')]) {
    const called = attributes.filter(({ slug, label }) => [slug, label].some((one) => keyOf(one) === keyOf(name)))
    if (called.length === 1) return called[0]
    if (called.length > 1) return undefined
  }
  return undefined
}

/** The one that was meant, most likely, as the end of a sentence. */
export const attributeNear = (name: string, known: readonly string[]): string => {
  const near = nearest(plain(name), known)
  return near === undefined ? '' : ` (is it ${near}?)`
}

/** By what records of the related object are named: as an export names them, or as was said. */
const relatedBy = (attribute: Attribute, said: string | undefined, objects: readonly ObjectSchema[]) => {
  const related = objects.find(({ slug }) => slug === attribute.related)
  if (!related) return undefined
  if (said === undefined) return current(related).find(({ unique }) => unique)?.slug
  const slugs = current(related).map(({ slug }) => slug)
  if (!slugs.includes(said))
    throw new ImportError(`--map: "${said}" is no attribute of ${related.slug}${attributeNear(said, slugs)}.`)
  return said
}

interface Said {
  readonly column: string
  readonly attribute: string
}

const saidOf = (text: string): Said => {
  const at = text.lastIndexOf('=')
  if (at < 1) throw new ImportError(`--map: "${text}" must be a column and an attribute, such as 'E-Mail=emails'.`)
  return { column: text.slice(0, at).trim(), attribute: text.slice(at + 1).trim() }
}

const requireNames = (columns: readonly string[]) => {
  const twice = columns.find((name, at) => name !== '' && columns.indexOf(name) !== at)
  if (twice !== undefined) throw new ImportError(`Two columns are called "${twice}": rename one of them.`)
}

const requireSingles = (columns: readonly MappedColumn[]) => {
  for (const one of columns) {
    const other = columns.find(({ attribute, name }) => attribute.slug === one.attribute.slug && name !== one.name)
    if (other && !one.attribute.multiple)
      throw new ImportError(
        `The columns "${one.name}" and "${other.name}" are both ${one.attribute.slug}, which holds one value: say which is which with --map 'Column=attribute', or --ignore one.`,
      )
  }
}

/**
 * @param matchesById whether the column of ids is what records are found by
 * @throws ImportError for a column of which nobody knows what it is
 */
export const mappingOf = (
  names: readonly string[],
  { map = [], ignore = [] }: Pick<ImportOptions, 'map' | 'ignore'>,
  object: ObjectSchema,
  objects: readonly ObjectSchema[],
  matchesById: boolean,
): Mapping => {
  requireNames(names)
  const attributes = current(object)
  const slugs = attributes.map(({ slug }) => slug)
  const said = map.map(saidOf)
  for (const { column } of said) requireColumn('--map', column, names)
  for (const column of ignore) requireColumn('--ignore', column, names)
  const columns: MappedColumn[] = []
  const left: { name: string; why: string }[] = []
  const unknown: string[] = []
  const nameless: number[] = []
  let id: number | undefined
  for (const [index, name] of names.entries()) {
    const target = said.find(({ column }) => column === name)
    const [slug = '', by] = target?.attribute.split('.') ?? []
    const attribute = target ? attributes.find((one) => one.slug === slug) : attributeCalled(name, attributes)
    if (target && !attribute)
      throw new ImportError(
        `--map: "${target.attribute}" is no attribute of ${object.slug}${attributeNear(slug, slugs)}.`,
      )
    if (name === '') nameless.push(index)
    else if (ignore.includes(name)) left.push({ name, why: 'as --ignore says' })
    else if (isOfRefused(name)) left.push({ name, why: 'why rows were refused' })
    else if (attribute) {
      const related = attribute.type === 'relation' ? relatedBy(attribute, by, objects) : undefined
      columns.push({ name, index, attribute, ...(related !== undefined && { relatedBy: related }) })
    } else if (name === 'id' && matchesById) id = index
    else if (DERIVED.has(name)) left.push({ name, why: 'made by the server' })
    else unknown.push(`"${name}"${attributeNear(name, slugs)}`)
  }
  if (unknown.length > 0)
    throw new ImportError(
      `No attribute of ${object.slug} is called ${unknown.join(', ')}: say which it is with --map 'Column=attribute', or --ignore Column.`,
    )
  requireSingles(columns)
  return { columns, id, nameless, left }
}
