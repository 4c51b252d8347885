import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { address, changeQuery, hrefOf } from '../../frame/address.ts'
import type { ViewProps } from '../../frame/view.ts'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { objectsAreRead } from '../../schema/objects.ts'
import { Deliveries } from './deliveries.tsx'
import { HookActs } from './hook-acts.tsx'
import { stateOf } from './kinds.ts'
import { Target } from './target.tsx'
import { Workbench } from './workbench.tsx'

const Shown = ({ id }: { readonly id: string }) => {
  const question = ask('get', '/v1/hooks/{id}', { path: { id } })
  const { data: hook, error, again } = useAnswer(question)
  /** The newest that was there or came, until somebody chooses another. */
  const newest = useSignal<string | undefined>(undefined)
  const asked = address.value.query.delivery
  const chosen = asked ?? newest.value
  if (error !== undefined) return <Problem error={error} onAgain={again} />
  if (!hook || !objectsAreRead.value) return null
  return (
    <>
      <header class="bar">
        <h1>{hook.name}</h1>
        <span class="chip">{stateOf(hook)}</span>
        <RequestBox of="this hook" question={question} />
        <a href={hrefOf(['hooks'])}>All hooks</a>
      </header>
      <Target hook={hook} />
      {hook.secrets === 0 && hook.verification.scheme !== 'address' && (
        <p class="quiet">It has no secret yet: until it has one, nothing can be delivered.</p>
      )}
      <HookActs hook={hook} onChanged={again} />
      <Workbench hook={hook} delivery={chosen} isAskedFor={asked !== undefined} onSaved={again} />
      <Deliveries
        hook={hook}
        chosen={chosen}
        onChosen={(delivery) => changeQuery({ delivery })}
        onNewest={(delivery) => {
          newest.value ??= delivery
        }}
      />
    </>
  )
}

/** One hook: a payload, what becomes of it, and what was delivered. */
export const HookPage = ({ params: { id = '' } }: ViewProps) => <Shown key={id} id={id} />
