import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { type Attribute, type ObjectSchema, objects, readObjects } from '../../schema/objects.ts'

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

const Form = ({ object, onClose }: { readonly object: ObjectSchema; readonly onClose: () => void }) => {
  const label = useSignal('')
  const type = useSignal<Attribute['type']>('text')
  const related = useSignal(objects.value[0]?.slug ?? '')
  const options = useSignal('')
  const multiple = useSignal(false)
  const unique = useSignal(false)
  const { run, error, isWaiting } = useAction()
  const lines = options.value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const question = ask('post', '/v1/objects/{object}/attributes', {
    path: { object: object.slug },
    body: {
      label: label.value,
      type: type.value,
      ...(multiple.value && { multiple: true }),
      ...(unique.value && { unique: true }),
      ...(type.value === 'relation' && { related: related.value }),
      ...(HAVE_OPTIONS.includes(type.value) && { options: lines }),
    },
  })
  const add = async (event: Event) => {
    event.preventDefault()
    if (!(await run(() => question.send()))) return
    await readObjects()
    onClose()
  }
  return (
    <Dialog title={`Add an attribute to ${object.pluralName}`} onClose={onClose}>
      <form class="stack" onSubmit={add}>
        <label>
          Label
          <input
            data-first
            required
            value={label.value}
            onInput={(event) => {
              label.value = event.currentTarget.value
            }}
          />
        </label>
        <label>
          Type
          <select
            value={type.value}
            onChange={(event) => {
              type.value = TYPES.find((one) => one === event.currentTarget.value) ?? 'text'
            }}
          >
            {TYPES.map((one) => (
              <option key={one} value={one}>
                {one.replace('_', ' ')}
              </option>
            ))}
          </select>
        </label>
        {type.value === 'relation' && (
          <label>
            Points at
            <select
              value={related.value}
              onChange={(event) => {
                related.value = event.currentTarget.value
              }}
            >
              {objects.value.map(({ slug, pluralName }) => (
                <option key={slug} value={slug}>
                  {pluralName}
                </option>
              ))}
            </select>
          </label>
        )}
        {HAVE_OPTIONS.includes(type.value) && (
          <label>
            Options, one a line
            <textarea
              rows={4}
              value={options.value}
              onInput={(event) => {
                options.value = event.currentTarget.value
              }}
            />
          </label>
        )}
        <label class="choice">
          <input
            type="checkbox"
            checked={multiple.value}
            onChange={(event) => {
              multiple.value = event.currentTarget.checked
            }}
          />
          Holds a list
        </label>
        <label class="choice">
          <input
            type="checkbox"
            checked={unique.value}
            onChange={(event) => {
              unique.value = event.currentTarget.checked
            }}
          />
          No two records share a value, so that one finds a record
        </label>
        <Problem error={error} />
        <div class="bar">
          <button type="submit" class="primary" disabled={isWaiting}>
            Add
          </button>
          <RequestBox of="this addition" question={question} />
        </div>
      </form>
    </Dialog>
  )
}

export const AddAttribute = ({ object }: { readonly object: ObjectSchema }) => {
  const isOpen = useSignal(false)
  return (
    <>
      <button
        type="button"
        class="primary"
        onClick={() => {
          isOpen.value = true
        }}
      >
        Add an attribute
      </button>
      {isOpen.value && (
        <Form
          object={object}
          onClose={() => {
            isOpen.value = false
          }}
        />
      )}
    </>
  )
}
