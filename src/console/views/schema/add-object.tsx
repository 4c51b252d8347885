import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { changeQuery } from '../../frame/address.ts'
import { DialogForm } from '../../parts/dialog-form.tsx'
import { Opener } from '../../parts/opener.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { readObjects } from '../../schema/objects.ts'

const Form = ({ onClose }: { readonly onClose: () => void }) => {
  const slug = useSignal('')
  const singularName = useSignal('')
  const pluralName = useSignal('')
  const question = ask('post', '/v1/objects', {
    body: { slug: slug.value, singularName: singularName.value, pluralName: pluralName.value },
  })
  const add = async () => {
    const made = await question.send()
    await readObjects()
    onClose()
    changeQuery({ object: made.slug, part: undefined })
  }
  return (
    <DialogForm title="Add an object" verb="Add" of="this addition" question={question} submit={add} onClose={onClose}>
      <TextField label="Slug, as programs call it" text={slug} required isFirst placeholder="deals" />
      <TextField label="One of them" text={singularName} required placeholder="Deal" />
      <TextField label="Several of them" text={pluralName} required placeholder="Deals" />
    </DialogForm>
  )
}

export const AddObject = () => <Opener title="Add an object">{(close) => <Form onClose={close} />}</Opener>
