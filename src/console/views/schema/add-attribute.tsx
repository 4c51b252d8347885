import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { Check, Choice } from '../../parts/choice.tsx'
import { DialogForm } from '../../parts/dialog-form.tsx'
import { Opener } from '../../parts/opener.tsx'
import { linesIn, TextField } from '../../parts/text-field.tsx'
import { type Attribute, type ObjectSchema, objects, readObjects, titlesOfObjects } from '../../schema/objects.ts'

const TYPES: readonly Attribute['type'][] = [
  'text',
  'long_text',
  'number',
  'checkbox',
  'date',
  'datetime',
  'email',
  'domain',
  'phone_number',
  'url',
  'select',
  'multiselect',
  'status',
  'rating',
  'currency',
  'relation',
  'user',
]

const HAVE_OPTIONS: readonly Attribute['type'][] = ['select', 'multiselect', 'status']

const TYPE_TITLES = Object.fromEntries(TYPES.map((type) => [type, type.replace('_', ' ')]))

const Form = ({ object, onClose }: { readonly object: ObjectSchema; readonly onClose: () => void }) => {
  const label = useSignal('')
  const type = useSignal<Attribute['type']>('text')
  const related = useSignal(objects.value[0]?.slug ?? '')
  const options = useSignal('')
  const multiple = useSignal(false)
  const unique = useSignal(false)
  const question = ask('post', '/v1/objects/{object}/attributes', {
    path: { object: object.slug },
    body: {
      label: label.value,
      type: type.value,
      ...(multiple.value && { multiple: true }),
      ...(unique.value && { unique: true }),
      ...(type.value === 'relation' && { related: related.value }),
      ...(HAVE_OPTIONS.includes(type.value) && { options: [...linesIn(options.value)] }),
    },
  })
  const add = async () => {
    await question.send()
    await readObjects()
    onClose()
  }
  return (
    <DialogForm
      title={`Add an attribute to ${object.pluralName}`}
      verb="Add"
      of="this addition"
      question={question}
      submit={add}
      onClose={onClose}
    >
      <TextField label="Label" text={label} required isFirst />
      <Choice label="Type" value={type} options={TYPE_TITLES} />
      {type.value === 'relation' && <Choice label="Points at" value={related} options={titlesOfObjects()} />}
      {HAVE_OPTIONS.includes(type.value) && <TextField label="Options, one a line" text={options} rows={4} />}
      <Check label="Holds a list" value={multiple} />
      <Check label="No two records share a value, so that one finds a record" value={unique} />
    </DialogForm>
  )
}

export const AddAttribute = ({ object }: { readonly object: ObjectSchema }) => (
  <Opener class="primary" title="Add an attribute">
    {(close) => <Form object={object} onClose={close} />}
  </Opener>
)
