import type { Filter } from '../../../client/index.ts'
import { type Attribute, attributesOf, type ObjectSchema, objectNamed } from '../../schema/objects.ts'
import { type Operator, operatorNames, operatorsOf } from '../../values/kinds.ts'
import { textOf } from '../../values/shown.tsx'
import { columnsToChoose } from './place.ts'

/** A filter as conditions that are all met or of which one is met; any other tree is shown as it is written. */

export interface Conditions {
  readonly join: 'and' | 'or'
  readonly list: readonly Filter[]
}

const isCondition = (filter: Filter): boolean => filter.attribute !== undefined

/** @returns undefined for a tree that is deeper */
export const conditionsOf = (filter: Filter | undefined): Conditions | undefined => {
  if (filter === undefined) return { join: 'and', list: [] }
  if (isCondition(filter)) return { join: 'and', list: [filter] }
  const join = filter.or ? 'or' : 'and'
  const list = filter.or ?? filter.and
  return list?.every(isCondition) ? { join, list } : undefined
}

/** @returns undefined for no condition, which is no filter */
export const filterOf = ({ join, list }: Conditions): Filter | undefined =>
  list.length <= 1 ? list[0] : join === 'or' ? { or: [...list] } : { and: [...list] }

/** What can be asked for: attributes, times, and attributes of what a relation points at. */
export const subjectsOf = (object: ObjectSchema): readonly Attribute[] => [
  ...columnsToChoose(object),
  ...attributesOf(object).flatMap((relation) => {
    const related = relation.type === 'relation' ? objectNamed(relation.related ?? '') : undefined
    if (!related) return []
    return attributesOf(related).map((one) => ({
      ...one,
      slug: `${relation.slug}.${one.slug}`,
      label: `${relation.label} › ${one.label}`,
    }))
  }),
]

/** How many values an operator takes. */
export const valuesTaken = (operator: Operator): 'none' | 'one' | 'two' | 'many' => {
  if (operator === 'exists' || operator === 'not_exists') return 'none'
  if (operator === 'between') return 'two'
  return operator === 'in' || operator === 'not_in' ? 'many' : 'one'
}

export const firstOperator = (attribute: Attribute): Operator => operatorsOf(attribute)[0] ?? 'eq'

/** In words: `E-mails contains ada@`. */
export const told = (object: ObjectSchema, { attribute = '', operator = 'eq', value }: Filter): string => {
  const subject = subjectsOf(object).find(({ slug }) => slug === attribute)
  const values = value === undefined ? [] : Array.isArray(value) ? value : [value]
  const shown = values.map((one) => (subject ? textOf({ ...subject, multiple: false }, one) : String(one)))
  return [
    subject?.label ?? attribute,
    operatorNames[operator],
    shown.join(operator === 'between' ? ' and ' : ', '),
  ].join(' ')
}
