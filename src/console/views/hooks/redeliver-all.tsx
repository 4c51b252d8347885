import { useSignal } from '@preact/signals'
import type { components } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Opener } from '../../parts/opener.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { wholeNumber } from '../../values/locale.ts'
import type { Hook } from './kinds.ts'

type Redelivered = Omit<components['schemas']['Redelivered'], 'nextCursor'>

const MEMBERS = ['done', 'skipped', 'repeated', 'failed', 'notKept', 'unproven'] as const

const nothing: Redelivered = { done: 0, skipped: 0, repeated: 0, failed: 0, notKept: 0, unproven: 0 }

const titles: Readonly<Record<(typeof MEMBERS)[number], string>> = {
  done: 'written',
  skipped: 'skipped',
  repeated: 'written by another delivery meanwhile',
  failed: 'failed again',
  notKept: 'not run, since their payload was not kept',
  unproven: 'not run, since they do not prove any more where they come from',
}

const added = (one: Redelivered, other: Redelivered): Redelivered => {
  const sum = (member: keyof Redelivered) => one[member] + other[member]
  return {
    done: sum('done'),
    skipped: sum('skipped'),
    repeated: sum('repeated'),
    failed: sum('failed'),
    notKept: sum('notKept'),
    unproven: sum('unproven'),
  }
}

const redeliverQuestion = ({ id }: Hook, cursor?: string) =>
  ask('post', '/v1/hooks/{id}/redeliver', { path: { id }, body: cursor === undefined ? {} : { cursor } })

/** The largest page: of more it is said that there are more. */
const COUNTED = 1_000

const Form = ({ hook, onClose }: { readonly hook: Hook; readonly onClose: (isRun: boolean) => void }) => {
  const { data, error } = useAnswer(
    ask('get', '/v1/hooks/{id}/deliveries', { path: { id: hook.id }, query: { status: 'failed', limit: COUNTED } }),
  )
  const tally = useSignal<Redelivered | undefined>(undefined)
  const { run, error: failure, isWaiting } = useAction()
  const runAll = () =>
    run(async () => {
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const { nextCursor, ...counts }: components['schemas']['Redelivered'] = await redeliverQuestion(
          hook,
          cursor,
        ).send()
        tally.value = added(tally.peek() ?? nothing, counts)
        cursor = nextCursor
      }
    })
  const failed = data?.deliveries ?? []
  const kept = failed.filter(({ hasPayload, unproven }) => hasPayload && !unproven).length
  const so = tally.value
  return (
    <Dialog title="Run all that failed again" onClose={() => onClose(so !== undefined)}>
      <div class="stack">
        <Problem error={error ?? failure} />
        {so ? (
          <p role="status">
            {isWaiting ? 'So far: ' : 'Done: '}
            {MEMBERS.filter((member) => member === 'done' || so[member] > 0)
              .map((member) => `${wholeNumber(so[member])} ${titles[member]}`)
              .join(', ')}
            .
          </p>
        ) : (
          data && (
            <p role="status">
              {wholeNumber(kept)}
              {data.nextCursor === null ? '' : '+'} of {wholeNumber(failed.length)}
              {data.nextCursor === null ? '' : '+'} that failed have a payload and were proven, and would be run as the
              hook maps now, oldest first.
            </p>
          )
        )}
        <div class="bar">
          {!so && (
            <button type="button" class="primary" disabled={isWaiting || kept === 0} onClick={() => void runAll()}>
              Run them again
            </button>
          )}
          <button type="button" onClick={() => onClose(so !== undefined)}>
            Close
          </button>
          <RequestBox of="running them again" question={redeliverQuestion(hook)} />
        </div>
      </div>
    </Dialog>
  )
}

/** Every delivery that failed, once its mapping is mended: how many first. */
export const RedeliverAll = ({ hook, onDone }: { readonly hook: Hook; readonly onDone: () => void }) => (
  <Opener title="Run all that failed again…">
    {(close) => (
      <Form
        hook={hook}
        onClose={(isRun) => {
          close()
          if (isRun) onDone()
        }}
      />
    )}
  </Opener>
)
