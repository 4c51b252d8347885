/** One request (or more) for each operation, in an order in which each finds what it needs. */

export interface ExampleRequest {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly as: 'header' | 'body' | 'operator'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** True where the example is of a refusal that has a body of its own. */
  readonly refused?: true
  /** Remembers the id of the answer under this name; `{name}` in a path or body stands for it. */
  readonly keeps?: string
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
  as: 'header' as const,
  ...rest,
})

/** What answers otherwise when it is there already is sent twice: the first creates. */
const twice = (request: ExampleRequest) => [request, request]

const people: readonly ExampleRequest[] = [
  ask('assertRecord', 'PUT', records, { body: ada, keeps: 'record' }),
  ask('assertRecord', 'PUT', records, { body: { ...ada, values: { ...ada.values, job_title: 'Analyst' } } }),
  ask('assertRecords', 'POST', `${records}/batch`, {
    body: [ada, charles, { ...charles, values: { ...charles.values, emails: ['ada@engine.example'] } }],
  }),
  ask('assertRecords', 'POST', `${records}/batch?atomic=true`, {
    body: [ada, { ...charles, mode: 'insert' }],
    refused: true,
  }),
  ask('listRecords', 'GET', `${records}?fields=first_name`),
  ask('getRecord', 'GET', `${records}/{record}`),
  ask('getRecordByKey', 'GET', `${records}/by/emails/ada@engine.example`),
  ask('queryRecords', 'POST', `${records}/query`, {
    body: { filters: [{ attribute: 'emails', operator: 'starts_with', value: 'ada@' }], fields: ['first_name'] },
  }),
  ask('archiveRecord', 'POST', `${records}/{record}/archive`),
  ask('restoreRecord', 'POST', `${records}/{record}/restore`),
  ask('listChanges', 'GET', '/v1/changes?limit=2'),
  ask('eraseRecord', 'DELETE', `${records}/{record}`),
]

const schema: readonly ExampleRequest[] = [
  ask('getLimits', 'GET', '/v1/limits'),
  ...twice(
    ask('createObject', 'POST', '/v1/objects', {
      body: { slug: 'products', singularName: 'Product', pluralName: 'Products' },
    }),
  ),
  ...twice(
    ask('addAttribute', 'POST', '/v1/objects/products/attributes', {
      body: { label: 'SKU', type: 'text', unique: true },
    }),
  ),
  ask('addAttribute', 'POST', '/v1/objects/products/attributes', { body: { label: 'Region', type: 'text' } }),
  ask('changeAttribute', 'PATCH', '/v1/objects/products/attributes/region', { body: { indexed: true } }),
  ...twice(
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
  ...twice(
    ask('addMember', 'POST', '/v1/members', {
      body: { name: 'Mary Somerville', email: 'mary@engine.example' },
      keeps: 'member',
    }),
  ),
  ask('listMembers', 'GET', '/v1/members'),
  ask('issueKey', 'POST', '/v1/keys', { body: { name: 'Nightly sync', scopes: ['crm:write'] }, keeps: 'key' }),
  ask('rotateKey', 'POST', '/v1/keys/{key}/rotate', { body: { overlapSeconds: 3600 } }),
  ask('listKeys', 'GET', '/v1/keys'),
  ask('revokeKey', 'DELETE', '/v1/keys/{key}'),
  ask('removeMember', 'DELETE', '/v1/members/{member}'),
  ask('createTenant', 'POST', '/v1/tenants', { as: 'operator', body: { name: 'Difference Engines' } }),
]

const vendors: readonly ExampleRequest[] = [
  ...twice(
    ask('zeegAssertPerson', 'PUT', '/v2/crm/people?matchingAttribute=email', {
      body: { firstName: 'Ada', lastName: 'Lovelace', emails: ['ada@engine.example'], jobTitle: 'Analyst' },
    }),
  ),
  ...twice(
    ask('zeegAssertCompany', 'PUT', '/v2/crm/companies?matchingAttribute=domain', {
      body: { name: 'Analytical Engines', domain: 'engine.example' },
    }),
  ),
  ...twice(
    ask('zeegAssertRecord', 'PUT', '/v2/crm/products?matchingAttribute=sku', { body: { sku: 'A-100', region: 'EU' } }),
  ),
  ...twice(
    ask('reevoAssertContact', 'POST', '/api/v2/contact/_assert', {
      body: { match: { primary_email: 'mary@engine.example' }, attributes: { first_name: 'Mary', title: 'Author' } },
    }),
  ),
  ...twice(
    ask('reevoAssertAccount', 'POST', '/api/v2/account/_assert', {
      body: { match: { domain_name: 'somerville.example' }, attributes: { name: 'Somerville Press' } },
    }),
  ),
  ask('anduinUpsertContact', 'POST', '/api/v1/idm/{organization}/contacts/upsert', {
    body: { trackingId: 'crm-17', email: 'george@engine.example', firstName: 'George', lastName: 'Boole' },
  }),
  ask('anduinUpsertClient', 'POST', '/api/v1/idm/{organization}/clients/upsert', {
    body: { trackingId: 'crm-4711', name: 'Lovelace Family Office', tags: ['family office'] },
  }),
  ask('anduinUpsertInvestmentEntity', 'POST', '/api/v1/idm/{organization}/investment-entities/upsert', {
    body: { trackingId: 'crm-4712', name: 'Lovelace Holdings LP', clientId: 'crm-4711', riskLevel: 'high' },
  }),
  ask('zyntroAddContact', 'POST', '/apis/v2/public/crm/addContactsFull', {
    as: 'body',
    body: { contact: { firstName: 'Ada', lastName: 'Lovelace', primaryEmail: 'ada@zyntro.example' }, mode: 'upsert' },
  }),
]

export const exampleRequests: readonly ExampleRequest[] = [...schema, ...administration, ...people, ...vendors]
