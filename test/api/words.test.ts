import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../support/world.ts'

let world: World
let admin: string
beforeAll(async () => {
  world = await createWorld()
  admin = (await world.issue({ scopes: ['admin'] })).secret
  await world.addObject('things')
  await world.addAttribute('people', { label: 'External id', type: 'text', unique: true })
})

describe('the words of a client', () => {
  const words = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf', 'prototype']
  const people = '/v1/objects/people/records'

  /** Every place of every contract that takes a name. */
  const places = (word: string): readonly (readonly [string, string, unknown?])[] => {
    const credentials = {
      api_key: world.token,
      developer_secret: developer,
      org_id: world.organizationId,
      member_id: world.memberId,
    }
    const zyntro = (body: object) =>
      ['POST', '/apis/v2/public/crm/addContactsFull', { ...credentials, ...body }] as const
    const contact = { firstName: 'W', primaryEmail: 'w@words.example' }
    const name = { last_name: 'W' }
    return [
      ['GET', `/v1/objects/${word}`],
      ['PUT', `/v1/objects/${word}/records`, { values: name }],
      ['PUT', people, { match: { [word]: 'x' }, values: name }],
      ['PUT', people, { match: [{ external_id: 'w' }, { [word]: 'x' }], values: { external_id: 'w' } }],
      ['PUT', people, { values: { [word]: 'x' } }],
      ['PUT', people, { values: { company: { match: { [word]: 'x' } } } }],
      ['PUT', people, { values: { stage: word } }],
      ['PUT', people, { values: name, ifNewer: word }],
      ['PUT', people, { values: name, mode: word }],
      ['PUT', people, { values: { tags: ['a'] }, write: { tags: word } }],
      ['GET', `${people}?fields=${word}`],
      ['GET', `${people}/by/${word}/x`],
      ['POST', `${people}/query`, { filter: { attribute: word, operator: 'eq', value: 'x' } }],
      ['POST', `${people}/query`, { filter: { attribute: 'emails', operator: word, value: 'x' } }],
      ['POST', `${people}/query`, { sort: { attribute: word } }],
      ['POST', `${people}/query`, { sort: { attribute: 'emails' }, fields: [word] }],
      ['PUT', `/v2/crm/people?matchingAttribute=${word}`, { firstName: 'W' }],
      ['PUT', '/v2/crm/people?matchingAttribute=email', { firstName: 'W', emails: ['w@words.example'], [word]: 'x' }],
      [
        'PUT',
        '/v2/crm/people?matchingAttribute=email',
        { firstName: 'W', emails: ['w@words.example'], customAttributes: { [word]: 'x' } },
      ],
      ['PUT', `/v2/crm/companies?matchingAttribute=${word}`, { name: 'W' }],
      ['PUT', '/v2/crm/companies?matchingAttribute=domain', { domain: 'w.example', [word]: 'x' }],
      ['PUT', `/v2/crm/things?matchingAttribute=${word}`, { code: 'x' }],
      ['PUT', `/v2/crm/${word}?matchingAttribute=code`, { code: 'x' }],
      ['POST', '/api/v2/contact/_assert', { match: { [word]: 'x' }, attributes: { last_name: 'W' } }],
      ['POST', '/api/v2/contact/_assert', { match: { primary_email: 'w@words.example' }, attributes: { [word]: 'x' } }],
      [
        'POST',
        '/api/v2/contact/_assert',
        {
          match: { primary_email: 'w@words.example' },
          attributes: { owner_user_id: { related_record_match: { [word]: 'x' } } },
        },
      ],
      ['POST', `/api/v1/idm/${world.organizationId}/contacts/upsert`, { email: 'w@words.example', [word]: 'x' }],
      ['POST', `/api/v1/idm/${world.organizationId}/clients/upsert`, { trackingId: 'w', name: 'W', [word]: 'x' }],
      zyntro({ contact: { ...contact, [word]: 'x' } }),
      zyntro({ contact: { ...contact, customFields: { [word]: 'x' } } }),
      zyntro({ contact, lookup_by: word }),
      zyntro({ contact, mode: word }),
    ]
  }

  let developer: string
  beforeAll(async () => {
    developer = (await world.issue({ kind: 'developer_secret', scopes: [], allowlist: ['192.0.2.10'] })).secret
    await world.addAttribute('things', { label: 'Code', type: 'text', unique: true })
  })

  it.each(words)('%s is no name of anything, anywhere', async (word) => {
    const before = await world.snapshot()
    for (const [method, path, body] of places(word)) {
      const reply = await world.send(method, path, body === undefined ? {} : { body })
      const told = [method, path, JSON.stringify(body), reply.status, JSON.stringify(reply.body)].join(' ')
      expect(reply.status < 500, told).toBe(true)
      expect(reply.status >= 400 || reply.body.status === 'error', told).toBe(true)
      expect(JSON.stringify(reply.body), told).not.toMatch(/native code|\[object|function|undefined/i)
    }
    expect(await world.snapshot()).toBe(before)
  })

  it('is no slug either', async () => {
    const post = (body: object) => world.send('POST', '/v1/objects/things/attributes', { token: admin, body })
    expect((await post({ label: 'Any', slug: 'constructor', type: 'text' })).status).toBe(422)
    const labelled = await post({ label: 'Constructor', type: 'text' })
    expect([labelled.status, labelled.body.slug]).toEqual([201, 'constructor_2'])
  })

  it("id is the name of no attribute, combination or object: as a match key it is the record's own", async () => {
    const post = (under: string, body: object) => world.send('POST', `/v1/objects${under}`, { token: admin, body })
    const text = (label: string, slug?: string) => ({ label, type: 'text', ...(slug !== undefined && { slug }) })
    for (const slug of ['left', 'right']) expect((await post('/things/attributes', text(slug, slug))).status).toBe(201)
    for (const [under, body] of [
      ['/things/attributes', text('Any', 'id')],
      ['/things/combinations', { name: 'id', attributes: ['left', 'right'] }],
      ['', { slug: 'id', singularName: 'Id', pluralName: 'Ids' }],
    ] as const)
      expect((await post(under, body)).status).toBe(422)
    const operator = world.operator
    await expect(
      operator.addCombination('things', { name: 'id', attributes: ['left', 'right'], unique: true }),
    ).rejects.toThrow('invalid_value')
    expect((await post('/things/attributes', text('ID'))).body.slug).toBe('id_2')
  })

  it('is repeated as it was sent', async () => {
    const reply = await world.send('GET', `/v1/objects/${encodeURIComponent("$&x$'$`")}`)
    expect(reply.body.detail).toBe('There is no object "$&x$\'$`".')
  })
})
