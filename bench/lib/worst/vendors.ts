import { address, type Case, json, list, type Place, unknownAttributes } from './case.ts'

/** What the other contracts take, at the size of a whole body. */
const zyntro = (place: Place, contact: object) =>
  json('POST', '/apis/v2/public/crm/addContactsFull', {
    api_key: place.secret,
    developer_secret: place.developerSecret,
    org_id: place.organization,
    member_id: place.member,
    contact,
  })

export const vendors: readonly Case[] = [
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
