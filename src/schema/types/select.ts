import { kindOf, type Parsed, parsed, rejected } from '../value.ts'
import type { TypeSettings, ValueType } from './value-type.ts'

const idOf = (input: unknown): unknown =>
  input !== null && typeof input === 'object' && 'id' in input ? input.id : input

/** A choice is named by its id, by `{id}`, or by its value as shown. Stored is the id. */
export const parseOption = (input: unknown, attribute: TypeSettings): Parsed<string> => {
  const named = idOf(input)
  if (typeof named !== 'string') return rejected('wrong_type', `an option, not ${kindOf(input)}`)
  const option = attribute.options.find((o) => o.id === named) ?? attribute.options.find((o) => o.value === named)
  if (option) return parsed(option.id)
  const choices = attribute.options
    .filter((o) => !o.archived)
    .slice(0, 20)
    .map((o) => o.value)
  return rejected('unknown_option', `one of its options: ${choices.join(', ') || 'it has none yet'}`)
}

const choice = (name: string): ValueType => ({
  name,
  describes: 'one of the options of the attribute',
  matchable: true,
  uniqueable: false,
  sortable: false,
  parse: parseOption,
})

export const select = choice('select')
export const status = choice('status')
export const multiselect: ValueType = { ...choice('multiselect'), alwaysMultiple: true }
