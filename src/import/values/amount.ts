/** An amount of money apart: the number, and what says of which currency. */
export interface AmountText {
  readonly number: string
  /** ISO 4217, where it is certain. */
  readonly code?: string
  /** A sign of several currencies. */
  readonly sign?: string
}

const codes: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP',
  '₹': 'INR',
  '₩': 'KRW',
  '₺': 'TRY',
  '₪': 'ILS',
  R$: 'BRL',
  zł: 'PLN',
  Kč: 'CZK',
}

const NUMBER = "[+\\-\\u2212]?[\\d.,'\\u2019 \\u00a0\\u2009\\u202f]*\\d"
const WORD = '[A-Z]{3}|[€£₹₩₺₪$¥]|R\\$|zł|Kč|kr'
const AMOUNT = new RegExp(
  `^(?<minus>[-\\u2212]?)(?<before>${WORD})?\\s*(?<number>${NUMBER})\\s*(?<after>${WORD})?$`,
  'u',
)

/** Undefined for what is no amount. */
export const amountParts = (text: string): AmountText | undefined => {
  const { minus = '', before, number = '', after } = AMOUNT.exec(text)?.groups ?? {}
  if (number === '' || (before !== undefined && after !== undefined)) return undefined
  const word = before ?? after
  const signed = { number: minus + number }
  if (word === undefined) return signed
  const code = codes[word] ?? (/^[A-Z]{3}$/.test(word) ? word : undefined)
  return code === undefined ? { ...signed, sign: word } : { ...signed, code }
}
