import { expect, it } from 'vitest'
import { seedParts } from '../support/job-suite.ts'
import { createWorld } from '../support/world.ts'

/** Jobs over HTTP: begun by whoever needs an index, told to whoever asks, and driven behind the answers. */

const start = async () => {
  const world = await createWorld()
  const { secret: token } = await world.issue({ scopes: ['crm:read', 'crm:write', 'admin'] })
  await seedParts(world.driver, world.organizationId, world.operator, {})
  const send = (method: string, path: string, body?: unknown) =>
    world.send(method, path, { token, ...(body !== undefined && { body }) })
  const assert = (match: object) => send('PUT', '/v1/objects/parts/records', { match, values: { color: 'red' } })
  /** As a client does: asks again until it is over. */
  const settled = async (id: string) => {
    for (let i = 0; i < 200; i++) {
      const { status, body } = await send('GET', `/v1/jobs/${id}`)
      expect(status).toBe(200)
      if (body.status !== 'running') return body
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('The job does not end')
  }
  return { world, send, assert, settled }
}

it('answers 503 with Retry-After and the job to whoever needs an index that is being made, and then finds', async () => {
  const { send, assert, settled } = await start()
  const refused = await assert({ serial: 's17' })
  expect([refused.status, refused.body.code]).toEqual([503, 'indexing'])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  const id = /job ([0-9a-f-]{36})/.exec(refused.body.detail as string)?.[1] ?? ''
  expect(await settled(id)).toMatchObject({
    object: 'parts',
    name: 'serial',
    status: 'done',
    progress: 1,
    conflicts: [],
  })
  const found = await assert({ serial: 's17' })
  expect([found.status, found.body.status]).toEqual([200, 'updated'])
  const { body } = await send('GET', '/v1/jobs')
  expect(body.jobs).toMatchObject([{ id, status: 'done', phase: null }])
  expect((await send('GET', `/v1/jobs/${crypto.randomUUID()}`)).status).toBe(404)
}, 60_000)

it('tells the attribute’s job, and of a failed one which records share what', async () => {
  const { send, settled } = await start()
  const changed = await send('PATCH', '/v1/objects/parts/attributes/place', { unique: true })
  expect([changed.status, changed.body.unique]).toEqual([200, false])
  const { status, conflicts } = await settled(changed.body.jobId as string)
  expect(status).toBe('failed')
  expect(conflicts).toContainEqual({
    field: 'place',
    value: expect.stringMatching(/^p\d$/),
    recordId: expect.any(String),
  })
  const { body } = await send('GET', '/v1/objects/parts')
  expect(
    (body.attributes as { slug: string; unique: boolean; jobId: unknown }[]).find((one) => one.slug === 'place'),
  ).toMatchObject({ unique: false, indexed: false, jobId: null })
}, 60_000)

it('refuses to make an index unasked where the organisation wants none', async () => {
  const { send, assert } = await start()
  expect((await send('PATCH', '/v1/organization', { automaticIndexing: false })).body.automaticIndexing).toBe(false)
  const refused = await assert({ serial: 's17' })
  expect([refused.status, refused.body.code]).toEqual([422, 'not_indexed'])
})

it('no key of another organisation learns of a job', async () => {
  const { send } = await start()
  const { body } = await send('PATCH', '/v1/objects/parts/attributes/serial', { indexed: true })
  const stranger = await createWorld()
  const { secret: token } = await stranger.issue({ scopes: ['crm:read'] })
  expect((await stranger.send('GET', `/v1/jobs/${body.jobId}`, { token })).status).toBe(404)
}, 60_000)
