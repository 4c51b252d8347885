import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import worker from '../../examples/cron-worker/worker.ts'
import { app } from '../../examples/hono.ts'
import { POST } from '../../examples/nextjs/app/api/sign-up/route.ts'
import { spreadsheet } from '../../examples/spreadsheet.ts'
import { useImportWorld } from '../support/import-world.ts'

/** What stands in examples/ does what it says, against the real server. */

const world = useImportWorld()
const people = () => world.client({ url: world.serverUrl }).records('people')

/** As a shell takes them apart; none of the examples has more than that. */
const words = (command: string) =>
  command
    .replaceAll('\\\n', ' ')
    .split(/\s+/)
    .filter((word) => word !== '')

describe('the spreadsheet', () => {
  const ROWS = 10_000
  beforeAll(async () => {
    expect((await world.run('schema', 'apply', 'examples/people.json')).code).toBe(0)
  })

  it('comes in but for its slips, each of which is told with its line', async () => {
    const { text, bad } = spreadsheet(ROWS, 7)
    expect(spreadsheet(ROWS, 7).text).toBe(text)
    expect(spreadsheet(ROWS, 8).text).not.toBe(text)
    expect(bad.length).toBeGreaterThan(ROWS / 50)
    const file = world.write('customers.csv', text)
    const [, command = ''] =
      /edge-upsert (import customers\.csv (?:.*\\\n)*.*)\n/.exec(readFileSync('examples/README.md', 'utf8')) ?? []
    const [name, , ...options] = words(command)
    const { code, out } = await world.run(name ?? '', file, ...options)
    expect([code, out]).toEqual([
      3,
      `${ROWS - bad.length} created, 0 updated, 0 unchanged, ${bad.length} refused, of ${ROWS} rows.\n`,
    ])
    const told = [...world.read(`${file}.refused.csv`).matchAll(/^(\d+);/gm)].map(([, line]) => Number(line))
    expect(told).toEqual(bad)
  }, 120_000)
})

describe('the form', () => {
  const env = () => ({ CRM_URL: world.serverUrl, CRM_KEY: world.token })

  it('of Hono makes one person, whom the second time changes nothing of', async () => {
    const send = (fields: Readonly<Record<string, string>>) =>
      app.request('/sign-up', { method: 'POST', body: new URLSearchParams(fields) }, env())
    const form = { email: 'form@examples.example', name: 'Ada' }
    expect((await send(form)).status).toBe(201)
    expect((await send({ ...form, name: 'Other' })).status).toBe(200)
    expect((await people().getBy('emails', form.email)).values.first_name).toBe('Ada')
    const wrong = await send({ email: 'nobody', name: 'Ada' })
    expect([wrong.status, await wrong.json()]).toEqual([
      422,
      { field: expect.stringContaining('emails'), problem: expect.any(String) },
    ])
  })

  it('of Next.js does the same', async () => {
    for (const [name, value] of Object.entries(env())) vi.stubEnv(name, value)
    const send = (body: object) => POST(new Request('http://x/', { method: 'POST', body: JSON.stringify(body) }))
    const form = { email: 'next@examples.example', name: 'Ada' }
    expect([(await send(form)).status, (await send(form)).status]).toEqual([201, 200])
    expect((await send({ email: 'nobody' })).status).toBe(422)
    vi.unstubAllEnvs()
  })
})

describe('the nightly job', () => {
  const source = createServer((_, response) => {
    const lines = Array.from({ length: 2_500 }, (_, n) =>
      JSON.stringify({ mail: n === 9 ? 'nobody' : `n${n}@cron.example`, name: `N${n}` }),
    )
    response.end(lines.join('\n'))
  })
  beforeAll(() => new Promise<void>((done) => source.listen(0, '127.0.0.1', done)))
  afterAll(() => source.close())

  it('of a Worker takes a list over, and writes nothing of it the next night', async () => {
    const { port } = source.address() as AddressInfo
    const env = { SOURCE_URL: `http://127.0.0.1:${port}/`, CRM_URL: world.serverUrl, CRM_KEY: world.token }
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const night = (day: string) => worker.scheduled({ scheduledTime: Date.parse(`${day}T03:00:00Z`) }, env)
    await night('2026-06-01').then(() => night('2026-06-02'))
    const [first, second] = log.mock.calls.map(([line]) => JSON.parse(line))
    const told = errors.mock.calls.map(([match]) => match)
    log.mockRestore()
    errors.mockRestore()
    expect(first).toEqual({ importId: 'nightly-2026-06-01', created: 2_499, updated: 0, unchanged: 0, refused: 1 })
    expect(second).toMatchObject({ created: 0, updated: 0, unchanged: 2_499 })
    expect(told).toEqual([{ emails: 'nobody' }, { emails: 'nobody' }])
  })

  it('of GitHub says what the command takes', async () => {
    const [, command = ''] =
      /- run: npx --yes edge-upsert (.*)\n/.exec(readFileSync('examples/nightly-sync.yml', 'utf8')) ?? []
    const [name, , ...options] = words(command.replace(/ --api .*/, ''))
    const mapping = world.write('mapping.json', JSON.stringify({ map: ['Mail=emails', 'Shop=city'] }))
    const file = world.write('shop.csv', 'Mail;Shop\na@shop.example;Shop\nb@shop.example;Shop')
    const { code, out } = await world.run(
      name ?? '',
      file,
      ...options.map((word) => (word === 'mapping.json' ? mapping : word)),
    )
    expect([code, out]).toEqual([0, expect.stringContaining('2 created')])
  })
})
