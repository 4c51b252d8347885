import { type Examples, held, type VoiceRequest } from '../kit/examples.ts'
import type { JsonObject } from '../kit/json.ts'
import { contactResponse, errorResponse } from './schemas.ts'

const contact = (match: JsonObject, attributes: JsonObject): VoiceRequest => ({
  method: 'POST',
  path: '/api/v2/contact/_assert',
  body: { match, attributes },
})

const account = (match: JsonObject, attributes: JsonObject): VoiceRequest => ({
  ...contact(match, attributes),
  path: '/api/v2/account/_assert',
})

export const examples: Examples = {
  needs: {
    records: {
      contact: {
        object: 'people',
        values: { first_name: 'Dorothy', last_name: 'Vaughan', emails: ['dorothy@vaughan.example'] },
      },
      account: { object: 'companies', values: { name: 'Vaughan Computing', domains: ['vaughan.example'] } },
    },
  },
  requests: [
    {
      operationId: 'reevoAssertContact',
      method: 'POST',
      path: '/api/v2/contact/_assert',
      body: { match: { primary_email: 'mary@engine.example' }, attributes: { first_name: 'Mary', title: 'Author' } },
      twice: true,
      text: ['attributes', 'first_name'],
      foreign: ({ person }) => [
        { code: 'record_not_found', body: (accepted) => ({ ...accepted, match: { id: person } }) },
      ],
    },
    {
      operationId: 'reevoAssertAccount',
      method: 'POST',
      path: '/api/v2/account/_assert',
      body: { match: { domain_name: 'somerville.example' }, attributes: { name: 'Somerville Press' } },
      twice: true,
      text: ['attributes', 'name'],
      foreign: ({ company }) => [
        { code: 'record_not_found', body: (accepted) => ({ ...accepted, match: { id: company } }) },
      ],
    },
    { operationId: 'reevoGetContact', method: 'GET', path: '/api/v2/contact/{contact}' },
    { operationId: 'reevoGetAccount', method: 'GET', path: '/api/v2/account/{account}' },
  ],
  refusals: [
    { operationId: 'reevoAssertContact', ...contact({ id: '{contact}' }, { primary_email: 'mary@engine.example' }) },
    { operationId: 'reevoAssertContact', ...contact({ primary_email: 'mary@engine.example' }, { first_name: 7 }) },
    { operationId: 'reevoAssertContact', ...contact({ id: '{nothing}' }, { first_name: 'Mary' }) },
    { operationId: 'reevoAssertAccount', ...account({ id: '{account}' }, { domains: ['somerville.example'] }) },
    { operationId: 'reevoAssertAccount', ...account({ domain_name: 'somerville.example' }, { name: 7 }) },
    { operationId: 'reevoAssertAccount', ...account({ id: '{nothing}' }, { name: 'Somerville Press' }) },
    { operationId: 'reevoGetContact', method: 'GET', path: '/api/v2/contact/{nothing}' },
    { operationId: 'reevoGetAccount', method: 'GET', path: '/api/v2/account/{nothing}' },
  ],
  voice: {
    assert: (_caller, primary_email, person) => contact({ primary_email }, { first_name: 'Same', ...person }),
    // It creates by address only, so a second person cannot even be asked for.
    take: (_caller, email, { id }) => contact({ id }, { primary_email: email }),
    read: (status, body) => {
      if (status < 300) {
        const { data, meta } = contactResponse.parse(body)
        return { done: meta.action, id: data.id }
      }
      const { code, conflict } = errorResponse.parse(body).error
      return held(code, conflict, conflict?.record_id)
    },
    uniques: ['tracking_id', 'badge'],
    names: { emails: 'primary_email', tracking_id: 'tracking_id', badge: 'badge' },
    conflictCode: 'unique_conflict',
  },
}
