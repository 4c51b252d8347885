import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { Check } from '../../parts/choice.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { Secret } from '../../parts/secret.tsx'
import { nameOfMember } from '../../values/known.ts'
import { date, time } from '../../values/locale.ts'
import { IssueKey } from './issue-key.tsx'
import { type Key, Revoke, Rotate } from './key-acts.tsx'

/** The largest page: whoever has more keys than that, has a program for them. */
const KEYS = 1_000

const keysQuestion = () => ask('get', '/v1/keys', { query: { limit: KEYS } })

const hasEnded = ({ revokedAt, expiresAt }: Key): boolean =>
  revokedAt !== null || (expiresAt !== null && Date.parse(expiresAt) <= Date.now())

const stateOf = (key: Key): string => {
  if (key.revokedAt !== null) return `revoked ${time(key.revokedAt)}`
  if (key.expiresAt === null) return 'without end'
  return `${hasEnded(key) ? 'expired' : 'until'} ${time(key.expiresAt)}`
}

/** Who uses it, as far as that is bound. */
const whence = ({ memberId, allowlist }: Key): string =>
  [...(memberId === null ? [] : [nameOfMember(memberId)]), ...(allowlist.length === 0 ? ['anywhere'] : allowlist)].join(
    ', ',
  )

/** Who may do what, and when they did last: keys are issued, rotated and revoked. */
export const Keys = () => {
  const { data, error, again } = useAnswer(keysQuestion())
  const showsEnded = useSignal(false)
  const act = useSignal<{ readonly kind: 'rotate' | 'revoke'; readonly key: Key } | undefined>(undefined)
  const secret = useSignal<string | undefined>(undefined)
  const onDone = (told?: string) => {
    act.value = undefined
    secret.value = told
    again()
  }
  const keys = (data?.keys ?? []).filter((key) => showsEnded.value || !hasEnded(key))
  return (
    <>
      <div class="bar">
        <IssueKey onDone={onDone} />
        <Check label="Ended ones too" value={showsEnded} />
        <RequestBox of="this list" question={keysQuestion()} />
      </div>
      <Problem error={error} onAgain={again} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="wide" tabIndex={0} aria-label="Keys">
        <table>
          <thead>
            <tr>
              <th>Name</th>
              <th>May</th>
              <th>From</th>
              <th>Issued</th>
              <th>Holds</th>
              <th>Last used</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <tr key={key.id}>
                <th scope="row">{key.name}</th>
                <td>{key.kind === 'key' ? key.scopes.join(', ') : 'developer secret'}</td>
                <td>{whence(key)}</td>
                <td>{date(key.createdAt)}</td>
                <td>{stateOf(key)}</td>
                <td>{key.lastUsedAt === null ? 'not seen' : time(key.lastUsedAt)}</td>
                <td>
                  {!hasEnded(key) &&
                    (['rotate', 'revoke'] as const).map((kind) => (
                      <button
                        key={kind}
                        type="button"
                        class="bare narrow"
                        aria-label={`${kind === 'rotate' ? 'Rotate' : 'Revoke'} ${key.name}`}
                        onClick={() => {
                          act.value = { kind, key }
                        }}
                      >
                        {kind === 'rotate' ? 'Rotate…' : 'Revoke…'}
                      </button>
                    ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {act.value?.kind === 'rotate' && <Rotate of={act.value.key} onDone={onDone} />}
      {act.value?.kind === 'revoke' && <Revoke of={act.value.key} onDone={onDone} />}
      {secret.value !== undefined && (
        <Secret
          title="The key"
          secret={secret.value}
          onClose={() => {
            secret.value = undefined
          }}
        />
      )}
    </>
  )
}
