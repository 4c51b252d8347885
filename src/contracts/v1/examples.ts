import type { ExampleRequest, Examples } from '../kit/examples.ts'

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
    keeps: 'record',
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
  ask('listRecords', 'GET', `${records}?fields=first_name`),
  ask('getRecord', 'GET', `${records}/{record}`),
  ask('getRecordByKey', 'GET', `${records}/by/emails/ada@engine.example`, {
    foreign: ({ email }) => [{ code: 'record_not_found', parameters: { value: email } }],
  }),
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
  twice(
    ask('createObject', 'POST', '/v1/objects', {
      body: { slug: 'products', singularName: 'Product', pluralName: 'Products' },
    }),
  ),
  twice(
    ask('addAttribute', 'POST', '/v1/objects/products/attributes', {
      body: { label: 'SKU', type: 'text', unique: true },
    }),
  ),
  ask('addAttribute', 'POST', '/v1/objects/products/attributes', { body: { label: 'Region', type: 'text' } }),
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
      keeps: 'member',
    }),
  ),
  ask('listMembers', 'GET', '/v1/members'),
  ask('issueKey', 'POST', '/v1/keys', {
    body: { name: 'Nightly sync', scopes: ['crm:write'] },
    keeps: 'key',
    foreign: ({ memberId }) => [{ code: 'invalid_value', body: (accepted) => ({ ...accepted, memberId }) }],
  }),
  ask('rotateKey', 'POST', '/v1/keys/{key}/rotate', { body: { overlapSeconds: 3600 } }),
  ask('listKeys', 'GET', '/v1/keys'),
  ask('revokeKey', 'DELETE', '/v1/keys/{key}'),
  ask('removeMember', 'DELETE', '/v1/members/{member}'),
]

/** As the operator of the deployment. */
const operate = (
  operationId: string,
  method: ExampleRequest['method'],
  path: string,
  more: Partial<ExampleRequest> = {},
) => ask(operationId, method, path, { asOperator: true, ...more })

const TENANT = '/v1/tenants/{tenant}'

const tenants: readonly ExampleRequest[] = [
  operate('createTenant', 'POST', '/v1/tenants', {
    body: { name: 'Difference Engines' },
    keeps: 'tenant',
    idAt: ['organizationId'],
  }),
  operate('listTenants', 'GET', '/v1/tenants'),
  operate('getTenant', 'GET', TENANT),
  operate('renameTenant', 'PATCH', TENANT, { body: { name: 'Difference Engines Ltd' } }),
  operate('issueTenantKey', 'POST', `${TENANT}/keys`, { body: { name: 'Administrator, second' } }),
  operate('getTenantUsage', 'GET', `${TENANT}/usage`),
  operate('migrateTenant', 'POST', `${TENANT}/migrate`),
  operate('verifyTenant', 'POST', `${TENANT}/verify`, { body: { repair: false } }),
  operate('exportTenant', 'GET', `${TENANT}/export`),
  operate('restoreTenant', 'POST', `${TENANT}/restore`, { body: { lines: [], isLast: true } }),
  operate('rewindTenant', 'POST', `${TENANT}/rewind`, { body: { to: '2026-01-31T09:30:00.000Z' }, refused: true }),
  operate('suspendTenant', 'POST', `${TENANT}/suspend`),
  operate('resumeTenant', 'POST', `${TENANT}/resume`),
  operate('deleteTenant', 'POST', `${TENANT}/delete`, { body: { waitDays: 30 } }),
  operate('listOperatorActions', 'GET', '/v1/operator-log'),
]

export const examples: Examples = { requests: [...schema, ...administration, ...tenants, ...people] }
