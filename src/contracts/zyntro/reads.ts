import { type Path, refuse } from '../../engine/errors.ts'
import { objectOf } from '../../engine/names.ts'
import { attributeValue, type StoredRecord } from '../../engine/record.ts'
import { parseMatchValue } from '../../schema/parse.ts'
import { isUuid } from '../../schema/schema.ts'
import type { Operation } from '../kit/operation.ts'
import { type Lookup, readOperation } from '../kit/read-operation.ts'
import { renderFound } from './render.ts'
import { fetchContactBody, foundResponses, lookupContactBody } from './schemas.ts'

/** Addresses, numbers and names. A text is looked for in the first of these that can hold it, so never in all of them. */
const SEARCHED = [['emails'], ['phone_number', 'other_phone_numbers'], ['last_name', 'first_name']]

const attributesFor = (text: string, { organization }: Lookup): readonly string[] => {
  const { attributes } = objectOf(organization, 'people')
  const canHold = ([slug = '']: readonly string[]) => {
    const attribute = attributes.get(slug)
    return attribute !== undefined && parseMatchValue(text, attribute).ok
  }
  return SEARCHED.find(canHold) ?? []
}

/** The first contact that has the text as its id, an address, a number or a name. */
const search = async (text: string, lookup: Lookup): Promise<StoredRecord | undefined> => {
  if (isUuid(text)) return lookup.byId('people', text)
  for (const slug of attributesFor(text, lookup)) {
    const found = await lookup.byKey('people', slug, text)
    if (found) return found
  }
  return undefined
}

const companyOf = (contact: StoredRecord, lookup: Lookup) =>
  lookup.byId('companies', attributeValue(contact, 'company'))

/** @throws RefusedError not_found */
const found = (contact: StoredRecord | undefined, at: Path): StoredRecord => {
  if (!contact) throw refuse('not_found', at, 'such contact')
  return contact
}

export const readOperations: readonly Operation[] = [
  readOperation({
    method: 'post',
    path: '/apis/v2/public/crm/fetchContact',
    operationId: 'zyntroFetchContact',
    summary: 'Get a contact',
    description:
      'The contact that has the id, with its fields under the names that addContactsFull takes, and its company where that is asked for.',
    body: fetchContactBody,
    responses: foundResponses,
    read: async ({ body }, lookup) => {
      const contact = found(await lookup.byId('people', body.contact_id), ['contact_id'])
      const company = body.include_entity ? ((await companyOf(contact, lookup)) ?? null) : undefined
      const { include_notes: notes, include_profile: profile, include_signals: signals } = body
      return renderFound(contact, company, { notes: !!notes, profile: !!profile, signals: !!signals })
    },
  }),
  readOperation({
    method: 'post',
    path: '/apis/v2/public/crm/lookupContact',
    operationId: 'zyntroLookupContact',
    summary: 'Find a contact',
    description:
      'The first contact whose id, e-mail address, phone number, last or first name is the text, with its company. Addresses are compared without regard to letter case.',
    body: lookupContactBody,
    responses: foundResponses,
    read: async ({ body: { search_string: text } }, lookup) => {
      if (text.trim() === '') throw refuse('empty_match_value', ['search_string'])
      const contact = found(await search(text.trim(), lookup), ['search_string'])
      const company = (await companyOf(contact, lookup)) ?? null
      return renderFound(contact, company, { notes: true, profile: true, signals: true })
    },
  }),
]
