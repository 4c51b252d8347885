/** Numbers and times as the reader's browser writes them. */

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })
const decimal = new Intl.NumberFormat(undefined, { maximumFractionDigits: 15 })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

export const wholeNumber = (value: number): string => whole.format(value)
/** @param name of one of them */
export const counted = (count: number, name: string): string => `${wholeNumber(count)} ${name}${count === 1 ? '' : 's'}`
export const number = (value: number): string => decimal.format(value)

/** @param text a day, `2025-06-01`: the same everywhere. What is none is shown as it is */
export const date = (text: string): string => {
  const at = Date.parse(text)
  return Number.isNaN(at) ? text : day.format(at)
}

/** @param text a time with its offset, shown in the reader's own */
export const time = (text: string): string => {
  const at = Date.parse(text)
  return Number.isNaN(at) ? text : moment.format(at)
}

/** A code that no currency has is told as it stands. */
export const money = (amount: number, code: string | undefined): string => {
  if (code === undefined) return number(amount)
  try {
    return new Intl.NumberFormat(undefined, { style: 'currency', currency: code }).format(amount)
  } catch {
    return `${number(amount)} ${code}`
  }
}
