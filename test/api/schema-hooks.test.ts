import { beforeAll, describe, expect, it } from 'vitest'
import { presetNames } from '../../src/hooks/presets.ts'
import { createHookWorld, mapping, shown, told } from '../support/hook-world.ts'

/** Hooks in the schema document: docs/schema.md. */

const { secrets: _, ...definition } = told
const forms = (more: object = {}) => ({ objects: [], hooks: [{ name: 'Forms', ...more }] })
const NEW = forms(definition)

const own = async () => {
  const world = await createHookWorld()
  return {
    ...world,
    put: (document: object, query = '') => world.ask('PUT', `/v1/schema${query}`, document),
    export: async () => (await world.ask('GET', '/v1/schema')).body,
    hooks: async () => (await world.ask('GET', '/v1/hooks')).body.hooks,
    async revision() {
      const sql = 'SELECT revision FROM organizations WHERE id = ?1'
      const { results } = await world.driver.batch([{ sql, params: [world.organizationId] }])
      return Number(results[0]?.rows[0]?.revision)
    },
  }
}

type Own = Awaited<ReturnType<typeof own>>

const steps = ({ body }: { body: { steps: { action: string; kind: string; name: string }[] } }) =>
  body.steps.map(({ action, kind, name }) => `${action} ${kind} ${name}`)

describe('each step', () => {
  it.each<{ what: string; first?: object[]; document: object; told: string[] }>([
    { what: 'creates', document: forms({ name: 'Other', ...definition }), told: ['create hook Other'] },
    { what: 'changes', document: forms({ keepDays: 7 }), told: ['change hook Forms'] },
    { what: 'pauses', document: forms({ state: 'paused' }), told: ['change hook Forms'] },
    { what: 'renames', document: forms({ name: 'New', renamedFrom: 'Forms' }), told: ['rename hook Forms'] },
    {
      what: 'renames and changes',
      document: forms({ name: 'New', renamedFrom: 'Forms', keepDays: 7 }),
      told: ['rename hook Forms', 'change hook New'],
    },
    {
      what: 'takes a challenge away',
      first: [forms({ challenge: 'hub.challenge' })],
      document: forms({ challenge: null }),
      told: ['change hook Forms'],
    },
    {
      what: 'removes',
      first: [forms({ state: 'off' })],
      document: forms({ remove: true }),
      told: ['remove hook Forms'],
    },
    { what: 'leaves alone what is not there', document: forms({ name: 'None', remove: true }), told: [] },
    { what: 'leaves alone what is named only', document: forms(), told: [] },
  ])('$what: planned, done, and done once', async ({ first = [], document, told: expected }) => {
    const { put, revision, hooks } = await own()
    for (const one of [NEW, ...first]) expect((await put(one)).status).toBe(200)
    const [was, before] = [await revision(), await hooks()]
    const planned = await put(document, '?dryRun=true')
    expect(steps(planned)).toEqual(expected)
    expect([await revision(), await hooks()]).toEqual([was, before])
    expect((await put(document)).body.steps).toEqual(planned.body.steps)
    expect(await revision()).toBe(was + (expected.length > 0 ? 1 : 0))
    expect((await put(document)).body.steps).toEqual([])
  })
})

describe('a document', () => {
  let world: Own
  beforeAll(async () => {
    world = await own()
  })

  it('tells what it exports to another organisation, which then exports the same, and no secret anywhere', async () => {
    const all = { ...definition, challenge: 'c', keepPayload: true, redact: ['body.card'], options: { mode: 'update' } }
    await world.hook({ ...told, name: 'One' })
    await world.put({ objects: [], hooks: [{ name: 'Two', ...all, state: 'paused', replayDays: 9 }] })
    const document = await world.export()
    expect(document.hooks).toMatchObject([
      { name: 'One', state: 'on', ...definition },
      { name: 'Two', state: 'paused', replayDays: 9, ...all },
    ])
    expect(JSON.stringify(document)).not.toContain('shown along')
    expect((await world.put(document)).body.steps).toEqual([])
    const other = await own()
    expect(steps(await other.put(document))).toEqual(['create hook One', 'create hook Two'])
    expect(await other.export()).toEqual(document)
  })

  it.each(presetNames)('that was exported changes nothing of a hook made with the preset %s', async (preset) => {
    const { put, ask, hooks, export: exported } = await own()
    expect((await ask('POST', '/v1/hooks', { name: 'P', preset })).status).toBe(201)
    const before = await hooks()
    expect((await put(await exported())).body.steps).toEqual([])
    expect(await hooks()).toEqual(before)
  })

  it('tells of a mapping what differs in it, and not the order', async () => {
    const { put } = await own()
    await put(NEW)
    const { match, values, messageId } = mapping
    const { emails, first_name } = values
    const turned = forms({ mapping: { messageId, values: { first_name, emails }, match } })
    expect((await put(turned)).body.steps).toEqual([])
    const changed = forms({ mapping: { match, values: { emails, first_name: 'body.first' } } })
    expect((await put(changed)).body.steps[0].changes).toEqual([
      { member: 'mapping.messageId', from: 'body.id', to: null },
      { member: 'mapping.values.first_name', from: 'body.name', to: 'body.first' },
    ])
  })

  it('says of a new hook that it takes nothing yet, and with a secret it takes all', async () => {
    const { put, hooks, ask, post, person } = await own()
    const [{ text, changes }] = (await put(NEW)).body.steps
    expect(text).toContain('POST /v1/hooks/{id}/secrets')
    expect(changes).toContainEqual({ member: 'object', from: null, to: 'people' })
    const [{ id, path }] = await hooks()
    const send = () => post(path, { email: 'new@document.example' }, shown)
    expect((await send()).status).toBe(403)
    await ask('POST', `/v1/hooks/${id}/secrets`, { secret: shown['x-hook-secret'] })
    expect((await send()).status).toBe(200)
    expect(await person('new@document.example')).toBeDefined()
    const again = await put(forms({ keepDays: 9 }))
    expect([steps(again), (await send()).status]).toEqual([['change hook Forms'], 200])
  })

  it('without hooks leaves them alone, even where it prunes; with some it switches off the others', async () => {
    const { put, hook, hooks } = await own()
    await hook({ name: 'Left out' })
    await put(NEW)
    const states = async () => (await hooks()).map(({ state }: { state: string }) => state)
    expect(steps(await put({ objects: [] }, '?prune=archive'))).toEqual([])
    expect(steps(await put(forms()))).toEqual([])
    expect(steps(await put(forms(), '?prune=archive'))).toEqual(['change hook Left out'])
    expect(await states()).toEqual(['off', 'on'])
    expect(steps(await put(forms(), '?prune=archive'))).toEqual([])
  })

  it('makes what hooks write to in the same transaction, or nothing at all', async () => {
    const { put, hooks, export: exported } = await own()
    const before = await exported()
    const deals = {
      slug: 'deals',
      singularName: 'Deal',
      pluralName: 'Deals',
      attributes: [{ slug: 'code', label: 'Code', type: 'text', unique: true }],
    }
    const dealt = { match: [{ code: 'body.code' }], values: { code: 'body.code' } }
    const document = { objects: [deals], hooks: [{ ...definition, name: 'Deals', object: 'deals', mapping: dealt }] }
    const broken = { ...document, hooks: [...document.hooks, { ...definition, name: 'Shoes', object: 'shoes' }] }
    const refused = await put(broken)
    expect([refused.status, refused.body.code, refused.body.errors[0].field]).toEqual([
      404,
      'unknown_object',
      'hooks.1.object',
    ])
    expect(await exported()).toEqual(before)
    expect((await put(document)).status).toBe(200)
    expect(await hooks()).toMatchObject([{ name: 'Deals', object: 'deals' }])
  })

  it('with a preset brings its attributes once, and pruning leaves them', async () => {
    const { put } = await own()
    const document = { objects: [], hooks: [{ name: 'Cal', preset: 'cal-bookings' }] }
    expect(steps(await put(document))).toEqual(['create attribute cal_at', 'create hook Cal'])
    const label = { objects: [{ slug: 'people', attributes: [{ slug: 'cal_at', label: 'Told at' }] }] }
    expect(steps(await put(label))).toEqual(['change attribute cal_at'])
    for (const query of ['', '?prune=archive']) expect((await put(document, query)).body.steps).toEqual([])
  })

  it('leaves a hook paused that was paused by itself, unless it says otherwise', async () => {
    const { put, hooks, hook, post, export: exported } = await own()
    const { path } = await hook({ name: 'Forms' })
    for (let i = 0; i < 20; i++) await post(path, { email: 'none' }, shown)
    expect((await hooks())[0]).toMatchObject({ state: 'paused', pausedAt: expect.any(String) })
    const document = await exported()
    expect(document.hooks[0]).not.toHaveProperty('state')
    expect((await put(document)).body.steps).toEqual([])
    expect((await hooks())[0].state).toBe('paused')
    expect(steps(await put(forms({ state: 'on' })))).toEqual(['change hook Forms'])
  })

  it.each<[string, object, string, string]>([
    [
      'names a hook twice',
      { objects: [], hooks: [{ name: 'A', ...definition }, { name: 'A' }] },
      'invalid_value',
      'hooks.1.name',
    ],
    ['says nothing of a new one', forms({ name: 'B' }), 'required', 'hooks.0.object'],
    ['removes what is on', forms({ name: 'C', remove: true }), 'not_archived', 'hooks.0.name'],
    ['renames to what is taken', forms({ name: 'C', renamedFrom: 'D' }), 'already_exists', 'hooks.0.name'],
    ['brings a secret', forms({ ...definition, secrets: ['s'] }), 'unknown_field', 'hooks.0.secrets'],
    [
      'lacks what the scheme needs',
      forms({ ...definition, verification: { scheme: 'hmac' } }),
      'required',
      'hooks.0.verification.signing',
    ],
    [
      'has what it has no use for',
      forms({ ...definition, verification: { scheme: 'stripe', name: 'x' } }),
      'unknown_field',
      'hooks.0.verification.name',
    ],
    [
      'maps to what is none',
      forms({ ...definition, mapping: { ...mapping, values: { shoe: 'a' } } }),
      'unknown_attribute',
      'hooks.0.mapping.values.shoe',
    ],
  ])('is refused where it %s', async (_what, document, code, field) => {
    const { put, hook, hooks } = await own()
    await hook({ name: 'C' })
    await hook({ name: 'D' })
    const before = await hooks()
    const { status, body } = await put(document)
    expect([status >= 400 && status < 500, body.code, body.errors[0].field]).toEqual([true, code, field])
    expect(await hooks()).toEqual(before)
  })
})

it('writes by the new slug what its attribute is called, and what its expressions name stays', async () => {
  const world = await own()
  await world.addAttribute('people', { slug: 'colour', label: 'Colour', type: 'text', indexed: true })
  const named = {
    mapping: { match: [{ colour: 'body.colour' }], values: { colour: 'body.colour' } },
    options: { write: { colour: 'keep' }, ifNewer: 'colour' },
  }
  const renamed = {
    mapping: { match: [{ farbe: 'body.colour' }], values: { farbe: 'body.colour' } },
    options: { write: { farbe: 'keep' }, ifNewer: 'farbe' },
  }
  await world.hook({ name: 'named', ...named })
  await world.hook({ name: 'constant', mapping: { ...mapping, constants: { colour: 'red' } } })
  await world.hook({ name: 'other' })
  const document = { objects: [{ slug: 'people', attributes: [{ slug: 'farbe', renamedFrom: 'colour' }] }] }
  // Whether the document knows of the hooks already, or says nothing of them.
  const planned = await world.put({ ...document, hooks: [{ name: 'named', ...renamed }] }, '?dryRun=true')
  const { body } = await world.put(document)
  expect(steps({ body })).toEqual(['rename attribute colour'])
  expect(body.steps[0].text).toMatch(/Hook "named" goes by it\. Hook "constant" goes by it\.$/)
  expect(planned.body.steps).toEqual(body.steps)
  expect(await world.hooks()).toMatchObject([
    { name: 'named', ...renamed },
    { name: 'constant', mapping: { constants: { farbe: 'red' } } },
    { name: 'other', mapping },
  ])
  expect((await world.put(await world.export())).body.steps).toEqual([])
})
