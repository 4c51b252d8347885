import type { Written } from '../../engine/outcome.ts'
import { attributeList, attributeValue, type StoredRecord } from '../../engine/record.ts'
import type { FieldMap } from '../field-map.ts'
import { zuluMilliseconds } from '../timestamps.ts'
import { clientFields, contactFields, entityFields } from './fields.ts'

type Texts<F extends FieldMap> = { [name in keyof F]: string | null }

/** Every field of a record, null where it has no value. */
const texts = <F extends FieldMap>(record: StoredRecord, fields: F): Texts<F> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, slug]) => [name, attributeValue(record, slug) ?? null]),
  ) as Texts<F>

/** A record that already was as the request wants it counts as updated: this contract knows two results. */
const closing = ({ record, status }: Written) => ({
  createdAt: zuluMilliseconds(record.createdAt),
  updatedAt: zuluMilliseconds(record.updatedAt),
  result: status === 'created' ? ('created' as const) : ('updated' as const),
})

export const renderContact = (written: Written) => ({
  id: written.record.id,
  ...texts(written.record, contactFields),
  email: (attributeList(written.record, 'emails')[0] ?? null) as string | null,
  ...closing(written),
})

export const renderClient = (written: Written) => ({
  id: written.record.id,
  ...texts(written.record, clientFields),
  tags: attributeList(written.record, 'tags') as string[],
  ...closing(written),
})

export const renderEntity = (written: Written) => ({
  id: written.record.id,
  ...texts(written.record, entityFields),
  ...closing(written),
})
