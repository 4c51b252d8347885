import type { ObjectSchema } from '../../schema/objects.ts'
import { readTyped, typedOf } from '../../values/typed.ts'
import type { Hook, Mapping, Options, WriteMode } from './kinds.ts'

/** A mapping as somebody edits it: rows in an order, some of which may not be finished. */

export interface MatchRow {
  readonly attribute: string
  readonly text: string
}

export interface ValueRow extends MatchRow {
  /** Whether it is the same each time, and not an expression. */
  readonly isConstant: boolean
  /** Empty: as is usual. */
  readonly write: WriteMode | ''
}

export interface Draft {
  readonly when: string
  readonly items: string
  readonly messageId: string
  /** Alternatives, each of one attribute or of several together. */
  readonly match: readonly (readonly MatchRow[])[]
  readonly values: readonly ValueRow[]
  readonly ifNewer: string
}

/** A constant as it is typed; what no field could hold, as JSON. */
const typedConstant = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : typedOf(value)

const readConstant = (object: ObjectSchema | undefined, { attribute, text }: MatchRow): unknown => {
  if (/^\s*[[{]/.test(text))
    try {
      return JSON.parse(text) as unknown
    } catch {
      return text
    }
  const found = object?.attributes.find(({ slug }) => slug === attribute)
  return found ? readTyped(found, text) : text
}

export const draftOf = ({ mapping, options }: Pick<Hook, 'mapping' | 'options'>): Draft => {
  const { when = '', items = '', messageId = '', match, values, constants = {} } = mapping
  const row = (isConstant: boolean, attribute: string, text: string): ValueRow => ({
    attribute,
    text,
    isConstant,
    write: options.write?.[attribute] ?? '',
  })
  return {
    when,
    items,
    messageId,
    match: match.map((one) => Object.entries(one).map(([attribute, text]) => ({ attribute, text }))),
    values: [
      ...Object.entries(values).map(([attribute, text]) => row(false, attribute, text)),
      ...Object.entries(constants).map(([attribute, value]) => row(true, attribute, typedConstant(value))),
    ],
    ifNewer: options.ifNewer ?? '',
  }
}

const isFinished = ({ attribute, text }: MatchRow): boolean => attribute !== '' && text.trim() !== ''

/** Alternatives of which each part is there: their places are those that the API calls them by. */
export const finishedMatches = ({ match }: Draft): readonly (readonly MatchRow[])[] =>
  match.filter((rows) => rows.length > 0 && rows.every(isFinished))

const recordOf = (rows: readonly MatchRow[]) => Object.fromEntries(rows.map(({ attribute, text }) => [attribute, text]))

const mappingOf = (object: ObjectSchema | undefined, draft: Draft): Mapping => {
  const { when, items, messageId } = draft
  const rows = draft.values.filter(isFinished)
  const constants = rows.filter(({ isConstant }) => isConstant)
  return {
    ...(when.trim() !== '' && { when }),
    ...(items.trim() !== '' && { items }),
    ...(messageId.trim() !== '' && { messageId }),
    match: finishedMatches(draft).map(recordOf),
    values: recordOf(rows.filter(({ isConstant }) => !isConstant)),
    ...(constants.length > 0 && {
      constants: Object.fromEntries(constants.map((one) => [one.attribute, readConstant(object, one)])),
    }),
  }
}

/** What stood there of attributes that have no row stays as it was. */
const optionsOf = (hook: Pick<Hook, 'mapping' | 'options'>, draft: Draft): Options => {
  const { write: former = {}, ifNewer: _, ...others } = hook.options
  const had = new Set(draftOf(hook).values.map(({ attribute }) => attribute))
  const rest = Object.entries(former).filter(([attribute]) => !had.has(attribute))
  const said = draft.values.flatMap(({ attribute, write }) => (write === '' ? [] : [[attribute, write] as const]))
  const write = Object.fromEntries([...rest, ...said])
  return {
    ...others,
    ...(Object.keys(write).length > 0 && { write }),
    ...(draft.ifNewer !== '' && { ifNewer: draft.ifNewer }),
  }
}

/** The draft as a change of the hook takes it, and a preview. */
export const changeOf = (object: ObjectSchema | undefined, hook: Pick<Hook, 'mapping' | 'options'>, draft: Draft) => ({
  mapping: mappingOf(object, draft),
  options: optionsOf(hook, draft),
})

/** Whether it is another one than what is stored. */
export const isChanged = (object: ObjectSchema | undefined, hook: Hook, draft: Draft): boolean =>
  JSON.stringify(changeOf(object, hook, draft)) !== JSON.stringify(changeOf(object, hook, draftOf(hook)))
