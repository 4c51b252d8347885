import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { DialogForm } from '../../parts/dialog-form.tsx'
import { Opener } from '../../parts/opener.tsx'
import { TextField } from '../../parts/text-field.tsx'
import type { Scope } from '../../session/session.ts'

const SCOPES: readonly { readonly scope: Scope; readonly title: string }[] = [
  { scope: 'crm:read', title: 'Read records (crm:read)' },
  { scope: 'crm:write', title: 'Write them, and read them (crm:write)' },
  { scope: 'admin', title: 'Administer, and all else (admin)' },
]

const Form = ({ onDone }: { readonly onDone: (secret?: string) => void }) => {
  const name = useSignal('')
  const scope = useSignal<Scope>('crm:read')
  const until = useSignal('')
  const from = useSignal('')
  const allowlist = from.value.split(/[\s,]+/).filter((entry) => entry !== '')
  const question = ask('post', '/v1/keys', {
    body: {
      name: name.value,
      scopes: [scope.value],
      ...(allowlist.length > 0 && { allowlist }),
      ...(until.value !== '' && { expiresAt: new Date(`${until.value}T23:59:59`).toISOString() }),
    },
  })
  return (
    <DialogForm
      title="Issue a key"
      verb="Issue"
      of="this issuing"
      question={question}
      submit={async () => onDone((await question.send()).secret)}
      onClose={() => onDone()}
    >
      <TextField label="Name" text={name} required isFirst placeholder="nightly sync" />
      <fieldset>
        <legend>It may</legend>
        {SCOPES.map((one) => (
          <label key={one.scope} class="choice">
            <input
              type="radio"
              name="scope"
              checked={scope.value === one.scope}
              onChange={() => {
                scope.value = one.scope
              }}
            />
            {one.title}
          </label>
        ))}
      </fieldset>
      <label>
        Until the end of (empty: without end)
        <input
          type="date"
          value={until.value}
          onInput={(event) => {
            until.value = event.currentTarget.value
          }}
        />
      </label>
      <TextField
        label="From these addresses and ranges alone (empty: anywhere)"
        text={from}
        placeholder="192.0.2.0/24"
      />
    </DialogForm>
  )
}

export const IssueKey = ({ onDone }: { readonly onDone: (secret?: string) => void }) => (
  <Opener class="primary" title="Issue a key">
    {(close) => (
      <Form
        onDone={(secret) => {
          close()
          onDone(secret)
        }}
      />
    )}
  </Opener>
)
