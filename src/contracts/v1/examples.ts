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
        { label: 'Batch', type: 'text' },
        { label: 'Former', type: 'text', archived: true },
      ],
    },
    { slug: 'relics', singularName: 'Relic', pluralName: 'Relics', attributes: [], archived: true },
  ],
  records: {
    person: { object: 'people', values: { first_name: 'Grace', emails: ['grace@engine.example'] } },
    double: { object: 'people', values: { first_name: 'Grace', emails: ['g.hopper@engine.example'] } },
    retired: { object: 'people', values: { first_name: 'Rózsa', emails: ['rozsa@engine.example'] } },
    unwanted: { object: 'people', values: { first_name: 'Nobody', emails: ['nobody@engine.example'] } },
  },
  members: { leaver: { name: 'Ida Rhodes', email: 'ida@engine.example' } },
  keys: { ageing: { name: 'Weekly report' }, leaked: { name: 'Old laptop' } },
  jobs: { indexing: { object: 'products', attribute: 'batch' } },
  hooks: {
    signups: { name: 'Sign-ups', challenge: 'challenge' },
    unused: { name: 'An old form' },
    trial: { name: 'Trial' },
  },
  deliveries: { failed: { hook: 'signups', body: { email: 'joan@engine.example', name: 'Joan' } } },
  subscriptions: {
    mirror: { name: 'Mirror', url: 'https://mirror.example/changes' },
    unheard: { name: 'A former tool', url: 'https://former.example/changes' },
  },
  tenants: { tenant: { name: 'Punched Cards' }, former: { name: 'Jacquard' } },
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
  ask('listRecords', 'GET', `${records}?limit=2&fields=first_name,emails`),
  ask('exportRecords', 'GET', `${records}/export?fields=first_name,emails`),
  ask('exportRecords', 'GET', `${records}/export?format=csv&fields=first_name,emails`),
  ask('getRecord', 'GET', `${records}/{person}`),
  ask('getRecordByKey', 'GET', `${records}/by/emails/grace@engine.example`, {
    foreign: ({ email }) => [{ code: 'record_not_found', parameters: { value: email } }],
  }),
  ask('changeRecords', 'POST', `${records}/change?dryRun=true`, {
    body: { change: 'archive', filter: { attribute: 'job_title', operator: 'eq', value: 'Retired' } },
  }),
  ask('changeRecords', 'POST', `${records}/change`, {
    body: {
      change: 'update',
      keys: [{ emails: 'grace@engine.example' }],
      values: { tags: ['naval'] },
      write: { tags: 'append' },
    },
  }),
  ask('queryRecords', 'POST', `${records}/query`, {
    body: {
      filter: {
        and: [
          { attribute: 'emails', operator: 'starts_with', value: 'grace@' },
          { not: { attribute: 'job_title', operator: 'eq', value: 'Analyst' } },
        ],
      },
      fields: ['first_name'],
      count: true,
    },
  }),
  ask('archiveRecord', 'POST', `${records}/{retired}/archive`),
  ask('restoreRecord', 'POST', `${records}/{retired}/restore`),
  ask('mergeRecords', 'POST', `${records}/{person}/merge`, {
    body: { loser: { emails: 'g.hopper@engine.example' }, values: { attributes: { first_name: 'keep' } } },
    foreign: ({ person, email }) => [
      { code: 'record_not_found', body: () => ({ loser: { id: person } }) },
      { code: 'record_not_found', body: () => ({ loser: { emails: email } }) },
    ],
  }),
  ask('readPhoneNumbers', 'POST', '/v1/phone-numbers', { body: { country: 'DE', numbers: ['0171 1234567', '12'] } }),
  ask('getRecordHistory', 'GET', `${records}/{retired}/history`),
  ask('revertRecord', 'POST', `${records}/{retired}/revert`, { body: { version: 1 } }),
  ask('listChanges', 'GET', '/v1/changes?limit=2'),
  ask('revertChanges', 'POST', '/v1/changes/revert?dryRun=true', { body: { importId: 'examples' } }),
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
  ask('changeAttribute', 'PATCH', '/v1/objects/products/attributes/region', {
    body: { indexed: true, searchable: true },
  }),
  twice(
    ask('addCombination', 'POST', '/v1/objects/products/combinations', {
      body: { name: 'sku_region', attributes: ['sku', 'region'], unique: true },
    }),
  ),
  ask('listJobs', 'GET', '/v1/jobs'),
  ask('getJob', 'GET', '/v1/jobs/{indexing}'),
  ask('exportSchema', 'GET', '/v1/schema'),
  ask('applySchema', 'PUT', '/v1/schema?dryRun=true', {
    body: {
      objects: [
        {
          slug: 'products',
          attributes: [
            { slug: 'region', label: 'Sales region' },
            { slug: 'stage', label: 'Stage', type: 'select', options: [{ value: 'Draft' }, { value: 'On sale' }] },
          ],
        },
      ],
    },
  }),
  ask('eraseAttribute', 'DELETE', '/v1/objects/products/attributes/former'),
  ask('eraseObject', 'DELETE', '/v1/objects/relics'),
  ask('getObject', 'GET', '/v1/objects/products'),
  ask('listObjects', 'GET', '/v1/objects'),
]

const administration: readonly ExampleRequest[] = [
  ask('getOrganization', 'GET', '/v1/organization'),
  ask('changeOrganization', 'PATCH', '/v1/organization', { body: { history: 'values' } }),
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
  ask('getOwnKey', 'GET', '/v1/key'),
  ask('rotateKey', 'POST', '/v1/keys/{ageing}/rotate', { body: { overlapSeconds: 3600 } }),
  ask('listKeys', 'GET', '/v1/keys'),
  ask('getUsage', 'GET', '/v1/usage'),
  ask('revokeKey', 'DELETE', '/v1/keys/{leaked}'),
  ask('removeMember', 'DELETE', '/v1/members/{leaver}'),
]

const joan = { email: 'joan@engine.example', name: 'Joan' }

const hooks: readonly ExampleRequest[] = [
  twice(
    ask('createHook', 'POST', '/v1/hooks', {
      body: {
        name: 'Stripe',
        preset: 'stripe-customers',
        object: 'people',
      },
    }),
  ),
  ask('listHooks', 'GET', '/v1/hooks'),
  ask('getHook', 'GET', '/v1/hooks/{signups}'),
  ask('changeHook', 'PATCH', '/v1/hooks/{trial}', {
    body: { state: 'paused', mapping: { match: [{ emails: 'body.mail' }], values: { emails: '[body.mail]' } } },
  }),
  ask('rotateHookSecret', 'POST', '/v1/hooks/{trial}/secrets', { body: { secret: 'what the sender signs with' } }),
  ask('previewHook', 'POST', '/v1/hooks/{signups}/preview', { body: { payload: joan, address: '192.0.2.1' } }),
  ask('receiveDelivery', 'POST', '/hooks/{organization}_{signups}', { body: joan }),
  ask('answerChallenge', 'GET', '/hooks/{organization}_{signups}?challenge=1158201444'),
  ask('listDeliveries', 'GET', '/v1/hooks/{signups}/deliveries?limit=2'),
  ask('getDelivery', 'GET', '/v1/hooks/{signups}/deliveries/{failed}'),
  ask('redeliver', 'POST', '/v1/hooks/{signups}/deliveries/{failed}/redeliver'),
  ask('redeliverFailed', 'POST', '/v1/hooks/{signups}/redeliver', { body: { limit: 20 } }),
  ask('deleteHook', 'DELETE', '/v1/hooks/{unused}'),
]

const subscriptions: readonly ExampleRequest[] = [
  twice(
    ask('createSubscription', 'POST', '/v1/subscriptions', {
      body: {
        name: 'Newsletter',
        url: 'https://receiver.example/changes',
        objects: ['people'],
        actions: ['created', 'updated', 'erased'],
        attributes: ['emails', 'first_name'],
      },
    }),
  ),
  ask('listSubscriptions', 'GET', '/v1/subscriptions'),
  ask('getSubscription', 'GET', '/v1/subscriptions/{mirror}'),
  ask('changeSubscription', 'PATCH', '/v1/subscriptions/{mirror}', { body: { objects: ['people', 'companies'] } }),
  ask('rotateSubscriptionSecret', 'POST', '/v1/subscriptions/{mirror}/secrets', { body: { overlapHours: 0 } }),
  ask('pingSubscription', 'POST', '/v1/subscriptions/{mirror}/ping'),
  ask('listDeadLetters', 'GET', '/v1/subscriptions/{mirror}/dead-letters?limit=2'),
  ask('redeliverDeadLetters', 'POST', '/v1/subscriptions/{mirror}/redeliver', { body: { recordId: '{person}' } }),
  ask('resumeSubscription', 'POST', '/v1/subscriptions/{mirror}/resume', { body: { skip: false } }),
  ask('deleteSubscription', 'DELETE', '/v1/subscriptions/{unheard}'),
]

/** As the operator of the deployment. */
const operate = (operationId: string, method: string, path: string, rest: Partial<ExampleRequest> = {}) =>
  ask(operationId, method, path, { asOperator: true, ...rest })

const tenant = '/v1/tenants/{tenant}'

const tenants: readonly ExampleRequest[] = [
  operate('createTenant', 'POST', '/v1/tenants', { body: { name: 'Difference Engines' } }),
  operate('listTenants', 'GET', '/v1/tenants?limit=2'),
  operate('getTenant', 'GET', tenant),
  operate('changeTenant', 'PATCH', tenant, { body: { name: 'Punched Cards Ltd' } }),
  operate('suspendTenant', 'POST', `${tenant}/suspend`),
  operate('restoreTenant', 'POST', `${tenant}/restore`, { body: { lines: [], place: { shape: 'shared' } } }),
  operate('resumeTenant', 'POST', `${tenant}/resume`),
  operate('issueTenantKey', 'POST', `${tenant}/keys`, { body: { name: 'Administrator, second' } }),
  operate('deleteTenant', 'POST', '/v1/tenants/{former}/delete', { body: { waitDays: 30 } }),
  operate('getTenantUsage', 'GET', `${tenant}/usage`),
  operate('exportTenant', 'GET', `${tenant}/export`),
  operate('verifyTenant', 'POST', `${tenant}/verify`, { body: { repair: false } }),
  operate('migrateTenant', 'POST', `${tenant}/migrate`),
  operate('moveTenant', 'POST', `${tenant}/move`, { body: { place: { shape: 'object' } }, refused: true }),
  operate('moveTenantBack', 'POST', `${tenant}/move/back`, { refused: true }),
  operate('placeTenant', 'POST', `${tenant}/place`, { body: { place: { shape: 'shared' } } }),
  operate('rewindTenant', 'POST', `${tenant}/rewind`, { body: { to: '2026-01-31T09:30:00.000Z' }, refused: true }),
  operate('takeOverTenants', 'POST', '/v1/tenant-directory/take-over', {
    body: { from: '01900000-0000-7000-8000-0000000d14ec' },
  }),
  operate('listOperatorActions', 'GET', '/v1/operator-log?limit=2'),
]

const sku = { name: 'sku_region', attributes: ['region', 'sku'], unique: true }

const refusals: readonly ExampleRequest[] = [
  ask('assertRecord', 'PUT', records, {
    body: { match: { id: '{person}' }, values: { emails: ['ada@engine.example'] } },
  }),
  ask('assertRecord', 'PUT', records, { body: { ...ada, values: { ...ada.values, first_name: 7 } } }),
  ask('assertRecord', 'PUT', records, { body: { match: { id: '{nothing}' }, values: { first_name: 'Grace' } } }),
  ask('assertRecord', 'PUT', records, {
    headers: { 'if-match': '"99"' },
    body: { match: { id: '{person}' }, values: { first_name: 'Grace' } },
  }),
  ask('assertRecords', 'POST', `${records}/batch?atomic=true`, { body: [ada, { ...charles, mode: 'insert' }] }),
  ask('assertRecords', 'POST', '/v1/objects/nothing/records/batch', { body: [ada] }),
  ask('listRecords', 'GET', '/v1/objects/nothing/records'),
  ask('listRecords', 'GET', `${records}?limit=0`),
  ask('listChanges', 'GET', '/v1/changes?limit=0'),
  ask('listKeys', 'GET', '/v1/keys?limit=0'),
  ask('getUsage', 'GET', '/v1/usage?to=2027-01-01T00:00:00Z&from=2027-01-01T00:00:00Z'),
  ask('getRecord', 'GET', `${records}/{nothing}`),
  ask('getRecordByKey', 'GET', `${records}/by/emails/nothing@engine.example`),
  ask('queryRecords', 'POST', `${records}/query`, {
    body: { sort: { attribute: 'first_name' } },
  }),
  ask('queryRecords', 'POST', '/v1/objects/nothing/records/query', { body: {} }),
  ask('queryRecords', 'POST', '/v1/objects/companies/records/query', { body: { q: 'difference engine' } }),
  ask('changeRecords', 'POST', `${records}/change`, { body: { change: 'erase' } }),
  ask('changeRecords', 'POST', '/v1/objects/nothing/records/change', {
    body: { change: 'erase', keys: [{ id: '{nothing}' }] },
  }),
  ask('archiveRecord', 'POST', `${records}/{nothing}/archive`),
  ask('archiveRecord', 'POST', `${records}/{retired}/archive`, { headers: { 'if-match': '"99"' } }),
  ask('restoreRecord', 'POST', `${records}/{nothing}/restore`),
  ask('restoreRecord', 'POST', `${records}/{retired}/restore`, { headers: { 'if-match': '"99"' } }),
  ask('eraseRecord', 'DELETE', `${records}/{nothing}`),
  ask('eraseRecord', 'DELETE', `${records}/{person}`, { headers: { 'if-match': '"99"' } }),
  ask('createObject', 'POST', '/v1/objects', { body: { slug: 'projects', singularName: 'Plan', pluralName: 'Plans' } }),
  ask('readPhoneNumbers', 'POST', '/v1/phone-numbers', { body: { country: 'Germany', numbers: ['0171 1234567'] } }),
  ask('createObject', 'POST', '/v1/objects', { body: { slug: 'My plans', singularName: 'Plan', pluralName: 'Plans' } }),
  ask('getObject', 'GET', '/v1/objects/nothing'),
  ask('addAttribute', 'POST', '/v1/objects/products/attributes', { body: { label: 'Colour', type: 'number' } }),
  ask('addAttribute', 'POST', '/v1/objects/products/attributes', { body: { label: 'Size', type: 'letters' } }),
  ask('addAttribute', 'POST', '/v1/objects/nothing/attributes', { body: { label: 'Size', type: 'text' } }),
  ask('changeAttribute', 'PATCH', '/v1/objects/products/attributes/region', { body: { indexed: 'yes' } }),
  ask('changeAttribute', 'PATCH', '/v1/objects/nothing/attributes/region', { body: { indexed: true } }),
  ask('addCombination', 'POST', '/v1/objects/products/combinations', { body: sku }),
  ask('addCombination', 'POST', '/v1/objects/products/combinations', { body: { ...sku, attributes: ['sku'] } }),
  ask('addCombination', 'POST', '/v1/objects/nothing/combinations', { body: sku }),
  ask('changeOrganization', 'PATCH', '/v1/organization', { body: { crmMode: 'c2c' } }),
  ask('addMember', 'POST', '/v1/members', { body: { name: 'Mary Fairfax', email: 'mary@engine.example' } }),
  ask('addMember', 'POST', '/v1/members', { body: { name: 'Mary Fairfax', email: 'mary' } }),
  ask('removeMember', 'DELETE', '/v1/members/{nothing}'),
  ask('issueKey', 'POST', '/v1/keys', { body: { name: 'Nightly sync', scopes: ['crm:write'] } }),
  ask('issueKey', 'POST', '/v1/keys', { body: { name: 'Daily sync', scopes: ['everything'] } }),
  ask('rotateKey', 'POST', '/v1/keys/{ageing}/rotate', { body: { overlapSeconds: 3600 } }),
  ask('rotateKey', 'POST', '/v1/keys/{ageing}/rotate', { body: { overlapSeconds: -1 } }),
  ask('rotateKey', 'POST', '/v1/keys/{nothing}/rotate', { body: {} }),
  ask('revokeKey', 'DELETE', '/v1/keys/{nothing}'),
  ask('createHook', 'POST', '/v1/hooks', { body: { name: 'Sign-ups', preset: 'cal-bookings' } }),
  ask('createHook', 'POST', '/v1/hooks', { body: { name: 'Another', object: 'people' } }),
  ask('createHook', 'POST', '/v1/hooks', { body: { name: '' } }),
  ask('getHook', 'GET', '/v1/hooks/{nothing}'),
  ask('changeHook', 'PATCH', '/v1/hooks/{nothing}', { body: { state: 'off' } }),
  ask('changeHook', 'PATCH', '/v1/hooks/{trial}', { body: { replayDays: 0 } }),
  ask('rotateHookSecret', 'POST', '/v1/hooks/{nothing}/secrets', { body: { secret: 'what the sender signs with' } }),
  ask('previewHook', 'POST', '/v1/hooks/{signups}/preview', { body: { payload: joan, headers: 'none' } }),
  ask('receiveDelivery', 'POST', '/hooks/{organization}_{nothing}', { body: joan }),
  ask('answerChallenge', 'GET', '/hooks/{organization}_{trial}?challenge=1158201444'),
  ask('listDeliveries', 'GET', '/v1/hooks/{nothing}/deliveries'),
  ask('getDelivery', 'GET', '/v1/hooks/{signups}/deliveries/{nothing}'),
  ask('redeliver', 'POST', '/v1/hooks/{signups}/deliveries/{nothing}/redeliver'),
  ask('redeliverFailed', 'POST', '/v1/hooks/{nothing}/redeliver', { body: {} }),
  ask('deleteHook', 'DELETE', '/v1/hooks/{nothing}'),
  ask('createSubscription', 'POST', '/v1/subscriptions', {
    body: { name: 'Mirror', url: 'https://other.example/changes' },
  }),
  ask('createSubscription', 'POST', '/v1/subscriptions', { body: { name: 'Inside', url: 'https://169.254.169.254/' } }),
  ask('createSubscription', 'POST', '/v1/subscriptions', { body: { name: '' } }),
  ask('getSubscription', 'GET', '/v1/subscriptions/{nothing}'),
  ask('changeSubscription', 'PATCH', '/v1/subscriptions/{nothing}', { body: { state: 'off' } }),
  ask('changeSubscription', 'PATCH', '/v1/subscriptions/{mirror}', { body: { url: 'http://receiver.example/' } }),
  ask('rotateSubscriptionSecret', 'POST', '/v1/subscriptions/{nothing}/secrets', { body: {} }),
  ask('pingSubscription', 'POST', '/v1/subscriptions/{nothing}/ping'),
  ask('listDeadLetters', 'GET', '/v1/subscriptions/{nothing}/dead-letters'),
  ask('redeliverDeadLetters', 'POST', '/v1/subscriptions/{nothing}/redeliver', { body: {} }),
  ask('resumeSubscription', 'POST', '/v1/subscriptions/{nothing}/resume', { body: {} }),
  ask('deleteSubscription', 'DELETE', '/v1/subscriptions/{nothing}'),
  operate('createTenant', 'POST', '/v1/tenants', { body: { id: '{organization}', name: 'The same' } }),
  operate('createTenant', 'POST', '/v1/tenants', { body: { name: '' } }),
  operate('getTenant', 'GET', '/v1/tenants/{nothing}'),
  operate('issueTenantKey', 'POST', `${tenant}/keys`, { body: { name: 'Administrator, second' } }),
  operate('rewindTenant', 'POST', `${tenant}/rewind`, { body: { to: '2999-01-31T09:30:00.000Z' } }),
]

export const examples: Examples = {
  needs,
  requests: [...schema, ...administration, ...hooks, ...subscriptions, ...tenants, ...people],
  refusals,
}
