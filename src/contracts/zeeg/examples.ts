import { type Examples, held, type VoiceRequest } from '../kit/examples.ts'
import type { JsonObject } from '../kit/json.ts'
import { errorResponse, personResponse } from './schemas.ts'

const person = (matchingAttribute: string, body: JsonObject): VoiceRequest => ({
  method: 'PUT',
  path: `/v2/crm/people?matchingAttribute=${matchingAttribute}`,
  body: { firstName: 'Same', ...body },
})

export const examples: Examples = {
  needs: {
    objects: [
      {
        slug: 'products',
        singularName: 'Product',
        pluralName: 'Products',
        attributes: [
          { label: 'SKU', type: 'text', unique: true },
          { label: 'Region', type: 'text' },
        ],
      },
    ],
    records: {
      person: {
        object: 'people',
        values: { first_name: 'Radia', last_name: 'Perlman', emails: ['radia@bridges.example'] },
      },
      company: { object: 'companies', values: { name: 'Bridges', domains: ['bridges.example'] } },
      product: { object: 'products', values: { sku: 'B-200', region: 'US' } },
    },
  },
  requests: [
    {
      operationId: 'zeegAssertPerson',
      method: 'PUT',
      path: '/v2/crm/people?matchingAttribute=email',
      body: { firstName: 'Hedy', lastName: 'Lamarr', emails: ['hedy@engine.example'], jobTitle: 'Inventor' },
      twice: true,
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
      text: ['name'],
    },
    {
      operationId: 'zeegAssertRecord',
      method: 'PUT',
      path: '/v2/crm/products?matchingAttribute=sku',
      body: { sku: 'A-100', region: 'EU' },
      twice: true,
      text: ['region'],
    },
    { operationId: 'zeegGetPerson', method: 'GET', path: '/v2/crm/people/{person}' },
    { operationId: 'zeegGetCompany', method: 'GET', path: '/v2/crm/companies/{company}' },
    { operationId: 'zeegGetRecord', method: 'GET', path: '/v2/crm/products/{product}' },
  ],
  refusals: [
    {
      operationId: 'zeegAssertPerson',
      ...person('tracking_id', { tracking_id: 'p-7', emails: ['hedy@engine.example'] }),
    },
    {
      operationId: 'zeegAssertCompany',
      method: 'PUT',
      path: '/v2/crm/companies?matchingAttribute=domain',
      body: { name: 7, domain: 'engine.example' },
    },
    {
      operationId: 'zeegAssertRecord',
      method: 'PUT',
      path: '/v2/crm/products?matchingAttribute=sku',
      body: { region: 'EU' },
    },
    {
      operationId: 'zeegAssertRecord',
      method: 'PUT',
      path: '/v2/crm/nothing?matchingAttribute=sku',
      body: { sku: 'A-100' },
    },
    { operationId: 'zeegGetPerson', method: 'GET', path: '/v2/crm/people/{nothing}' },
    { operationId: 'zeegGetCompany', method: 'GET', path: '/v2/crm/companies/{nothing}' },
    { operationId: 'zeegGetRecord', method: 'GET', path: '/v2/crm/products/{nothing}' },
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
