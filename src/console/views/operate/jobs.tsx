import { useEffect } from 'preact/hooks'
import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { Empty } from '../../parts/empty.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { time, wholeNumber } from '../../values/locale.ts'

const jobsQuestion = () => ask('get', '/v1/jobs')

/** While one runs. */
const LOOK_MS = 2_000

/** Work that goes on by itself: indexes that are made or removed. */
export const Jobs = () => {
  const { data, error, again } = useAnswer(jobsQuestion())
  useEffect(() => {
    if (!data?.jobs.some(({ status }) => status === 'running')) return
    const timer = setTimeout(again, LOOK_MS)
    return () => clearTimeout(timer)
  }, [data, again])
  return (
    <>
      <RequestBox of="this list" question={jobsQuestion()} />
      <Problem error={error} onAgain={again} />
      {data?.jobs.length === 0 && (
        <Empty title="There is no job.">
          <p>One begins when a large object gets an index. It goes on by itself.</p>
        </Empty>
      )}
      {data && data.jobs.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>Index of</th>
              <th>State</th>
              <th>Looked at</th>
              <th>Begun</th>
            </tr>
          </thead>
          <tbody>
            {data.jobs.map(({ id, object, name, status, phase, progress, done, createdAt, conflicts }) => (
              <tr key={id}>
                <th scope="row">
                  {object}.{name}
                </th>
                <td>
                  {status} {phase}{' '}
                  {status === 'running' && (
                    <progress aria-label={`${object}.${name}`} {...(progress !== null && { value: progress })} />
                  )}
                  {conflicts.map(({ field, value, recordId }) => (
                    <p key={recordId}>
                      {field}: several records have {value}
                    </p>
                  ))}
                </td>
                <td class="number">{wholeNumber(done)}</td>
                <td>{time(createdAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}
