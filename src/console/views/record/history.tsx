import { useSignal } from '@preact/signals'
import type { Change } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import type { ObjectSchema } from '../../schema/objects.ts'
import { may } from '../../session/session.ts'
import { actorName } from '../../values/actor.ts'
import type { StoredRecord } from '../../values/known.ts'
import { time } from '../../values/locale.ts'
import { textOf } from '../../values/shown.tsx'
import { MergedRecords, nameOfMerged } from './merged.tsx'
import { Revert } from './revert.tsx'

export interface HistoryProps {
  readonly object: ObjectSchema
  readonly record: StoredRecord
  readonly onWritten: () => void
}

const CHANGES = 50

const Difference = ({ object, change }: { readonly object: ObjectSchema; readonly change: Change }) => {
  if (!change.values) return <p>{change.changed.join(', ')}</p>
  const told = (slug: string, value: unknown) => {
    const attribute = object.attributes.find((one) => one.slug === slug)
    return (attribute ? textOf(attribute, value) : JSON.stringify(value)) || 'not set'
  }
  return (
    <dl class="difference">
      {Object.entries(change.values).map(([slug, { before, after }]) => (
        <div key={slug}>
          <dt>{object.attributes.find((one) => one.slug === slug)?.label ?? slug}</dt>
          <dd>
            {change.action === 'created' ? (
              told(slug, after)
            ) : (
              <>
                <del>{told(slug, before)}</del> → <ins>{told(slug, after)}</ins>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Who changed what from what to what, through which contract; newest first. */
export const History = ({ object, record, onWritten }: HistoryProps) => {
  const cursor = useSignal<string | undefined>(undefined)
  const earlier = useSignal<readonly Change[]>([])
  const reverted = useSignal<number | undefined>(undefined)
  const question = ask('get', '/v1/objects/{object}/records/{id}/history', {
    path: { object: record.object, id: record.id },
    query: { limit: CHANGES, ...(cursor.value !== undefined && { cursor: cursor.value }) },
  })
  const { data, error, again, isWaiting } = useAnswer(question)
  // The page before stands here until the next has come.
  const known = [...earlier.value, ...(data?.changes ?? [])]
  const changes = [...new Map(known.map((change) => [change.sequence, change])).values()]
  const { nextCursor, merged = [] } = data ?? {}
  return (
    <>
      <RequestBox of="this history" question={question} />
      <Problem error={error} onAgain={again} />
      <MergedRecords
        object={object}
        merged={merged}
        onParted={() => {
          again()
          onWritten()
        }}
      />
      <ol class="history">
        {changes.map((change) => (
          <li key={change.sequence}>
            <p>
              <strong>{change.action}</strong> by {actorName(change.actor)} through {change.contract}
              {change.importId !== null && (
                <>
                  {' '}
                  in <code>{change.importId}</code>
                </>
              )}
            </p>
            <p class="quiet">
              <time dateTime={change.at}>{time(change.at)}</time> · version {change.version}
            </p>
            {merged
              .filter(({ request }) => request !== null && request === change.request)
              .map((one) => (
                <p key={one.id}>Merged into it: {nameOfMerged(object, one)}</p>
              ))}
            <Difference object={object} change={change} />
            {may('crm:write') && change.version !== null && change.version !== record.version && (
              <button
                type="button"
                onClick={() => {
                  reverted.value = change.version ?? undefined
                }}
              >
                Back to version {change.version}
              </button>
            )}
          </li>
        ))}
      </ol>
      {data && changes.length === 0 && <p class="quiet">Nothing of it is kept: the history is off, or began later.</p>}
      {data?.cutOff && <p class="quiet">What was before is kept no longer, or was not recorded.</p>}
      {nextCursor && (
        <button
          type="button"
          disabled={isWaiting}
          onClick={() => {
            earlier.value = changes
            cursor.value = nextCursor
          }}
        >
          Earlier
        </button>
      )}
      {reverted.value !== undefined && (
        <Revert
          object={object}
          record={record}
          version={reverted.value}
          onDone={(isWritten) => {
            reverted.value = undefined
            if (isWritten) onWritten()
          }}
        />
      )}
    </>
  )
}
