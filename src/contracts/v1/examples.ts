import type { ExampleRequest, Examples, Needs } from '../kit/examples.ts'

/** What is archived, erased, revoked or removed has no other part to play. */
const needs: Needs = {
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
    person: { object: 'people', values: { first_name: 'Grace', emails: ['grace@engine.example'] } },
    retired: { object: 'people', values: { first_name: 'Rózsa', emails: ['rozsa@engine.example'] } },
    unwanted: { object: 'people', values: { first_name: 'Nobody', emails: ['nobody@engine.example'] } },
  },
  members: { leaver: { name: 'Ida Rhodes', email: 'ida@engine.example' } },
  keys: { ageing: { name: 'Weekly report' }, leaked: { name: 'Old laptop' } },
}

const records = '/v1/objects/people/records'
const ada = { match: { emails: 'ada@engine.example' }, values: { emails: ['ada@engine.example'], first_name: 'Ada' } }
const charles = {
  match: { emails: 'charles@engine.example' },
  values: { emails: ['charles@engine.example'], first_name: 'Charles' },
  reference: 'row 2',
}

const ask = (operationId: string, method: string, path: string, rest: Partial<ExampleRequest> = {}) => ({
  operationId,
  method,
  path,
  ...rest,
})

/** What answers otherwise when it is there already is sent twice: the first creates. */
const twice = (request: ExampleRequest): ExampleRequest => ({ ...request, twice: true })

const people: readonly ExampleRequest[] = [
  ask('assertRecord', 'PUT', records, {
    body: ada,
    text: ['values', 'job_title'],
    foreign: ({ person, company, memberId }) => [
      {
        code: 'record_not_found',
        body: () => ({ match: { id: person }, mode: 'update', values: { first_name: 'X' } }),
      },
      { code: 'reference_not_found', body: () => ({ ...ada, values: { ...ada.values, company } }) },
      { code: 'reference_not_found', body: () => ({ ...ada, values: { ...ada.values, owner: memberId } }) },
    ],
  }),
  ask('assertRecord', 'PUT', records, { body: { ...ada, values: { ...ada.values, job_title: 'Analyst' } } }),
  ask('assertRecords', 'POST', `${records}/batch`, {
    body: [ada, charles, { ...charles, values: { ...charles.values, emails: ['ada@engine.example'] } }],
  }),
  ask('assertRecords', 'POST', `${records}/batch?atomic=true`, {
    body: [ada, { ...charles, mode: 'insert' }],
    refused: true,
  }),
  ask('listRecords', 'GET', `${records}?limit=2&fields=first_name,emails`),
  ask('getRecord', 'GET', `${records}/{person}`),
  ask('getRecordByKey', 'GET', `${records}/by/emails/grace@engine.example`, {
    foreign: ({ email }) => [{ code: 'record_not_found', parameters: { value: email } }],
  }),
  ask('queryRecords', 'POST', `${records}/query`, {
    body: { filters: [{ attribute: 'emails', operator: 'starts_with', value: 'grace@' }], fields: ['first_name'] },
  }),
  ask('archiveRecord', 'POST', `${records}/{retired}/archive`),
  ask('restoreRecord', 'POST', `${records}/{retired}/restore`),
  ask('listChanges', 'GET', '/v1/changes?limit=2'),
  ask('eraseRecord', 'DELETE', `${records}/{unwanted}`),
]

const schema: readonly ExampleRequest[] = [
  ask('getLimits', 'GET', '/v1/limits'),
  twice(
    ask('createObject', 'POST', '/v1/objects', {
      body: { slug: 'projects', singularName: 'Project', pluralName: 'Projects' },
    }),
  ),
  twice(
    ask('addAttribute', 'POST', '/v1/objects/products/attributes', {
      body: { label: 'Colour', type: 'text', indexed: true },
    }),
  ),
  ask('changeAttribute', 'PATCH', '/v1/objects/products/attributes/region', { body: { indexed: true } }),
  twice(
    ask('addCombination', 'POST', '/v1/objects/products/combinations', {
      body: { name: 'sku_region', attributes: ['sku', 'region'], unique: true },
    }),
  ),
  ask('getObject', 'GET', '/v1/objects/products'),
  ask('listObjects', 'GET', '/v1/objects'),
]

const administration: readonly ExampleRequest[] = [
  ask('getOrganization', 'GET', '/v1/organization'),
  ask('changeOrganization', 'PATCH', '/v1/organization', { body: { changeFeed: true } }),
  twice(
    ask('addMember', 'POST', '/v1/members', {
      body: { name: 'Mary Somerville', email: 'mary@engine.example' },
    }),
  ),
  ask('listMembers', 'GET', '/v1/members'),
  ask('issueKey', 'POST', '/v1/keys', {
    body: { name: 'Nightly sync', scopes: ['crm:write'] },
    foreign: ({ memberId }) => [{ code: 'invalid_value', body: (accepted) => ({ ...accepted, memberId }) }],
  }),
  ask('rotateKey', 'POST', '/v1/keys/{ageing}/rotate', { body: { overlapSeconds: 3600 } }),
  ask('listKeys', 'GET', '/v1/keys'),
  ask('revokeKey', 'DELETE', '/v1/keys/{leaked}'),
  ask('removeMember', 'DELETE', '/v1/members/{leaver}'),
  ask('createTenant', 'POST', '/v1/tenants', { asOperator: true, body: { name: 'Difference Engines' } }),
]

export const examples: Examples = { needs, requests: [...schema, ...administration, ...people] }
