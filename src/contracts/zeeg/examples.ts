import { type Examples, held, type VoiceRequest } from '../kit/examples.ts'
import type { JsonObject } from '../kit/json.ts'
import { errorResponse, personResponse } from './schemas.ts'

const person = (matchingAttribute: string, body: JsonObject): VoiceRequest => ({
  method: 'PUT',
  path: `/v2/crm/people?matchingAttribute=${matchingAttribute}`,
  body: { firstName: 'Same', ...body },
})

export const examples: Examples = {
  needs: [
    {
      slug: 'products',
      attributes: [
        { label: 'SKU', type: 'text', unique: true },
        { label: 'Region', type: 'text' },
      ],
    },
  ],
  requests: [
    {
      operationId: 'zeegAssertPerson',
      method: 'PUT',
      path: '/v2/crm/people?matchingAttribute=email',
      body: { firstName: 'Ada', lastName: 'Lovelace', emails: ['ada@engine.example'], jobTitle: 'Analyst' },
      twice: true,
      keeps: 'person',
      text: ['jobTitle'],
      foreign: ({ company }) => [
        { code: 'reference_not_found', body: (accepted) => ({ ...accepted, companyId: company }) },
      ],
    },
    {
      operationId: 'zeegAssertCompany',
      method: 'PUT',
      path: '/v2/crm/companies?matchingAttribute=domain',
      body: { name: 'Analytical Engines', domain: 'engine.example' },
      twice: true,
      keeps: 'company',
      text: ['name'],
    },
    {
      operationId: 'zeegAssertRecord',
      method: 'PUT',
      path: '/v2/crm/products?matchingAttribute=sku',
      body: { sku: 'A-100', region: 'EU' },
      twice: true,
      keeps: 'record',
      text: ['region'],
    },
    { operationId: 'zeegGetPerson', method: 'GET', path: '/v2/crm/people/{person}' },
    { operationId: 'zeegGetCompany', method: 'GET', path: '/v2/crm/companies/{company}' },
    { operationId: 'zeegGetRecord', method: 'GET', path: '/v2/crm/products/{record}' },
  ],
  voice: {
    assert: (_caller, email, { last_name: lastName, ...uniques }) =>
      person('email', { lastName, emails: [email], ...uniques }),
    take: (_caller, email, { tag }) => person('tracking_id', { emails: [email], tracking_id: `zeeg-${tag}` }),
    read: (status, body) => {
      if (status < 300)
        return { done: status === 201 ? 'created' : 'updated', id: personResponse.parse(body).person.id }
      const { code, conflict } = errorResponse.parse(body)
      return held(code, conflict, conflict?.recordId)
    },
    uniques: ['tracking_id', 'badge'],
    names: { emails: 'emails', tracking_id: 'tracking_id', badge: 'badge' },
    conflictCode: 'unique_conflict',
  },
}
