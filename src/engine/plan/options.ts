import { type Attribute, type Option, parseOption, type Value } from '../../schema/schema.ts'
import type { WriteMode } from '../command.ts'
import { problem } from '../errors.ts'
import { branchOf, type Draft } from './draft.ts'

/**
 * Choices that are no option any more. A record may hold them still, and a client that sends back what it has read must
 * not fail: so the program, which sees the record, decides.
 */

/** In place of an object, for the program to find nothing in: no object can have this name. */
const OPTIONS = '(options)'

const takesOptions = ({ type }: Attribute) => type === 'select' || type === 'multiselect' || type === 'status'

/** What the ids of options look like. */
const OPTION_ID = /^opt_[a-z0-9_]{1,70}$/

const idsIn = (input: unknown): string[] =>
  (Array.isArray(input) ? input : [input])
    .map((one: unknown) => (one !== null && typeof one === 'object' && 'id' in one ? one.id : one))
    .filter((id) => typeof id === 'string' && OPTION_ID.test(id)) as string[]

/** The attribute as if the options that were removed and whose ids are sent were there still. */
export const withStoredOptions = (attribute: Attribute, input: unknown): Attribute => {
  if (!takesOptions(attribute)) return attribute
  const removed = idsIn(input).filter((id) => !attribute.options.some((o) => o.id === id || o.value === id))
  if (removed.length === 0) return attribute
  const archived = removed.map((id): Option => ({ id, value: id, archived: true }))
  return { ...attribute, options: [...attribute.options, ...archived] }
}

/** A choice that is archived or removed is taken only where the record holds it already: the program looks. */
export const checkOptions = ({ writes }: Draft, attribute: Attribute, value: Value, mode: WriteMode): void => {
  if (!takesOptions(attribute) || mode === 'remove') return
  const current = { ...attribute, options: attribute.options.filter((option) => !option.archived) }
  for (const id of Array.isArray(value) ? value : [value]) {
    const choice = parseOption(id, current)
    if (choice.ok) continue
    writes.optionProblems.set(attribute.slug, problem(choice.problem.code, attribute.slug, choice.problem.detail))
    writes.refs.push([attribute.slug, OPTIONS, 'option', id as string, 0, branchOf(mode)])
  }
}
