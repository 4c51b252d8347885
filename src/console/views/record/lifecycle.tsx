import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { Problem } from '../../parts/problem.tsx'
import type { StoredRecord } from '../../values/known.ts'

const archiveQuestion = ({ object, id, version }: StoredRecord) =>
  ask('post', '/v1/objects/{object}/records/{id}/archive', {
    path: { object, id },
    headers: { 'if-match': `"${version}"` },
  })

const restoreQuestion = ({ object, id, version }: StoredRecord) =>
  ask('post', '/v1/objects/{object}/records/{id}/restore', {
    path: { object, id },
    headers: { 'if-match': `"${version}"` },
  })

/** Archives the record or restores it, at the version that is seen: each takes the other back. */
export const Lifecycle = ({ record, onWritten }: { readonly record: StoredRecord; readonly onWritten: () => void }) => {
  const { run, error, isWaiting } = useAction()
  const change = async () => {
    const question = record.archivedAt ? restoreQuestion(record) : archiveQuestion(record)
    if (await run(() => question.send())) onWritten()
  }
  return (
    <>
      <button type="button" disabled={isWaiting} onClick={() => void change()}>
        {record.archivedAt ? 'Restore' : 'Archive'}
      </button>
      <Problem error={error} />
    </>
  )
}
