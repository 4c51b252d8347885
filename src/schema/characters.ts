/**
 * Characters are what every limit of a text is in: Unicode code points, as JSON Schema and SQLite count them. A string's
 * `length` counts the halves of what lies beyond U+FFFF as two, so that a name in such a script would be cut short.
 */
export const charactersIn = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}

/** Whether a text has more characters than that. Most are told by their length alone, without a count. */
export const isLongerThan = (text: string, limit: number): boolean =>
  text.length > limit && (text.length > 2 * limit || charactersIn(text) > limit)

/** The first characters of a text, at most `limit`. */
export const cutTo = (text: string, limit: number): string =>
  isLongerThan(text, limit) ? [...text.slice(0, 2 * limit)].slice(0, limit).join('') : text
