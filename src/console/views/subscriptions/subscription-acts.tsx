import { useSignal } from '@preact/signals'
import type { components } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { go, hrefOf } from '../../frame/address.ts'
import { Act, Confirm } from '../../parts/act.tsx'
import { DialogForm } from '../../parts/dialog-form.tsx'
import { Opener } from '../../parts/opener.tsx'
import { Secret } from '../../parts/secret.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { DefinitionForm, type Subscription, typedDefinition, useTyped } from './definition.tsx'

interface FormProps {
  readonly one: Subscription
  readonly onDone: (isChanged: boolean) => void
}

const Settings = ({ one, onDone }: FormProps) => {
  const typed = useTyped(one)
  const question = ask('patch', '/v1/subscriptions/{id}', { path: { id: one.id }, body: typedDefinition(typed) })
  return (
    <DialogForm
      title={`Settings of ${one.name}`}
      verb="Change"
      of="this change"
      question={question}
      submit={async () => {
        await question.send()
        onDone(true)
      }}
      onClose={() => onDone(false)}
    >
      <DefinitionForm typed={typed} />
    </DialogForm>
  )
}

const OVERLAP_HOURS = '24'

const NewSecret = ({ one, onDone }: { readonly one: Subscription; readonly onDone: (secret?: string) => void }) => {
  const hours = useSignal(OVERLAP_HOURS)
  const question = ask('post', '/v1/subscriptions/{id}/secrets', {
    path: { id: one.id },
    body: { overlapHours: Number(hours.value) },
  })
  return (
    <DialogForm
      title="A new secret"
      verb="Give it"
      of="this secret"
      question={question}
      submit={async () => onDone((await question.send()).secret ?? undefined)}
      onClose={() => onDone()}
    >
      <TextField label="Hours for which messages are signed with the former one, too" text={hours} required isFirst />
    </DialogForm>
  )
}

const stateQuestion = ({ id }: Subscription, state: 'on' | 'off') =>
  ask('patch', '/v1/subscriptions/{id}', { path: { id }, body: { state } })

const resumeQuestion = ({ id }: Subscription, skip: boolean) =>
  ask('post', '/v1/subscriptions/{id}/resume', { path: { id }, body: { skip } })

/** @param onChanged it is another one than before */
export const SubscriptionActs = ({
  one,
  onChanged,
}: {
  readonly one: Subscription
  readonly onChanged: () => void
}) => {
  const ping = useSignal<components['schemas']['SubscriptionPing'] | undefined>(undefined)
  const secret = useSignal<string | undefined>(undefined)
  const waits = one.state === 'paused' || one.state === 'failing'
  const doneWith = (close: () => void) => (isChanged: boolean) => {
    close()
    if (isChanged) onChanged()
  }
  return (
    <div class="bar">
      {waits && (
        <Act class="primary" title="Go on now" of="going on" question={resumeQuestion(one, false)} onDone={onChanged} />
      )}
      {waits && one.attempts > 0 && (
        <Opener title="Skip a message…">
          {(close) => (
            <Confirm
              title="Skip the message that it stands at"
              verb="Skip it"
              question={resumeQuestion(one, true)}
              onDone={doneWith(close)}
            >
              <p>
                It was refused {one.attempts} times: {one.failure}. A change of a record becomes a dead letter, which
                can be sent again later; any other message is left out.
              </p>
            </Confirm>
          )}
        </Opener>
      )}
      {one.state === 'off' ? (
        <Act
          class="primary"
          title="Switch on"
          of="switching on"
          question={stateQuestion(one, 'on')}
          onDone={onChanged}
        />
      ) : (
        <Act title="Switch off" of="switching off" question={stateQuestion(one, 'off')} onDone={onChanged} />
      )}
      <Act
        title="Send a ping"
        of="this ping"
        question={ask('post', '/v1/subscriptions/{id}/ping', { path: { id: one.id } })}
        onDone={(answer) => {
          ping.value = answer
        }}
      />
      {ping.value && (
        <span role="status">{ping.value.taken ? 'The ping was taken.' : `Not taken: ${ping.value.failure}.`}</span>
      )}
      <Opener title="New secret…">
        {(close) => (
          <NewSecret
            one={one}
            onDone={(given) => {
              close()
              secret.value = given
              if (given !== undefined) onChanged()
            }}
          />
        )}
      </Opener>
      <Opener title="Settings…">{(close) => <Settings one={one} onDone={doneWith(close)} />}</Opener>
      <Opener title="Delete…">
        {(close) => (
          <Confirm
            title={`Delete ${one.name}`}
            verb="Delete it"
            question={ask('delete', '/v1/subscriptions/{id}', { path: { id: one.id } })}
            onDone={(isDone) => (isDone ? go(hrefOf(['subscriptions'])) : close())}
          >
            <p>Nobody is told any more, its dead letters go with it, and there is no way back.</p>
          </Confirm>
        )}
      </Opener>
      {secret.value !== undefined && (
        <Secret
          title="The secret"
          secret={secret.value}
          onClose={() => {
            secret.value = undefined
          }}
        />
      )}
    </div>
  )
}
