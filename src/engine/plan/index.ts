import { type Organization, typeOf } from '../../schema/schema.ts'
import type { AssertCommand } from '../command.ts'
import { newId } from '../ids.ts'
import { unknownAttribute, unknownObject } from '../names.ts'
import { RECORD_BYTES } from '../record.ts'
import { creationData, creationPatch, planCreation } from './creation.ts'
import { activeAttribute, type Draft, draftOf, isEmpty, Unindexed } from './draft.ts'
import { keepKeys, mayFindSeveral, planKey, planKeys } from './keys.ts'
import type { Data, Plan, PlannedCondition, PlannedExtras, PlannedItem, PlannedKey, Planning } from './planned.ts'
import { planValues } from './values.ts'

export type { Plan, PlannedItem, Planning } from './planned.ts'

/**
 * `ifNewer` needs an attribute with an order, and a value of it that an update writes: what the update leaves alone would
 * not be compared, and older data would pass.
 */
const checkNewer = ({ object, command, writes, problems }: Draft): void => {
  const slug = command.ifNewer
  if (slug === undefined) return
  const attribute = activeAttribute(object, slug)
  if (!attribute) problems.addProblem(unknownAttribute(object, slug))
  else if (!typeOf(attribute).sortable || attribute.multiple)
    problems.add('invalid_value', slug, 'an attribute with one value that has an order, such as a datetime')
  else if (isEmpty(command.values[slug]) || writes.onBoth[slug] === null)
    problems.add('required', slug, ' to tell which data is newer')
  else if ((command.writeModes?.[slug] ?? 'replace') !== 'replace')
    problems.add('invalid_value', slug, 'written with "replace", because ifNewer compares what an update writes')
}

/**
 * What must hold for the item to run. An earlier command without a plan has no write: nothing follows from it.
 * @throws Unindexed
 */
const planCondition = ({ command: { when }, organization, problems, earlier }: Draft): PlannedCondition | undefined => {
  if (!when) return undefined
  if ('changed' in when) {
    const { writeId = '', object = '', name = 'id', value = writeId } = earlier[when.changed.command]?.item ?? {}
    return [object, name, value, writeId, when.changed.attribute]
  }
  const { object: slug } = when.absent
  const object = organization.objects.get(slug)
  if (!object) return problems.addProblem(unknownObject(organization, slug))
  const value = planKey(object, when.absent, problems)
  return value === undefined ? undefined : [slug, when.absent.name, value]
}

/**
 * The record whose relation finds the one to write.
 * @throws Unindexed
 */
const planRelated = ({
  command: { relatedTo, object, match },
  organization,
  problems,
}: Draft): PlannedExtras['relatedTo'] => {
  if (!relatedTo) return undefined
  const other = organization.objects.get(relatedTo.object)
  if (!other) return problems.addProblem(unknownObject(organization, relatedTo.object))
  const { related, multiple } = activeAttribute(other, relatedTo.attribute) ?? {}
  if (related !== object || multiple || match.length > 0)
    return problems.add('not_matchable', relatedTo.attribute, `it is no relation to one record of ${object}`)
  const value = planKey(other, relatedTo, problems)
  return value === undefined ? undefined : [other.slug, relatedTo.name, value, relatedTo.attribute]
}

/** Characters of a value's JSON, roughly: enough to tell what is far from any limit. */
const roughly = (value: unknown): number => {
  if (typeof value === 'string') return value.length + 2
  return Array.isArray(value) ? value.reduce<number>((sum, one) => sum + roughly(one), 2) : 50
}

const encoder = new TextEncoder()

/** Text escapes and letters take up to six bytes for what counts as one character, so most need not be written out. */
const checkSize = ({ command: { values }, problems }: Draft): void => {
  let rough = 0
  for (const slug in values) rough += roughly(values[slug])
  if (rough * 6 > RECORD_BYTES && encoder.encode(JSON.stringify(values)).length > RECORD_BYTES)
    problems.add('record_too_large', undefined, `${RECORD_BYTES} bytes`)
}

/** The object, or undefined where it has no member. */
const some = <T extends object>(value: T): T | undefined => {
  for (const _ in value) return value
  return undefined
}

/** What the steps of planning have found out, besides the draft. */
interface Parts {
  readonly keys: readonly PlannedKey[]
  readonly data: Data
  readonly mayCreate: boolean
  readonly when: PlannedCondition | undefined
  readonly relatedTo: PlannedExtras['relatedTo']
}

const extrasOf = (
  { object, command, writes }: Draft,
  { keys, mayCreate, when, relatedTo }: Parts,
): PlannedExtras | undefined => {
  const fallbacks = keys.slice(1)
  const fills = some(writes.fills)
  const { onArchived = 'revive', lifecycle, ifVersion, ifNewer } = command
  return some({
    ...(fallbacks.length > 0 && { fallbacks }),
    ...(relatedTo && { relatedTo }),
    ...(fills && { fills }),
    ...(writes.refs.length > 0 && { refs: writes.refs }),
    ...(!mayCreate && { mayCreate: 0 as const }),
    ...(command.mode === 'insert' && { mayUpdate: 0 as const }),
    ...(ifVersion !== undefined && { ifVersion }),
    ...(ifNewer !== undefined && { ifNewer }),
    ...(command.onSeveral === 'error' &&
      keys.some(([name]) => mayFindSeveral(object, name)) && { onSeveral: 'error' as const }),
    ...(onArchived !== 'revive' && { onArchived }),
    ...(command.keysAgree && fallbacks.length > 0 && { keysAgree: 1 as const }),
    ...(lifecycle && { lifecycle }),
    ...(when && { when }),
  })
}

/** A member that says nothing is left out, so that it costs nothing on the way. */
const itemOf = (draft: Draft, parts: Parts): PlannedItem => {
  const { onBoth, merges } = draft.writes
  const [first] = parts.keys
  const onCreate = some(creationPatch(onBoth, parts.data))
  const extras = extrasOf(draft, parts)
  return {
    writeId: newId(),
    object: draft.command.object,
    ...(first && { name: first[0], value: first[1] }),
    attributes: onBoth,
    ...(onCreate && { onCreate }),
    ...(some(merges) && { merges }),
    ...(extras && { extras }),
  }
}

const planOrThrow = (
  command: AssertCommand,
  organization: Organization,
  earlier: readonly (Plan | undefined)[],
): Planning => {
  const object = organization.objects.get(command.object)
  if (!object) return { refusal: { problems: [unknownObject(organization, command.object)] } }

  const draft = draftOf(command, object, organization, earlier)
  const keys = planKeys(draft)
  planValues(draft)
  checkSize(draft)
  checkNewer(draft)
  const when = planCondition(draft)
  const relatedTo = planRelated(draft)
  const data = creationData(draft.writes)
  if (keys.length === command.match.length) keepKeys(draft, data)

  const [first, ...others] = draft.problems.found
  if (first) return { refusal: { problems: [first, ...others] } }

  const { mayCreate, createProblems } = planCreation(draft, data)
  const item = itemOf(draft, { keys, data, mayCreate, when, relatedTo })
  return { plan: { item, createProblems, optionProblems: draft.writes.optionProblems, match: keys } }
}

/**
 * Holds a command against the schema. Pure but for the id it draws: no database, no clock.
 * A plan never drops a key that it matches by, and a refusal names every problem of the command.
 * @param earlier the plans of the commands before it in the request, for what refers to them
 */
export const plan = (
  command: AssertCommand,
  organization: Organization,
  earlier: readonly (Plan | undefined)[] = [],
): Planning => {
  try {
    return planOrThrow(command, organization, earlier)
  } catch (error) {
    if (error instanceof Unindexed) return { unindexed: { object: error.object, attribute: error.attribute } }
    throw error
  }
}
