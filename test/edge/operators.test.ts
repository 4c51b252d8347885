import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { type ExportCursor, type ExportPage, exportPage } from '../../src/admin/export.ts'
import { restoreLines, restoreOrganization } from '../../src/admin/restore.ts'
import { verifyOrganization } from '../../src/admin/verify.ts'
import { tenancyOf } from '../../src/tenancy.ts'
import { OPERATOR, operatorOf } from '../support/operator.ts'
import { createWorld, isolate, type World } from '../support/world.ts'

const collect = async <T>(lines: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const line of lines) all.push(line)
  return all
}

const filled = async (): Promise<World> => {
  const world = await createWorld({ history: 'values' })
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

const exported = async (world: World): Promise<ExportPage[]> => {
  const pages: ExportPage[] = []
  let next: ExportCursor | undefined = { table: 'organizations' }
  while (next) {
    const page: ExportPage = await exportPage(asOperator(world.driver, world.organizationId), next)
    pages.push(JSON.parse(JSON.stringify(page)))
    next = page.next
  }
  return pages
}

it('restores an export to the last row, keys included; repeating it changes nothing', async () => {
  const world = await filled()
  const before = await world.snapshot()
  const pages = await exported(world)
  expect(JSON.stringify(pages)).not.toContain('secret')
  await erase(world)
  expect(await world.rows('records')).toEqual([])
  for (const _ of [1, 2]) {
    for (const { lines } of pages)
      if (lines[0]?.table === 'organizations')
        await restoreOrganization(world.driver, world.organizationId, lines, 'active')
      else await restoreLines(asOperator(world.driver, world.organizationId), world.organizationId, lines)
    expect(await world.snapshot()).toBe(before)
  }
  const again = await world.send('PUT', '/v1/objects/people/records', {
    body: { match: { emails: 'q7@op.example' }, values: { tracking_id: 't7' } },
  })
  expect(again.body.status).toBe('unchanged')
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

it('finds what no schema allows: wrong types, lists for values, values for lists, keys of no index', async () => {
  const world = await filled()
  await world.addAttribute('people', { label: 'Ratio', type: 'number' })
  const [a, b, c] = (await world.rows('records', "AND object = 'people' ORDER BY id LIMIT 3")).map((r) => String(r.id))
  const put = (id: string | undefined, change: string) => ({
    sql: `UPDATE records SET data = ${change} WHERE organization_id = ?1 AND id = ?2`,
    params: [world.organizationId, id ?? ''],
  })
  const key = (object: string, name: string) => ({
    sql: `INSERT INTO record_keys (organization_id, object, name, value, slot, record_id) VALUES (?1, ?2, ?3, 'v', '', ?4)`,
    params: [world.organizationId, object, name, a ?? ''],
  })
  await world.driver.batch([
    put(a, `json_set(data, '$.first_name', json('[["a","b"]]'), '$.ratio', json('["7"]'))`),
    put(b, `json_set(data, '$.tags', json('["one"]'), '$.is_test_contact', json('["yes"]'), '$.nothing', json('[1]'))`),
    put(c, `json_set(data, '$.tags', json('[[7]]'))`),
    key('people', 'first_name'),
    key('nowhere', 'code'),
  ])
  const verify = (repair: boolean) =>
    collect(verifyOrganization(asOperator(world.driver, world.organizationId), { repair }))
  const wrong = [
    ['people.first_name', 'wrong_shape', '["a","b"]', a],
    ['people.is_test_contact', 'wrong_type', '"yes"', b],
    ['people.nothing', 'unknown_attribute', '1', b],
    ['people.ratio', 'wrong_type', '"7"', a],
    ['people.tags', 'wrong_shape', '"one"', b],
    ['people.tags', 'wrong_type', '[7]', c],
  ]
  const strays = [
    ['nowhere.code', 'unknown_index', '', undefined],
    ['people.first_name', 'unknown_index', '', undefined],
  ]
  const told = (findings: Awaited<ReturnType<typeof verify>>) =>
    findings.map((f) => [`${f.object}.${f.name}`, f.kind, f.value, f.recordIds[0]]).sort()
  expect(told(await verify(false))).toEqual([...wrong, ...strays].sort())
  expect((await verify(true)).filter((f) => f.repaired).map((f) => f.kind)).toEqual(['unknown_index', 'unknown_index'])
  expect(told(await verify(false))).toEqual([...wrong].sort())
})

it('repairs what can be repaired, goes on past duplicates, and names them with their records', async () => {
  const world = await filled()
  const path = '/v1/objects/people/combinations'
  const { secret: token } = await world.issue({ scopes: ['admin'] })
  const body = { name: 'pair', attributes: ['tracking_id', 'score'], unique: true }
  expect((await world.send('POST', path, { token, body })).status).toBe(201)
  const ids = (await world.rows('records', "AND object = 'people' ORDER BY id")).map((r) => String(r.id))
  const own = 'organization_id = ?1'
  const as = (change: string, ...params: string[]) => ({ sql: change, params: [world.organizationId, ...params] })
  await world.driver.batch([
    // One record takes the values of another, and none of its keys.
    as(
      `UPDATE records SET data = (SELECT r.data FROM records r WHERE r.id = ?3) WHERE ${own} AND id = ?2`,
      ids[9] ?? '',
      ids[4] ?? '',
    ),
    as(`DELETE FROM record_keys WHERE ${own} AND record_id = ?2`, ids[9] ?? ''),
    as(`DELETE FROM record_keys WHERE ${own} AND record_id = ?2`, ids[600] ?? ''),
    as(`UPDATE record_keys SET record_id = ?2 WHERE ${own} AND value = 'p20@op.example'`, ids[21] ?? ''),
  ])
  const verify = (repair: boolean) =>
    collect(verifyOrganization(asOperator(world.driver, world.organizationId), { repair }))
  const duplicates = ['p4@op.example', 'q4@op.example', 't4', '["t4",1]'].sort()
  const found = await verify(true)
  const named = found.filter((f) => f.kind === 'duplicate')
  expect(named.map((f) => f.value).sort()).toEqual(duplicates)
  for (const { recordIds, repaired } of named) expect([recordIds, repaired]).toEqual([[ids[4], ids[9]], false])
  const mended = found.filter((f) => f.kind !== 'duplicate')
  expect(mended.every((f) => f.repaired)).toBe(true)
  expect(
    mended
      .filter((f) => f.recordIds[0] === ids[600])
      .map((f) => f.name)
      .sort(),
  ).toEqual(['emails', 'emails', 'pair', 'score', 'tracking_id'])
  expect(
    mended
      .filter((f) => f.value === 'p20@op.example')
      .map((f) => f.kind)
      .sort(),
  ).toEqual(['missing', 'surplus'])
  const left = await verify(false)
  expect(left.map((f) => [f.kind, f.value]).sort()).toEqual(duplicates.map((value) => ['duplicate', value]))
})

it('verifies while somebody changes the schema', async () => {
  const world = await filled()
  const seen: string[] = []
  for await (const { kind } of verifyOrganization(asOperator(world.driver, world.organizationId), { repair: true }))
    seen.push(kind)
  const changes = Array.from({ length: 8 }, (_, i) =>
    world.addAttribute('people', { label: `Meanwhile ${i}`, type: 'text', unique: true }),
  )
  const [findings] = await Promise.all([
    collect(verifyOrganization(asOperator(world.driver, world.organizationId), { repair: false })),
    ...changes,
  ])
  expect([seen, findings]).toEqual([[], []])
})

describe('creating a tenant over HTTP', () => {
  const secret = OPERATOR
  const path = '/v1/tenants'

  it('needs the secret of the operator, and gives a working key once', async () => {
    const deployment = tenancyOf({ ...env, TENANCY: 'object' })
    const { send } = isolate(undefined, { connect: deployment.places.connect, operator: operatorOf(deployment) })
    expect((await send('POST', path, { body: { name: 'T' } })).status).toBe(401)
    expect((await send('POST', path, { token: `${secret}x`, body: { name: 'T' } })).status).toBe(401)
    const made = await send('POST', path, { token: secret, body: { name: 'T' } })
    expect(made.status).toBe(201)
    const organization = await send('GET', '/v1/organization', { token: made.body.adminKey })
    expect(organization.body).toEqual({
      id: made.body.id,
      name: 'T',
      crmMode: 'b2b',
      history: 'values',
      historyDays: null,
      defaultCountry: null,
      automaticIndexing: true,
    })
  })

  it('of ten at once of one id makes one, and never a second key', async () => {
    const deployment = tenancyOf(env)
    const { places } = deployment
    const id = crypto.randomUUID()
    const make = () =>
      isolate(undefined, { operator: operatorOf(deployment) }).send('POST', path, {
        token: secret,
        body: { id, name: 'T' },
      })
    const replies = await Promise.all(Array.from({ length: 10 }, make))
    expect(replies.map((r) => r.status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)])
    expect((await make()).body).toMatchObject({ code: 'tenant_exists', errors: [{ field: 'id' }] })
    const operator = administration(asOperator(places.create(id), id))
    expect(await operator.listCredentials({ limit: 10 })).toHaveLength(1)
  })

  it('does not exist where there is no such secret', async () => {
    expect((await isolate().send('POST', path, { token: secret, body: { name: 'T' } })).status).toBe(404)
  })
})
