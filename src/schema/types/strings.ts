import { kindOf, type Parsed, parsed, rejected } from '../value.ts'

/** A string of at most `limit` characters. Shared by every type that is text underneath. */
export const parseString = (input: unknown, limit: number): Parsed<string> => {
  if (typeof input !== 'string') return rejected('wrong_type', `a string, not ${kindOf(input)}`)
  if (input.length > limit) return rejected('too_long', `at most ${limit} characters, not ${input.length}`)
  return parsed(input)
}
