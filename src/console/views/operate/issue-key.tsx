import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
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
  const { run, error, isWaiting } = useAction()
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
    <Dialog title="Issue a key" onClose={() => onDone()}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void run(async () => onDone((await question.send()).secret))
        }}
      >
        <label>
          Name
          <input
            data-first
            required
            value={name.value}
            placeholder="nightly sync"
            onInput={(event) => {
              name.value = event.currentTarget.value
            }}
          />
        </label>
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
        <label>
          From these addresses and ranges alone (empty: anywhere)
          <input
            value={from.value}
            placeholder="192.0.2.0/24"
            onInput={(event) => {
              from.value = event.currentTarget.value
            }}
          />
        </label>
        <Problem error={error} />
        <div class="bar">
          <button type="submit" class="primary" disabled={isWaiting}>
            Issue
          </button>
          <RequestBox of="this issuing" question={question} />
        </div>
      </form>
    </Dialog>
  )
}

export const IssueKey = ({ onDone }: { readonly onDone: (secret?: string) => void }) => {
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
        Issue a key
      </button>
      {isOpen.value && (
        <Form
          onDone={(secret) => {
            isOpen.value = false
            onDone(secret)
          }}
        />
      )}
    </>
  )
}
