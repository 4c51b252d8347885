import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { asOperator } from '../../src/admin/authority.ts'
import { exportOrganization, restoreOrganization } from '../../src/admin/export.ts'
import { verifyOrganization } from '../../src/admin/verify.ts'
import { tenancyOf } from '../../src/tenancy.ts'
import { createWorld, isolate, type World } from '../support/world.ts'

const collect = async <T>(lines: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const line of lines) all.push(line)
  return all
}

const filled = async (): Promise<World> => {
  const world = await createWorld({ changeFeed: true })
  await world.addAttribute('people', { label: 'Score', type: 'number', indexed: true })
  const items = Array.from({ length: 620 }, (_, i) => ({
    match: { emails: `p${i}@op.example` },
    values: { emails: [`p${i}@op.example`, `q${i}@op.example`], score: i / 4, tracking_id: `t${i}` },
  }))
  await world.send('POST', '/v1/objects/people/records/batch', { body: items })
  return world
}

const erase = (world: World) =>
  world.driver.batch(
    ['organizations', 'members', 'objects', 'attributes', 'combinations', 'records', 'record_keys', 'changes'].map(
      (table) => ({
        sql: `DELETE FROM ${table} WHERE ${table === 'organizations' ? 'id' : 'organization_id'} = ?1`,
        params: [world.organizationId],
      }),
    ),
  )

it('restores an export to the last row, keys included; repeating it changes nothing', async () => {
  const world = await filled()
  const before = await world.snapshot()
  const lines = JSON.parse(
    JSON.stringify(await collect(exportOrganization(asOperator(world.driver, world.organizationId)))),
  )
  expect(JSON.stringify(lines)).not.toContain('secret')
  await erase(world)
  const dry = await restoreOrganization(world.driver, lines, { dryRun: true })
  expect(dry.rows.records).toBe(620)
  expect(await world.rows('records')).toEqual([])
  for (const _ of [1, 2]) {
    await restoreOrganization(world.driver, lines, { dryRun: false })
    expect(await world.snapshot()).toBe(before)
  }
  const again = await world.send('PUT', '/v1/objects/people/records', {
    body: { match: { emails: 'q7@op.example' }, values: { tracking_id: 't7' } },
  })
  expect(again.body.status).toBe('unchanged')
})

it('refuses what is no export', async () => {
  const world = await createWorld()
  await expect(
    restoreOrganization(world.driver, [{ table: 'credentials', row: {} }], { dryRun: false }),
  ).rejects.toThrow('Line 1')
  await expect(restoreOrganization(world.driver, [], { dryRun: false })).rejects.toThrow('empty')
})

it('reports drift between records and keys, and repairs it', async () => {
  const world = await filled()
  const drift = async (repair: boolean) =>
    collect(verifyOrganization(asOperator(world.driver, world.organizationId), { repair }))
  const before = await world.snapshot()
  expect(await drift(false)).toEqual([])
  const own = `organization_id = '${world.organizationId}'`
  await world.driver.batch([
    { sql: `DELETE FROM record_keys WHERE ${own} AND value = 'q3@op.example'`, params: [] },
    { sql: `UPDATE record_keys SET value = '9999' WHERE ${own} AND name = 'score' AND value = '1.25'`, params: [] },
  ])
  const found = await drift(true)
  expect(found.map(({ name, kind, value, repaired }) => [name, kind, value, repaired]).sort()).toEqual([
    ['emails', 'missing', 'q3@op.example', true],
    ['score', 'missing', '1.25', true],
    ['score', 'surplus', '9999', true],
  ])
  expect(await drift(false)).toEqual([])
  expect(await world.snapshot()).toBe(before)
})

describe('creating a tenant over HTTP', () => {
  const secret = 'operator-secret-of-more-than-32-characters'
  const path = '/v1/tenants'

  it('needs the secret of the operator, and gives a working key once', async () => {
    const { connect, create } = tenancyOf({ ...env, TENANCY: 'object' })
    const { send } = isolate(undefined, { connect, operator: { secret, create } })
    expect((await send('POST', path, { body: { name: 'T' } })).status).toBe(401)
    expect((await send('POST', path, { token: `${secret}x`, body: { name: 'T' } })).status).toBe(401)
    const made = await send('POST', path, { token: secret, body: { name: 'T' } })
    expect(made.status).toBe(201)
    const organization = await send('GET', '/v1/organization', { token: made.body.adminKey })
    expect(organization.body).toEqual({ id: made.body.organizationId, name: 'T', crmMode: 'b2b', changeFeed: false })
  })

  it('does not exist where there is no such secret, and takes no short one', async () => {
    expect((await isolate().send('POST', path, { token: secret, body: { name: 'T' } })).status).toBe(404)
    const { create } = tenancyOf(env)
    const weak = isolate(undefined, { operator: { secret: 'short', create } })
    expect((await weak.send('POST', path, { token: 'short', body: { name: 'T' } })).status).toBe(401)
  })
})
