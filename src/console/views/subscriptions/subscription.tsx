import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { useRounds } from '../../calls/use-rounds.ts'
import { hrefOf } from '../../frame/address.ts'
import type { ViewProps } from '../../frame/view.ts'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { objectsAreRead } from '../../schema/objects.ts'
import { time, wholeNumber } from '../../values/locale.ts'
import { DeadLetters } from './dead-letters.tsx'
import type { Subscription } from './definition.tsx'
import { SubscriptionActs } from './subscription-acts.tsx'

/** It goes on by itself. */
const LOOK_MS = 3_000

const explained: Readonly<Record<Subscription['state'], string>> = {
  on: 'It is told of changes as they happen.',
  off: 'Nothing is sent, and nothing passed over: switched on, it goes on where it stood.',
  failing: 'Its receiver takes nothing at present, and is tried again by itself.',
  paused: 'It has taken nothing for days, is gone, or has too many dead letters. It goes on when it is told to.',
}

const Standing = ({ one }: { readonly one: Subscription }) => (
  <>
    <p>{explained[one.state]}</p>
    <dl class="facts">
      <dt>Address</dt>
      <dd>{one.url}</dd>
      <dt>Stands at change</dt>
      <dd>{wholeNumber(one.lastSequence)}</dd>
      <dt>Taken last</dt>
      <dd>{one.deliveredAt === null ? 'nothing yet' : time(one.deliveredAt)}</dd>
      {one.failure !== null && (
        <>
          <dt>Refused</dt>
          <dd>
            {wholeNumber(one.attempts)} times{one.failingSince !== null && ` since ${time(one.failingSince)}`}:{' '}
            {one.failure}
          </dd>
        </>
      )}
      {one.nextAttemptAt !== null && (
        <>
          <dt>Next attempt</dt>
          <dd>{time(one.nextAttemptAt)}</dd>
        </>
      )}
      <dt>Signed with</dt>
      <dd>{one.secrets === 1 ? 'one secret' : `${one.secrets} secrets`}</dd>
    </dl>
  </>
)

const Shown = ({ id }: { readonly id: string }) => {
  const question = ask('get', '/v1/subscriptions/{id}', { path: { id } })
  const { data: one, error, isWaiting, again } = useAnswer(question)
  useRounds(again, LOOK_MS, !isWaiting)
  if (error !== undefined) return <Problem error={error} onAgain={again} />
  if (!one || !objectsAreRead.value) return null
  return (
    <>
      <header class="bar">
        <h1>{one.name}</h1>
        <span class="chip">{one.state}</span>
        <RequestBox of="this subscription" question={question} />
        <a href={hrefOf(['subscriptions'])}>All subscriptions</a>
      </header>
      <SubscriptionActs one={one} onChanged={again} />
      <Standing one={one} />
      <DeadLetters one={one} onWanted={again} />
    </>
  )
}

/** One subscription: how it is doing, and what its receiver has refused. */
export const SubscriptionPage = ({ params: { id = '' } }: ViewProps) => <Shown key={id} id={id} />
