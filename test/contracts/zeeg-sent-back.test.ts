import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NewAttribute } from '../../src/admin/attributes.ts'
import { createWorld, type World } from '../support/world.ts'

/** Whatever Zeeg's contract answers to a write can be sent back as it is, and changes nothing. */

const options = ['One', 'Two', 'Three']
const added: readonly NewAttribute[] = [
  { label: 'A text', type: 'text' },
  { label: 'A long text', type: 'long_text' },
  { label: 'A number', type: 'number' },
  { label: 'A checkbox', type: 'checkbox' },
  { label: 'A date', type: 'date' },
  { label: 'A datetime', type: 'datetime' },
  { label: 'Datetimes', type: 'datetime', multiple: true },
  { label: 'An email', type: 'email' },
  { label: 'A domain', type: 'domain' },
  { label: 'A number to call', type: 'phone_number' },
  { label: 'A url', type: 'url' },
  { label: 'Urls', type: 'url', multiple: true },
  { label: 'A select', type: 'select', options },
  { label: 'Selects', type: 'multiselect', options },
  { label: 'A status', type: 'status', options },
  { label: 'A rating', type: 'rating' },
  { label: 'A currency', type: 'currency' },
  { label: 'A person', type: 'relation', related: 'people' },
  { label: 'Persons', type: 'relation', related: 'people', multiple: true },
  { label: 'A user', type: 'user' },
  { label: 'Users', type: 'user', multiple: true },
]

let world: World
let company: string
let friends: readonly string[]

const put = (object: string, by: string, body: unknown) =>
  world.send('PUT', `/v2/crm/${object}?matchingAttribute=${by}`, { body })

beforeAll(async () => {
  world = await createWorld()
  await world.addObject('things')
  await world.addAttribute('things', { label: 'Code', type: 'text', unique: true })
  for (const object of ['people', 'companies', 'things'])
    for (const attribute of added) await world.addAttribute(object, attribute)
  company = (await put('companies', 'domain', { name: 'Back', domain: 'back.example' })).body.company.id
  const friend = async (name: string) =>
    (await put('people', 'email', { firstName: name, emails: [`${name}@back.example`] })).body.person.id
  friends = [await friend('ann'), await friend('bob')]
})

/** Absent, cleared, or a value. */
const maybe = (value: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 1, arbitrary: fc.constantFrom(undefined, null) }, { weight: 3, arbitrary: value })
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const time = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
const url = fc.constantFrom('https://back.example/a?b=ü', 'back.example', '', 'http://back.example:8080/x')
const phone = fc.constantFrom('+49 171 5550123', '+1-555-0123', '', '0171 5550199')
const option = fc.constantFrom('One', 'opt_two', { id: 'opt_three' })
const list = (value: fc.Arbitrary<unknown>) => fc.array(value, { maxLength: 3 })

/** Made when the records are there that it refers to. */
const attributes = () => {
  const person = fc.constantFrom(...friends)
  const user = fc.constant(world.memberId)
  const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    a_text: text,
    a_long_text: text,
    a_number: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })),
    a_checkbox: fc.boolean(),
    a_date: time.map((t) => t.slice(0, 10)),
    a_datetime: time,
    datetimes: list(time),
    an_email: fc.constantFrom('Own@Back.example', 'x@y.example'),
    a_domain: fc.constantFrom('Back.example', 'münchen.example'),
    a_number_to_call: phone,
    a_url: url,
    urls: list(fc.constantFrom('https://back.example/1', 'back.example/2')),
    a_select: option,
    selects: list(option),
    a_status: option,
    a_rating: fc.integer({ min: 0, max: 5 }),
    a_currency: fc.oneof(fc.integer(), fc.constantFrom({ amount: 1.5 }, { amount: 2, code: 'EUR' })),
    a_person: fc.oneof(
      person,
      person.map((id) => [id]),
      fc.constant([]),
    ),
    persons: list(person),
    a_user: fc.oneof(
      user,
      user.map((id) => [id]),
    ),
    users: list(user),
  }
  return fc.record(Object.fromEntries(Object.entries(values).map(([slug, value]) => [slug, maybe(value)])))
}

let serial = 0
/** Names that no record has yet, so that no two runs mean the same one. */
const fresh = (most: number, name: (n: number) => string) =>
  fc.integer({ min: 1, max: most }).map((count) => Array.from({ length: count }, () => name(++serial)))
const socials = maybe(fc.record({ linkedin: maybe(url), twitter: maybe(url) }))

/** What is answered must be taken, change no row, and be answered again. */
const isKept = async (object: string, by: string, sent: unknown, shown: (body: Record<string, unknown>) => unknown) => {
  const first = await put(object, by, sent)
  expect([200, 201], JSON.stringify(first.body)).toContain(first.status)
  const again = await put(object, by, shown(first.body))
  expect(again.status, JSON.stringify([again.body, shown(first.body)])).toBe(200)
  expect(again.rowsWritten, JSON.stringify(shown(first.body))).toBe(0)
  expect(shown(again.body)).toEqual(shown(first.body))
}

describe('sent back as it was answered', () => {
  const runs = { numRuns: 60 }
  it('a person', async () => {
    const body = fc.record({
      firstName: fc.string({ minLength: 1, maxLength: 10 }),
      lastName: maybe(text),
      jobTitle: maybe(text),
      phoneNumber: maybe(phone),
      avatarUrl: maybe(url),
      socials,
      companyId: maybe(fc.constantFrom([], company, [company])),
      owner: maybe(fc.constantFrom([], world.memberId, [world.memberId])),
      tags: maybe(list(text)),
      customAttributes: attributes(),
      emails: fresh(3, (n) => `P${n}@back.example`),
    })
    await fc.assert(
      fc.asyncProperty(body, (sent) => isKept('people', 'email', sent, ({ person }) => person)),
      runs,
    )
  })

  it('a company', async () => {
    const body = fc.record({
      name: maybe(text),
      website: maybe(url),
      phoneNumber: maybe(phone),
      socials,
      customAttributes: attributes(),
      domains: fresh(3, (n) => `C${n}.example`),
    })
    await fc.assert(
      fc.asyncProperty(body, (sent) => isKept('companies', 'domain', sent, ({ company: shown }) => shown)),
      runs,
    )
  })

  it('the attributes of a record', async () => {
    const body = fc
      .tuple(
        fresh(1, (n) => `T${n}`),
        attributes(),
      )
      .map(([[code], values]) => ({ ...values, code }))
    const shown = ({ record }: Record<string, unknown>) => (record as { attributes: unknown }).attributes
    await fc.assert(
      fc.asyncProperty(body, (sent) => isKept('things', 'code', sent, shown)),
      runs,
    )
  })
})
