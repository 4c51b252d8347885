import { refuse } from '../engine/errors.ts'
import { hookLimits } from './definition.ts'

/** A whole number, what is written in quotes, and what a log cannot show: such a text stands as JSON. */
const NEEDS_QUOTES = /^-?\d+$|^"|\p{Cc}/u

/**
 * As it is written down. Two messages must never come to one id: the second would be taken for a repetition, and be lost. So
 * 7 and "7" are two.
 */
export const messageIdOf = (value: unknown): string | null => {
  const { messageIdCharacters } = hookLimits
  const unusable = (why: string) => refuse('mapping_failed', ['mapping', 'messageId'], `it comes to ${why}`)
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw unusable('a number that cannot be told from its neighbours')
    return String(value)
  }
  if (typeof value !== 'string') throw unusable('no text or number')
  if (value.length > messageIdCharacters) throw unusable(`more than ${messageIdCharacters} characters`)
  // What is half a character is stored as another one.
  if (!value.isWellFormed()) throw unusable('a text that is no Unicode')
  return NEEDS_QUOTES.test(value) ? JSON.stringify(value) : value
}
