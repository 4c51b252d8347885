import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { go, hrefOf } from '../../frame/address.ts'
import { Empty } from '../../parts/empty.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { Secret } from '../../parts/secret.tsx'
import { objectNamed } from '../../schema/objects.ts'
import { time } from '../../values/locale.ts'
import { CreateHook } from './create-hook.tsx'
import { type Hook, schemes, stateOf } from './kinds.ts'
import { Target } from './target.tsx'

const hooksQuestion = () => ask('get', '/v1/hooks')

/** Which tools deliver here, and how each is known. */
export const Hooks = () => {
  const { data, error, again } = useAnswer(hooksQuestion())
  const made = useSignal<{ readonly hook: Hook; readonly secret: string } | undefined>(undefined)
  const leave = ({ id }: Hook) => go(hrefOf(['hooks', id]))
  return (
    <>
      <header class="bar">
        <h1>Hooks</h1>
        <CreateHook
          onMade={(hook, secret) => {
            if (secret === '') leave(hook)
            else made.value = { hook, secret }
          }}
        />
        <RequestBox of="this list" question={hooksQuestion()} />
      </header>
      <Problem error={error} onAgain={again} />
      {data?.hooks.length === 0 && (
        <Empty title="There is no hook yet.">
          <p>A tool that can post JSON to an address gets one: what it posts becomes records.</p>
        </Empty>
      )}
      {data && data.hooks.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section class="wide" tabIndex={0} aria-label="Hooks">
          <table>
            <thead>
              <tr>
                <th>Name</th>
                <th>Writes to</th>
                <th>Proves itself by</th>
                <th>Secrets</th>
                <th>State</th>
                <th>Changed</th>
              </tr>
            </thead>
            <tbody>
              {data.hooks.map((hook) => (
                <tr key={hook.id}>
                  <th scope="row">
                    <a href={hrefOf(['hooks', hook.id])}>{hook.name}</a>
                  </th>
                  <td>{objectNamed(hook.object)?.pluralName ?? hook.object}</td>
                  <td>{schemes[hook.verification.scheme]}</td>
                  <td class="number">{hook.secrets}</td>
                  <td>{stateOf(hook)}</td>
                  <td>{time(hook.updatedAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {made.value && (
        <Secret
          title="The secret"
          secret={made.value.secret}
          onClose={() => {
            if (made.value) leave(made.value.hook)
          }}
        >
          <Target hook={made.value.hook} />
        </Secret>
      )}
    </>
  )
}
