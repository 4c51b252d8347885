import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { Problem } from '../../parts/problem.tsx'
import { saveAs } from '../../parts/save.ts'
import type { ObjectSchema } from '../../schema/objects.ts'
import type { StoredRecord } from '../../values/known.ts'
import { wholeNumber } from '../../values/locale.ts'
import type { Target } from './change-many.ts'
import { rowsQuestion } from './rows.ts'

/** Ids of one request of a list. */
const IDS = 100

const byIds = (object: string, ids: readonly string[]) =>
  ask('get', '/v1/objects/{object}/records', {
    path: { object },
    query: { ids: ids.join(), archived: 'include', limit: IDS },
  })

async function* pagesOf(object: string, target: Target): AsyncGenerator<readonly StoredRecord[]> {
  if ('ids' in target) {
    for (let at = 0; at < target.ids.length; at += IDS)
      yield (await byIds(object, target.ids.slice(at, at + IDS)).send()).records
    return
  }
  const asked = { object, filter: target.filter, q: target.q, sort: undefined, archived: target.archived, expand: [] }
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const sent = { limit: 1_000, ...(cursor !== undefined && { cursor }) }
    const page: { readonly records: readonly StoredRecord[]; readonly nextCursor: string | null } = await rowsQuestion(
      asked,
      sent,
    ).send()
    yield page.records
    cursor = page.nextCursor
  }
}

/** Records as the API shows them, one a line: what `edge-upsert import` takes back as it was. */
export const Export = ({ object, target }: { readonly object: ObjectSchema; readonly target: Target }) => {
  const done = useSignal<number | undefined>(undefined)
  const error = useSignal<unknown>(undefined)
  const run = async () => {
    error.value = undefined
    done.value = 0
    try {
      const parts: string[] = []
      for await (const records of pagesOf(object.slug, target)) {
        parts.push(...records.map((record) => `${JSON.stringify(record)}\n`))
        done.value = parts.length
      }
      saveAs(`${object.slug}.ndjson`, 'application/x-ndjson', parts)
    } catch (failure) {
      error.value = failure
    }
    done.value = undefined
  }
  return (
    <>
      <button type="button" disabled={done.value !== undefined} onClick={() => void run()}>
        {done.value === undefined ? 'Export' : `${wholeNumber(done.value)} read…`}
      </button>
      <Problem error={error.value} />
    </>
  )
}
