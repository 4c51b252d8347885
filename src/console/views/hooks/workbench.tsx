import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { useStill } from '../../calls/use-still.ts'
import { troublesOf } from '../../parts/field-problems.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { linesIn, TextField } from '../../parts/text-field.tsx'
import { objectNamed } from '../../schema/objects.ts'
import { changeOf, draftOf, isChanged } from './draft.ts'
import type { Hook } from './kinds.ts'
import { isPlaced, MappingPane } from './mapping-pane.tsx'
import { pathsIn } from './paths.ts'
import { ResultPane } from './result-pane.tsx'

/** Of a pause in typing. */
const STILL_MS = 250

export interface WorkbenchProps {
  readonly hook: Hook
  /** A delivery whose payload is looked at. */
  readonly delivery: string | undefined
  /** Whether somebody has asked for it: else it is taken only where no payload stands yet. */
  readonly isAskedFor: boolean
  readonly onSaved: () => void
}

const previewQuestion = (hook: Hook, body: Parameters<typeof changeOf>[2], text: string, headers: string) =>
  ask('post', '/v1/hooks/{id}/preview', {
    path: { id: hook.id },
    body: {
      text,
      headers: Object.fromEntries(linesIn(headers).map((line) => line.split(/\s*:\s*(.*)/s).slice(0, 2))),
      ...changeOf(objectNamed(hook.object), hook, body),
    },
  })

/** A payload, the mapping, and what would be written: all three follow what is typed, and nothing is changed until it is saved. */
export const Workbench = ({ hook, delivery, isAskedFor, onSaved }: WorkbenchProps) => {
  const object = objectNamed(hook.object)
  const payload = useSignal('')
  const headers = useSignal('')
  const draft = useSignal(draftOf(hook))
  const saving = useAction()
  const { data: kept } = useAnswer(
    delivery === undefined
      ? undefined
      : ask('get', '/v1/hooks/{id}/deliveries/{delivery}', { path: { id: hook.id, delivery } }),
  )
  useEffect(() => {
    if (!kept?.payload || kept.id !== delivery) return
    if (!isAskedFor && payload.peek().trim() !== '') return
    payload.value = JSON.stringify(kept.payload.body ?? null, null, 2)
    headers.value = Object.entries(kept.payload.headers)
      .map(([name, value]) => `${name}: ${String(value)}`)
      .join('\n')
  }, [kept, delivery, isAskedFor, payload, headers])

  const question = previewQuestion(hook, draft.value, payload.value, headers.value)
  const typed = JSON.stringify(question.options)
  const still = useStill(typed, STILL_MS)
  // Asked when nobody types any more; what was asked before is abandoned as soon as somebody does.
  const isStill = still === typed && payload.value.trim() !== ''
  const { data, error } = useAnswer(isStill ? question : undefined)
  const troubles = error === undefined ? (data?.error?.errors ?? []) : troublesOf(error)
  if (!object) return <Problem error={new Error(`The object ${hook.object} is not there any more.`)} />
  const save = ask('patch', '/v1/hooks/{id}', { path: { id: hook.id }, body: changeOf(object, hook, draft.value) })
  const isOther = isChanged(object, hook, draft.value)
  return (
    <>
      <div class="panes">
        <section aria-label="Payload">
          <h2 class="part">Payload</h2>
          <textarea
            class="document"
            aria-label="Payload"
            placeholder={'{"paste": "what the tool posts"}'}
            spellcheck={false}
            rows={14}
            value={payload.value}
            onInput={(event) => {
              payload.value = event.currentTarget.value
            }}
          />
          <details>
            <summary>Headers</summary>
            <TextField label="One a line" text={headers} rows={4} placeholder="x-event: created" />
          </details>
        </section>
        <section aria-label="Mapping">
          <h2 class="part">
            Mapping <a href="/docs/webhooks/#mapping">how it is written</a>
          </h2>
          <MappingPane
            object={object}
            draft={draft.value}
            paths={pathsIn(payload.value)}
            troubles={troubles}
            onDraft={(one) => {
              draft.value = one
            }}
          />
        </section>
        <section aria-label="What would be written" aria-busy={!isStill && payload.value.trim() !== ''}>
          <h2 class="part">
            What would be written <RequestBox of="this preview" question={question} />
          </h2>
          {payload.value.trim() === '' ? (
            <p class="quiet">Paste a payload, or take that of a delivery, to see what it would do.</p>
          ) : (
            <ResultPane
              object={object}
              preview={data}
              isWrong={error !== undefined || (data?.error ?? null) !== null}
              troubles={troubles.filter((one) => !isPlaced(draft.value, one))}
            />
          )}
          {error !== undefined && troublesOf(error).length === 0 && <Problem error={error} />}
        </section>
      </div>
      <div class="bar">
        <button
          type="button"
          class="primary"
          disabled={!isOther || saving.isWaiting}
          onClick={() =>
            void saving.run(async () => {
              draft.value = draftOf(await save.send())
              onSaved()
            })
          }
        >
          Save the mapping
        </button>
        <button
          type="button"
          disabled={!isOther}
          onClick={() => {
            draft.value = draftOf(hook)
          }}
        >
          As it was
        </button>
        <RequestBox of="this change" question={save} />
        <span class="quiet" role="status">
          {isOther ? 'Not saved yet: deliveries are mapped as before.' : ''}
        </span>
      </div>
      <Problem error={saving.error} />
    </>
  )
}
