import { useSignal } from '@preact/signals'
import type { components } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { who } from '../../session/session.ts'

export type Key = components['schemas']['Key']

const OVERLAPS = [
  { seconds: 0, title: 'Not at all' },
  { seconds: 3_600, title: 'For an hour' },
  { seconds: 86_400, title: 'For a day' },
  { seconds: 604_800, title: 'For a week' },
] as const

export interface ActProps {
  readonly of: Key
  readonly onDone: (secret?: string) => void
}

/** A successor, and for how long the key that it replaces still opens. */
export const Rotate = ({ of, onDone }: ActProps) => {
  const overlap = useSignal<number>(86_400)
  const { run, error, isWaiting } = useAction()
  const question = ask('post', '/v1/keys/{id}/rotate', { path: { id: of.id }, body: { overlapSeconds: overlap.value } })
  return (
    <Dialog title={`Rotate ${of.name}`} onClose={() => onDone()}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void run(async () => onDone((await question.send()).secret))
        }}
      >
        <label>
          The old key still opens
          <select
            value={overlap.value}
            onChange={(event) => {
              overlap.value = Number(event.currentTarget.value)
            }}
          >
            {OVERLAPS.map(({ seconds, title }) => (
              <option key={seconds} value={seconds}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <Problem error={error} />
        <div class="bar">
          <button type="submit" class="primary" disabled={isWaiting}>
            Rotate
          </button>
          <RequestBox of="this rotation" question={question} />
        </div>
      </form>
    </Dialog>
  )
}

/** At once, and for good. */
export const Revoke = ({ of, onDone }: ActProps) => {
  const { run, error, isWaiting } = useAction()
  const question = ask('delete', '/v1/keys/{id}', { path: { id: of.id } })
  return (
    <Dialog title={`Revoke ${of.name}`} onClose={() => onDone()}>
      <div class="stack">
        <p>
          Its next request is refused, and there is no way back.
          {of.id === who.value?.id && <strong> It is the key that you are signed in with.</strong>}
        </p>
        <Problem error={error} />
        <div class="bar">
          <button
            type="button"
            class="danger"
            disabled={isWaiting}
            onClick={() =>
              void run(async () => {
                await question.send()
                onDone()
              })
            }
          >
            Revoke it
          </button>
          <button type="button" onClick={() => onDone()}>
            Cancel
          </button>
          <RequestBox of="this revocation" question={question} />
        </div>
      </div>
    </Dialog>
  )
}
