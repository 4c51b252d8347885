import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import type { ObjectSchema } from '../../schema/objects.ts'
import type { StoredRecord } from '../../values/known.ts'
import { textOf } from '../../values/shown.tsx'

export interface RevertProps {
  readonly object: ObjectSchema
  readonly record: StoredRecord
  readonly version: number
  readonly onDone: (isWritten: boolean) => void
}

const revertQuestion = ({ object, id }: StoredRecord, version: number, isDry: boolean) =>
  ask('post', '/v1/objects/{object}/records/{id}/revert', {
    path: { object, id },
    query: isDry ? { dryRun: 'true' } : {},
    body: { version },
  })

/** Takes the record back to a version: first what that would change, then the change itself. */
export const Revert = ({ object, record, version, onDone }: RevertProps) => {
  const { data, error } = useAnswer(revertQuestion(record, version, true))
  const { run, error: failure, isWaiting } = useAction()
  const question = revertQuestion(record, version, false)
  const takeBack = async () => {
    if (await run(() => question.send())) onDone(true)
  }
  return (
    <Dialog title={`Back to version ${version}`} onClose={() => onDone(false)}>
      <div class="stack">
        <Problem error={error ?? failure} />
        {data?.status === 'unchanged' && <p role="status">The record is what it was in that version.</p>}
        {data && data.changed.length > 0 && (
          <table>
            <thead>
              <tr>
                <th>Attribute</th>
                <th>Now</th>
                <th>Then</th>
              </tr>
            </thead>
            <tbody>
              {data.changed.map((slug) => {
                const attribute = object.attributes.find((one) => one.slug === slug)
                const told = (values: StoredRecord['values']) =>
                  (attribute ? textOf(attribute, values[slug]) : '') || 'not set'
                return (
                  <tr key={slug}>
                    <th scope="row">{attribute?.label ?? slug}</th>
                    <td>{told(record.values)}</td>
                    <td>{told(data.record.values)}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        )}
        {data?.transition && <p>It would be {data.transition}.</p>}
        <div class="bar">
          <button
            type="button"
            class="primary"
            disabled={isWaiting || data?.status !== 'updated'}
            onClick={() => void takeBack()}
          >
            Take it back
          </button>
          <button type="button" onClick={() => onDone(false)}>
            Cancel
          </button>
          <RequestBox of="this change" question={question} />
        </div>
      </div>
    </Dialog>
  )
}
