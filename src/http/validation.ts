import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Path, type Problem, problem, RefusedError } from '../engine/errors.ts'
import { nearest } from '../schema/nearest.ts'
import { kindOf } from '../schema/value.ts'

/**
 * What zod found wrong, in the sentences of our own table: nothing of zod's texts reaches a client, so neither its
 * wording nor its version is part of any contract.
 */

type Issue = z.core.$ZodIssue
type Found<Code extends Issue['code']> = Extract<Issue, { code: Code }>

/** How the kinds that a schema may expect are called where the bare word would not do. */
const kinds: ReadonlyMap<string, string> = new Map([
  ['int', 'a whole number'],
  ['array', 'an array'],
  ['object', 'an object'],
  ['record', 'an object'],
  ['null', 'null'],
])

const kindNamed = (expected: string): string => kinds.get(expected) ?? `a ${expected}`

/** Zod's issues do not say which names there are, so its message does. */
z.config({
  customError: ({ code, inst }) =>
    code === 'unrecognized_keys' && inst instanceof z.ZodObject ? JSON.stringify(Object.keys(inst.shape)) : undefined,
})

const unknownField = (name: string, message: string, path: Path): Problem => {
  const known: readonly string[] = message.startsWith('[') ? JSON.parse(message) : []
  const near = nearest(name, known)
  const others = near === undefined && known.length > 0 ? `: there is ${known.join(', ')}` : ''
  return { ...problem('unknown_field', [...path, name], `this request${others}`), ...(near !== undefined && { near }) }
}

const formats: ReadonlyMap<string, string> = new Map([
  ['uuid', 'a UUID'],
  ['email', 'an e-mail address'],
  ['url', 'a URL'],
  ['date', 'a date such as 2026-01-31'],
  ['datetime', 'a date and time in UTC such as 2026-01-31T09:30:00Z'],
])

const formatOf = (issue: Found<'invalid_format'>): string =>
  formats.get(issue.format) ?? // What a pattern asks for, its schema says in words; zod's own would tell the pattern.
  (issue.format === 'regex' && !issue.message.startsWith('Invalid') ? issue.message : 'a text of another form')

const counted = (count: number | bigint, one: string): string => `${count} ${one}${Number(count) === 1 ? '' : 's'}`

const tooBig = ({ origin, maximum, inclusive }: Found<'too_big'>, field: Path): Problem => {
  if (origin === 'string') return problem('too_long', field, `at most ${counted(maximum, 'character')}`)
  if (origin === 'array') return problem('too_many_values', field, `at most ${counted(maximum, 'value')}`)
  return problem('out_of_range', field, inclusive === false ? `less than ${maximum}` : `at most ${maximum}`)
}

const tooSmall = ({ origin, minimum, inclusive }: Found<'too_small'>, field: Path): Problem => {
  if (origin === 'string') return problem('invalid_value', field, `a text of at least ${counted(minimum, 'character')}`)
  if (origin === 'array') return problem('invalid_value', field, `a list of at least ${counted(minimum, 'value')}`)
  return problem('out_of_range', field, inclusive === false ? `more than ${minimum}` : `at least ${minimum}`)
}

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`

/** What was sent: zod keeps it out of its issues. */
const sentAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      value !== null && typeof value === 'object' && Object.hasOwn(value, step)
        ? (value as Record<PropertyKey, unknown>)[step]
        : undefined,
    input,
  )

/** Of several shapes the one that the value comes nearest to; where it has none of them, all their kinds. */
const unionProblems = (issue: Found<'invalid_union'>, input: unknown, field: Path): Problem[] => {
  // Of shapes that a word tells apart, none has this word.
  if ('options' in issue && Array.isArray(issue.options))
    return [
      problem(sentAt(input, issue.path) === undefined ? 'required' : 'invalid_value', field, oneOf(issue.options)),
    ]
  const near = issue.errors.find((issues) => !issues.some((i) => i.code === 'invalid_type' && i.path.length === 0))
  if (near) return near.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, input))
  const expected = new Set(issue.errors.flat().map((i) => (i.code === 'invalid_type' ? kindNamed(i.expected) : '')))
  return [problem('wrong_type', field, `${[...expected].join(' or ')}, not ${kindOf(sentAt(input, issue.path))}`)]
}

const problemsOf = (issue: Issue, input: unknown): Problem[] => {
  const field: Path = issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part))
  const sent = sentAt(input, issue.path)
  switch (issue.code) {
    case 'invalid_type': {
      if (sent === undefined) return [problem('required', field)]
      // Of a number with a fraction, and of a parameter (always a text), the kind says nothing.
      const tells = issue.expected !== 'int' && !('received' in issue)
      return [problem('wrong_type', field, `${kindNamed(issue.expected)}${tells ? `, not ${kindOf(sent)}` : ''}`)]
    }
    case 'invalid_value':
      return [sent === undefined ? problem('required', field) : problem('invalid_value', field, oneOf(issue.values))]
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(key, issue.message, field))
    case 'invalid_union':
      return unionProblems(issue, input, field)
    case 'invalid_format':
      return [problem('invalid_value', field, formatOf(issue))]
    case 'too_big':
      return [tooBig(issue, field)]
    case 'too_small':
      return [tooSmall(issue, field)]
    case 'not_multiple_of':
      return [problem('invalid_value', field, `a multiple of ${issue.divisor}`)]
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return [problem('invalid_value', field, 'of the documented shape')]
  }
}

/** Of what is of the wrong type nothing else is said: zod counts the characters of a text that should be a list, too. */
const toldOnce = (issues: readonly Issue[]): readonly Issue[] => {
  const placeOf = ({ path }: Issue) => JSON.stringify(path)
  const mistyped = new Set(issues.filter(({ code }) => code === 'invalid_type').map(placeOf))
  return issues.filter((issue) => issue.code === 'invalid_type' || !mistyped.has(placeOf(issue)))
}

/** A failed schema check as our own refusal; every problem of the request, not only the first. @param input what was checked */
export const refusedBySchema = (issues: readonly Issue[], input: unknown): RefusedError => {
  const [first = problem('invalid_request', undefined, 'The request does not have the documented shape'), ...rest] =
    toldOnce(issues).flatMap((issue) => problemsOf(issue, input))
  return new RefusedError({ problems: [first, ...rest] })
}

/** The hook of every route: what zod refuses goes the way of all refusals. */
export const validationHook = (
  result: { success: true } | { success: false; error: { issues: readonly Issue[] }; data?: unknown },
  _c: Context,
): undefined => {
  if (!result.success) throw refusedBySchema(result.error.issues, result.data)
}
