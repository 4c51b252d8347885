import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { wholeNumber } from '../../values/locale.ts'

const limitsQuestion = () => ask('get', '/v1/limits')

type Limit = number | { readonly limit: number; readonly periodSeconds: number } | null

const told = (limit: Limit): string => {
  if (limit === null) return 'none'
  if (typeof limit === 'number') return wholeNumber(limit)
  return `${wholeNumber(limit.limit)} in ${wholeNumber(limit.periodSeconds)} s`
}

/** Every limit of this instance, as the API tells it. */
export const Limits = () => {
  const { data, error, again } = useAnswer(limitsQuestion())
  const limits: Readonly<Record<string, Limit>> = data ?? {}
  return (
    <>
      <RequestBox of="this list" question={limitsQuestion()} />
      <Problem error={error} onAgain={again} />
      <table>
        <tbody>
          {Object.entries(limits).map(([name, limit]) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td class="number">{told(limit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
