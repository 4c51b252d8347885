import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { changeQuery } from '../../frame/address.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { readObjects } from '../../schema/objects.ts'

const FIELDS = [
  { name: 'slug', title: 'Slug, as programs call it', example: 'deals' },
  { name: 'singularName', title: 'One of them', example: 'Deal' },
  { name: 'pluralName', title: 'Several of them', example: 'Deals' },
] as const

const Form = ({ onClose }: { readonly onClose: () => void }) => {
  const values = useSignal({ slug: '', singularName: '', pluralName: '' })
  const { run, error, isWaiting } = useAction()
  const question = ask('post', '/v1/objects', { body: values.value })
  const add = async (event: Event) => {
    event.preventDefault()
    if (!(await run(() => question.send()))) return
    await readObjects()
    onClose()
    changeQuery({ object: values.value.slug, part: undefined })
  }
  return (
    <Dialog title="Add an object" onClose={onClose}>
      <form class="stack" onSubmit={add}>
        {FIELDS.map(({ name, title, example }, i) => (
          <label key={name}>
            {title}
            <input
              required
              data-first={i === 0 || undefined}
              placeholder={example}
              value={values.value[name]}
              onInput={(event) => {
                values.value = { ...values.value, [name]: event.currentTarget.value }
              }}
            />
          </label>
        ))}
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

export const AddObject = () => {
  const isOpen = useSignal(false)
  return (
    <>
      <button
        type="button"
        onClick={() => {
          isOpen.value = true
        }}
      >
        Add an object
      </button>
      {isOpen.value && (
        <Form
          onClose={() => {
            isOpen.value = false
          }}
        />
      )}
    </>
  )
}
