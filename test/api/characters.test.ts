import { z } from '@hono/zod-openapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { accessLimits, definitionLimits } from '../../src/schema/limits.ts'
import { createWorld, isolate, type Reply, type World } from '../support/world.ts'

/** Limits of texts are in characters: of those that UTF-16 needs two units for, as many fit as of others. */

const of = (characters: number) => '🙂'.repeat(characters)

let world: World
let admin: string
beforeAll(async () => {
  world = await createWorld()
  admin = (await world.issue({ scopes: ['admin'] })).secret
  await world.addObject('deals')
  await world.addAttribute('deals', { label: 'Name', type: 'text', unique: true })
})

/** Whatever a value is made of, each part once: schemas keep what they are made of in their definition. */
const partsOf = (value: unknown, seen = new Set<object>()): ReadonlySet<object> => {
  if (value === null || typeof value !== 'object' || seen.has(value)) return seen
  seen.add(value)
  const { _zod } = value as { readonly _zod?: { readonly def: object } }
  for (const inner of _zod ? [_zod.def] : Object.values(value)) partsOf(inner, seen)
  return seen
}

/** Texts within it whose length zod itself limits, in units. */
const limitedInUnits = (declared: unknown) =>
  [...partsOf(declared)].filter((part) => {
    const { type, checks = [] } = part as { readonly type?: unknown; readonly checks?: readonly z.core.$ZodCheck[] }
    return type === 'string' && checks.some((check) => check._zod.def.check === 'max_length')
  })

it('no schema of a route counts units', async () => {
  expect(limitedInUnits({ body: z.object({ list: z.array(z.string().max(3).optional()) }) })).toHaveLength(1)
  expect(limitedInUnits(z.array(z.string()).max(3))).toHaveLength(0)
  const routes = (await isolate().app.contractApps())
    .flatMap((app) => app.openAPIRegistry.definitions)
    .flatMap((definition) => (definition.type === 'route' ? [definition.route] : []))
  expect(routes.length).toBeGreaterThan(30)
  for (const { operationId, request, responses } of routes)
    expect(limitedInUnits([request, responses]), operationId).toEqual([])
})

const TEXT = 255

type Ask = (text: string) => Promise<Reply>
const asAdmin =
  (method: string, path: string, body: (text: string) => object): Ask =>
  (text) =>
    world.send(method, path, { token: admin, body: body(text) })
const texts: readonly (readonly [string, number, Ask])[] = [
  [
    'a name in Zeeg',
    TEXT,
    (firstName) =>
      world.send('PUT', '/v2/crm/people?matchingAttribute=email', { body: { firstName, emails: ['z@c.example'] } }),
  ],
  [
    'a match value in Zeeg',
    TEXT,
    (name) => world.send('PUT', '/v2/crm/deals?matchingAttribute=name', { body: { name } }),
  ],
  [
    'a name in Reevo',
    TEXT,
    (first_name) =>
      world.send('POST', '/api/v2/contact/_assert', {
        body: { match: { primary_email: 'r@c.example' }, attributes: { first_name } },
      }),
  ],
  [
    'a label in Reevo',
    100,
    (label) =>
      world.send('POST', '/api/v2/contact/_assert', {
        body: {
          match: { primary_email: 'r@c.example' },
          attributes: { contact_phone_numbers: [{ phone_number: '+49 30 1', labels: [label] }] },
        },
      }),
  ],
  [
    'a name in Anduin',
    TEXT,
    (firstName) =>
      world.send('POST', `/api/v1/idm/${world.organizationId}/contacts/upsert`, {
        body: { email: 'a@c.example', firstName, lastName: 'C' },
      }),
  ],
  ['a name of an organisation', accessLimits.name, asAdmin('PATCH', '/v1/organization', (name) => ({ name }))],
  ['a name of a member', accessLimits.name, asAdmin('POST', '/v1/members', (name) => ({ name, email: 'm@c.example' }))],
  ['a name of a key', accessLimits.name, asAdmin('POST', '/v1/keys', (name) => ({ name, scopes: ['crm:read'] }))],
  [
    'a name of an object',
    definitionLimits.label,
    asAdmin('POST', '/v1/objects', (singularName) => ({ slug: 'wide', singularName, pluralName: 'W' })),
  ],
  [
    'a label of an attribute',
    definitionLimits.label,
    asAdmin('POST', '/v1/objects/deals/attributes', (label) => ({ label, slug: 'wide', type: 'text' })),
  ],
  [
    'an option',
    definitionLimits.option,
    asAdmin('POST', '/v1/objects/deals/attributes', (option) => ({ label: 'S', type: 'select', options: [option] })),
  ],
  [
    'a reference of an item',
    200,
    (reference) =>
      world.send('PUT', '/v1/objects/deals/records', {
        body: { match: { name: 'ref' }, values: { name: 'ref' }, reference },
      }),
  ],
]

describe.each(texts)('%s of %i wide characters', (_what, limit, ask) => {
  it('is taken, and of one more refused', async () => {
    const before = await world.snapshot()
    const refused = await ask(of(limit + 1))
    expect(refused.status, JSON.stringify(refused.body)).toBeGreaterThanOrEqual(400)
    expect(JSON.stringify(refused.body)).toContain(`${limit} characters`)
    expect(await world.snapshot()).toBe(before)
    const taken = await ask(of(limit))
    expect(taken.status, JSON.stringify(taken.body)).toBeLessThan(300)
  })
})

it('what is told back is cut between characters', async () => {
  const item = { values: {}, mode: 'nothing', reference: `a${of(300)}` }
  const { body } = await world.send('POST', '/v1/objects/deals/records/batch', { body: [item] })
  expect(body.outcomes[0].reference).toBe(`a${of(199)}`)
})
