import type { Written } from '../../engine/outcome.ts'
import type { StoredRecord } from '../../engine/record.ts'
import { firstTextIn, textIn, textsIn, zuluMilliseconds } from '../kit/read-back.ts'
import { clientFields, contactFields, entityFields } from './fields.ts'

type Texts<F> = { [name in keyof F]: string | null }

/** Every field of a record, null where it has no value. */
const texts = <F extends Readonly<Record<string, string>>>(record: StoredRecord, fields: F): Texts<F> =>
  Object.fromEntries(Object.entries(fields).map(([name, slug]) => [name, textIn(record, slug)])) as Texts<F>

const times = ({ createdAt, updatedAt }: StoredRecord) => ({
  createdAt: zuluMilliseconds(createdAt),
  updatedAt: zuluMilliseconds(updatedAt),
})

export const contactOf = (record: StoredRecord) => ({
  id: record.id,
  ...texts(record, contactFields),
  email: firstTextIn(record, 'emails'),
  ...times(record),
})

export const clientOf = (record: StoredRecord) => ({
  id: record.id,
  ...texts(record, clientFields),
  tags: textsIn(record, 'tags'),
  ...times(record),
})

export const entityOf = (record: StoredRecord) => ({
  id: record.id,
  ...texts(record, entityFields),
  ...times(record),
})

/** A record that already was as the request wants it counts as updated: this contract knows two results. */
export const resultOf = ({ status }: Written) => (status === 'created' ? ('created' as const) : ('updated' as const))
