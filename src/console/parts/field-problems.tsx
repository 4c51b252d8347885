import { AnsweredError, type components } from '../../client/index.ts'

/** One of the things that were wrong with a request, in the words of the error table: docs/errors.md. */
export type Trouble = components['schemas']['ProblemDetail']

/** @returns none where nothing that answers as the server does has refused it */
export const troublesOf = (error: unknown): readonly Trouble[] =>
  error instanceof AnsweredError ? (error.problem?.errors ?? []) : []

/** What is wrong with one field, beneath it. */
export const FieldProblems = ({ id, troubles }: { readonly id: string; readonly troubles: readonly Trouble[] }) =>
  troubles.length === 0 ? null : (
    <p id={id} class="wrong">
      {troubles.map(({ detail }) => detail).join(' ')}
    </p>
  )
