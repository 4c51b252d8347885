import { parseValue } from '../../schema/parse.ts'
import { type Attribute, isUuid, typeOf, type Value } from '../../schema/schema.ts'
import { Reference, type WriteMode } from '../command.ts'
import { ProblemCollector } from '../errors.ts'
import { activeAttribute, type Draft } from './draft.ts'
import { planKey } from './keys.ts'

const branchOf = (mode: WriteMode) => (mode === 'create_only' ? 'create' : null)

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
    const target = targetOf(draft, attribute, reference)
    if (target) draft.writes.refs.push([slug, target[0], reference.name, target[1], multiple ? 2 : 1, branchOf(mode)])
  }
}

/** Ids of records and members are checked within the write: they may be gone by the time it runs. */
const checkTargets = ({ writes }: Draft, attribute: Attribute, value: Value, mode: WriteMode): void => {
  const target = attribute.type === 'relation' ? attribute.related : attribute.type === 'user' ? 'members' : undefined
  if (target === undefined || mode === 'remove') return
  for (const id of Array.isArray(value) ? value : [value])
    writes.refs.push([attribute.slug, target, 'id', id as string, 0, branchOf(mode)])
}

const sortWrite = ({ writes, problems }: Draft, attribute: Attribute, value: Value | null, mode: WriteMode): void => {
  const wrapped = value === null ? null : ([value] as const)
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
      else writes.merges[attribute.slug] = [mode, value]
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
  if (!attribute) return problems.add('unknown_attribute', slug, object.slug)
  const mode = command.writeModes?.[slug] ?? 'replace'
  const references = referencesIn(input)
  if (references) return planReferences(draft, attribute, references, mode)
  const value = parseValue(input, attribute)
  if (!value.ok) return problems.add(value.problem.code, slug, value.problem.detail)
  if (value.value === null && attribute.required && mode !== 'create_only') problems.add('not_clearable', slug)
  if (value.value !== null) checkTargets(draft, attribute, value.value, mode)
  sortWrite(draft, attribute, value.value, mode)
}

/**
 * Parses every value of the command, and sorts it by when it is to be written.
 * @throws Unindexed
 */
export const planValues = (draft: Draft): void => {
  for (const slug of Object.keys(draft.command.values)) {
    if (draft.problems.isFull) return
    planValue(draft, slug)
  }
}
