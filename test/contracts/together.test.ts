import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { contracts } from '../../src/contracts/index.ts'
import { errorTable } from '../../src/engine/errors.ts'
import { allEntries, describedFixture } from '../support/contracts.ts'
import { type Speaker, speakers, type VoiceWorld, voiceWorld } from '../support/voices.ts'
import { isolate } from '../support/world.ts'

/** All contracts over one store, none of them named: what holds between any two of them, and of the next one too. */

let world: VoiceWorld
beforeAll(async () => {
  world = await voiceWorld()
})

const speaking = () => isolate(undefined, { contracts: allEntries })
const pairs = speakers.flatMap((a) =>
  speakers.filter((b) => b !== a).map((b) => [`${a.title} to ${b.title}`, a, b] as const),
)

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

it('hears every contract that writes people, the made-up one too', () => {
  expect(speakers.length).toBeGreaterThanOrEqual(contracts.length)
  expect(speakers.map(({ name }) => name)).toContain(describedFixture.contract.name)
})

let serial = 0
/** An address, or another text, that no other test has. */
const fresh = (name = '') => `${name}${++serial}`
const freshEmail = () => `${fresh('p')}@pairs.example`

const create = async (speaker: Speaker, email = freshEmail(), more: object = {}): Promise<string> => {
  const answer = await world.assert(speaker, email, { last_name: 'Before', ...more })
  if (!('done' in answer) || answer.done !== 'created') throw new Error(`${speaker.title}: ${JSON.stringify(answer)}`)
  return answer.id
}

describe('a person of one contract in each of the others', () => {
  it.each(pairs)('is found and updated: %s', async (_name, a, b) => {
    const email = freshEmail()
    const id = await create(a, email)
    expect(await world.assert(b, email.toUpperCase(), { last_name: 'After' })).toEqual({ done: 'updated', id })
    expect(await stored(id)).toMatchObject({ first_name: 'Same', last_name: 'After', emails: [email] })
    expect(await keysOf(email)).toMatchObject([{ record_id: id }])
  })

  it.each(pairs)('keeps its address to itself: %s', async (_name, a, b) => {
    const email = freshEmail()
    const holder = await create(a, email)
    const other = await create(b)
    const before = await world.snapshot()
    const reply = await world.say(b, b.take(world.caller, email.replace('p', 'P'), { id: other, tag: fresh() }))
    expect(b.read(reply.status, reply.body)).toEqual({
      refused: b.conflictCode,
      field: b.names.emails,
      value: email,
      holder,
    })
    expect(await world.snapshot()).toBe(before)
  })

  const shared = pairs.flatMap(([name, a, b]) =>
    [...a.uniques, ...(a.findsBy ?? [])]
      .filter((slug) => b.uniques.includes(slug))
      .map((slug) => [`${slug}, ${name}`, slug, a, b] as const),
  )
  it.each(shared)('keeps its other unique values, too: %s', async (_name, slug, a, b) => {
    const value = fresh('u')
    const holder = await create(a, freshEmail(), { [slug]: value })
    const before = await world.snapshot()
    expect(await world.assert(b, freshEmail(), { last_name: 'Other', [slug]: value })).toEqual({
      refused: b.conflictCode,
      field: b.names[slug],
      value,
      holder,
    })
    expect(await world.snapshot()).toBe(before)
  })

  const found = pairs.flatMap(([name, a, b]) =>
    (b.findsBy ?? [])
      .filter((slug) => a.uniques.includes(slug))
      .map((slug) => [`${slug}, ${name}`, slug, a, b] as const),
  )
  it.each(found)('is found by what decides before the address: %s', async (_name, slug, a, b) => {
    const email = freshEmail()
    const value = fresh('T')
    const id = await create(a, email, { [slug]: value })
    expect(await world.assert(b, freshEmail(), { last_name: 'After', [slug]: value })).toEqual({ done: 'updated', id })
    expect(await stored(id)).toMatchObject({ last_name: 'After', emails: [email] })
  })
})

describe('a person that was merged into another', () => {
  it.each(speakers)('leads by its address to the one that stays, and makes no double: $title', async (one) => {
    const [email, former] = [freshEmail(), freshEmail()]
    const [stays, goes] = [await create(one, email), await create(one, former)]
    const merging = { loser: { id: goes }, values: { attributes: { emails: 'keep' } } }
    await world.send('POST', `/v1/objects/people/records/${stays}/merge`, { body: merging })
    expect(await stored(stays)).toMatchObject({ emails: [email] })
    expect(await world.assert(one, former, { last_name: 'After' })).toEqual({ done: 'updated', id: stays })
  })
})

describe('at once', () => {
  it('48 first writes of one address over all contracts make one person', async () => {
    const email = 'race@pairs.example'
    const spellings = [email, email.toUpperCase(), 'Race@Pairs.Example', 'rAcE@pairs.EXAMPLE', 'race@PAIRS.example']
    const isolates = [speaking(), speaking(), speaking()]
    const turns = Array.from({ length: 48 }, (_, i) => ({
      speaker: speakers[i % speakers.length] as Speaker,
      spelling: spellings[i % spellings.length] as string,
      through: isolates[i % isolates.length] ?? world,
    }))
    const answers = await Promise.all(
      turns.map(({ speaker, spelling, through }, i) =>
        world.assert(speaker, spelling, { last_name: `Racer ${i}` }, through),
      ),
    )
    expect(answers.filter((answer) => !('done' in answer))).toEqual([])
    const created = turns.filter((_, i) => {
      const answer = answers[i]
      return answer && 'done' in answer && answer.done === 'created'
    })
    expect(created).toHaveLength(1)
    expect(new Set(answers.map((answer) => 'done' in answer && answer.id)).size).toBe(1)
    expect(await keysOf(email)).toHaveLength(1)
    expect(await world.rows('records', `AND object = 'people' AND data LIKE '%${email}%'`)).toHaveLength(1)
    // A company that comes with a new person is there exactly if such a contract came first.
    const companies = await world.rows('records', `AND object = 'companies' AND data LIKE '%Racer%'`)
    expect(companies).toHaveLength(created[0]?.speaker.addsCompany ? 1 : 0)
  })
})

describe('cost', () => {
  it.each(speakers)('one call when warm, to create, to update and to change nothing: $title', async (one) => {
    const warm = speaking()
    const email = freshEmail()
    const write = async (address: string, last_name: string) => {
      const reply = await world.say(one, one.assert(world.caller, address, { last_name }), warm)
      return { reply, answer: one.read(reply.status, reply.body) }
    }
    // What the contract matches by has its index, whichever test is the first.
    await world.assert(one, freshEmail(), { last_name: 'Before' })
    expect((await write(freshEmail(), 'Cold')).reply.calls).toBe(2)
    const created = await write(email, 'Warm')
    expect(created.answer).toMatchObject({ done: 'created' })
    const updated = await write(email, 'Warmer')
    expect(updated.answer).toMatchObject({ done: 'updated' })
    const unchanged = await write(email, 'Warmer')
    expect([created, updated, unchanged].map(({ reply }) => reply.calls)).toEqual([1, 1, 1])
    expect(unchanged.reply.rowsWritten).toBe(0)
  })
})

describe('errors', () => {
  it('every code is explained where the type of a problem points', async () => {
    const problem = await world.send('PUT', '/v1/objects/nothing/records', { body: { values: {} } })
    const { pathname, hash } = new URL(problem.body.type, 'https://api.example')
    const page = await (await env.ASSETS.fetch(`https://api.example${pathname}`)).text()
    expect(hash).toBe('#unknown_object')
    for (const code of Object.keys(errorTable)) expect(page).toContain(`<a id="${code}">`)
  })
})

describe('without one contract', () => {
  it.each(speakers)('its paths are gone and the others work: $title', async (one) => {
    const others = allEntries.filter(({ name }) => name !== one.name)
    expect(others).toHaveLength(allEntries.length - 1)
    const without = isolate(undefined, { contracts: others })
    const email = freshEmail()
    const gone = await world.say(one, one.assert(world.caller, email, { last_name: 'Gone' }), without)
    expect([gone.status, gone.body.code]).toEqual([404, 'route_not_found'])
    expect(await keysOf(email)).toEqual([])
    for (const other of speakers.filter((speaker) => speaker !== one))
      expect(await world.assert(other, email, { last_name: 'Here' }, without)).toHaveProperty('done')
  })
})
