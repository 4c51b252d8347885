import type { Written } from '../../engine/outcome.ts'
import type { StoredRecord } from '../../engine/record.ts'
import { firstTextIn, textIn, textsIn, zuluMilliseconds } from '../kit/read-back.ts'
import { clientFields, contactFields, entityFields } from './fields.ts'

type Texts<F> = { [name in keyof F]: string | null }

/** Every field of a record, null where it has no value. */
const texts = <F extends Readonly<Record<string, string>>>(record: StoredRecord, fields: F): Texts<F> =>
  Object.fromEntries(Object.entries(fields).map(([name, slug]) => [name, textIn(record, slug)])) as Texts<F>

/** A record that already was as the request wants it counts as updated: this contract knows two results. */
const closing = ({ record, status }: Written) => ({
  createdAt: zuluMilliseconds(record.createdAt),
  updatedAt: zuluMilliseconds(record.updatedAt),
  result: status === 'created' ? ('created' as const) : ('updated' as const),
})

export const renderContact = (written: Written) => ({
  id: written.record.id,
  ...texts(written.record, contactFields),
  email: firstTextIn(written.record, 'emails'),
  ...closing(written),
})

export const renderClient = (written: Written) => ({
  id: written.record.id,
  ...texts(written.record, clientFields),
  tags: textsIn(written.record, 'tags'),
  ...closing(written),
})

export const renderEntity = (written: Written) => ({
  id: written.record.id,
  ...texts(written.record, entityFields),
  ...closing(written),
})
