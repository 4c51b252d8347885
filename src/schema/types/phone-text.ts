/** What is written around the digits of a phone number, understood without knowing any country. */

/** A number as it would be dialled: `+` or nothing, then digits; and the extension behind it. */
export interface PhoneParts {
  readonly number: string
  readonly extension: string | undefined
}

const ZERO = '0'.codePointAt(0) as number

/** Every script has its ten digits in one row from zero to nine, and no two rows touch (those that do, NFKC has replaced). */
const asciiDigit = (digit: string): string => {
  let value = 0
  for (let code = digit.codePointAt(0) as number; value < 9; value++, code--)
    if (!/\p{Nd}/u.test(String.fromCodePoint(code - 1))) break
  return String.fromCodePoint(ZERO + value)
}

const NOT_ASCII = /\P{ASCII}|[\t\n\r]/u

/**
 * The same text in ASCII, as far as it has such a form: full-width and other digits, every kind of space and dash.
 * Marks that nobody sees (soft hyphen, direction marks, joiners) come along when numbers are copied, and are dropped.
 */
const toAscii = (text: string): string =>
  NOT_ASCII.test(text)
    ? text
        .normalize('NFKC')
        .replace(/\p{Cf}/gu, '')
        .replace(/[\s\p{Z}]/gu, ' ')
        .replace(/[\p{Pd}\u2212\u30fc]/gu, '-')
        .replace(/\P{ASCII}/gu, (c) => (/\p{Nd}/u.test(c) ? asciiDigit(c) : c))
    : text

const DIALLED = /^[([\s]*\+?[0-9()[\]\-./~\s]*[0-9][0-9()[\]\-./~\s]*$/
const EXTENSION =
  /^([^;,#a-z]*)(?:\s*[;,]?\s*(?:ext(?:ension|n)?\b\.?|ext(?=[0-9])|x|#|durchwahl\b)\s*[=:]?\s*)([0-9]{1,8})$/
/** RFC 3966. */
const URI = /^tel:([^;]*)((?:;[a-z0-9-]+(?:=[^;]*)?)*)$/

const parameter = (parameters: string, name: string): string | undefined =>
  new RegExp(`;${name}=([^;]*)`).exec(parameters)?.[1]

const dialled = (text: string, extension: string | undefined): PhoneParts | undefined =>
  DIALLED.test(text) && (extension === undefined || /^[0-9]{1,8}$/.test(extension))
    ? { number: text.replace(/[^+0-9]/g, ''), extension }
    : undefined

const uriParts = ([, number = '', parameters = '']: RegExpExecArray): PhoneParts | undefined => {
  const context = parameter(parameters, 'phone-context')
  const prefix = context?.startsWith('+') && !number.startsWith('+') ? context : ''
  return dialled(prefix + number, parameter(parameters, 'ext')?.replace(/[^0-9]/g, ''))
}

/** Undefined for what nobody could dial. */
export const phoneParts = (text: string): PhoneParts | undefined => {
  const plain = toAscii(text).trim().toLowerCase()
  const uri = URI.exec(plain)
  if (uri) return uriParts(uri)
  const [, number = plain, extension] = EXTENSION.exec(plain) ?? []
  return dialled(number, extension)
}
