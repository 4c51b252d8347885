import type { z } from '@hono/zod-openapi'
import type { Written } from '../../engine/outcome.ts'
import type { StoredRecord } from '../../engine/record.ts'
import type { AppEnv } from '../../http/context.ts'
import type { FieldTable } from '../../http/contract.ts'
import { firstTextIn, textsIn, valueIn, zuluMilliseconds } from '../kit/read-back.ts'
import { contactFields, entityFields, isStandard, socialFields } from './fields.ts'
import type { AddContactBody, storedContact, storedEntity } from './schemas.ts'

/** This API knows two actions: data that was there already counts as updated. */
const actionOf = (outcome: Written) => (outcome.status === 'created' ? 'created' : 'updated')

export const renderSuccess = (contact: Written, entity: Written | null) => ({
  status: 'success' as const,
  data: {
    action: actionOf(contact),
    message: `Contact ${actionOf(contact)} successfully`,
    contact_id: contact.record.id,
    entity_id: entity?.record.id ?? null,
    entity_action: entity && actionOf(entity),
  } as const,
})

/** Made of counts only: nothing that the request said can get into it. */
export const renderDebug = (
  contact: Written,
  lookup: NonNullable<AddContactBody['lookup_by']>,
  cost: AppEnv['Variables']['cost'],
) => ({
  matched_by: contact.matched === null ? null : lookup,
  timings: { database_ms: cost.milliseconds, database_calls: cost.calls },
  rows: { read: cost.rowsRead ?? null, written: cost.rowsWritten ?? null },
})

const fieldsIn = (record: StoredRecord, table: FieldTable) =>
  Object.fromEntries([...table].map(([name, [slug = '']]) => [name, valueIn(record, slug)]))

/** What the organisation has added, by slug: everything that the product does not have a field for. */
const customFieldsIn = (record: StoredRecord) =>
  Object.fromEntries(
    Object.keys(record.data)
      .filter((slug) => !isStandard(slug))
      .map((slug) => [slug, valueIn(record, slug)]),
  )

/** Under the names that a request has, so that it can be sent back. */
const contactIn = (record: StoredRecord) => ({
  ...fieldsIn(record, contactFields),
  contactId: record.id,
  primaryEmail: firstTextIn(record, 'emails'),
  secondaryEmail: textsIn(record, 'emails')[1] ?? null,
  secondaryPhone: firstTextIn(record, 'other_phone_numbers'),
  tags: textsIn(record, 'tags'),
  customFields: customFieldsIn(record),
})

const entityIn = (record: StoredRecord) => ({
  ...fieldsIn(record, entityFields),
  entity_id: record.id,
  tags: textsIn(record, 'tags'),
  socials: fieldsIn(record, socialFields),
})

/** What a contact may have elsewhere and has none of here. */
const nothing = { notes: [], profile: null, signals: [] }

/**
 * @param company undefined: not asked for; null: there is none
 * @param shown which of the parts that no contact has here are to be shown as empty
 */
export const renderFound = (
  contact: StoredRecord,
  company: StoredRecord | null | undefined,
  shown: Readonly<Record<keyof typeof nothing, boolean>>,
) => ({
  status: 'success' as const,
  data: {
    contact_id: contact.id,
    contact: contactIn(contact) as z.input<typeof storedContact>,
    ...(company !== undefined && { entity: company && (entityIn(company) as z.input<typeof storedEntity>) }),
    ...(shown.notes && { notes: nothing.notes }),
    ...(shown.profile && { profile: nothing.profile }),
    ...(shown.signals && { signals: nothing.signals }),
    created_at: zuluMilliseconds(contact.createdAt),
    updated_at: zuluMilliseconds(contact.updatedAt),
  },
})
