import { type Parsed, parsed, rejected } from '../value.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const isUuid = (text: unknown): text is string => typeof text === 'string' && UUID.test(text)

/** An id of a record or member. Whether it exists is for the assert program to find out, within the write. */
export const parseId = (input: unknown, of: string): Parsed<string> =>
  isUuid(input) ? parsed(input.toLowerCase()) : rejected('invalid_value', `the id (UUID) of ${of}`)
