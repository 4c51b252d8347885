import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { go, hrefOf } from '../../frame/address.ts'
import { Act, Confirm } from '../../parts/act.tsx'
import { Check, Choice } from '../../parts/choice.tsx'
import { DialogForm } from '../../parts/dialog-form.tsx'
import { Secret } from '../../parts/secret.tsx'
import { linesIn, TextField } from '../../parts/text-field.tsx'
import type { Hook } from './kinds.ts'
import { HIDDEN, SecretField } from './secret-field.tsx'

export interface HookActProps {
  readonly hook: Hook
  readonly onChanged: () => void
}

interface DialogProps {
  readonly hook: Hook
  /** @param secret the one that was given it, told this once */
  readonly onDone: (isChanged: boolean, secret?: string) => void
}

const stateQuestion = ({ id }: Hook, state: Hook['state']) =>
  ask('patch', '/v1/hooks/{id}', { path: { id }, body: { state } })

const KEPT = { '0': 'none', '1': 'the last one', '2': 'the last two', '3': 'the last three', '4': 'the last four' }

const NewSecret = ({ hook, onDone }: DialogProps) => {
  const secret = useSignal('')
  const keep = useSignal<keyof typeof KEPT>('1')
  const questionWith = (given: string) =>
    ask('post', '/v1/hooks/{id}/secrets', { path: { id: hook.id }, body: { secret: given, keep: Number(keep.value) } })
  return (
    <DialogForm
      title="A new secret"
      verb="Give it"
      of="this secret"
      question={questionWith(HIDDEN)}
      submit={async () => {
        const given = secret.value
        await questionWith(given).send()
        onDone(true, given)
      }}
      onClose={() => onDone(false)}
    >
      <SecretField text={secret} verification={hook.verification} isFirst />
      <Choice label="Of the former ones these stay valid" value={keep} options={KEPT} />
    </DialogForm>
  )
}

const isSame = (one: readonly string[], other: readonly string[]) => JSON.stringify(one) === JSON.stringify(other)

/** Only what differs is sent. */
const Settings = ({ hook, onDone }: DialogProps) => {
  const name = useSignal(hook.name)
  const keepPayload = useSignal(hook.keepPayload)
  const redact = useSignal(hook.redact.join('\n'))
  const allowlist = useSignal(hook.allowlist.join('\n'))
  const keepDays = useSignal(String(hook.keepDays))
  const replayDays = useSignal(String(hook.replayDays))
  const challenge = useSignal(hook.challenge ?? '')
  const [redacted, allowed] = [linesIn(redact.value), linesIn(allowlist.value)]
  const question = ask('patch', '/v1/hooks/{id}', {
    path: { id: hook.id },
    body: {
      ...(name.value !== hook.name && { name: name.value }),
      ...(keepPayload.value !== hook.keepPayload && { keepPayload: keepPayload.value }),
      ...(!isSame(redacted, hook.redact) && { redact: [...redacted] }),
      ...(!isSame(allowed, hook.allowlist) && { allowlist: [...allowed] }),
      ...(keepDays.value !== String(hook.keepDays) && { keepDays: Number(keepDays.value) }),
      ...(replayDays.value !== String(hook.replayDays) && { replayDays: Number(replayDays.value) }),
      ...(challenge.value !== (hook.challenge ?? '') && { challenge: challenge.value === '' ? null : challenge.value }),
    },
  })
  return (
    <DialogForm
      title={`Settings of ${hook.name}`}
      verb="Change"
      of="this change"
      question={question}
      submit={async () => {
        await question.send()
        onDone(true)
      }}
      onClose={() => onDone(false)}
    >
      <TextField label="Name" text={name} required isFirst />
      <Check label="Keep payloads: nothing can be delivered again without them" value={keepPayload} />
      <TextField label="Never keep these paths, one a line" text={redact} rows={3} placeholder="body.card.number" />
      <TextField label="Only from these addresses, one a line (empty: any)" text={allowlist} rows={2} />
      <div class="pair">
        <TextField label="Days that deliveries are kept" text={keepDays} />
        <TextField label="Days that a message is known again" text={replayDays} />
      </div>
      <TextField label="Parameter whose value a GET is answered with" text={challenge} placeholder="challenge" />
    </DialogForm>
  )
}

/** What can be done with a hook: all but its mapping. */
export const HookActs = ({ hook, onChanged }: HookActProps) => {
  const open = useSignal<'secret' | 'settings' | 'delete' | undefined>(undefined)
  const told = useSignal<string | undefined>(undefined)
  const onDone = (isChanged: boolean, secret?: string) => {
    open.value = undefined
    told.value = secret
    if (isChanged) onChanged()
  }
  return (
    <div class="bar">
      {hook.state === 'on' ? (
        <Act title="Pause" of="this pause" question={stateQuestion(hook, 'paused')} onDone={onChanged} />
      ) : (
        <Act
          class="primary"
          title={hook.state === 'off' ? 'Switch on' : 'Go on'}
          of="going on"
          question={stateQuestion(hook, 'on')}
          onDone={onChanged}
        />
      )}
      {hook.state !== 'off' && (
        <Act title="Switch off" of="switching off" question={stateQuestion(hook, 'off')} onDone={onChanged} />
      )}
      {(
        [
          ['secret', 'New secret…'],
          ['settings', 'Settings…'],
          ['delete', 'Delete…'],
        ] as const
      ).map(([kind, title]) => (
        <button
          key={kind}
          type="button"
          onClick={() => {
            open.value = kind
          }}
        >
          {title}
        </button>
      ))}
      {open.value === 'secret' && <NewSecret hook={hook} onDone={onDone} />}
      {open.value === 'settings' && <Settings hook={hook} onDone={onDone} />}
      {open.value === 'delete' && (
        <Confirm
          title={`Delete ${hook.name}`}
          verb="Delete it"
          question={ask('delete', '/v1/hooks/{id}', { path: { id: hook.id } })}
          onDone={(isDone) => (isDone ? go(hrefOf(['hooks'])) : onDone(false))}
        >
          <p>
            What is posted to its address from now on is refused, and there is no way back. What it has written stays.
          </p>
        </Confirm>
      )}
      {told.value !== undefined && (
        <Secret
          title="The secret"
          secret={told.value}
          onClose={() => {
            told.value = undefined
          }}
        />
      )}
    </div>
  )
}
