import { useSignal } from '@preact/signals'
import type { components } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { Check, Choice } from '../../parts/choice.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { TextField } from '../../parts/text-field.tsx'

type Organization = components['schemas']['Organization']

const HISTORY = {
  values: 'values before and after',
  names: 'the names of the attributes only',
  off: 'nothing',
} as const satisfies Record<Organization['history'], string>

const Form = ({ organization, onDone }: { readonly organization: Organization; readonly onDone: () => void }) => {
  const name = useSignal(organization.name)
  const history = useSignal(organization.history)
  const days = useSignal(String(organization.historyDays ?? ''))
  const country = useSignal(organization.defaultCountry ?? '')
  const indexing = useSignal(organization.automaticIndexing)
  const isChanged = useSignal(false)
  const { run, error, isWaiting } = useAction()
  const asked = {
    name: name.value,
    history: history.value,
    historyDays: days.value.trim() === '' ? null : Number(days.value),
    defaultCountry: country.value.trim() === '' ? null : country.value.trim(),
    automaticIndexing: indexing.value,
  }
  const body = {
    ...(asked.name !== organization.name && { name: asked.name }),
    ...(asked.history !== organization.history && { history: asked.history }),
    ...(asked.historyDays !== organization.historyDays && { historyDays: asked.historyDays }),
    ...(asked.defaultCountry !== organization.defaultCountry && { defaultCountry: asked.defaultCountry }),
    ...(asked.automaticIndexing !== organization.automaticIndexing && { automaticIndexing: asked.automaticIndexing }),
  }
  const question = ask('patch', '/v1/organization', { body })
  return (
    <form
      class="stack settings"
      onSubmit={(event) => {
        event.preventDefault()
        void run(async () => {
          await question.send()
          isChanged.value = true
          onDone()
        })
      }}
    >
      <TextField label="Name" text={name} required />
      <Choice label="Of every change is kept" value={history} options={HISTORY} />
      <TextField label="Days that changes are kept for (empty: for good)" text={days} placeholder="90" />
      <TextField label="Country whose national phone numbers are meant" text={country} placeholder="DE" />
      <Check label="Matching by an attribute without an index makes one" value={indexing} />
      <Problem error={error} />
      <div class="bar">
        <button type="submit" class="primary" disabled={isWaiting || Object.keys(body).length === 0}>
          Change
        </button>
        <RequestBox of="this change" question={question} />
        <span role="status">{isChanged.value && Object.keys(body).length === 0 ? 'Changed.' : ''}</span>
      </div>
    </form>
  )
}

const organizationQuestion = () => ask('get', '/v1/organization')

/** What holds for the whole organisation. Only what differs is sent. */
export const Settings = () => {
  const { data, error, again } = useAnswer(organizationQuestion())
  return (
    <>
      <RequestBox of="these settings" question={organizationQuestion()} />
      <Problem error={error} onAgain={again} />
      {data && <Form organization={data} onDone={again} />}
    </>
  )
}
