import { once } from 'node:events'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { v7 } from 'uuid'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createApp } from '../../src/app.ts'
import { createServices } from '../../src/deps.ts'
import { errorText } from '../../src/http/app-errors.ts'
import { openMigrated } from '../../src/node/database.ts'
import { type NodeDeployment, nodeDeployment } from '../../src/node/tenancy.ts'
import { noCost } from '../../src/storage/meter.ts'
import { createTenant } from '../../src/tenants/lifecycle.ts'
import { tenantOperations } from '../../src/tenants/operations.ts'
import { PlaceError, parsePlace, samePlace, type UrlPlace, writtenPlace } from '../../src/tenants/place.ts'
import { otherRuler } from '../../src/tenants/ruler.ts'
import { sqlTenantDirectory } from '../../src/tenants/sql-directory.ts'
import { deleteTenant } from '../../src/tenants/status.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { startHranaServer } from '../support/hrana-server.ts'

/** Databases of tenants of a Node server: files beside that of the directory, and servers, each with its own token. */

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-places-'))
const fileUrl = (name: string) => `file:${join(folder, name)}`
/** The one that the directory has the tenants of. */
const homeUrl = fileUrl('shared-home.db')
const place = (url: string, token?: string): UrlPlace => ({
  shape: 'database',
  url,
  ...(token !== undefined && { token }),
})

let deployment: NodeDeployment
let closeHome: () => Promise<void>
/** As after a start: nothing of what tenants have is open. */
let reopen: () => Promise<void>
beforeEach(async () => {
  const home = await openMigrated(homeUrl, undefined, { threads: false })
  closeHome = home.close
  const settings = { databaseTimeoutMs: 5_000, directoryUrl: fileUrl('directory.db') }
  const env = { DATABASE_URL: fileUrl('home.db'), TENANT_TOKEN_RIGHT: 'right', TENANT_TOKEN_WRONG: 'wrong' }
  const open = () => nodeDeployment(home.driver, settings, () => undefined, { env })
  deployment = await open()
  reopen = async () => {
    await deployment.close()
    deployment = await open()
  }
})
afterEach(async () => {
  await deployment.close()
  await closeHome()
})
afterAll(() => rmSync(folder, { recursive: true }))

const taken = { message: 'invalid_value', refusal: { problems: [{ field: 'place' }] } }

it.each([
  ['the file of the directory', () => fileUrl('directory.db')],
  ['the file of the directory, written otherwise', () => `file:${folder}/./directory.db`],
  ['the file of DATABASE_URL', () => fileUrl('home.db')],
  ['the file in which the server keeps deliveries', () => fileUrl('hooks-journal.db')],
  ['a file in the folder above', () => `file:${folder}/../elsewhere.db`],
  ['a file of another folder', () => `file:${join(tmpdir(), 'elsewhere.db')}`],
  ['a file of another kind', () => fileUrl('passwd')],
  ['a file in a folder beside it', () => fileUrl('below/x.db')],
  ['a file whose folder only begins with the name', () => `file:${folder}-else/x.db`],
])('gives no tenant %s', async (_name, url) => {
  await expect(createTenant(deployment, { name: 'X', place: place(url()) })).rejects.toMatchObject(taken)
})

it.each([
  'libsql://',
  'libsql:host',
  'file://',
  'file://localhost/a.db',
  'file://a.db',
  'file:////a.db',
  'file:%61.db',
  'file:a%2Fb.db',
  'file:a\\b.db',
])('has no place at %s, in the directory either', async (url) => {
  expect(() => parsePlace({ url })).toThrow(PlaceError)
  expect(writtenPlace({ shape: 'database', url })).toMatchObject({ shape: 'unreadable' })
})

it.each([
  'libsql://host',
  'https://host/db%20x/',
  'http://127.0.0.1:1/',
  'file:a.db',
  'file:./a.db',
  'file:/a/b.db',
  'file:///a/b.db',
])('has a place at %s', (url) => expect(parsePlace({ url })).toEqual({ shape: 'database', url }))

it('says which of a place is missing', () =>
  expect(() => parsePlace({ shape: 'database' })).toThrow('"binding" or "url" is missing'))

it('gives a file to one tenant, however its path is written', async () => {
  const { id: first } = await createTenant(deployment, { name: 'First', place: place(fileUrl('a.db')) })
  const relativePath = relative(process.cwd(), join(folder, 'a.db'))
  for (const url of [fileUrl('a.db'), `file:${folder}/./a.db`, `file:${folder}/x/../a.db`, `file:${relativePath}`])
    await expect(createTenant(deployment, { name: 'Second', place: place(url) })).rejects.toMatchObject(taken)
  const { tenants: lines } = await deployment.directory.page({ after: '', limit: 100 })
  expect(lines.filter(({ place }) => 'url' in place && place.url.endsWith('a.db')).map(({ id }) => id)).toEqual([first])
})

it('reaches a server with the token of the tenant, and not with that of another who was there', async () => {
  const server = await startHranaServer(join(folder, 'server.db'), 'right')
  try {
    const right = place(server.url, 'TENANT_TOKEN_RIGHT')
    const { id } = await createTenant(deployment, { name: 'First', place: right })
    const ask = (token: string) =>
      deployment.places
        .open(id, place(server.url, token), { mayCreate: false })
        .batch([{ sql: 'SELECT id FROM organizations', params: [] }])
    expect((await ask('TENANT_TOKEN_RIGHT')).results[0]?.rows).toEqual([{ id }])
    await expect(ask('TENANT_TOKEN_WRONG')).rejects.toThrow()
  } finally {
    await deployment.close()
    await server.close()
  }
})

it.each(['from the first opening on', 'while it runs'])(
  'says which token a server refuses, %s, in words and in the log',
  async (since) => {
    const inner = await startHranaServer(join(folder, `${v7()}.db`))
    let isRefused = false
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const url = new URL(request.url ?? '', inner.url)
      const answer = isRefused
        ? Response.json({ message: 'Unauthorized', code: 'AUTH' }, { status: 401 })
        : await fetch(url, { method: 'POST', body: Buffer.concat(chunks) })
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const notes: unknown[] = []
      const of = (one: NodeDeployment) =>
        tenantOperations(one, { name: 'command', requestId: null }, noCost(), (cause) => notes.push(cause))
      const { id } = await createTenant(deployment, { name: 'T', place: place(url, 'TENANT_TOKEN_RIGHT') })
      isRefused = true
      if (since !== 'while it runs') await reopen()
      const sentence = 'the database refuses the token in "TENANT_TOKEN_RIGHT"'
      const detail = `The place of ${id}: ${sentence}`
      await expect(of(deployment).usage(id)).rejects.toMatchObject({
        refusal: { problems: [{ code: 'unusable_place', detail }] },
      })
      const { notReached } = await of(deployment).suspend(id)
      expect(notReached).toContain(`Its database was not reached (${sentence})`)
      expect(notes.map(errorText)).toEqual([expect.stringMatching(/^The place of .*TENANT_TOKEN_RIGHT.*HTTP 401/)])
      const lines: string[] = []
      await lookAfter(deployment, Date.now(), { log: (line) => lines.push(line) })
      expect(lines.filter((line) => line.includes(id)).map((line) => JSON.parse(line).error)).toContain(detail)
    } finally {
      server.close()
      await inner.close()
    }
  },
)

it('keeps no database that turned out to be unusable once it was reached', async () => {
  let isAway = true
  const server = createServer((request, response) => {
    if (isAway) request.socket.destroy()
    else response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Unauthorized"}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const driver = deployment.places.open(crypto.randomUUID(), place(url), { mayCreate: false })
    const before = deployment.states().length
    await expect(driver.batch([])).rejects.toThrow('has not been reached')
    expect(deployment.states()).toHaveLength(before + 1)
    isAway = false
    await vi.waitFor(() => expect(told).toHaveBeenCalledOnce(), 20_000)
    expect(deployment.states()).toHaveLength(before)
  } finally {
    told.mockRestore()
    server.close()
  }
}, 30_000)

it.each(['libsql', 'http', 'https'])(
  'spells the URL of a %s server in one way, which names the database that it says',
  (scheme) => {
    const spelt = (url: string) => parsePlace({ shape: 'database', url })
    expect(spelt(`${scheme}://host.example/acme`)).toEqual(spelt(`${scheme}://host.example/acme/`))
    expect(samePlace(spelt(`${scheme}://host.example`), spelt(`${scheme}://host.example/`))).toBe(true)
    expect(spelt(`${scheme}://host.example/acme`)).not.toEqual(spelt(`${scheme}://host.example/other`))
  },
)

it('asks the database of a path, however it ends, and not that of the server', async () => {
  const server = await startHranaServer(join(folder, 'paths.db'))
  const made = [] as string[]
  for (const path of ['one', 'two/', 'three'])
    made.push((await createTenant(deployment, { name: path, place: parsePlace(place(`${server.url}/${path}`)) })).id)
  const counts = await Promise.all(
    ['', '/one', '/one/', '/two', '/three'].map(async (path) => {
      const { driver, close } = await openMigrated(`${server.url}${path}`)
      const { results } = await driver.batch([{ sql: 'SELECT id FROM organizations', params: [] }])
      await close()
      return results[0]?.rows.map(({ id }) => id)
    }),
  )
  expect(counts).toEqual([[], [made[0]], [made[0]], [made[1]], [made[2]]])
  await server.close()
})

it('says of a file that is not there at the moment that it is not reached, and ends nothing of the tenant', async () => {
  const url = fileUrl('unmounted.db')
  const { id } = await createTenant(deployment, { name: 'Away', place: place(url) })
  await deployment.close()
  const home = await openMigrated(homeUrl, undefined, { threads: false })
  const again = () =>
    nodeDeployment(home.driver, { databaseTimeoutMs: 5_000, directoryUrl: fileUrl('directory.db') }, () => undefined, {
      env: { DATABASE_URL: fileUrl('home.db') },
    })
  const unmounted = await again()
  renameSync(join(folder, 'unmounted.db'), join(folder, 'elsewhere'))
  const missing = { refusal: { problems: [{ code: 'unusable_place', detail: 'there is no file at its place' }] } }
  const by = { name: 'command', requestId: null }
  const operations = tenantOperations(unmounted, by, noCost())
  const each: Readonly<Record<string, () => Promise<unknown>>> = {
    usage: () => operations.usage(id),
    export: () => operations.export(id, undefined),
    verify: () => operations.verify(id, { repair: false }),
    key: () => operations.issueAdminKey(id, 'another'),
    change: () => operations.change(id, { name: 'Changed' }),
    migrate: () => operations.migrate(id),
  }
  for (const [name, operation] of Object.entries(each)) await expect(operation(), name).rejects.toMatchObject(missing)
  const dry = await deleteTenant(unmounted, id, Date.now(), { isDry: true })
  const deleted = await deleteTenant(unmounted, id, Date.now())
  for (const told of [dry, deleted])
    expect(told).toMatchObject({ status: 'suspended', notReached: expect.stringContaining('there is no file') })
  await expect(operations.resume(id)).rejects.toMatchObject(missing)
  await lookAfter(unmounted, Date.now() + 1e9, { log: () => undefined })
  expect((await unmounted.directory.find(id))?.status).toBe('suspended')

  // It comes back, and goes as it was to.
  renameSync(join(folder, 'elsewhere'), join(folder, 'unmounted.db'))
  await lookAfter(unmounted, Date.now() + 1, { log: () => undefined })
  expect((await unmounted.directory.find(id))?.status).toBe('deleted')
  await unmounted.close()
  renameSync(join(folder, 'unmounted.db'), join(folder, 'elsewhere'))
  const later = await again()
  await lookAfter(later, Date.now() + 1, { log: () => undefined })
  expect((await later.directory.find(id))?.status).toBe('erasing')
  expect((await deleteTenant(later, id, Date.now(), { mayAbandon: true })).notReached).toContain('Nothing was erased')
  expect(await later.directory.find(id)).toBeUndefined()
  await later.close()
  await home.close()
})

it('says where its directory is not the one that has the tenants, and what to do', async () => {
  const home = await openMigrated(fileUrl(`${crypto.randomUUID()}-home.db`), undefined, { threads: false })
  const over = (directory: string) =>
    nodeDeployment(home.driver, { databaseTimeoutMs: 5_000, directoryUrl: fileUrl(directory) }, () => undefined, {
      env: { DATABASE_URL: fileUrl('home.db') },
    })
  const meant = await over(`${crypto.randomUUID()}.db`)
  const mistyped = await over(`${crypto.randomUUID()}.db`)
  await lookAfter(meant, Date.now(), { log: () => undefined })
  const ready = async (served: NodeDeployment) => {
    const app = createApp({
      services: createServices(served.places.connect),
      clientAddress: () => undefined,
      serverTiming: false,
      directory: () => otherRuler(served),
    })
    return (await app.fetch(new Request('http://test/ready?verbose'))).json()
  }
  expect(await ready(meant)).toEqual({ status: 'ready' })
  const told = await ready(mistyped)
  const { own: theirs } = await meant.directory.identity({ make: false })
  expect(told).toEqual({ status: 'ready', directory: expect.stringContaining(`theirs is ${theirs}`) })
  expect(JSON.stringify(told)).toContain('Set TENANT_DIRECTORY to that of the deployment')
  for (const one of [meant, mistyped, home]) await one.close()
})

it('finds a tenant though its directory cannot be written: when it was last seen is no reason to find nobody', async () => {
  const file = await openMigrated(fileUrl('read-only.db'), undefined, { threads: false })
  const directory = sqlTenantDirectory(file.driver)
  const { id } = await directory.add({ id: v7(), name: 'Acme', place: { shape: 'shared' }, createdAt: 1 })
  await file.driver.batch([{ sql: 'PRAGMA query_only = ON', params: [] }])
  expect(await directory.visit(id, Date.now())).toMatchObject({ id, name: 'Acme', seenAt: null })
  await file.driver.batch([{ sql: 'PRAGMA query_only = OFF', params: [] }])
  expect(await directory.visit(id, Date.now())).toMatchObject({ id, seenAt: expect.any(Number) })
  await file.close()
})
