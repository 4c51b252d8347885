import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { DialogForm } from '../../parts/dialog-form.tsx'
import { linesIn, TextField } from '../../parts/text-field.tsx'
import type { Attribute } from '../../schema/objects.ts'
import { canBeSearched, hasOptions } from '../../values/kinds.ts'
import { type Option, OptionList } from './option-list.tsx'

export interface ChangeAttributeProps {
  readonly object: string
  readonly attribute: Attribute
  readonly onDone: (isChanged: boolean) => void
}

const SWITCHES = [
  { name: 'required', title: 'Must be set' },
  { name: 'indexed', title: 'Has an index: it finds records, and sorts' },
  { name: 'searchable', title: 'Records are searched by its words' },
  { name: 'unique', title: 'No two records share a value' },
  { name: 'archived', title: 'Archived: no request may name it; its data stay' },
] as const

/** Label, switches and options. Only what differs is sent; of options the whole list, by their ids. */
export const ChangeAttribute = ({ object, attribute, onDone }: ChangeAttributeProps) => {
  const label = useSignal(attribute.label)
  const { required, indexed, searchable, unique, archived } = attribute
  const switches = useSignal({ required, indexed, searchable, unique, archived })
  const kept = useSignal<readonly Option[]>(attribute.options)
  const added = useSignal('')
  const changed = Object.fromEntries(
    SWITCHES.flatMap(({ name }) => (switches.value[name] === attribute[name] ? [] : [[name, switches.value[name]]])),
  )
  const options = [...kept.value, ...linesIn(added.value)]
  const isOther = options.length > kept.value.length || JSON.stringify(kept.value) !== JSON.stringify(attribute.options)
  const question = ask('patch', '/v1/objects/{object}/attributes/{attribute}', {
    path: { object, attribute: attribute.slug },
    body: {
      ...changed,
      ...(label.value !== attribute.label && { label: label.value }),
      ...(isOther && { options }),
    },
  })
  const change = async () => {
    await question.send()
    onDone(true)
  }
  return (
    <DialogForm
      title={`Change ${attribute.label}`}
      verb="Change"
      of="this change"
      question={question}
      submit={change}
      onClose={() => onDone(false)}
    >
      <TextField label="Label" text={label} required isFirst />
      {SWITCHES.filter(({ name }) => name !== 'searchable' || canBeSearched(attribute)).map(({ name, title }) => (
        <label key={name} class="choice">
          <input
            type="checkbox"
            checked={switches.value[name]}
            onChange={(event) => {
              switches.value = { ...switches.value, [name]: event.currentTarget.checked }
            }}
          />
          {title}
        </label>
      ))}
      {attribute.options.length > 0 && <OptionList options={kept} />}
      {hasOptions(attribute) && <TextField label="New options, one a line" text={added} rows={3} />}
    </DialogForm>
  )
}
