import { charactersIn, isLongerThan } from '../characters.ts'
import { kindOf, type Parsed, parsed, rejected } from '../value.ts'

/**
 * A string of at most `limit` characters. Shared by every type that is text underneath.
 * The limit is that of what is stored: there are letters that become two in lower case.
 */
export const parseString = (
  input: unknown,
  limit: number,
  normalize: (text: string) => string = (text) => text,
): Parsed<string> => {
  if (typeof input !== 'string') return rejected('wrong_type', `a string, not ${kindOf(input)}`)
  const text = normalize(input)
  if (isLongerThan(text, limit)) return rejected('too_long', `at most ${limit} characters, not ${charactersIn(text)}`)
  return parsed(text)
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const isUuid = (text: unknown): text is string => typeof text === 'string' && UUID.test(text)

/** An id of a record or member. Whether it exists is for the assert program to find out, within the write. */
export const parseId = (input: unknown, of: string): Parsed<string> =>
  isUuid(input) ? parsed(input.toLowerCase()) : rejected('invalid_value', `the id (UUID) of ${of}`)
