import { type Caller, type Examples, held, type VoiceRequest } from '../kit/examples.ts'
import type { JsonObject } from '../kit/json.ts'
import { contactResponse, errorResponse } from './schemas.ts'

const contact = ({ organizationId }: Caller, body: JsonObject): VoiceRequest => ({
  method: 'POST',
  path: `/api/v1/idm/${organizationId}/contacts/upsert`,
  body: { firstName: 'Same', ...body },
})

export const examples: Examples = {
  requests: [
    {
      operationId: 'anduinUpsertContact',
      method: 'POST',
      path: '/api/v1/idm/{organization}/contacts/upsert',
      body: { trackingId: 'crm-17', email: 'george@engine.example', firstName: 'George', lastName: 'Boole' },
      text: ['note'],
    },
    {
      operationId: 'anduinUpsertClient',
      method: 'POST',
      path: '/api/v1/idm/{organization}/clients/upsert',
      body: { trackingId: 'crm-4711', name: 'Lovelace Family Office', tags: ['family office'] },
      text: ['note'],
    },
    {
      operationId: 'anduinUpsertInvestmentEntity',
      method: 'POST',
      path: '/api/v1/idm/{organization}/investment-entities/upsert',
      body: { trackingId: 'crm-4712', name: 'Lovelace Holdings LP', clientId: 'crm-4711', riskLevel: 'high' },
      after: 'anduinUpsertClient',
      text: ['note'],
    },
  ],
  voice: {
    assert: (caller, email, { last_name: lastName, tracking_id: trackingId }) =>
      contact(caller, { email, lastName, ...(trackingId && { trackingId }) }),
    take: (caller, email, { tag }) => contact(caller, { email, lastName: 'Taker', trackingId: `anduin-${tag}` }),
    read: (status, body) => {
      if (status < 300) {
        const { result, id } = contactResponse.parse(body)
        return { done: result, id }
      }
      const { code, conflict } = errorResponse.parse(body).error
      return held(code, conflict, conflict?.recordId)
    },
    uniques: [],
    findsBy: ['tracking_id'],
    names: { emails: 'email', tracking_id: 'trackingId' },
    conflictCode: 'unique_conflict',
  },
}
