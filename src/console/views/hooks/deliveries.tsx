import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { components } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { useRounds } from '../../calls/use-rounds.ts'
import { address, changeQuery, hrefOf } from '../../frame/address.ts'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { time, wholeNumber } from '../../values/locale.ts'
import type { Hook } from './kinds.ts'
import { RedeliverAll } from './redeliver-all.tsx'

type Delivery = components['schemas']['Delivery']

const PAGE = 50
/** New ones appear by themselves. */
const LOOK_MS = 3_000
/** Items that are told of one delivery. */
const ITEMS = 5

const STATUSES = ['done', 'skipped', 'failed', 'rejected'] as const
type Status = (typeof STATUSES)[number]

const statusIn = (text: string | undefined): Status | undefined => STATUSES.find((one) => one === text)

const Items = ({ hook, delivery }: { readonly hook: Hook; readonly delivery: Delivery }) => (
  <>
    {delivery.items.slice(0, ITEMS).map(({ index, status, recordId }) => (
      <span key={index} class="chip">
        {recordId === null ? status : <a href={hrefOf(['objects', hook.object, recordId])}>{status}</a>}
      </span>
    ))}
    {delivery.items.length > ITEMS && ` and ${wholeNumber(delivery.items.length - ITEMS)} more`}
  </>
)

export interface DeliveriesProps {
  readonly hook: Hook
  readonly chosen: string | undefined
  readonly onChosen: (id: string) => void
  /** Told of the newest with a payload, as it comes. */
  readonly onNewest: (id: string) => void
}

/** What was delivered, what became of it, and why: newest first. */
export const Deliveries = ({ hook, chosen, onChosen, onNewest }: DeliveriesProps) => {
  const status = statusIn(address.value.query.status)
  const cursor = useSignal<string | undefined>(undefined)
  const earlier = useSignal<readonly Delivery[]>([])
  const question = ask('get', '/v1/hooks/{id}/deliveries', {
    path: { id: hook.id },
    query: {
      limit: PAGE,
      ...(status !== undefined && { status }),
      ...(cursor.value !== undefined && { cursor: cursor.value }),
    },
  })
  const { data, error, isWaiting: isAsking, again } = useAnswer(question)
  const { run, error: failure, isWaiting } = useAction()
  // Never while an answer is waited for: asking anew abandons it, and a slow server's would never come.
  useRounds(again, LOOK_MS, cursor.value === undefined && !isAsking)
  const known = [...earlier.value, ...(data?.deliveries ?? [])]
  const deliveries = [...new Map(known.map((one) => [one.id, one])).values()]
  const newest = deliveries.find(({ hasPayload }) => hasPayload)?.id
  useEffect(() => {
    if (newest !== undefined) onNewest(newest)
  }, [newest])
  const redeliverQuestion = (delivery: string) =>
    ask('post', '/v1/hooks/{id}/deliveries/{delivery}/redeliver', { path: { id: hook.id, delivery } })
  const redeliver = async (delivery: string) => {
    await run(() => redeliverQuestion(delivery).send())
    again()
  }
  const { nextCursor } = data ?? {}
  return (
    <section aria-label="Deliveries">
      <header class="bar">
        <h2>Deliveries</h2>
        <select
          aria-label="Which of them"
          value={status ?? ''}
          onChange={(event) => {
            cursor.value = undefined
            earlier.value = []
            changeQuery({ status: statusIn(event.currentTarget.value) })
          }}
        >
          <option value="">all</option>
          {STATUSES.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
        <RedeliverAll hook={hook} onDone={again} />
        <RequestBox of="these deliveries" question={question} />
      </header>
      <Problem error={error} onAgain={again} />
      <Problem error={failure} />
      {data && deliveries.length === 0 && (
        <p class="quiet">
          {status === undefined ? 'Nothing was delivered yet. What comes appears here by itself.' : 'None.'}
        </p>
      )}
      {deliveries.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section class="wide" tabIndex={0} aria-label="List of deliveries">
          <table>
            <thead>
              <tr>
                <th>Came</th>
                <th>Message</th>
                <th>Outcome</th>
                <th>Why</th>
                <th>Took</th>
                <th>Run</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {deliveries.map((one) => (
                <tr key={one.id} class={one.id === chosen ? 'chosen' : ''}>
                  <th scope="row">{time(one.receivedAt)}</th>
                  <td>{one.messageId ?? ''}</td>
                  <td>
                    <strong>{one.status}</strong> <Items hook={hook} delivery={one} />
                    {one.unproven && one.status !== 'rejected' && <span class="quiet">unproven</span>}
                    {one.repeats > 0 && <span class="quiet">came again: {wholeNumber(one.repeats)}</span>}
                  </td>
                  <td class="why">
                    {one.errors.map(({ field, detail }) => `${field === null ? '' : `${field}: `}${detail}`).join(' ')}
                  </td>
                  <td class="number">{wholeNumber(one.milliseconds)} ms</td>
                  <td class="number">{wholeNumber(one.attempts)}</td>
                  <td>
                    {one.hasPayload && (
                      <>
                        <button
                          type="button"
                          class="bare narrow"
                          aria-pressed={one.id === chosen}
                          onClick={() => onChosen(one.id)}
                        >
                          Look at it
                        </button>
                        <button
                          type="button"
                          class="bare narrow"
                          disabled={isWaiting}
                          onClick={() => void redeliver(one.id)}
                        >
                          Run again
                        </button>
                        <RequestBox of="running it again" question={redeliverQuestion(one.id)} />
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {nextCursor && (
        <button
          type="button"
          onClick={() => {
            earlier.value = deliveries
            cursor.value = nextCursor
          }}
        >
          Earlier
        </button>
      )}
    </section>
  )
}
