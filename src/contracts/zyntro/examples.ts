import { type Examples, held, type VoiceRequest } from '../kit/examples.ts'
import type { JsonObject } from '../kit/json.ts'
import { errorResponse, successResponse } from './schemas.ts'

const PATH = '/apis/v2/public/crm/addContactsFull'

const contact = (fields: JsonObject, options: JsonObject = {}): VoiceRequest => ({
  method: 'POST',
  path: PATH,
  body: { ...options, contact: { firstName: 'Same', ...fields } },
})

export const examples: Examples = {
  needs: {
    records: {
      contact: {
        object: 'people',
        values: { first_name: 'Alan', last_name: 'Turing', emails: ['alan@engine.example'] },
      },
    },
  },
  sign: ({ key, developerSecret, organizationId, memberId }) => ({
    body: { api_key: key, developer_secret: developerSecret, org_id: organizationId, member_id: memberId },
  }),
  requests: [
    {
      operationId: 'zyntroAddContact',
      method: 'POST',
      path: PATH,
      body: { contact: { firstName: 'Joan', lastName: 'Clarke', primaryEmail: 'joan@engine.example' }, mode: 'upsert' },
      text: ['contact', 'source'],
      foreign: ({ person, memberId, organizationId }) => [
        {
          code: 'record_not_found',
          body: () => ({ mode: 'update', lookup_by: 'contact_id', contact: { contactId: person, firstName: 'X' } }),
        },
        { code: 'unknown_member', body: (accepted) => ({ ...accepted, member_id: memberId }) },
        { code: 'invalid_credentials', body: (accepted) => ({ ...accepted, org_id: organizationId }) },
      ],
    },
    {
      operationId: 'zyntroFetchContact',
      method: 'POST',
      path: '/apis/v2/public/crm/fetchContact',
      body: { contact_id: '{contact}', include_entity: 1 },
      about: (person) => ({ contact_id: person }),
      foreign: ({ person }) => [{ code: 'not_found', body: () => ({ contact_id: person }) }],
    },
    {
      operationId: 'zyntroLookupContact',
      method: 'POST',
      path: '/apis/v2/public/crm/lookupContact',
      body: { search_string: 'alan@engine.example' },
      foreign: ({ person, email }) =>
        [person, email].map((theirs) => ({ code: 'not_found', body: () => ({ search_string: theirs }) })),
    },
  ],
  voice: {
    assert: (_caller, primaryEmail, { last_name: lastName, badge }) =>
      contact({ primaryEmail, lastName, ...(badge && { customFields: { badge } }) }),
    take: (_caller, primaryEmail, { tag }) =>
      contact({ primaryEmail, primaryPhone: `+1 555 01 ${tag}` }, { lookup_by: 'phone' }),
    read: (_status, body) => {
      const success = successResponse.safeParse(body)
      if (success.success) return { done: success.data.data.action, id: success.data.data.contact_id }
      const { code, conflict } = errorResponse.parse(body)
      return held(code, conflict, conflict?.contact_id)
    },
    uniques: ['badge'],
    names: { emails: 'contact.primaryEmail', badge: 'contact.customFields.badge' },
    conflictCode: 'UNIQUE_CONFLICT',
    addsCompany: true,
  },
}
