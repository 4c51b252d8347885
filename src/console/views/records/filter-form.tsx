import { useComputed, useSignal } from '@preact/signals'
import type { Filter } from '../../../client/index.ts'
import { Dialog } from '../../parts/dialog.tsx'
import type { Attribute, ObjectSchema } from '../../schema/objects.ts'
import { Field } from '../../values/field.tsx'
import { type Operator, operatorNames, operatorsOf } from '../../values/kinds.ts'
import { readTyped } from '../../values/typed.ts'
import { firstOperator, subjectsOf, valuesTaken } from './conditions.ts'

export interface FilterFormProps {
  readonly object: ObjectSchema
  /** What it begins with. */
  readonly attribute: Attribute
  readonly onDone: (condition: Filter | undefined) => void
}

/** A value to compare with: of a currency its amount, and of a list one of its values. */
const operand = (attribute: Attribute, text: string): unknown =>
  readTyped({ ...attribute, multiple: false, type: attribute.type === 'currency' ? 'number' : attribute.type }, text)

const operands = (attribute: Attribute, operator: Operator, texts: readonly [string, string]): Filter['value'] => {
  const taken = valuesTaken(operator)
  if (taken === 'two') return texts.map((text) => operand(attribute, text))
  if (taken === 'many') return readTyped({ ...attribute, multiple: true }, texts[0]) ?? []
  return operand(attribute, texts[0])
}

/** One condition: of which attribute, how it is compared, with what. */
export const FilterForm = ({ object, attribute, onDone }: FilterFormProps) => {
  const subjects = subjectsOf(object)
  const slug = useSignal(attribute.slug)
  const subject = useComputed(() => subjects.find((one) => one.slug === slug.value) ?? attribute)
  const operator = useSignal<Operator>(firstOperator(attribute))
  const texts = useSignal<readonly [string, string]>(['', ''])
  const taken = valuesTaken(operator.value)
  const submit = (event: Event) => {
    event.preventDefault()
    const value = taken === 'none' ? {} : { value: operands(subject.value, operator.value, texts.value) }
    onDone({ attribute: slug.value, operator: operator.value, ...value })
  }
  return (
    <Dialog title="Filter" onClose={() => onDone(undefined)}>
      <form class="stack" onSubmit={submit}>
        <label>
          Attribute
          <select
            value={slug.value}
            onChange={(event) => {
              slug.value = event.currentTarget.value
              operator.value = firstOperator(subject.value)
              texts.value = ['', '']
            }}
          >
            {subjects.map((one) => (
              <option key={one.slug} value={one.slug}>
                {one.label}
              </option>
            ))}
          </select>
        </label>
        <label>
          Comparison
          <select
            value={operator.value}
            onChange={(event) => {
              const chosen = operatorsOf(subject.value).find((one) => one === event.currentTarget.value)
              if (chosen) operator.value = chosen
            }}
          >
            {operatorsOf(subject.value).map((one) => (
              <option key={one} value={one}>
                {operatorNames[one]}
              </option>
            ))}
          </select>
        </label>
        {taken !== 'none' && (
          <Field
            attribute={taken === 'many' ? { ...subject.value, type: 'text', multiple: true } : subject.value}
            label="Value"
            single={taken !== 'many'}
            text={texts.value[0]}
            onText={(text) => {
              texts.value = [text, texts.value[1]]
            }}
          />
        )}
        {taken === 'two' && (
          <Field
            attribute={subject.value}
            label="Highest value"
            single
            text={texts.value[1]}
            onText={(text) => {
              texts.value = [texts.value[0], text]
            }}
          />
        )}
        <div class="bar">
          <button type="submit" class="primary">
            Filter
          </button>
          <button type="button" onClick={() => onDone(undefined)}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  )
}
