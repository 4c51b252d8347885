import { computed } from '@preact/signals'
import type { components, Filter } from '../../../client/index.ts'
import { address, changeQuery, type Query } from '../../frame/address.ts'
import { type Attribute, attributesOf, namingOf, type ObjectSchema } from '../../schema/objects.ts'

/** What of a list stands in the address: filter, words, sort, columns, whether archived records are in it. */

type RecordQuery = components['schemas']['RecordQuery']
export type Sort = NonNullable<RecordQuery['sort']>
export type Archived = NonNullable<RecordQuery['archived']>

const parsedFilter = (text: string | undefined): Filter | undefined => {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as Filter
  } catch {
    return undefined
  }
}

const parsedSort = (text: string | undefined): Sort | undefined => {
  if (!text) return undefined
  return text.startsWith('-') ? { attribute: text.slice(1), direction: 'desc' } : { attribute: text, direction: 'asc' }
}

/** As the API takes it. */
export const filter = computed(() => parsedFilter(address.value.query.filter))
/** Words that are searched for. */
export const q = computed(() => address.value.query.q)
export const sort = computed(() => parsedSort(address.value.query.sort))
export const archived = computed<Archived>(() => {
  const { archived } = address.value.query
  return archived === 'include' || archived === 'only' ? archived : 'exclude'
})

export const setFilter = (to: Filter | undefined): void =>
  changeQuery({ filter: to === undefined ? undefined : JSON.stringify(to) })

export const setWords = (to: string): void => changeQuery({ q: to.trim() === '' ? undefined : to })

/** Ascending, descending, and then no more. */
export const sortNext = (attribute: string): void => {
  const now = sort.peek()
  const next = now?.attribute !== attribute ? attribute : now.direction === 'asc' ? `-${attribute}` : undefined
  changeQuery({ sort: next })
}

export const setArchived = (to: Archived): void => changeQuery({ archived: to === 'exclude' ? undefined : to })

const OWN: readonly string[] = ['createdAt', 'updatedAt']

/** Times of a record, which are asked for and shown like attributes. */
export const ownAttributes: readonly Attribute[] = OWN.map((slug) => ({
  slug,
  label: slug === 'createdAt' ? 'Created' : 'Changed',
  type: 'datetime',
  multiple: false,
  required: true,
  unique: false,
  indexed: true,
  searchable: false,
  standard: true,
  archived: false,
  related: null,
  options: [],
  jobId: null,
}))

export const columnsToChoose = (object: ObjectSchema): readonly Attribute[] => [
  ...attributesOf(object),
  ...ownAttributes,
]

const COLUMNS = 7
const WIDE = new Set(['long_text', 'url'])

/** What a list shows of which nobody has chosen anything: its name, its keys, and what there is room for. */
const usual = (object: ObjectSchema): readonly string[] => {
  const attributes = attributesOf(object).filter(({ type }) => !WIDE.has(type))
  const first = [...namingOf(object), ...attributes.filter(({ unique }) => unique), ...attributes]
  return [...[...new Set(first.map(({ slug }) => slug))].slice(0, COLUMNS), 'updatedAt']
}

const storedAs = (object: ObjectSchema) => `edge-upsert.columns.${object.slug}`

/** The address says it; else what was chosen last in this browser. Names that are no column any more are left out. */
export const columnsOf = (object: ObjectSchema): readonly Attribute[] => {
  const said = address.value.query.columns ?? localStorage.getItem(storedAs(object))
  const chosen = said ? said.split(',') : usual(object)
  const known = columnsToChoose(object)
  return chosen.flatMap((slug) => known.find((one) => one.slug === slug) ?? [])
}

/** @param slugs none: the usual ones again */
export const setColumns = (object: ObjectSchema, slugs: readonly string[]): void => {
  if (slugs.length === 0) localStorage.removeItem(storedAs(object))
  else localStorage.setItem(storedAs(object), slugs.join())
  changeQuery({ columns: slugs.length === 0 ? undefined : slugs.join() })
}

/** The same view, with a record beside it or without. */
export const besideQuery = (record: string | undefined): Query => ({ ...address.value.query, record })
