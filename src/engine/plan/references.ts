import { type Attribute, isUuid, typeOf, type Value } from '../../schema/schema.ts'
import type { Reference, WriteMode } from '../command.ts'
import type { Problem } from '../errors.ts'
import { type Draft, reject, type Writes } from './draft.ts'
import { planKey } from './keys.ts'

const branchOf = (mode: WriteMode) => (mode === 'create_only' ? 'create' : mode === 'update_only' ? 'update' : null)

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
      ? reject(problems, 'invalid_value', slug, 'the id or the e-mail address of a member')
      : ['members', key]
  }
  const related = organization.objects.get(attribute.related ?? '')
  if (!related) return reject(problems, 'wrong_type', slug, 'a relation to be set by a match key')
  // One sentence about the reference, rather than sentences about attributes of another object.
  const unsaid: Problem[] = []
  const key = planKey(related, reference, unsaid)
  return key === undefined
    ? reject(problems, 'invalid_value', slug, `a match key of ${related.slug}, with a value`)
    : [related.slug, key]
}

/**
 * A relation or user set by a match key: the assert program looks it up, so it may name a record of the same request.
 * @throws Unindexed
 */
export const planReference = (draft: Draft, attribute: Attribute, reference: Reference, mode: WriteMode): void => {
  const target = targetOf(draft, attribute, reference)
  if (!target) return
  const [object, key] = target
  draft.writes.refs.push([attribute.slug, object, reference.name, key, attribute.multiple ? 2 : 1, branchOf(mode)])
}

/** Ids of records and members are checked within the write: they may be gone by the time it runs. */
export const checkTargets = (writes: Writes, attribute: Attribute, value: Value, mode: WriteMode): void => {
  const target = attribute.type === 'relation' ? attribute.related : attribute.type === 'user' ? 'members' : undefined
  if (target === undefined || mode === 'remove') return
  for (const id of Array.isArray(value) ? value : [value])
    writes.refs.push([attribute.slug, target, 'id', id as string, 0, branchOf(mode)])
}
