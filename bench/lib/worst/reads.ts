import { address, type Case, json, largeRecords, list, manyPeople, people } from './case.ts'

/** Pages and filters at their limits. */
export const reads: readonly Case[] = [
  {
    operation: 'listRecords',
    what: 'a page of 1,000, of the largest records',
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
    what: 'a page of 1,000, of the largest records',
    sizes: [30, 60],
    prepare: largeRecords((n) => n),
    request: () => json('POST', `${people}/query`, { sort: { attribute: 'emails' }, limit: 1_000 }),
  },
  {
    operation: 'queryRecords',
    what: 'twenty conditions, one of this many values',
    sizes: [490, 980],
    prepare: manyPeople(() => 1_000),
    request: (_, n) =>
      json('POST', `${people}/query`, {
        filter: {
          and: [
            { attribute: 'emails', operator: 'in', value: list(n, address) },
            ...list(19, () => ({ attribute: 'emails', operator: 'ne', value: 'nobody@w.example' })),
          ],
        },
        limit: 1_000,
      }),
  },
  {
    operation: 'queryRecords',
    what: 'twenty conditions that nothing meets, over this many records',
    sizes: [10_000, 20_000],
    prepare: manyPeople((n) => n),
    request: () =>
      json('POST', `${people}/query`, {
        filter: {
          or: list(20, () => ({ attribute: 'emails', operator: 'contains', value: 'nobody@w.example' })),
        },
        limit: 1_000,
      }),
  },
  {
    operation: 'queryRecords',
    what: 'twenty long parts that are almost met everywhere, over this many of the largest records',
    sizes: [30, 60],
    prepare: largeRecords((n) => n),
    request: () =>
      json('POST', `${people}/query`, {
        filter: {
          or: list(20, () => ({ attribute: 'email_labels', operator: 'contains', value: `${'x'.repeat(254)}y` })),
        },
      }),
  },
  {
    operation: 'exportRecords',
    what: 'of the largest records, as CSV',
    sizes: [30, 60],
    prepare: largeRecords((n) => n),
    request: () => ({ method: 'GET', path: `${people}/export?format=csv` }),
  },
  {
    operation: 'getRecordByKey',
    what: 'one of the largest records',
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
