import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
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
  const error = useSignal<unknown>(undefined)
  const run = async () => {
    error.value = undefined
    try {
      await (record.archivedAt ? restoreQuestion(record) : archiveQuestion(record)).send()
      onWritten()
    } catch (failure) {
      error.value = failure
    }
  }
  return (
    <>
      <button type="button" onClick={() => void run()}>
        {record.archivedAt ? 'Restore' : 'Archive'}
      </button>
      <Problem error={error.value} />
    </>
  )
}
