import { useSignal } from '@preact/signals'
import type { components } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { useRounds } from '../../calls/use-rounds.ts'
import { hrefOf } from '../../frame/address.ts'
import { Act } from '../../parts/act.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { objectNamed } from '../../schema/objects.ts'
import { time, wholeNumber } from '../../values/locale.ts'
import type { Subscription } from './definition.tsx'

const PAGE = 50
/** They come and go by themselves. */
const LOOK_MS = 3_000

const redeliverQuestion = ({ id }: Subscription, recordId?: string) =>
  ask('post', '/v1/subscriptions/{id}/redeliver', {
    path: { id },
    body: recordId === undefined ? {} : { recordId },
  })

interface LetterProps {
  readonly one: Subscription
  readonly letter: components['schemas']['DeadLetter']
  readonly onWanted: () => void
}

const Letter = ({ one, letter, onWanted }: LetterProps) => {
  const { sequence, object, recordId, at, failure, wanted } = letter
  return (
    <tr>
      <td class="number">{wholeNumber(sequence)}</td>
      <td>
        <a href={hrefOf(['objects', object, recordId], { part: 'history' })}>
          {objectNamed(object)?.singularName ?? object} {recordId.slice(-8)}
        </a>
      </td>
      <td>{time(at)}</td>
      <td>{failure ?? 'stands behind another one of its record'}</td>
      <td>
        {wanted ? (
          'is sent again'
        ) : (
          <Act
            title="Send its record's again"
            of={`sending change ${sequence} again`}
            question={redeliverQuestion(one, recordId)}
            onDone={onWanted}
          />
        )}
      </td>
    </tr>
  )
}

/** What the receiver has refused for good, and what stands behind it: oldest first. */
export const DeadLetters = ({ one, onWanted }: { readonly one: Subscription; readonly onWanted: () => void }) => {
  /** Of the pages before this one; empty: this is the first. */
  const before = useSignal<readonly string[]>([])
  const cursor = before.value.at(-1)
  const question = ask('get', '/v1/subscriptions/{id}/dead-letters', {
    path: { id: one.id },
    query: { limit: PAGE, ...(cursor !== undefined && { cursor }) },
  })
  const { data, error, isWaiting, again } = useAnswer(question)
  useRounds(again, LOOK_MS, !isWaiting)
  const wanted = () => {
    again()
    onWanted()
  }
  const { deadLetters = [], nextCursor = null } = data ?? {}
  return (
    <section aria-label="Dead letters">
      <header class="bar">
        <h2>Dead letters</h2>
        <RequestBox of="this list" question={question} />
        {deadLetters.length > 0 && (
          <Act title="Send all again" of="sending all again" question={redeliverQuestion(one)} onDone={wanted} />
        )}
      </header>
      <Problem error={error} onAgain={again} />
      {data && deadLetters.length === 0 && <p class="quiet">None: nothing has been refused for good.</p>}
      {deadLetters.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section class="wide" tabIndex={0} aria-label="Dead letters, oldest first">
          <table>
            <thead>
              <tr>
                <th>Change</th>
                <th>Record</th>
                <th>Given up</th>
                <th>Why</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {deadLetters.map((letter) => (
                <Letter key={letter.sequence} one={one} letter={letter} onWanted={wanted} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      <div class="bar">
        {before.value.length > 0 && (
          <button
            type="button"
            onClick={() => {
              before.value = before.peek().slice(0, -1)
            }}
          >
            Older
          </button>
        )}
        {nextCursor !== null && (
          <button
            type="button"
            onClick={() => {
              before.value = [...before.peek(), nextCursor]
            }}
          >
            Newer
          </button>
        )}
      </div>
    </section>
  )
}
