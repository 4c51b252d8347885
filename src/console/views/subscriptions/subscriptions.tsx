import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { go, hrefOf } from '../../frame/address.ts'
import { DialogForm } from '../../parts/dialog-form.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Opener } from '../../parts/opener.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { Secret } from '../../parts/secret.tsx'
import { objectNamed } from '../../schema/objects.ts'
import { time } from '../../values/locale.ts'
import { DefinitionForm, type Subscription, typedDefinition, useTyped } from './definition.tsx'

interface Made {
  readonly id: string
  /** Null: it was there already, with this very definition. */
  readonly secret: string | null
}

const Form = ({ onDone }: { readonly onDone: (made?: Made) => void }) => {
  const typed = useTyped()
  const question = ask('post', '/v1/subscriptions', { body: typedDefinition(typed) })
  return (
    <DialogForm
      title="Create a subscription"
      verb="Create"
      of="this creation"
      question={question}
      submit={async () => onDone(await question.send())}
      onClose={() => onDone()}
    >
      <DefinitionForm typed={typed} />
    </DialogForm>
  )
}

const objectsTold = ({ objects }: Subscription): string =>
  objects.length === 0 ? 'all objects' : objects.map((slug) => objectNamed(slug)?.pluralName ?? slug).join(', ')

const subscriptionsQuestion = () => ask('get', '/v1/subscriptions')

/** Who is told of changes, and how each of them is doing. */
export const Subscriptions = () => {
  const { data, error, again } = useAnswer(subscriptionsQuestion())
  const made = useSignal<Made | undefined>(undefined)
  const leave = ({ id }: Made) => go(hrefOf(['subscriptions', id]))
  return (
    <>
      <header class="bar">
        <h1>Subscriptions</h1>
        <Opener class="primary" title="Create a subscription">
          {(close) => (
            <Form
              onDone={(one) => {
                close()
                if (one?.secret === null) leave(one)
                else made.value = one
              }}
            />
          )}
        </Opener>
        <RequestBox of="this list" question={subscriptionsQuestion()} />
      </header>
      <Problem error={error} onAgain={again} />
      {data?.subscriptions.length === 0 && (
        <Empty title="Nobody is told of changes yet.">
          <p>A tool that takes signed messages over https gets a subscription: each change is posted to it.</p>
        </Empty>
      )}
      {data && data.subscriptions.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section class="wide" tabIndex={0} aria-label="Subscriptions">
          <table>
            <thead>
              <tr>
                <th>Name</th>
                <th>Address</th>
                <th>Told of</th>
                <th>State</th>
                <th>Taken last</th>
              </tr>
            </thead>
            <tbody>
              {data.subscriptions.map((one) => (
                <tr key={one.id}>
                  <th scope="row">
                    <a href={hrefOf(['subscriptions', one.id])}>{one.name}</a>
                  </th>
                  <td>{one.url}</td>
                  <td>{objectsTold(one)}</td>
                  <td>{one.state}</td>
                  <td>{one.deliveredAt === null ? 'nothing yet' : time(one.deliveredAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {made.value?.secret && (
        <Secret
          title="The secret"
          secret={made.value.secret}
          onClose={() => {
            if (made.value) leave(made.value)
          }}
        >
          <p>
            Messages are signed with it, as Standard Webhooks has it: the receiver proves by it where they come from.
          </p>
        </Secret>
      )}
    </>
  )
}
