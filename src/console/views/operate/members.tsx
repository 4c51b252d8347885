import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { time } from '../../values/locale.ts'

const membersQuestion = () => ask('get', '/v1/members')

/** Members, whom keys act for and records can name. */
export const Members = () => {
  const { data, error, again } = useAnswer(membersQuestion())
  const name = useSignal('')
  const email = useSignal('')
  const leaving = useSignal<{ readonly id: string; readonly name: string } | undefined>(undefined)
  const adding = useAction()
  const removing = useAction()
  const question = ask('post', '/v1/members', { body: { name: name.value, email: email.value } })
  const add = async (event: Event) => {
    event.preventDefault()
    if (!(await adding.run(() => question.send()))) return
    name.value = ''
    email.value = ''
    again()
  }
  const remove = async (id: string) => {
    if (!(await removing.run(() => ask('delete', '/v1/members/{id}', { path: { id } }).send()))) return
    leaving.value = undefined
    again()
  }
  return (
    <>
      <form class="bar" onSubmit={add}>
        <input
          aria-label="Name"
          placeholder="Name"
          required
          value={name.value}
          onInput={(event) => {
            name.value = event.currentTarget.value
          }}
        />
        <input
          aria-label="E-mail"
          placeholder="E-mail"
          required
          value={email.value}
          onInput={(event) => {
            email.value = event.currentTarget.value
          }}
        />
        <button type="submit" class="primary" disabled={adding.isWaiting}>
          Add a member
        </button>
        <RequestBox of="this addition" question={question} />
      </form>
      <Problem error={adding.error ?? error} onAgain={again} />
      {data?.members.length === 0 && <Empty title="There is no member yet." />}
      {data && data.members.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>Name</th>
              <th>E-mail</th>
              <th>Since</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {data.members.map((member) => (
              <tr key={member.id}>
                <th scope="row">{member.name}</th>
                <td>{member.email}</td>
                <td>{time(member.createdAt)}</td>
                <td>
                  <button
                    type="button"
                    class="bare narrow"
                    aria-label={`Remove ${member.name}`}
                    onClick={() => {
                      leaving.value = member
                    }}
                  >
                    Remove…
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {leaving.value && (
        <Dialog
          title={`Remove ${leaving.value.name}`}
          onClose={() => {
            leaving.value = undefined
          }}
        >
          <div class="stack">
            <p>Keys that act for this member end at once. Records that name the member keep the name's id.</p>
            <Problem error={removing.error} />
            <button
              type="button"
              class="danger"
              disabled={removing.isWaiting}
              onClick={() => void remove(leaving.value?.id ?? '')}
            >
              Remove
            </button>
          </div>
        </Dialog>
      )}
    </>
  )
}
