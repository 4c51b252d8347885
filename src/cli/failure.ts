import { advise, RefusedError } from '../engine/errors.ts'

/** How everything that an operator starts ends when it fails: with exit code 1 and one line. */

const messageOf = (error: unknown): string => {
  if (error instanceof RefusedError) return error.refusal.problems.map((problem) => advise(problem)).join(' ')
  return error instanceof Error ? error.message || error.name : String(error)
}

/** One line, whatever the error has to say. */
export const sentenceOf = (error: unknown): string =>
  messageOf(error)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()

export const endWith = (error: unknown): never => {
  console.error(sentenceOf(error))
  process.exit(1)
}
