import { type Operation, operations } from '../../test/support/operations.ts'

/**
 * The dearest requests that each operation accepts at its limits, and what was once an attack. A case with two sizes
 * shows how its cost grows: twice the size must not cost four times.
 */

export interface Sent {
  readonly method: string
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks the server as the organisation's administrator, before the case is measured. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<{ readonly id?: string }>

export interface Place {
  readonly organization: string
  readonly developerSecret: string
  readonly member: string
  readonly secret: string
  readonly ask: Ask
}

export interface Case {
  readonly operation: string
  readonly what: string
  /** Sizes to measure; the last one is the limit. */
  readonly sizes: readonly number[]
  readonly prepare?: (place: Place, size: number) => Promise<unknown>
  /** @param made what `prepare` came to */
  readonly request: (place: Place, size: number, made: unknown) => Sent
}

const people = '/v1/objects/people/records'
const batch = `${people}/batch`
const list = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i))
const json = (method: string, path: string, body: unknown, headers: Record<string, string> = {}): Sent => ({
  method,
  path,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
})
const address = (i: number) => `p${i}@w.example`
const person = (i: number) => ({ match: { emails: address(i) }, values: { emails: [address(i)], first_name: `P${i}` } })
const unknownAttributes = (n: number) => Object.fromEntries(list(n, (i) => [`u${i}`, 1]))

/** A record of about 0.9 MB, which is as large as one may be. */
const LONG = 45
const large = (i: number) => ({
  match: { emails: address(i) },
  values: { emails: [address(i)], email_labels: list(LONG, (n) => `${n}${'x'.repeat(19_990)}`) },
})
const largeRecords =
  (count: (size: number) => number) =>
  async ({ ask }: Place, size: number) => {
    for (let i = 0; i < count(size); i++) await ask('PUT', people, large(i))
  }
const manyPeople =
  (count: (size: number) => number, more: (i: number) => object = () => ({})) =>
  async ({ ask }: Place, size: number) => {
    for (let at = 0; at < count(size); at += 1_000)
      await ask(
        'POST',
        batch,
        list(Math.min(1_000, count(size) - at), (i) => {
          const one = person(at + i)
          return { ...one, values: { ...one.values, ...more(at + i) } }
        }),
      )
  }

const asserts: readonly Case[] = [
  {
    operation: 'assertRecord',
    what: 'a record of 0.9 MB',
    sizes: [1],
    request: () => json('PUT', people, large(0)),
  },
  {
    operation: 'assertRecord',
    what: 'unknown attributes, in 852 KB',
    sizes: [45_000, 90_000],
    request: (_, n) => json('PUT', people, { values: unknownAttributes(n) }),
  },
  {
    operation: 'assertRecord',
    what: 'values of the match key',
    sizes: [20_000, 40_000],
    request: (_, n) => json('PUT', people, { match: { emails: address(0) }, values: { emails: list(n, address) } }),
  },
  {
    operation: 'assertRecord',
    what: 'ten match keys and 100 addresses',
    sizes: [1],
    request: () =>
      json('PUT', people, { match: list(10, (i) => ({ emails: address(i) })), values: { emails: list(100, address) } }),
  },
  {
    operation: 'assertRecords',
    what: 'items that each append 100 addresses to one record',
    sizes: [46, 92, 700],
    prepare: ({ ask }) => ask('PUT', people, { match: { tracking_id: 't' }, values: { tracking_id: 't' } }),
    request: (_, n) =>
      json(
        'POST',
        batch,
        list(n, (i) => ({
          match: { tracking_id: 't' },
          values: { emails: list(100, (k) => address(i * 100 + k)) },
          write: { emails: 'append' },
        })),
      ),
  },
  {
    operation: 'assertRecords',
    what: 'items of 100 addresses each, all new',
    sizes: [500, 1_000],
    request: (_, n) =>
      json(
        'POST',
        batch,
        list(n, (i) => ({ values: { emails: list(100, (k) => address(i * 100 + k)) } })),
      ),
  },
  {
    operation: 'assertRecords',
    what: 'items of 8 KB each',
    sizes: [500, 1_000],
    request: (_, n) =>
      json(
        'POST',
        batch,
        list(n, (i) => ({ ...person(i), values: { ...person(i).values, description: 'x'.repeat(7_900) } })),
      ),
  },
  {
    operation: 'assertRecords',
    what: 'changes of one record of 0.9 MB',
    sizes: [50, 100],
    prepare: largeRecords(() => 1),
    request: (_, n) =>
      json(
        'POST',
        batch,
        list(n, (i) => ({ match: { emails: address(0) }, values: { first_name: `${i}` } })),
      ),
  },
  {
    operation: 'assertRecords',
    what: 'the same with return=representation',
    sizes: [200, 400],
    prepare: largeRecords(() => 1),
    request: (_, n) =>
      json(
        'POST',
        batch,
        list(n, () => ({ match: { emails: address(0) }, values: { first_name: 'same' } })),
        { prefer: 'return=representation' },
      ),
  },
  {
    operation: 'assertRecords',
    what: 'the same, kept for an Idempotency-Key',
    sizes: [50, 100],
    prepare: largeRecords(() => 1),
    request: (_, n) =>
      json(
        'POST',
        batch,
        list(n, () => ({ match: { emails: address(0) }, values: { first_name: 'same' } })),
        { prefer: 'return=representation', 'idempotency-key': 'worst' },
      ),
  },
  {
    operation: 'assertRecords',
    what: 'references by match key',
    sizes: [500, 1_000],
    prepare: ({ ask }) => ask('PUT', '/v1/objects/companies/records', { values: { domains: ['w.example'] } }),
    request: (_, n) =>
      json(
        'POST',
        batch,
        list(n, (i) => ({
          ...person(i),
          values: { ...person(i).values, company: { match: { domains: 'w.example' } } },
        })),
      ),
  },
  {
    operation: 'assertRecords',
    what: 'atomic, the last one refused',
    sizes: [500, 999],
    request: (_, n) => json('POST', `${batch}?atomic=true`, [...list(n, person), { ...person(0), mode: 'insert' }]),
  },
  {
    operation: 'assertRecords',
    what: 'a dry run',
    sizes: [500, 1_000],
    request: (_, n) => json('POST', `${batch}?dryRun=true`, list(n, person)),
  },
  {
    operation: 'assertRecords',
    what: 'unknown attributes in each of 1,000 items',
    sizes: [250, 500],
    request: (_, n) =>
      json(
        'POST',
        batch,
        list(1_000, () => ({ values: unknownAttributes(n) })),
      ),
  },
]

const reads: readonly Case[] = [
  {
    operation: 'listRecords',
    what: 'a page of 1,000, of records of 0.9 MB',
    sizes: [30, 60],
    prepare: largeRecords((n) => n),
    request: () => ({ method: 'GET', path: `${people}?limit=1000` }),
  },
  {
    operation: 'listRecords',
    what: 'a page of 1,000 archived ones, of which there are none',
    sizes: [10_000, 20_000],
    prepare: manyPeople((n) => n),
    request: () => ({ method: 'GET', path: `${people}?limit=1000&archived=only` }),
  },
  {
    operation: 'queryRecords',
    what: 'a page of 1,000, of records of 0.9 MB',
    sizes: [30, 60],
    prepare: largeRecords((n) => n),
    request: () => json('POST', `${people}/query`, { sort: { attribute: 'emails' }, limit: 1_000 }),
  },
  {
    operation: 'queryRecords',
    what: 'ten filters of this many values',
    sizes: [2_500, 5_000],
    prepare: manyPeople(() => 5_000),
    request: (_, n) =>
      json('POST', `${people}/query`, {
        filters: list(10, () => ({ attribute: 'emails', operator: 'in', value: list(n, address) })),
        limit: 1_000,
      }),
  },
  {
    operation: 'queryRecords',
    what: 'ten filters that nothing meets, over this many records',
    sizes: [10_000, 20_000],
    prepare: manyPeople((n) => n),
    request: () =>
      json('POST', `${people}/query`, {
        filters: [
          { attribute: 'emails', operator: 'starts_with', value: 'p' },
          ...list(9, () => ({ attribute: 'emails', operator: 'eq', value: 'nobody@w.example' })),
        ],
        limit: 1_000,
      }),
  },
  {
    operation: 'getRecordByKey',
    what: 'a record of 0.9 MB',
    sizes: [1],
    prepare: largeRecords(() => 1),
    request: () => ({ method: 'GET', path: `${people}/by/emails/${address(0)}` }),
  },
  {
    operation: 'listChanges',
    what: 'a page of 1,000 changes',
    sizes: [1],
    prepare: manyPeople(() => 2_000),
    request: () => ({ method: 'GET', path: '/v1/changes?limit=1000' }),
  },
]

const schema: readonly Case[] = [
  {
    operation: 'addAttribute',
    what: '500 options of 255 characters',
    sizes: [250, 500],
    request: (_, n) =>
      json('POST', '/v1/objects/people/attributes', {
        label: 'Worst',
        type: 'multiselect',
        options: list(n, (i) => `${i}${'o'.repeat(250)}`),
      }),
  },
  {
    operation: 'listObjects',
    what: 'attributes with 500 options each',
    sizes: [20, 40],
    prepare: async ({ ask }, n) => {
      for (let i = 0; i < n; i++)
        await ask('POST', '/v1/objects/people/attributes', {
          label: `W ${i}`,
          type: 'multiselect',
          options: list(500, (k) => `${k}${'o'.repeat(250)}`),
        })
    },
    request: () => ({ method: 'GET', path: '/v1/objects' }),
  },
  {
    operation: 'changeAttribute',
    what: 'unique, over this many records',
    sizes: [10_000, 20_000],
    prepare: async (place, n) => {
      await place.ask('POST', '/v1/objects/people/attributes', { label: 'Code', type: 'text' })
      await manyPeople(
        () => n,
        (i) => ({ code: `c${i}` }),
      )(place, n)
    },
    request: () => json('PATCH', '/v1/objects/people/attributes/code', { unique: true }),
  },
  {
    operation: 'addCombination',
    what: 'over this many records',
    sizes: [10_000, 20_000],
    prepare: async (place, n) => {
      await place.ask('POST', '/v1/objects/people/attributes', { label: 'Code', type: 'text' })
      await manyPeople(
        () => n,
        (i) => ({ code: `c${i}` }),
      )(place, n)
    },
    request: () =>
      json('POST', '/v1/objects/people/combinations', { name: 'named_code', attributes: ['first_name', 'code'] }),
  },
  {
    operation: 'listKeys',
    what: 'as many keys as there are',
    sizes: [500, 1_000],
    prepare: async ({ ask }, n) => {
      for (let i = 0; i < n; i++)
        await ask('POST', '/v1/keys', {
          name: 'k'.repeat(200),
          scopes: ['crm:read'],
          allowlist: list(100, () => '2001:db8:1:2:3:4:5:6/128'),
        })
    },
    request: () => ({ method: 'GET', path: '/v1/keys' }),
  },
]

const zyntro = (place: Place, contact: object) =>
  json('POST', '/apis/v2/public/crm/addContactsFull', {
    api_key: place.secret,
    developer_secret: place.developerSecret,
    org_id: place.organization,
    member_id: place.member,
    contact,
  })

const vendors: readonly Case[] = [
  {
    operation: 'zeegAssertPerson',
    what: 'unknown attributes',
    sizes: [40_000, 80_000],
    request: (_, n) =>
      json('PUT', '/v2/crm/people?matchingAttribute=email', {
        firstName: 'Z',
        emails: ['z@w.example'],
        ...unknownAttributes(n),
      }),
  },
  {
    operation: 'reevoAssertContact',
    what: 'addresses',
    sizes: [10_000, 20_000],
    request: (_, n) =>
      json('POST', '/api/v2/contact/_assert', {
        match: { primary_email: address(0) },
        attributes: { first_name: 'R', contact_emails: list(n, (i) => ({ email: address(i) })) },
      }),
  },
  {
    operation: 'reevoAssertContact',
    what: 'labels of one address',
    sizes: [50_000, 100_000],
    request: (_, n) =>
      json('POST', '/api/v2/contact/_assert', {
        match: { primary_email: address(0) },
        attributes: { first_name: 'R', contact_emails: [{ email: address(0), labels: list(n, (i) => `${i}`) }] },
      }),
  },
  {
    operation: 'reevoAssertContact',
    what: 'unknown attributes',
    sizes: [40_000, 80_000],
    request: (_, n) =>
      json('POST', '/api/v2/contact/_assert', {
        match: { primary_email: address(0) },
        attributes: { first_name: 'R', ...unknownAttributes(n) },
      }),
  },
  {
    operation: 'anduinUpsertClient',
    what: 'tags',
    sizes: [50_000, 100_000],
    request: ({ organization }, n) =>
      json('POST', `/api/v1/idm/${organization}/clients/upsert`, {
        trackingId: 't',
        name: 'N',
        tags: list(n, (i) => `${i}`),
      }),
  },
  {
    operation: 'zyntroAddContact',
    what: 'unknown custom fields',
    sizes: [40_000, 80_000],
    request: (place, n) =>
      zyntro(place, { firstName: 'Z', primaryEmail: 'z@w.example', customFields: unknownAttributes(n) }),
  },
]

const described = [...asserts, ...reads, ...schema, ...vendors]

/** Makes what the example names. @returns what `{id}` in its path stands for */
const prepareExample = async ({ path }: Operation, { ask, organization }: Place): Promise<{ readonly id?: string }> => {
  await ask('POST', '/v1/objects', { slug: 'products', singularName: 'Product', pluralName: 'Products' })
  await ask('POST', '/v1/objects/products/attributes', { label: 'SKU', type: 'text', unique: true })
  await ask('POST', '/v1/objects/products/attributes', { label: 'Region', type: 'text' })
  await ask('POST', `/api/v1/idm/${organization}/clients/upsert`, { trackingId: 'crm-4711', name: 'N' })
  if (path.includes('/keys/')) return ask('POST', '/v1/keys', { name: 'k', scopes: [] })
  if (path.includes('/members/')) return ask('POST', '/v1/members', { name: 'M', email: 'other@w.example' })
  return ask('PUT', people, { values: { emails: ['ada@engine.example'], first_name: 'Ada' } })
}

/** What has no dear form that we know of is asked for what the document shows, so that every operation has a figure. */
const examples: readonly Case[] = operations
  .filter(({ id, credentials }) => credentials !== 'operator' && !described.some(({ operation }) => operation === id))
  .map((operation) => ({
    operation: operation.id,
    what: 'the example of the reference',
    sizes: [1],
    prepare: (place) => prepareExample(operation, place),
    request: (place, _size, made) => {
      const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
        if (name === 'firmId') return place.organization
        if (name === 'id') return (made as { id: string }).id
        return String(operation.parameters.find((one) => one.name === name)?.schema.example)
      })
      const query = operation.parameters.filter((one) => one.in === 'query' && one.required)
      const full =
        query.length === 0
          ? path
          : `${path}?${query.map(({ name, schema: one }) => `${name}=${one.example}`).join('&')}`
      return operation.body
        ? json(operation.method, full, operation.body.example)
        : { method: operation.method, path: full }
    },
  }))

export const worstCases: readonly Case[] = [...described, ...examples]
