import { type Path, refuse } from '../../engine/errors.ts'
import type { StoredRecord } from '../../engine/record.ts'
import { isJsonObject } from '../kit/json.ts'
import { valueIn } from '../kit/read-back.ts'
import { unwrap } from './envelope.ts'

/** The parts are attributes of their own; this contract reads and writes them as one value. */
export const addressParts = ['street_one', 'street_two', 'city', 'state', 'country', 'zip_code'] as const

/** Attribute values for an address. It replaces the old one whole: a part that is not sent is cleared. */
export const addressValues = (input: unknown, at: Path): Record<string, unknown> => {
  const value = unwrap(input, ['address'], at)
  if (value !== null && !isJsonObject(value)) throw refuse('wrong_type', at, `an object of ${addressParts.join(', ')}`)
  const parts = value ?? {}
  const unknown = Object.keys(parts).find((part) => !addressParts.some((known) => known === part))
  if (unknown !== undefined) throw refuse('unknown_field', [...at, unknown], 'an address')
  return Object.fromEntries(addressParts.map((part) => [part, parts[part] ?? null]))
}

/** Null when no part is set. */
export const renderAddress = (record: StoredRecord): Record<string, unknown> | null => {
  const parts = addressParts.map((part) => [part, valueIn(record, part)] as const)
  return parts.some(([, value]) => value !== null) ? Object.fromEntries(parts) : null
}
