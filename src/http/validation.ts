import type { Context } from 'hono'
import { type Path, type Problem, problem, RefusedError } from '../engine/errors.ts'

/** The part of a zod issue that we read. */
interface Issue {
  readonly code?: string | undefined
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly expected?: string
  readonly keys?: readonly string[]
}

const article = (noun: string) => (/^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`)

/** zod keeps the refused value out of its issues and names its kind in the sentence only. */
const RECEIVED = /received (\w+)$/

const problemsOf = (issue: Issue): Problem[] => {
  const path: Path = issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part))
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map((key) => problem('unknown_attribute', [...path, key], 'this request'))
  if (issue.code === 'invalid_type') {
    const received = RECEIVED.exec(issue.message)?.[1] ?? 'undefined'
    if (received === 'undefined') return [problem('required', path)]
    return [problem('wrong_type', path, `${article(issue.expected ?? 'value')}, not ${received}`)]
  }
  return [problem('invalid_value', path, issue.message.replace(/^Invalid (input|option): (expected )?/, ''))]
}

/** A failed schema check as our own refusal; every problem of the request, not only the first. */
export const refusedBySchema = (issues: readonly Issue[]): RefusedError => {
  const [first = problem('invalid_request', undefined, 'The request does not have the documented shape'), ...rest] =
    issues.flatMap(problemsOf)
  return new RefusedError({ problems: [first, ...rest] })
}

/** The hook of every route: what zod refuses goes the way of all refusals. */
export const validationHook = (
  result: { success: true } | { success: false; error: { issues: readonly Issue[] } },
  _c: Context,
): undefined => {
  if (!result.success) throw refusedBySchema(result.error.issues)
}
