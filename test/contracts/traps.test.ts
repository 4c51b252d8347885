import { beforeAll, describe, expect, it } from 'vitest'
import { type Speaker, speakers, type VoiceWorld, voiceWorld } from '../support/voices.ts'
import { isolate, type Reply } from '../support/world.ts'

/** Where the words of two contracts look alike and mean different things. Here they are named. */

let world: VoiceWorld
beforeAll(async () => {
  world = await voiceWorld()
})

const speakerOf = (name: string): Speaker => {
  const speaker = speakers.find((one) => one.name === name)
  if (!speaker) throw new Error(`Nobody speaks ${name}`)
  return speaker
}
const [zeeg, reevo, anduin, zyntro] = ['zeeg', 'reevo', 'anduin', 'zyntro'].map(speakerOf) as [
  Speaker,
  Speaker,
  Speaker,
  Speaker,
]

/** A body in the words of a contract, which the voices do not have. */
const says = {
  zeeg: (matchingAttribute: string, body: object) =>
    world.say(zeeg, {
      method: 'PUT',
      path: `/v2/crm/people?matchingAttribute=${matchingAttribute}`,
      body: { firstName: 'Same', ...body },
    }),
  reevo: (match: object, attributes: object) =>
    world.say(reevo, { method: 'POST', path: '/api/v2/contact/_assert', body: { match, attributes } }),
  anduin: (body: object) =>
    world.say(anduin, {
      method: 'POST',
      path: `/api/v1/idm/${world.organizationId}/contacts/upsert`,
      body: { firstName: 'Same', ...body },
    }),
  zyntro: (contact: object, options: object = {}, through?: Parameters<VoiceWorld['say']>[2]) =>
    world.say(
      zyntro,
      {
        method: 'POST',
        path: '/apis/v2/public/crm/addContactsFull',
        body: { ...options, contact: { firstName: 'Same', ...contact } },
      },
      through,
    ),
}

const heard = (speaker: Speaker, { status, body }: Reply) => speaker.read(status, body)

const keysOf = (value: string) => world.rows('record_keys', `AND object = 'people' AND value = '${value}'`)
/** The values of a person as they are stored, by slug. */
const stored = async (id: string): Promise<Record<string, unknown>> => {
  const [row] = await world.rows('records', `AND object = 'people' AND id = '${id}'`)
  const data = JSON.parse(String(row?.data)) as Record<string, [unknown]>
  return Object.fromEntries(Object.entries(data).map(([slug, [value]]) => [slug, value]))
}

let serial = 0
/** An address, or another text, that no other test has. */
const fresh = (name = '') => `${name}${++serial}`
const freshEmail = () => `${fresh('p')}@traps.example`

const create = async (speaker: Speaker, email = freshEmail(), more: object = {}): Promise<string> => {
  const answer = await world.assert(speaker, email, { last_name: 'Before', ...more })
  if (!('done' in answer) || answer.done !== 'created') throw new Error(`${speaker.title}: ${JSON.stringify(answer)}`)
  return answer.id
}

describe('traps', () => {
  const status = async (reply: ReturnType<VoiceWorld['say']>) => (await reply).status

  it('the match value: required in the body of Zeeg, forbidden in the attributes of Reevo', async () => {
    const primary_email = freshEmail()
    expect(await status(says.zeeg('email', { lastName: 'X' }))).toBe(400)
    expect(await status(says.reevo({ primary_email }, { first_name: 'X', primary_email }))).toBe(422)
    expect(await status(says.reevo({ primary_email }, { first_name: 'X', contact_emails: [primary_email] }))).toBe(422)
    expect(await keysOf(primary_email)).toEqual([])
    expect(await status(says.zeeg('email', { emails: [primary_email] }))).toBe(201)
    expect(await status(says.reevo({ primary_email }, { first_name: 'X' }))).toBe(200)
  })

  describe('absent, null and "" are three inputs', () => {
    const optional = {
      Zeeg: [zeeg, 'job_title', (email, value) => says.zeeg('email', { emails: [email], ...sent('jobTitle', value) })],
      Reevo: [
        reevo,
        'job_title',
        (email, value) => says.reevo({ primary_email: email }, { first_name: 'Same', ...sent('title', value) }),
      ],
      Anduin: [anduin, 'job_title', (email, value) => says.anduin({ email, ...sent('title', value) })],
      Zyntro: [
        zyntro,
        'role_label',
        (primaryEmail, value) => says.zyntro({ primaryEmail, ...sent('roleLabel', value) }),
      ],
    } satisfies Record<string, [Speaker, string, (email: string, value: unknown) => ReturnType<typeof says.zeeg>]>
    const sent = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value })

    it.each([
      ['Zeeg', undefined, 'kept'],
      ['Zeeg', null, undefined],
      ['Zeeg', '', ''],
      ['Reevo', undefined, 'kept'],
      ['Reevo', null, undefined],
      ['Reevo', '', ''],
      ['Anduin', undefined, 'kept'],
      ['Anduin', null, undefined],
      ['Anduin', '', undefined],
      ['Zyntro', undefined, 'kept'],
      ['Zyntro', null, undefined],
      ['Zyntro', '', undefined],
    ] as const)('as an optional value: %s, %j', async (name, value, expected) => {
      const [voice, slug, request] = optional[name]
      const email = freshEmail()
      const id = await create(voice, email)
      expect(heard(voice, await request(email, 'kept'))).toMatchObject({ done: 'updated' })
      const answer = heard(voice, await request(email, value))
      expect(answer).toMatchObject({ done: 'updated', id })
      expect((await stored(id))[slug]).toBe(expected)
    })

    it.each([undefined, null, ''])('as a match value: %j', async (value) => {
      const before = await world.snapshot()
      expect(await status(says.zeeg('tracking_id', { ...sent('tracking_id', value) }))).toBe(400)
      expect(await status(says.reevo(sent('primary_email', value), { first_name: 'X' }))).toBe(422)
      expect(await status(says.anduin({ lastName: 'X', ...sent('trackingId', value) }))).toBe(400)
      const contact = { lastName: 'X', ...sent('primaryEmail', value) }
      expect(heard(zyntro, await says.zyntro(contact))).toMatchObject({
        refused: 'VALIDATION_ERROR',
      })
      expect(await world.snapshot()).toBe(before)
    })

    it('an absent tracking id makes way for the address in Anduin; an empty one does not', async () => {
      const email = freshEmail()
      await create(zeeg, email)
      expect(await status(says.anduin({ email, trackingId: '' }))).toBe(400)
      expect(await status(says.anduin({ email }))).toBe(200)
    })
  })

  it('an address: immutable as the match key of Reevo, frozen in Anduin, while Zeeg may change what it does not match by', async () => {
    const [old, another, third] = [freshEmail(), freshEmail(), freshEmail()]
    const [trackingId, badge] = [fresh('T'), fresh('B')]
    const id = await create(zeeg, old, { tracking_id: trackingId, badge })
    const emails = async () => (await stored(id)).emails

    const spelled = { match: { primary_email: old }, attributes: { first_name: 'X', primary_email: another } }
    expect(await status(says.reevo(spelled.match, spelled.attributes))).toBe(422)
    const frozen = await says.anduin({ trackingId, email: another, lastName: 'Frozen' })
    expect(frozen.body).toMatchObject({ result: 'updated', id, email: old, lastName: 'Frozen' })
    expect(await emails()).toEqual([old])

    const changed = { emails: [third], tracking_id: fresh('T'), badge }
    expect((await says.zeeg('badge', changed)).body.person).toMatchObject({ id, emails: [third] })
    expect(await stored(id)).toMatchObject({ emails: [third], tracking_id: changed.tracking_id })
    // What it let go of is free for the others.
    expect(await create(reevo, old)).not.toBe(id)
    expect(await create(anduin, freshEmail(), { tracking_id: trackingId })).not.toBe(id)
  })

  it('letter case: addresses meet on one index, tracking ids are told apart', async () => {
    const email = freshEmail()
    const id = await create(anduin, email.toUpperCase(), { tracking_id: 'Case-1' })
    for (const voice of [zeeg, reevo, zyntro])
      expect(await world.assert(voice, `P${email.slice(1)}`, { last_name: 'X' })).toEqual({
        done: 'updated',
        id,
      })
    expect((await keysOf(email)).map((key) => key.record_id)).toEqual([id])
    const lower = heard(zeeg, await says.zeeg('tracking_id', { tracking_id: 'case-1' }))
    expect(lower).toMatchObject({ done: 'created' })
    expect(await says.anduin({ trackingId: 'Case-1' })).toMatchObject({ body: { id } })
  })

  it('one conflict in five envelopes', async () => {
    const email = freshEmail()
    const holder = await create(zeeg, email)
    const other = await create(zeeg)
    const before = await world.snapshot()
    const text = expect.stringMatching(/^\S.*held by another record\./)
    const take = (voice: Speaker) => world.say(voice, voice.take(world.caller, email, { id: other, tag: fresh() }))
    const detail = (field: string, code: string) => ({ field, code, message: text })

    expect(await take(zeeg)).toMatchObject({ status: 400, calls: 1 })
    expect((await take(zeeg)).body).toEqual({
      success: false,
      message: text,
      status: 400,
      code: 'unique_conflict',
      errors: [detail('emails', 'unique_conflict')],
      conflict: { field: 'emails', value: email, recordId: holder },
    })
    const ofReevo = await take(reevo)
    expect([ofReevo.status, ofReevo.body]).toEqual([
      409,
      {
        error: {
          code: 'unique_conflict',
          message: text,
          details: [detail('primary_email', 'unique_conflict')],
          conflict: { field: 'primary_email', value: email, record_id: holder },
        },
      },
    ])
    const ofAnduin = await take(anduin)
    expect([ofAnduin.status, ofAnduin.body]).toEqual([
      409,
      {
        error: { ...detail('email', 'unique_conflict'), conflict: { field: 'email', value: email, recordId: holder } },
      },
    ])
    const ofZyntro = await take(zyntro)
    expect([ofZyntro.status, ofZyntro.body]).toEqual([
      200,
      {
        status: 'error',
        data: [text],
        code: 'UNIQUE_CONFLICT',
        errors: [detail('contact.primaryEmail', 'UNIQUE_CONFLICT')],
        conflict: { field: 'contact.primaryEmail', value: email, contact_id: holder },
      },
    ])
    const ofV1 = await world.send('PUT', '/v1/objects/people/records', {
      body: { match: { id: other }, values: { emails: [email] } },
    })
    expect([ofV1.status, ofV1.body]).toEqual([
      409,
      {
        type: '/docs/errors#unique_conflict',
        title: expect.any(String),
        status: 409,
        detail: text,
        code: 'unique_conflict',
        instance: expect.stringMatching(/^urn:request:/),
        errors: [{ code: 'unique_conflict', field: 'emails', detail: text, fix: expect.any(String) }],
        conflicts: [{ field: 'emails', value: email, recordId: holder }],
        recordId: holder,
      },
    ])
    expect(await world.snapshot()).toBe(before)
  })

  it('one moment: with Z here, with +00:00 there', async () => {
    const email = freshEmail()
    const id = await create(zyntro, email)
    const same = (voice: Speaker) => world.say(voice, voice.assert(world.caller, email, { last_name: 'Before' }))
    const { person } = (await same(zeeg)).body
    const { data } = (await same(reevo)).body
    const contact = (await same(anduin)).body
    const record = (await world.send('GET', `/v1/objects/people/records/${id}`)).body
    expect(person.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/)
    expect(data.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect([contact.createdAt, record.createdAt]).toEqual([data.created_at, data.created_at])
    expect(Date.parse(person.createdAt)).toBe(Math.floor(Date.parse(data.created_at) / 1000) * 1000)
  })
})

it('one call for a Zyntro contact with its entity', async () => {
  const warm = isolate()
  const write = (primaryEmail: string, entity: object) => says.zyntro({ primaryEmail }, { entity }, warm)
  await write(freshEmail(), { name: 'Cold Ltd' })
  const reply = await write(freshEmail(), { name: fresh('Warm Ltd '), website: 'https://warm.example' })
  expect(reply.body.data).toMatchObject({ action: 'created', entity_action: 'created' })
  expect(reply.calls).toBe(1)
})
