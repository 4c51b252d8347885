import { AnsweredError } from '../../client/index.ts'

interface Line {
  readonly what: string
  readonly remedy: string
}

/** What is to be done stands first, in the words of the error table: docs/errors.md. */
const linesOf = (error: unknown): readonly Line[] => {
  if (error instanceof AnsweredError && error.problem?.errors.length)
    return error.problem.errors.map(({ fix, detail }) => ({ remedy: fix, what: detail }))
  return [{ remedy: '', what: error instanceof Error ? error.message : String(error) }]
}

/** What went wrong, where it happened. Shows nothing while nothing has. */
export const Problem = ({ error, onAgain }: { readonly error: unknown; readonly onAgain?: () => void }) => {
  if (error === undefined) return null
  const requestId = error instanceof AnsweredError ? error.requestId : undefined
  return (
    <div class="problem" role="alert">
      {linesOf(error).map(({ what, remedy }) => (
        <p key={what}>
          {remedy && <strong>{remedy} </strong>}
          {what}
        </p>
      ))}
      {onAgain && (
        <button type="button" onClick={onAgain}>
          Try again
        </button>
      )}
      {requestId && (
        <p class="quiet">
          Request <code>{requestId}</code>
        </p>
      )}
    </div>
  )
}
