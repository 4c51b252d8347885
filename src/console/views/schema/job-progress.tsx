import { useEffect } from 'preact/hooks'
import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { useRounds } from '../../calls/use-rounds.ts'
import { Problem } from '../../parts/problem.tsx'
import { wholeNumber } from '../../values/locale.ts'

/** While it runs. */
const LOOK_MS = 1_000

/** How far a job is that makes or removes an index, and why it has failed. @param onEnded told once */
export const JobProgress = ({ id, onEnded }: { readonly id: string; readonly onEnded: () => void }) => {
  const { data: job, error, isWaiting, again } = useAnswer(ask('get', '/v1/jobs/{id}', { path: { id } }))
  const isRunning = job?.status === 'running'
  useRounds(again, LOOK_MS, isRunning && !isWaiting)
  const hasEnded = job !== undefined && !isRunning
  useEffect(() => {
    if (hasEnded) onEnded()
  }, [hasEnded])
  if (error !== undefined) return <Problem error={error} onAgain={again} />
  if (!job) return null
  if (isRunning)
    return (
      <p class="bar" role="status">
        Index of {job.name}: {job.phase}, {wholeNumber(job.done)} looked at
        <progress aria-label={`Index of ${job.name}`} {...(job.progress !== null && { value: job.progress })} />
      </p>
    )
  if (job.status !== 'failed') return null
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{job.name} was not made: records share what nobody may share.</strong>
      </p>
      {job.conflicts.map(({ field, value, recordId }) => (
        <p key={recordId}>
          {field}: {value}
        </p>
      ))}
    </div>
  )
}
