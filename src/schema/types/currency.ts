import { parsed, rejected } from '../value.ts'
import { parseNumber } from './number.ts'
import type { ValueType } from './value-type.ts'

const CODE = /^[A-Z]{3}$/

/** An amount, alone or with its ISO 4217 code. Stored as `{amount}` or `{amount, code}`, in that order. */
export const currency: ValueType = {
  name: 'currency',
  describes: 'an amount, or {"amount": 12.5, "code": "EUR"}',
  matchable: false,
  uniqueable: false,
  sortable: false,
  numeric: true,
  parse: (input) => {
    const parts =
      input !== null && typeof input === 'object' && !Array.isArray(input) ? { ...input } : { amount: input }
    const { amount, code, ...rest } = parts as Record<string, unknown>
    const unknown = Object.keys(rest)[0]
    if (unknown !== undefined) return rejected('invalid_value', `an amount with its code, without "${unknown}"`)
    const value = parseNumber(amount)
    if (!value.ok) return value
    if (code === undefined || code === null) return parsed({ amount: value.value })
    return typeof code === 'string' && CODE.test(code)
      ? parsed({ amount: value.value, code })
      : rejected('invalid_value', 'an amount with a currency code of three capital letters')
  },
}
