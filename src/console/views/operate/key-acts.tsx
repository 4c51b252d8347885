import { useSignal } from '@preact/signals'
import type { components } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { Confirm } from '../../parts/act.tsx'
import { Choice } from '../../parts/choice.tsx'
import { DialogForm } from '../../parts/dialog-form.tsx'
import { who } from '../../session/session.ts'

export type Key = components['schemas']['Key']

/** Seconds. */
const OVERLAPS = { '0': 'Not at all', '3600': 'For an hour', '86400': 'For a day', '604800': 'For a week' } as const

export interface ActProps {
  readonly of: Key
  readonly onDone: (secret?: string) => void
}

/** A successor, and for how long the key that it replaces still opens. */
export const Rotate = ({ of, onDone }: ActProps) => {
  const overlap = useSignal<keyof typeof OVERLAPS>('86400')
  const question = ask('post', '/v1/keys/{id}/rotate', {
    path: { id: of.id },
    body: { overlapSeconds: Number(overlap.value) },
  })
  return (
    <DialogForm
      title={`Rotate ${of.name}`}
      verb="Rotate"
      of="this rotation"
      question={question}
      submit={async () => onDone((await question.send()).secret)}
      onClose={() => onDone()}
    >
      <Choice label="The old key still opens" value={overlap} options={OVERLAPS} />
    </DialogForm>
  )
}

/** At once, and for good. */
export const Revoke = ({ of, onDone }: ActProps) => (
  <Confirm
    title={`Revoke ${of.name}`}
    verb="Revoke it"
    question={ask('delete', '/v1/keys/{id}', { path: { id: of.id } })}
    onDone={() => onDone()}
  >
    <p>
      Its next request is refused, and there is no way back.
      {of.id === who.value?.id && <strong> It is the key that you are signed in with.</strong>}
    </p>
  </Confirm>
)
