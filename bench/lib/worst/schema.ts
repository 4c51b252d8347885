import { type Case, json, list, manyPeople } from './case.ts'

/** Administration over many records, options and keys. */
export const schema: readonly Case[] = [
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
    sizes: [10, 20],
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
