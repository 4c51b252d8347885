import { type Caller, type Examples, held, type VoiceRequest } from '../kit/examples.ts'
import type { JsonObject } from '../kit/json.ts'
import { contactResponse, errorResponse } from './schemas.ts'

const contact = ({ organizationId }: Caller, body: JsonObject): VoiceRequest => ({
  method: 'POST',
  path: `/api/v1/idm/${organizationId}/contacts/upsert`,
  body: { firstName: 'Same', ...body },
})

const firm = '/api/v1/idm/{organization}'

/** A path that names what only another organisation has. */
const notTheirs =
  (parameter: string): NonNullable<Examples['requests'][number]['foreign']> =>
  ({ person }) => [{ code: 'record_not_found', parameters: { [parameter]: person } }]

export const examples: Examples = {
  needs: {
    records: {
      contact: {
        object: 'people',
        values: { tracking_id: 'crm-18', first_name: 'Emmy', last_name: 'Noether', emails: ['emmy@engine.example'] },
      },
      client: { object: 'clients', values: { tracking_id: 'crm-4721', name: 'Noether Family Office' } },
      entity: { object: 'investment_entities', values: { tracking_id: 'crm-4722', name: 'Noether Holdings LP' } },
    },
  },
  requests: [
    {
      operationId: 'anduinUpsertContact',
      method: 'POST',
      path: `${firm}/contacts/upsert`,
      body: { trackingId: 'crm-17', email: 'george@engine.example', firstName: 'George', lastName: 'Boole' },
      text: ['note'],
    },
    {
      operationId: 'anduinUpsertClient',
      method: 'POST',
      path: `${firm}/clients/upsert`,
      body: { trackingId: 'crm-4711', name: 'Lovelace Family Office', tags: ['family office'] },
      text: ['note'],
    },
    {
      operationId: 'anduinUpsertInvestmentEntity',
      method: 'POST',
      path: `${firm}/investment-entities/upsert`,
      body: { trackingId: 'crm-4712', name: 'Lovelace Holdings LP', clientId: 'crm-4721', riskLevel: 'high' },
      text: ['note'],
    },
    {
      operationId: 'anduinUpdateContact',
      method: 'PUT',
      path: `${firm}/contacts/crm-18`,
      body: { email: 'noether@engine.example', title: 'Professor' },
      text: ['note'],
      foreign: notTheirs('contactId'),
    },
    {
      operationId: 'anduinGetContact',
      method: 'GET',
      path: `${firm}/contacts/crm-18`,
      foreign: notTheirs('contactId'),
    },
    {
      operationId: 'anduinGetClient',
      method: 'GET',
      path: `${firm}/clients/crm-4721`,
      foreign: notTheirs('clientId'),
    },
    {
      operationId: 'anduinGetInvestmentEntity',
      method: 'GET',
      path: `${firm}/investment-entities/crm-4722`,
      foreign: notTheirs('investmentEntityId'),
    },
  ],
  refusals: [
    {
      operationId: 'anduinUpsertContact',
      method: 'POST',
      path: `${firm}/contacts/upsert`,
      body: { trackingId: 'crm-19', email: 'george@engine.example', firstName: 'George', lastName: 'Eliot' },
    },
    {
      operationId: 'anduinUpsertContact',
      method: 'POST',
      path: `${firm}/contacts/upsert`,
      body: { trackingId: 'crm-17', firstName: 7 },
    },
    {
      operationId: 'anduinUpsertClient',
      method: 'POST',
      path: `${firm}/clients/upsert`,
      body: { trackingId: 'crm-4711', name: 7 },
    },
    {
      operationId: 'anduinUpsertInvestmentEntity',
      method: 'POST',
      path: `${firm}/investment-entities/upsert`,
      body: { trackingId: 'crm-4712', name: 'Lovelace Holdings LP', riskLevel: 7 },
    },
    {
      operationId: 'anduinUpdateContact',
      method: 'PUT',
      path: `${firm}/contacts/crm-18`,
      body: { email: 'george@engine.example' },
    },
    { operationId: 'anduinUpdateContact', method: 'PUT', path: `${firm}/contacts/crm-18`, body: { title: 7 } },
    { operationId: 'anduinUpdateContact', method: 'PUT', path: `${firm}/contacts/crm-0`, body: { title: 'Professor' } },
    { operationId: 'anduinGetContact', method: 'GET', path: `${firm}/contacts/crm-0` },
    { operationId: 'anduinGetClient', method: 'GET', path: `${firm}/clients/crm-0` },
    { operationId: 'anduinGetInvestmentEntity', method: 'GET', path: `${firm}/investment-entities/crm-0` },
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
