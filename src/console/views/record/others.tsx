import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Problem } from '../../parts/problem.tsx'
import { fetchWithKey, who } from '../../session/session.ts'
import type { StoredRecord } from '../../values/known.ts'

/** The same record as the other contracts answer it. Zyntro is not among them: its requests show two secrets, and a key is one. */

interface Other {
  readonly contract: string
  readonly path: string
}

const anduinKinds = new Map([
  ['people', 'contacts'],
  ['clients', 'clients'],
  ['investment_entities', 'investment-entities'],
])
const reevoKinds = new Map([
  ['people', 'contact'],
  ['companies', 'account'],
])

const othersOf = ({ object, id }: StoredRecord): readonly Other[] => {
  const [anduin, reevo] = [anduinKinds.get(object), reevoKinds.get(object)]
  const firm = who.value?.organization.id ?? ''
  return [
    { contract: 'Zeeg', path: `/v2/crm/${object}/${id}` },
    ...(reevo ? [{ contract: 'Reevo', path: `/api/v2/${reevo}/${id}` }] : []),
    ...(anduin ? [{ contract: 'Anduin', path: `/api/v1/idm/${firm}/${anduin}/${id}` }] : []),
  ]
}

const Answer = ({ contract, path }: Other) => {
  const answer = useSignal<string | undefined>(undefined)
  const error = useSignal<unknown>(undefined)
  useEffect(() => {
    fetchWithKey(path)
      .then(async (response) => {
        answer.value = JSON.stringify(await response.json(), null, 2)
      })
      .catch((failure: unknown) => {
        error.value = failure
      })
  }, [path, answer, error])
  return (
    <section>
      <h2 class="part">{contract}</h2>
      <p>
        <code>GET {path}</code>
      </p>
      <Problem error={error.value} />
      {answer.value !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <pre tabIndex={0}>
          <code>{answer.value}</code>
        </pre>
      )}
    </section>
  )
}

export const Others = ({ record }: { readonly record: StoredRecord }) =>
  othersOf(record).map((other) => <Answer key={other.path} {...other} />)
