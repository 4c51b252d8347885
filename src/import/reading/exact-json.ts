/** JSON whose numbers keep their digits: an order number of twenty is none that arithmetic is done with. */

/** Strings are passed over; of JSON that has been parsed everything else that begins so is a number. */
const TOKENS = /"(?:[^"\\]+|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Sixteen signs that may be digits of one number, or a power of ten: shorter ones are kept by arithmetic as they are. */
const MAY_LOSE = /[\d.]{16}|\d[eE]/

/** Digits without what does not count, and where the point stands: 1.50 and 15e-1 are the same. */
const normal = (text: string): string => {
  const [, sign = '', whole = '', part = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const digits = (whole + part).replace(/^0+/, '')
  const kept = digits.replace(/0+$/, '')
  return kept === '' ? '0' : `${sign}${kept}e${Number(power) - part.length + digits.length - kept.length}`
}

/** The number, or its text where a number would be another one. */
export const exactNumber = (text: string): number | string => {
  const number = Number(text)
  const isKept = Math.abs(number) <= Number.MAX_SAFE_INTEGER && normal(String(number)) === normal(text)
  return isKept ? number : text
}

/**
 * The value of a JSON text, in which numbers that would become others are texts.
 * @throws SyntaxError for what is no JSON
 */
export const parseExactly = (text: string): unknown => {
  const value: unknown = JSON.parse(text)
  if (!MAY_LOSE.test(text)) return value
  return JSON.parse(
    text.replaceAll(TOKENS, (token) =>
      token.startsWith('"') || typeof exactNumber(token) === 'number' ? token : `"${token}"`,
    ),
  )
}
