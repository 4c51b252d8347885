import { typeOf } from '../../schema/schema.ts'
import { activeAttribute, type Draft, isEmpty, reject } from './draft.ts'
import { planKey } from './keys.ts'
import type { Plan, PlannedItem } from './planned.ts'

/** `ifNewer` needs an attribute with an order, and a value of it in the command. */
export const checkNewer = ({ object, command, problems }: Draft): void => {
  const slug = command.ifNewer
  if (slug === undefined) return
  const attribute = activeAttribute(object, slug)
  if (!attribute) reject(problems, 'unknown_attribute', slug, object.slug)
  else if (!typeOf(attribute).sortable || attribute.multiple)
    reject(problems, 'invalid_value', slug, 'an attribute with one value that has an order, such as a datetime')
  else if (isEmpty(command.values[slug])) reject(problems, 'required', slug, ' to tell which data is newer')
}

type Conditions = Pick<PlannedItem, 'unless' | 'follows'>

/**
 * What must hold for the item to run. An earlier command without a plan has no write: nothing follows from it.
 * @throws Unindexed
 */
export const planCondition = (
  { command, organization, problems }: Draft,
  earlier: readonly (Plan | undefined)[],
): Conditions => {
  const { when } = command
  if (!when) return {}
  if ('changed' in when) {
    const { writeId = '', object = '', name = '', value = '' } = earlier[when.changed.command]?.item ?? {}
    return { follows: [writeId, when.changed.attribute, object, name, value] }
  }
  const object = organization.objects.get(when.absent.object)
  const value = object && planKey(object, when.absent, problems)
  if (!object) reject(problems, 'unknown_object', undefined, when.absent.object)
  return value === undefined ? {} : { unless: [when.absent.object, when.absent.name, value] }
}
