import {
  address,
  batch,
  type Case,
  json,
  large,
  largeRecords,
  list,
  people,
  person,
  unknownAttributes,
} from './case.ts'

/** Writes through our own contract; among them what was once an attack. */
export const asserts: readonly Case[] = [
  {
    operation: 'assertRecord',
    what: 'one of the largest records',
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
    sizes: [500, 1_000],
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
    what: 'items that each change nine lists of one record',
    sizes: [500, 1_000],
    prepare: async ({ ask }) => {
      const lists = Object.fromEntries(list(9, (k) => [`list_${k}`, list(90, (i) => `${k}-${i}`.padEnd(250, 'x'))]))
      for (let k = 0; k < 9; k++)
        await ask('POST', '/v1/objects/people/attributes', {
          label: `List ${k}`,
          type: 'text',
          multiple: true,
          unique: true,
        })
      await ask('PUT', people, { match: { tracking_id: 'nine' }, values: { tracking_id: 'nine', ...lists } })
    },
    request: (_, n) =>
      json(
        'POST',
        batch,
        list(n, (i) => ({
          match: { tracking_id: 'nine' },
          values: Object.fromEntries(list(9, (k) => [`list_${k}`, [`more ${i >> 1}`]])),
          write: Object.fromEntries(list(9, (k) => [`list_${k}`, i % 2 ? 'remove' : 'append'])),
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
    what: 'changes of one of the largest records',
    sizes: [500, 1_000],
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
    what: 'nothing new for it, with return=representation',
    sizes: [500, 1_000],
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
    sizes: [500, 1_000],
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
