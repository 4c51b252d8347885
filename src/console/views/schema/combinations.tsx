import { useSignal } from '@preact/signals'
import type { components } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { Act, Confirm } from '../../parts/act.tsx'
import { Check, Several } from '../../parts/choice.tsx'
import { DialogForm } from '../../parts/dialog-form.tsx'
import { Opener } from '../../parts/opener.tsx'
import { Problem } from '../../parts/problem.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { attributesOf, type ObjectSchema, readObjects } from '../../schema/objects.ts'
import { may } from '../../session/session.ts'
import { JobProgress } from './job-progress.tsx'

type Combination = components['schemas']['Combination']
type Entry = components['schemas']['SchemaCombination']

/** A document that says nothing of anything else. */
const saying = (object: ObjectSchema, entry: Entry) =>
  ask('put', '/v1/schema', { body: { objects: [{ slug: object.slug, combinations: [entry] }] } })

interface FormProps {
  readonly object: ObjectSchema
  readonly onDone: (made?: Combination) => void
}

const Form = ({ object, onDone }: FormProps) => {
  const name = useSignal('')
  const attributes = useSignal<readonly string[]>([])
  const unique = useSignal(true)
  const question = ask('post', '/v1/objects/{object}/combinations', {
    path: { object: object.slug },
    body: { name: name.value, attributes: [...attributes.value], unique: unique.value },
  })
  return (
    <DialogForm
      title={`Attributes of ${object.pluralName} that are one key together`}
      verb="Add"
      of="this addition"
      question={question}
      submit={async () => onDone(await question.send())}
      onClose={() => onDone()}
    >
      <TextField label="Name, as the schema calls it" text={name} required isFirst placeholder="code_stage" />
      <Several
        label="Two attributes or more"
        values={attributes}
        options={Object.fromEntries(attributesOf(object).map(({ slug, label }) => [slug, label]))}
      />
      <Check label="No two records share all of these values, so that they find one" value={unique} />
    </DialogForm>
  )
}

interface RowProps {
  readonly object: ObjectSchema
  readonly one: Entry & Pick<Partial<Combination>, 'jobId'>
  readonly onChanged: (jobIds: readonly string[]) => void
}

const Acts = ({ object, one, onChanged }: RowProps) => {
  const { name, archived } = one
  if (!archived)
    return (
      <Act
        title={`Archive ${name}`}
        of={`archiving ${name}`}
        question={saying(object, { name, archived: true })}
        onDone={({ jobIds }) => onChanged(jobIds)}
      />
    )
  return (
    <>
      <Act
        title={`Restore ${name}`}
        of={`restoring ${name}`}
        question={saying(object, { name, archived: false })}
        onDone={({ jobIds }) => onChanged(jobIds)}
      />
      <Opener title={`Remove ${name}…`}>
        {(close) => (
          <Confirm
            title={`Remove ${name}`}
            verb="Remove it"
            question={saying(object, { name, remove: true })}
            onDone={(isDone) => {
              close()
              if (isDone) onChanged([])
            }}
          >
            <p>Its name is free then. The values of its attributes stay as they are.</p>
          </Confirm>
        )}
      </Opener>
    </>
  )
}

const Row = (props: RowProps) => {
  const { object, one } = props
  const labels = one.attributes?.map((slug) => object.attributes.find((each) => each.slug === slug)?.label ?? slug)
  return (
    <tr class={one.archived ? 'quiet' : ''}>
      <th scope="row">{one.name}</th>
      <td>{labels?.join(' + ')}</td>
      <td>{one.unique === false ? 'indexed' : 'unique'}</td>
      <td>{one.archived ? 'archived' : one.jobId ? 'being made' : ''}</td>
      {may('admin') && (
        <td>
          <div class="bar">
            <Acts {...props} />
          </div>
        </td>
      )}
    </tr>
  )
}

/** Attributes that are one key together: made, archived, removed, and how far that is. */
export const Combinations = ({ object }: { readonly object: ObjectSchema }) => {
  const isAdmin = may('admin')
  // Only the document tells those that are archived, and only to administrators.
  const { data, error, again } = useAnswer(isAdmin ? ask('get', '/v1/schema') : undefined)
  const jobs = useSignal<readonly string[]>([])
  const archived =
    data?.objects.find(({ slug }) => slug === object.slug)?.combinations?.filter((one) => one.archived) ?? []
  const refresh = () => {
    again()
    void readObjects()
  }
  const changed = (jobIds: readonly string[]) => {
    jobs.value = jobIds
    refresh()
  }
  const running = [...new Set([...jobs.value, ...object.combinations.flatMap(({ jobId }) => jobId ?? [])])]
  const all: readonly RowProps['one'][] = [...object.combinations, ...archived]
  if (all.length === 0 && !isAdmin) return null
  return (
    <section aria-label="Combinations" class="stack">
      <header class="bar">
        <h2>One key together</h2>
        {isAdmin && (
          <Opener title="Add a combination">
            {(close) => (
              <Form
                object={object}
                onDone={(made) => {
                  close()
                  if (made) changed(made.jobId === null ? [] : [made.jobId])
                }}
              />
            )}
          </Opener>
        )}
      </header>
      <Problem error={error} onAgain={again} />
      {running.map((id) => (
        <JobProgress key={id} id={id} onEnded={refresh} />
      ))}
      {all.length === 0 ? (
        <p class="quiet">None: each attribute is a key by itself.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section class="wide" tabIndex={0} aria-label={`Combinations of ${object.pluralName}`}>
          <table>
            <thead>
              <tr>
                <th>Combination</th>
                <th>Attributes</th>
                <th>Finds records</th>
                <th>State</th>
                {isAdmin && <td />}
              </tr>
            </thead>
            <tbody>
              {all.map((one) => (
                <Row key={one.name} object={object} one={one} onChanged={changed} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  )
}
