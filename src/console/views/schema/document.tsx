import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { components } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { saveAs } from '../../parts/save.ts'
import { readObjects } from '../../schema/objects.ts'

type SchemaDocument = components['schemas']['SchemaDocument']
type Step = components['schemas']['SchemaStep']

const readQuestion = () => ask('get', '/v1/schema')

const applyQuestion = (body: SchemaDocument, isDry: boolean) =>
  ask('put', '/v1/schema', { query: isDry ? { dryRun: 'true' } : {}, body })

/** What is planned belongs to the text that it was planned from. */
interface Plan {
  readonly text: string
  readonly document: SchemaDocument
  readonly steps: readonly Step[]
}

/** The schema as a document: edited here or kept in a repository, planned, and then applied as a whole. */
export const Document = () => {
  const { data, error, again } = useAnswer(readQuestion())
  const text = useSignal('')
  const plan = useSignal<Plan | undefined>(undefined)
  const isApplied = useSignal(false)
  const { run, error: failure, isWaiting } = useAction()
  useEffect(() => {
    if (data) text.value = JSON.stringify(data, null, 2)
  }, [data, text])
  const look = () =>
    run(async () => {
      isApplied.value = false
      plan.value = undefined
      const document = JSON.parse(text.value) as SchemaDocument
      const { steps } = await applyQuestion(document, true).send()
      plan.value = { text: text.value, document, steps }
    })
  const apply = ({ document }: Plan) =>
    run(async () => {
      await applyQuestion(document, false).send()
      plan.value = undefined
      isApplied.value = true
      again()
      await readObjects()
    })
  const planned = plan.value?.text === text.value ? plan.value : undefined
  return (
    <>
      <p class="quiet">
        What the organisation has added or changed. What is left out stays as it is.{' '}
        <a href="/docs/schema/">How it is written</a>
      </p>
      <Problem error={error ?? failure} />
      <textarea
        class="document"
        aria-label="Schema as a document"
        spellcheck={false}
        rows={24}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value
        }}
      />
      <div class="bar">
        <button type="button" class="primary" disabled={isWaiting} onClick={() => void look()}>
          Plan
        </button>
        <button type="button" onClick={() => saveAs('schema.json', 'application/json', [text.value])}>
          Download
        </button>
        <RequestBox of="this document" question={readQuestion()} />
      </div>
      {isApplied.value && <p role="status">Applied.</p>}
      {planned && (
        <section aria-label="Plan">
          <p role="status">
            {planned.steps.length === 0 ? 'There is nothing to do.' : 'This would be done, all or nothing:'}
          </p>
          <ol class="steps">
            {planned.steps.map((step) => (
              <li key={step.text}>{step.text}</li>
            ))}
          </ol>
          {planned.steps.length > 0 && (
            <div class="bar">
              <button type="button" class="primary" disabled={isWaiting} onClick={() => void apply(planned)}>
                Apply
              </button>
              <RequestBox of="applying it" question={applyQuestion(planned.document, false)} />
            </div>
          )}
        </section>
      )}
    </>
  )
}
