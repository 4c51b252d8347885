import { parseValue } from '../../schema/parse.ts'
import { type Attribute, isUuid, storedValue, typeOf, type Value } from '../../schema/schema.ts'
import { Created, Reference, type WriteMode } from '../command.ts'
import { ProblemCollector } from '../errors.ts'
import { unknownAttribute } from '../names.ts'
import { activeAttribute, branchOf, type Draft } from './draft.ts'
import { mayFindSeveral, planKey } from './keys.ts'
import { checkOptions, withStoredOptions } from './options.ts'
import type { Merge } from './planned.ts'

const email = { type: 'email' } as const

const memberKey = ({ name, value }: Reference, attribute: Attribute): string | undefined => {
  if (name === 'id') return isUuid(value) ? value.toLowerCase() : undefined
  const address = name === 'email' ? typeOf(email).parse(value, attribute) : undefined
  return address?.ok ? String(address.value) : undefined
}

/** What the reference looks in, and the text of its key; undefined and a problem when it cannot be looked up. */
const targetOf = (
  { organization, problems }: Draft,
  attribute: Attribute,
  reference: Reference,
): readonly [object: string, key: string] | undefined => {
  const { slug } = attribute
  if (attribute.type === 'user') {
    const key = memberKey(reference, attribute)
    return key === undefined
      ? problems.add('invalid_value', slug, 'the id or the e-mail address of a member')
      : ['members', key]
  }
  const related = organization.objects.get(attribute.related ?? '')
  if (!related) return problems.add('wrong_type', slug, 'a relation to be set by a match key')
  // One sentence about the reference, rather than sentences about attributes of another object.
  const key = planKey(related, reference, new ProblemCollector())
  return key === undefined
    ? problems.add('invalid_value', slug, `a match key of ${related.slug}, with a value`)
    : [related.slug, key]
}

/** What may name several records must not, where the command wants no guess; a unique key must name one in any case. */
const mustBeOne = ({ command, organization }: Draft, object: string, name: string): 1 | 2 | undefined => {
  const related = organization.objects.get(object)
  if (!related || name === 'id') return undefined
  if (!mayFindSeveral(related, name)) return 2
  return command.onSeveral === 'error' ? 1 : undefined
}

/**
 * Relations or users set by match keys: the assert program looks them up, so they may name records of the same request.
 * @throws Unindexed
 */
const planReferences = (
  draft: Draft,
  attribute: Attribute,
  references: readonly Reference[],
  mode: WriteMode,
): undefined => {
  const { slug, multiple } = attribute
  if (mode !== 'replace' && mode !== 'create_only')
    return draft.problems.add('invalid_value', slug, `an id, not a match key, to ${mode}`)
  if (references.length > 1 && !multiple) return draft.problems.add('wrong_type', slug, 'one reference, not several')
  for (const reference of references) {
    const { name, otherwise } = reference
    const [object, key] = targetOf(draft, attribute, reference) ?? []
    const [, otherKey] = (otherwise && targetOf(draft, attribute, otherwise)) ?? []
    if (object === undefined || key === undefined) continue
    const planned = [slug, object, name, key, multiple ? 2 : 1, branchOf(mode)] as const
    const other = otherwise && otherKey !== undefined ? ([otherwise.name, otherKey] as const) : undefined
    const one = mustBeOne(draft, object, name)
    if (one) draft.writes.refs.push([...planned, ...(other ?? [null, null]), one])
    else draft.writes.refs.push(other ? [...planned, ...other] : planned)
  }
}

/** A record that is created must have it; one that is there keeps its value where nothing was created. */
const planCreated = (
  { writes, problems, earlier }: Draft,
  { slug, related, multiple }: Attribute,
  { command }: Created,
  mode: WriteMode,
): undefined => {
  const { object = related, writeId = '' } = earlier[command]?.item ?? {}
  if (object === undefined || object !== related || multiple || (branchOf(mode) === null && mode !== 'replace'))
    return problems.add('wrong_type', slug, 'a relation to one record that the request creates')
  writes.refs.push([slug, object, 'id', writeId, 1, 'create'])
  if (mode === 'replace') writes.refs.push([slug, object, 'id', writeId, 3, 'update'])
}

/**
 * Ids of records and members are checked within the write: they may be gone by the time it runs. What is only taken away need
 * not be there, but may have been merged.
 */
const checkTargets = ({ writes }: Draft, attribute: Attribute, value: Value, mode: WriteMode): void => {
  const target = attribute.type === 'relation' ? attribute.related : attribute.type === 'user' ? 'members' : undefined
  if (target === undefined || (mode === 'remove' && target === 'members')) return
  for (const id of Array.isArray(value) ? value : [value])
    writes.refs.push([attribute.slug, target, 'id', id as string, mode === 'remove' ? 4 : 0, branchOf(mode)])
}

const sortWrite = ({ writes, problems }: Draft, attribute: Attribute, value: Value | null, mode: WriteMode): void => {
  const wrapped = value === null ? null : storedValue(value, attribute)
  switch (mode) {
    case 'replace':
      writes.onBoth[attribute.slug] = wrapped
      return
    case 'create_only':
      writes.createOnly[attribute.slug] = wrapped
      return
    case 'fill':
      if (wrapped) writes.fills[attribute.slug] = wrapped
      return
    default:
      if (!Array.isArray(value)) problems.add('invalid_value', attribute.slug, `a list of values to ${mode}`)
      else writes.merges[attribute.slug] = [mode, ...storedValue(value, attribute)] as Merge
  }
}

const referencesIn = (input: unknown): readonly Reference[] | undefined => {
  const list = Array.isArray(input) ? input : [input]
  return list.length > 0 && list.every((one) => one instanceof Reference) ? list : undefined
}

const planValue = (draft: Draft, slug: string): undefined => {
  const { object, command, problems } = draft
  const input = command.values[slug]
  if (input === undefined) return
  const attribute = activeAttribute(object, slug)
  if (!attribute) return problems.addProblem(unknownAttribute(object, slug))
  const mode = command.writeModes?.[slug] ?? 'replace'
  if (input instanceof Created) return planCreated(draft, attribute, input, mode)
  const references = referencesIn(input)
  if (references) return planReferences(draft, attribute, references, mode)
  const value = parseValue(input, withStoredOptions(attribute, input))
  if (!value.ok) return problems.add(value.problem.code, slug, value.problem.detail)
  if (value.value === null && attribute.required && mode !== 'create_only') problems.add('not_clearable', slug)
  if (value.value !== null) {
    checkTargets(draft, attribute, value.value, mode)
    checkOptions(draft, attribute, value.value, mode)
  }
  sortWrite(draft, attribute, value.value, mode)
}

/** A mode under a misspelt name would leave the attribute that was meant to be replaced. One without a value is no mistake. */
const checkWriteModes = ({ object, command: { writeModes }, problems }: Draft): void => {
  if (!writeModes) return
  for (const slug of Object.keys(writeModes)) {
    if (problems.isFull) return
    if (!activeAttribute(object, slug)) problems.addProblem(unknownAttribute(object, slug))
  }
}

/**
 * Parses every value of the command, and sorts it by when it is to be written.
 * @throws Unindexed
 */
export const planValues = (draft: Draft): void => {
  checkWriteModes(draft)
  for (const slug of Object.keys(draft.command.values)) {
    if (draft.problems.isFull) return
    planValue(draft, slug)
  }
}
