import { refuse } from '../engine/errors.ts'
import { type Change, eventActions, recordActions } from '../engine/history.ts'
import { type HookDefinition, hookStates, type Mapping } from '../hooks/definition.ts'
import { historyModes, SLUG, valueTypes } from '../schema/schema.ts'
import type { SqlValue } from '../storage/driver.ts'
import { type SubscriptionDefinition, subscriptionStates } from '../subscriptions/definition.ts'

/** What the rows of an export hold. Whoever restores one may have written it, so nothing else is let into a table. */

type Row = Readonly<Record<string, SqlValue>>

interface Kind {
  /** @param row that it stands in */
  readonly is: (value: SqlValue | undefined, row: Row) => boolean
  readonly what: string
  /** Exports of a release before its migration are without it: it becomes what it became of the rows that were there then. */
  readonly later?: true
}

const TEXT = 1_000_000
/** The last instant that a date can stand for. */
const LAST = 8.64e15

const isText = (value: SqlValue | undefined): value is string => typeof value === 'string' && value.length <= TEXT
/** With room to be raised from there. */
export const LARGEST = 1_000_000_000_000

const isWhole = (value: SqlValue | undefined, largest = LARGEST): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= largest

const parsedAs = (is: (value: unknown) => boolean) => (value: SqlValue | undefined) => {
  if (!isText(value)) return false
  try {
    return is(JSON.parse(value))
  } catch {
    return false
  }
}
const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
const isListOf = (is: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(is)

const oneOf = (...words: readonly string[]): Kind => ({
  is: (value) => words.includes(value as string),
  what: `one of ${words.join(', ')}`,
})
const orNull = ({ is, what }: Kind): Kind => ({
  is: (value, row) => value === null || is(value, row),
  what: `${what}, or null`,
})
/** A column that a migration has added to a table that was there before. */
const later = (kind: Kind): Kind => ({ ...kind, later: true })

const text: Kind = { is: isText, what: 'a text' }
/** The program writes ids and actors into its answers as they are (src/storage/program/answers.ts). */
const isId = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z0-9:-]{1,200}$/.test(value)
const id: Kind = { is: isId, what: 'an id: letters, digits, colon and hyphen' }
const slug: Kind = { is: (value) => isText(value) && SLUG.test(value), what: 'a slug' }
const whole: Kind = { is: (value) => isWhole(value), what: `a whole number up to ${LARGEST}` }
const instant: Kind = { is: (value) => isWhole(value, LAST), what: 'milliseconds since 1970' }
const flag: Kind = { is: (value) => value === 0 || value === 1, what: '0 or 1' }
const isScalarValue = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)
const isOneValue = (value: unknown) =>
  isScalarValue(value) || (isObject(value) && Object.values(value as object).every(isScalarValue))
/** `[value, normal form]` as a record holds it, the second where keys are made of something else: nothing in it is null. */
const isStored = (stored: unknown) =>
  Array.isArray(stored) &&
  (stored.length === 1 || stored.length === 2) &&
  stored.every((value) => isOneValue(value) || (Array.isArray(value) && value.every(isOneValue)))
const data: Kind = {
  is: parsedAs((value) => isObject(value) && Object.values(value as object).every(isStored)),
  what: 'a JSON object of lists that hold a value, as text',
}
const building: Kind = {
  is: parsedAs((value) => typeof (Object(value) as { readonly jobId?: unknown }).jobId === 'string'),
  what: 'the job that makes it, as text',
}
/** As `parseRecord` reads it: what is left of a record that was merged. */
const tombstone: Kind = {
  is: parsedAs((value) => {
    if (!Array.isArray(value) || value.length !== 9) return false
    const [id, version, created, updated, archived, createdBy, updatedBy, lastWrite, left] =
      value as readonly SqlValue[]
    return (
      [id, createdBy, updatedBy].every(isId) &&
      [created, updated, archived ?? 0].every((time) => isWhole(time, LAST)) &&
      isWhole(version) &&
      Array.isArray(lastWrite) &&
      isObject(left)
    )
  }),
  what: 'what is left of a merged record, as JSON in a text',
}
const list: Kind = { is: parsedAs(Array.isArray), what: 'a JSON list, as text' }
const options: Kind = {
  is: parsedAs(isListOf((one) => isObject(one) || typeof one === 'string')),
  what: 'a JSON list of options, as text',
}
const texts: Kind = { is: parsedAs(isListOf((one) => typeof one === 'string')), what: 'a JSON list of texts, as text' }
const slugs: Kind = { ...texts, what: 'a JSON list of slugs, as text' }

/** As much of a hook as whoever opens it relies on; what else it says is judged where it is used. */
const hookDefinition: Kind = {
  is: parsedAs((value) => {
    if (!isObject(value)) return false
    const { object, mapping, verification, allowlist } = value as Partial<Record<keyof HookDefinition, unknown>>
    const { match, values } = Object(mapping) as Partial<Record<keyof Mapping, unknown>>
    const { scheme } = Object(verification) as { readonly scheme?: unknown }
    const isMapping = Array.isArray(match) && match.every(isObject) && isObject(values)
    return typeof object === 'string' && typeof scheme === 'string' && isMapping && Array.isArray(allowlist)
  }),
  what: 'the definition of a hook, as text',
}

/** Likewise of a subscription; where it leads is judged again each time that something is sent there. */
const subscriptionDefinition: Kind = {
  is: parsedAs((value) => {
    if (!isObject(value)) return false
    const { url, ...lists } = value as Partial<Record<keyof SubscriptionDefinition, unknown>>
    return typeof url === 'string' && [lists.objects, lists.actions, lists.attributes].every(Array.isArray)
  }),
  what: 'the definition of a subscription, as text',
}
const sealedSecrets: Kind = {
  is: parsedAs(
    isListOf((one) => {
      const { sealed, until } = Object(one) as Partial<Record<'sealed' | 'until', unknown>>
      return typeof sealed === 'string' && (until === null || Number.isSafeInteger(until))
    }),
  ),
  what: 'a JSON list of encrypted secrets, as text',
}

const isObjectOf = (is: (value: unknown) => boolean) => (value: unknown) =>
  isObject(value) && Object.values(value as object).every(is)
const isPairOf = (is: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.length === 2 && value.every(is)
const isPair = isPairOf(() => true)
const isValues = isObjectOf(isPairOf((one) => one === null || isStored(one)))

/** What a change says besides names, by what it is: whoever shows it goes by that. */
const deltas: Readonly<Record<Change['action'], (value: unknown) => boolean>> = {
  created: isObjectOf(isStored),
  updated: isValues,
  archived: isValues,
  restored: isValues,
  merged: isValues,
  separated: isValues,
  // How far its values are forgotten.
  erased: () => true,
  history_changed: isObjectOf(isPair),
  schema_changed: isObject,
}
const isAction = (action: SqlValue | undefined): action is Change['action'] => Object.hasOwn(deltas, String(action))
const delta: Kind = {
  is: (value, { action }) => {
    if (value === null || value === undefined) return action !== 'history_changed'
    return isAction(action) && parsedAs(deltas[action])(value)
  },
  what: 'what such a change says of values, as JSON in a text, or null',
}

const owned = { organization_id: id } as const
const times = { created_at: instant, updated_at: instant } as const

/** Every column of every table of an export, in the order of their tables. */
export const exportedColumns = {
  organizations: {
    id,
    name: text,
    crm_mode: oneOf('b2b', 'b2c'),
    change_feed: flag,
    revision: whole,
    created_at: instant,
    default_country: later(orNull(text)),
    history: later(orNull(oneOf(...historyModes))),
    history_days: later(orNull(whole)),
    history_from: later(whole),
    history_from_at: later(orNull(instant)),
    automatic_indexing: later(flag),
    subscribed: later(flag),
  },
  members: { ...owned, id, name: text, email: text, created_at: instant, removed_at: orNull(instant) },
  objects: { ...owned, slug, singular_name: text, plural_name: text, ...times, is_archived: later(flag) },
  attributes: {
    ...owned,
    object: slug,
    slug,
    label: text,
    type: oneOf(...Object.keys(valueTypes)),
    is_multiple: flag,
    is_required: flag,
    is_unique: flag,
    is_indexed: flag,
    is_standard: flag,
    is_archived: flag,
    related_object: orNull(text),
    options,
    position: whole,
    ...times,
    building: later(orNull(building)),
  },
  combinations: {
    ...owned,
    object: slug,
    name: text,
    attributes: slugs,
    is_unique: flag,
    created_at: instant,
    is_archived: later(flag),
    building: later(orNull(building)),
  },
  hooks: {
    ...owned,
    id,
    name: text,
    state: oneOf(...hookStates),
    definition: hookDefinition,
    secrets: texts,
    ...times,
    created_by: id,
    paused_at: orNull(instant),
  },
  subscriptions: {
    ...owned,
    id,
    name: text,
    state: oneOf(...subscriptionStates),
    definition: subscriptionDefinition,
    secrets: sealedSecrets,
    ...times,
    created_by: id,
    cursor: whole,
    step: whole,
    lease_until: instant,
    next_at: instant,
    attempts: whole,
    failing_since: orNull(instant),
    failure: orNull(text),
    delivered_at: orNull(instant),
  },
  dead_letters: {
    ...owned,
    subscription_id: id,
    sequence: whole,
    object: slug,
    record_id: id,
    at: instant,
    failure: orNull(text),
    wanted: flag,
  },
  records: {
    ...owned,
    object: slug,
    id,
    data,
    version: whole,
    ...times,
    archived_at: orNull(instant),
    created_by: id,
    updated_by: id,
    last_write: list,
  },
  record_aliases: {
    ...owned,
    object: slug,
    name: text,
    value: text,
    merged_id: id,
    record_id: id,
    into_id: orNull(id),
    tombstone: orNull(tombstone),
  },
  changes: {
    ...owned,
    sequence: whole,
    at: instant,
    actor: id,
    contract: text,
    action: oneOf(...recordActions, ...eventActions),
    object: { is: (value, row) => value === '' || slug.is(value, row), what: 'a slug, or nothing' },
    record_id: { is: (value, row) => value === '' || id.is(value, row), what: `${id.what}, or nothing` },
    version: whole,
    changed: texts,
    delta: later(delta),
    request: later(orNull(text)),
    import: later(orNull(text)),
    previous: later(orNull(whole)),
    merged_into: later(orNull(id)),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Kind>>>>

export type ExportedTable = keyof typeof exportedColumns

/**
 * @param place of the line in what was sent
 * @throws RefusedError invalid_value naming line and column, when the row is not one of its table
 */
export const checkExportedRow = (table: ExportedTable, row: Row, place: readonly (string | number)[]): void => {
  const columns: Readonly<Record<string, Kind>> = exportedColumns[table]
  const unknown = Object.keys(row).find((column) => !Object.hasOwn(columns, column))
  if (unknown !== undefined)
    throw refuse('invalid_value', [...place, unknown], `left out: ${table} have no such column`)
  for (const [column, { is, what, later }] of Object.entries(columns))
    if (!(is(row[column], row) || (later && !Object.hasOwn(row, column))))
      throw refuse('invalid_value', [...place, column], what)
}

/** Of what a row that was checked has: the others become what the table says. */
export const columnsOf = (table: ExportedTable, row: Row): readonly string[] =>
  Object.keys(exportedColumns[table]).filter((column) => Object.hasOwn(row, column))
