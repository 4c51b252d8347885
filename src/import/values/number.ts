import type { Readings } from './ways.ts'

/** Numbers as people write them. */

const SPACES = '[ \\u00a0\\u2009\\u202f]'

/**
 * Digits in groups of three, each behind the same sign; a number that begins with 0 has no groups.
 * @param between what may stand between the groups besides spaces and apostrophes
 */
const pattern = (decimal: string, between: string) =>
  new RegExp(
    `^(?<sign>[+\\-\\u2212]?)(?<whole>\\d+|[1-9]\\d{0,2}(?:(?<group>${between}|${SPACES}|['\\u2019])\\d{3})(?:\\k<group>\\d{3})*|)` +
      `(?:${decimal}(?<part>\\d+))?(?:[eE](?<power>[+-]?\\d{1,3}))?$`,
  )

const withPoint = pattern('\\.', ',')
const withComma = pattern(',', '\\.')

const numberBy = (by: RegExp, text: string): number | undefined => {
  const { sign = '', whole = '', part = '', power = '0' } = by.exec(text)?.groups ?? {}
  const digits = whole.replaceAll(/\D/g, '')
  if (digits === '' && part === '') return undefined
  const value = Number(`${digits || '0'}.${part || '0'}e${power}`)
  return sign === '' || sign === '+' ? value : -value
}

/** `one`: the point is decimal; `other`: the comma. */
export const numberReadings = (text: string): Readings<number> => {
  const one = numberBy(withPoint, text)
  const other = numberBy(withComma, text)
  return { ...(one !== undefined && { one }), ...(other !== undefined && { other }) }
}
