import { parseValue } from '../../schema/parse.ts'
import type { Attribute, Value } from '../../schema/schema.ts'
import { Reference, type WriteMode } from '../command.ts'
import { activeAttribute, type Draft, reject } from './draft.ts'
import { checkTargets, planReference } from './references.ts'

const sortWrite = ({ writes, problems }: Draft, attribute: Attribute, value: Value | null, mode: WriteMode): void => {
  const wrapped = value === null ? null : ([value] as const)
  switch (mode) {
    case 'replace':
      writes.onBoth[attribute.slug] = wrapped
      return
    case 'create_only':
      writes.createOnly[attribute.slug] = wrapped
      return
    case 'update_only':
      writes.updateOnly[attribute.slug] = wrapped
      return
    case 'fill':
      if (wrapped) writes.fills[attribute.slug] = wrapped
      return
    default:
      if (!Array.isArray(value)) reject(problems, 'invalid_value', attribute.slug, `a list of values to ${mode}`)
      else writes.merges[attribute.slug] = [mode, value]
  }
}

const planValue = (draft: Draft, slug: string): void => {
  const { object, command, writes, problems } = draft
  const input = command.values[slug]
  if (input === undefined) return
  const attribute = activeAttribute(object, slug)
  if (!attribute) return void reject(problems, 'unknown_attribute', slug, object.slug)
  const mode = command.writeModes?.[slug] ?? 'replace'
  if (input instanceof Reference) return void planReference(draft, attribute, input, mode)
  const value = parseValue(input, attribute)
  if (!value.ok) return void reject(problems, value.problem.code, slug, value.problem.detail)
  if (value.value === null && attribute.required && mode !== 'create_only') reject(problems, 'not_clearable', slug)
  if (value.value !== null) checkTargets(writes, attribute, value.value, mode)
  sortWrite(draft, attribute, value.value, mode)
}

/**
 * Parses every value of the command, and sorts it by when it is to be written.
 * @throws Unindexed
 */
export const planValues = (draft: Draft): void => {
  for (const slug of Object.keys(draft.command.values)) planValue(draft, slug)
}
