import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { contracts as allContracts } from '../../src/contracts/index.ts'
import { errorTable } from '../../src/engine/errors.ts'
import { requests, send, type Voice, type VoiceWorld, voices, voiceWorld } from '../support/voices.ts'
import { isolate } from '../support/world.ts'

/** Several contracts over one store: what holds of each alone is in its own suite. */

let world: VoiceWorld
beforeAll(async () => {
  world = await voiceWorld()
})

const { zeeg, reevo, anduin, zyntro } = voices
const all: readonly Voice[] = Object.values(voices)
const pairs = all.flatMap((a) => all.filter((b) => b !== a).map((b) => [`${a.name} to ${b.name}`, a, b] as const))

const keysOf = (value: string) => world.rows('record_keys', `AND object = 'people' AND value = '${value}'`)
/** The values of a person as they are stored, by slug. */
const stored = async (id: string): Promise<Record<string, unknown>> => {
  const [row] = await world.rows('records', `AND object = 'people' AND id = '${id}'`)
  const data = JSON.parse(String(row?.data)) as Record<string, [unknown]>
  return Object.fromEntries(Object.entries(data).map(([slug, [value]]) => [slug, value]))
}

it('runs on the store that its project names', async () => {
  const { results } = await env.DB.prepare('SELECT id FROM organizations WHERE id = ?1')
    .bind(world.organizationId)
    .all()
  expect(results).toHaveLength(env.TENANCY === 'object' ? 0 : 1)
})

let serial = 0
/** An address, or another text, that no other test has. */
const fresh = (name = '') => `${name}${++serial}`
const freshEmail = () => `${fresh('p')}@pairs.example`

const create = async (voice: Voice, email = freshEmail(), more: object = {}): Promise<string> => {
  const answer = voice.read(await world.say(voice.assert(world, email, { last_name: 'Before', ...more })))
  if (!('done' in answer) || answer.done !== 'created') throw new Error(`${voice.name}: ${JSON.stringify(answer)}`)
  return answer.id
}

describe('a person of one contract in each of the others', () => {
  it.each(pairs)('is found and updated: %s', async (_name, a, b) => {
    const email = freshEmail()
    const id = await create(a, email)
    const updated = b.read(await world.say(b.assert(world, email.toUpperCase(), { last_name: 'After' })))
    expect(updated).toEqual({ done: 'updated', id })
    expect(await stored(id)).toMatchObject({ first_name: 'Same', last_name: 'After', emails: [email] })
    expect(await keysOf(email)).toMatchObject([{ record_id: id }])
  })

  it.each(pairs)('keeps its address to itself: %s', async (_name, a, b) => {
    const email = freshEmail()
    const holder = await create(a, email)
    const other = await create(b)
    const before = await world.snapshot()
    const request = b.take(world, email.replace('p', 'P'), { id: other, tag: fresh() })
    expect(b.read(await world.say(request))).toEqual({
      refused: b.conflictCode,
      field: b.names.emails,
      value: email,
      holder,
    })
    expect(await world.snapshot()).toBe(before)
  })

  // Anduin has no conflict of this kind: there the tracking id itself is what finds the person.
  const shared = pairs
    .filter(([, , b]) => b !== anduin)
    .flatMap(([name, a, b]) =>
      a.uniques.filter((slug) => b.uniques.includes(slug)).map((slug) => [`${slug}, ${name}`, slug, a, b] as const),
    )
  it.each(shared)('keeps its other unique values, too: %s', async (_name, slug, a, b) => {
    const value = fresh('u')
    const holder = await create(a, freshEmail(), { [slug]: value })
    const before = await world.snapshot()
    const request = b.assert(world, freshEmail(), { last_name: 'Other', [slug]: value })
    expect(b.read(await world.say(request))).toEqual({
      refused: b.conflictCode,
      field: b.names[slug],
      value,
      holder,
    })
    expect(await world.snapshot()).toBe(before)
  })

  it.each([zeeg, reevo])('is found by its tracking id through Anduin: $name', async (voice) => {
    const email = freshEmail()
    const tracking_id = fresh('T')
    const id = await create(voice, email, { tracking_id })
    const request = anduin.assert(world, freshEmail(), { last_name: 'After', tracking_id })
    expect(anduin.read(await world.say(request))).toEqual({ done: 'updated', id })
    expect(await stored(id)).toMatchObject({ last_name: 'After', emails: [email] })
  })
})

describe('at once', () => {
  it('48 first writes of one address over four contracts make one person', async () => {
    const email = 'race@pairs.example'
    const spellings = [email, email.toUpperCase(), 'Race@Pairs.Example', 'rAcE@pairs.EXAMPLE', 'race@PAIRS.example']
    const isolates = [isolate(), isolate(), isolate()]
    const answers = await Promise.all(
      Array.from({ length: 48 }, async (_, i) => {
        const voice = all[i % all.length] as Voice
        const spelling = spellings[i % spellings.length] as string
        const request = voice.assert(world, spelling, { last_name: `Racer ${i}` })
        return voice.read(await send(isolates[i % 3] ?? world, request, world.token))
      }),
    )
    expect(answers.filter((answer) => !('done' in answer))).toEqual([])
    const created = answers.flatMap((answer, i) => ('done' in answer && answer.done === 'created' ? [i] : []))
    expect(created).toHaveLength(1)
    expect(new Set(answers.map((answer) => 'done' in answer && answer.id)).size).toBe(1)
    expect(await keysOf(email)).toHaveLength(1)
    const people = await world.rows('records', `AND object = 'people' AND data LIKE '%${email}%'`)
    expect(people).toHaveLength(1)
    // Only Zyntro gives a new contact a company, so there is one exactly if it came first.
    const companies = await world.rows('records', `AND object = 'companies' AND data LIKE '%Racer%'`)
    expect(companies).toHaveLength(created.every((i) => all[i % all.length] === zyntro) ? 1 : 0)
  })
})

describe('traps', () => {
  const status = async (request: Parameters<VoiceWorld['say']>[0]) => (await world.say(request)).status

  it('the match value: required in the body of Zeeg, forbidden in the attributes of Reevo', async () => {
    const primary_email = freshEmail()
    expect(await status(requests.zeeg('email', { lastName: 'X' }))).toBe(400)
    expect(await status(requests.reevo({ primary_email }, { first_name: 'X', primary_email }))).toBe(422)
    expect(await status(requests.reevo({ primary_email }, { first_name: 'X', contact_emails: [primary_email] }))).toBe(
      422,
    )
    expect(await keysOf(primary_email)).toEqual([])
    expect(await status(requests.zeeg('email', { emails: [primary_email] }))).toBe(201)
    expect(await status(requests.reevo({ primary_email }, { first_name: 'X' }))).toBe(200)
  })

  describe('absent, null and "" are three inputs', () => {
    const optional = {
      Zeeg: [
        zeeg,
        'job_title',
        (email, value) => requests.zeeg('email', { emails: [email], ...sent('jobTitle', value) }),
      ],
      Reevo: [
        reevo,
        'job_title',
        (email, value) => requests.reevo({ primary_email: email }, { first_name: 'Same', ...sent('title', value) }),
      ],
      Anduin: [anduin, 'job_title', (email, value) => requests.anduin(world, { email, ...sent('title', value) })],
      Zyntro: [
        zyntro,
        'role_label',
        (primaryEmail, value) => requests.zyntro(world, { primaryEmail, ...sent('roleLabel', value) }),
      ],
    } satisfies Record<string, [Voice, string, (email: string, value: unknown) => ReturnType<typeof requests.zeeg>]>
    const sent = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value })

    it.each([
      ['Zeeg', undefined, 'kept'],
      ['Zeeg', null, undefined],
      ['Zeeg', '', ''],
      ['Reevo', undefined, 'kept'],
      ['Reevo', null, undefined],
      ['Reevo', '', ''],
      ['Anduin', undefined, 'kept'],
      ['Anduin', null, 'refused'],
      ['Anduin', '', undefined],
      ['Zyntro', undefined, 'kept'],
      ['Zyntro', null, undefined],
      ['Zyntro', '', undefined],
    ] as const)('as an optional value: %s, %j', async (name, value, expected) => {
      const [voice, slug, request] = optional[name]
      const email = freshEmail()
      const id = await create(voice, email)
      expect(voice.read(await world.say(request(email, 'kept')))).toMatchObject({ done: 'updated' })
      const answer = voice.read(await world.say(request(email, value)))
      expect('done' in answer ? (await stored(id))[slug] : 'refused').toBe(expected)
      if (expected === 'refused') expect((await stored(id))[slug]).toBe('kept')
    })

    it.each([undefined, null, ''])('as a match value: %j', async (value) => {
      const before = await world.snapshot()
      expect(await status(requests.zeeg('tracking_id', { ...sent('tracking_id', value) }))).toBe(400)
      expect(await status(requests.reevo(sent('primary_email', value), { first_name: 'X' }))).toBe(422)
      expect(await status(requests.anduin(world, { lastName: 'X', ...sent('trackingId', value) }))).toBe(400)
      const contact = { lastName: 'X', ...sent('primaryEmail', value) }
      expect(zyntro.read(await world.say(requests.zyntro(world, contact)))).toMatchObject({
        refused: 'VALIDATION_ERROR',
      })
      expect(await world.snapshot()).toBe(before)
    })

    it('an absent tracking id makes way for the address in Anduin; an empty one does not', async () => {
      const email = freshEmail()
      await create(zeeg, email)
      expect(await status(requests.anduin(world, { email, trackingId: '' }))).toBe(400)
      expect(await status(requests.anduin(world, { email }))).toBe(200)
    })
  })

  it('an address: immutable as the match key of Reevo, frozen in Anduin, while Zeeg may change what it does not match by', async () => {
    const [old, another, third] = [freshEmail(), freshEmail(), freshEmail()]
    const [trackingId, badge] = [fresh('T'), fresh('B')]
    const id = await create(zeeg, old, { tracking_id: trackingId, badge })
    const emails = async () => (await stored(id)).emails

    const spelled = { match: { primary_email: old }, attributes: { first_name: 'X', primary_email: another } }
    expect(await status(requests.reevo(spelled.match, spelled.attributes))).toBe(422)
    const frozen = await world.say(requests.anduin(world, { trackingId, email: another, lastName: 'Frozen' }))
    expect(frozen.body).toMatchObject({ result: 'updated', id, email: old, lastName: 'Frozen' })
    expect(await emails()).toEqual([old])

    const changed = { emails: [third], tracking_id: fresh('T'), badge }
    expect((await world.say(requests.zeeg('badge', changed))).body.person).toMatchObject({ id, emails: [third] })
    expect(await stored(id)).toMatchObject({ emails: [third], tracking_id: changed.tracking_id })
    // What it let go of is free for the others.
    expect(await create(reevo, old)).not.toBe(id)
    expect(await create(anduin, freshEmail(), { tracking_id: trackingId })).not.toBe(id)
  })

  it('letter case: addresses meet on one index, tracking ids are told apart', async () => {
    const email = freshEmail()
    const id = await create(anduin, email.toUpperCase(), { tracking_id: 'Case-1' })
    for (const voice of [zeeg, reevo, zyntro])
      expect(voice.read(await world.say(voice.assert(world, `P${email.slice(1)}`, { last_name: 'X' })))).toEqual({
        done: 'updated',
        id,
      })
    expect((await keysOf(email)).map((key) => key.record_id)).toEqual([id])
    const lower = zeeg.read(await world.say(requests.zeeg('tracking_id', { tracking_id: 'case-1' })))
    expect(lower).toMatchObject({ done: 'created' })
    expect(await world.say(requests.anduin(world, { trackingId: 'Case-1' }))).toMatchObject({ body: { id } })
  })

  it('one conflict in five envelopes', async () => {
    const email = freshEmail()
    const holder = await create(zeeg, email)
    const other = await create(zeeg)
    const before = await world.snapshot()
    const text = expect.stringMatching(/^\S.*held by another record\./)
    const take = (voice: Voice) => world.say(voice.take(world, email, { id: other, tag: fresh() }))
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

  it('every code is explained where the type of a problem points', async () => {
    const problem = await world.send('PUT', '/v1/objects/nothing/records', { body: { values: {} } })
    const { pathname, hash } = new URL(problem.body.type, 'https://api.example')
    const page = await (await env.ASSETS.fetch(`https://api.example${pathname}`)).text()
    expect(hash).toBe('#unknown_object')
    for (const code of Object.keys(errorTable)) expect(page).toContain(`<tr id="${code}">`)
  })

  it('one moment: with Z here, with +00:00 there', async () => {
    const email = freshEmail()
    const id = await create(zyntro, email)
    const same = (voice: Voice) => world.say(voice.assert(world, email, { last_name: 'Before' }))
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

describe('cost', () => {
  it.each(all)('one call when warm, to create, to update and to change nothing: $name', async (voice) => {
    const warm = isolate()
    const email = freshEmail()
    const write = (address: string, last_name: string) =>
      send(warm, voice.assert(world, address, { last_name }), world.token)
    expect((await write(freshEmail(), 'Cold')).calls).toBe(2)
    const created = await write(email, 'Warm')
    expect(voice.read(created)).toMatchObject({ done: 'created' })
    const updated = await write(email, 'Warmer')
    expect(voice.read(updated)).toMatchObject({ done: 'updated' })
    const unchanged = await write(email, 'Warmer')
    expect([created.calls, updated.calls, unchanged.calls]).toEqual([1, 1, 1])
    expect(unchanged.rowsWritten).toBe(0)
  })

  it('one call for a Zyntro contact with its entity', async () => {
    const warm = isolate()
    const write = (primaryEmail: string, entity: object) =>
      send(warm, requests.zyntro(world, { primaryEmail }, { entity }))
    await write(freshEmail(), { name: 'Cold Ltd' })
    const reply = await write(freshEmail(), { name: fresh('Warm Ltd '), website: 'https://warm.example' })
    expect(reply.body.data).toMatchObject({ action: 'created', entity_action: 'created' })
    expect(reply.calls).toBe(1)
  })
})

describe('without one contract', () => {
  it.each(all)('its paths are gone and the others work: $name', async (voice) => {
    const contracts = allContracts.filter(({ name }) => name !== voice.name.toLowerCase())
    expect(contracts).toHaveLength(allContracts.length - 1)
    const without = isolate(undefined, { contracts })
    const email = freshEmail()
    const gone = await send(without, voice.assert(world, email, { last_name: 'Gone' }), world.token)
    expect([gone.status, gone.body.code]).toEqual([404, 'route_not_found'])
    expect(await keysOf(email)).toEqual([])
    for (const other of all.filter((one) => one !== voice))
      expect(
        other.read(await send(without, other.assert(world, email, { last_name: 'Here' }), world.token)),
      ).toHaveProperty('done')
  })
})
