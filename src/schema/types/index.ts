import { checkbox } from './checkbox.ts'
import { currency } from './currency.ts'
import { date } from './date.ts'
import { datetime } from './datetime.ts'
import { domain } from './domain.ts'
import { email } from './email.ts'
import { longText } from './long-text.ts'
import { number } from './number.ts'
import { phoneNumber } from './phone-number.ts'
import { rating } from './rating.ts'
import { relation } from './relation.ts'
import { multiselect, select, status } from './select.ts'
import { text } from './text.ts'
import { url } from './url.ts'
import { user } from './user.ts'
import type { ValueType } from './value-type.ts'

/** Every type an attribute can have. The names are part of the public contracts. */
export const valueTypes = {
  text,
  long_text: longText,
  number,
  checkbox,
  date,
  datetime,
  email,
  domain,
  phone_number: phoneNumber,
  url,
  select,
  multiselect,
  status,
  rating,
  currency,
  relation,
  user,
} as const satisfies Record<string, ValueType>

export type TypeName = keyof typeof valueTypes

export const typeNames = Object.keys(valueTypes) as readonly TypeName[]

export const typeOf = (attribute: { readonly type: TypeName }): ValueType => valueTypes[attribute.type]

export { parseOption } from './select.ts'
export { isUuid } from './strings.ts'
export { isIndexable, isScalar, type ValueType } from './value-type.ts'
