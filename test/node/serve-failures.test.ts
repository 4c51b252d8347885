import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from 'vitest'
import { openMigrated } from '../../src/node/database.ts'
import { type Mood, startMoodyServer } from '../support/moody-server.ts'
import { startServer } from '../support/node-server.ts'
import { startProcess } from '../support/processes.ts'

/** A start that cannot succeed ends with code 1 and one line, announcing nothing. */

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'edge-upsert-failures-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const fileUrl = (name: string) => `file:${join(folder, name)}`

/** @param limits of the process, as a shell sets them */
const serve = (env: Readonly<Record<string, string>>, limits = '') =>
  startProcess('/bin/sh', ['-c', `${limits} exec "$0" src/server.ts`, process.execPath], {
    env: { PORT: '0', DATABASE_URL: fileUrl('fine.db'), ...env },
  }).ended

const textFile = () => {
  writeFileSync(join(folder, 'text.txt'), 'no database at all\n'.repeat(100))
  return fileUrl('text.txt')
}

const newer = async (name: string) => {
  const { driver, close } = await openMigrated(fileUrl(name), undefined, { threads: false })
  await driver.batch([{ sql: "INSERT INTO d1_migrations (name) VALUES ('9999_later.sql')", params: [] }])
  await close()
  return fileUrl(name)
}

describe('npm run serve', () => {
  const cases: readonly (readonly [string, RegExp, () => Promise<Record<string, string>>])[] = [
    [
      'a time limit that is none',
      /^DATABASE_TIMEOUT_MS must be a whole number from 100 to 600000, not "soon"/,
      async () => ({ DATABASE_TIMEOUT_MS: 'soon' }),
    ],
    [
      'a limit that is no number',
      /^KEY_REQUESTS_LIMIT must be a whole number from 0 to 999999999, not "-1"/,
      async () => ({ KEY_REQUESTS_LIMIT: '-1' }),
    ],
    [
      'a file that is no database',
      /is no SQLite database .* Name another file/,
      async () => ({ DATABASE_URL: textFile() }),
    ],
    [
      'a folder that is a file',
      /cannot be opened .* this user may write/,
      async () => ({ DATABASE_URL: `${textFile()}/x.db` }),
    ],
    [
      'a database of a newer release',
      /^A newer release .*9999_later\.sql.* run that release/,
      async () => ({ DATABASE_URL: await newer('newer.db') }),
    ],
    [
      'another kind of database',
      /^A database at postgres: cannot be used/,
      async () => ({ DATABASE_URL: 'postgres://u:secret@h/d' }),
    ],
    ['a port that is none', /^PORT must be a whole number from 0 to 65535/, async () => ({ PORT: 'http' })],
    [
      'an address of another machine',
      /^This machine has no address 192\.0\.2\.1: set HOST/,
      async () => ({ HOST: '192.0.2.1' }),
    ],
  ]
  it.each(cases)('%s', async (_, sentence, variables) => {
    const { code, out, err } = await serve(await variables())
    expect([code, out, err]).toEqual([1, '', expect.stringMatching(sentence)])
    expect(err.trimEnd()).not.toMatch(/\n|secret/)
  })

  it('a file that cannot be written', async () => {
    const { code, out, err } = await serve({ DATABASE_URL: fileUrl('limited.db') }, 'ulimit -f 0;')
    expect([code, out, err]).toEqual([
      1,
      '',
      expect.stringMatching(/^The database \S+limited\.db (cannot be written|has no room).*\n$/),
    ])
  })

  it.each([401, 403])('a server that refuses the token with %i', async (status) => {
    const server = createServer((_, response) => response.writeHead(status).end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    try {
      const { code, out, err } = await serve({ DATABASE_URL: `http://127.0.0.1:${port}`, DATABASE_TOKEN: 'wrong' })
      expect([code, out, err]).toEqual([
        1,
        '',
        expect.stringMatching(
          /refuses the token .* Set DATABASE_TOKEN to one that it takes, or the TENANT_TOKEN_… that the place of its tenant names\.\n$/,
        ),
      ])
    } finally {
      server.close()
    }
  })
})

describe('a server that is away when npm run serve starts', () => {
  /** A process that has started without its database. */
  const startedWithout = async (name: string, mood: Mood, onTestFinished: TestContext['onTestFinished']) => {
    const database = await startMoodyServer(join(folder, name))
    await database.turn(mood)
    const server = await startServer(`${database.url}/?authToken=secret`, { DATABASE_TIMEOUT_MS: '500' })
    onTestFinished(async () => {
      server.child.kill('SIGKILL')
      await database.close()
    })
    return { database, ...server }
  }

  it.concurrent.for(['refuses', 'hangs', 'answers HTML'] as const)(
    '%s: listens, is not ready, says so, and goes on when it is back',
    { timeout: 60_000 },
    async (mood, { onTestFinished }) => {
      const { database, url, migrated, log } = await startedWithout(`${mood}.db`, mood, onTestFinished)
      expect(migrated).toBe(null)
      expect((await fetch(`${url}/health`)).status).toBe(200)
      expect((await fetch(`${url}/ready`)).status).toBe(503)
      const headers = { authorization: `Bearer eu_${'0'.repeat(32)}_${'A'.repeat(43)}` }
      const refused = await fetch(`${url}/v1/objects/people/records`, { headers })
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
      await vi.waitFor(
        () => expect(log.filter(({ retryInSeconds }) => retryInSeconds).length).toBeGreaterThan(1),
        20_000,
      )
      expect(log.find(({ retryInSeconds }) => retryInSeconds)).toMatchObject({
        at: expect.any(String),
        database: 'DATABASE_URL',
        error: expect.stringMatching(/^The database http:\/\/127\.0\.0\.1:\d+ /),
        retryInSeconds: 1,
      })
      expect(JSON.stringify(log)).not.toContain('secret')
      await database.turn()
      await vi.waitFor(async () => expect((await fetch(`${url}/ready`)).status).toBe(200), 25_000)
      expect((await fetch(`${url}/v1/objects/people/records`, { headers })).status).toBe(401)
      expect(log.find((line) => Array.isArray(line.migrated))?.migrated).not.toEqual([])
    },
  )

  it('ends when it turns out to be of a newer release', async ({ onTestFinished }) => {
    await newer('newer-server.db')
    const { database, exited } = await startedWithout('newer-server.db', 'refuses', onTestFinished)
    await database.turn()
    expect(await exited).toEqual([1, null])
  })
})

it('an older Node is told the version that it takes', async () => {
  const pretend = 'data:text/javascript,Object.defineProperty(process.features,"typescript",{value:false})'
  const { code, err } = await startProcess(process.execPath, [
    '--import',
    pretend,
    '--import',
    './src/node/require-node.mjs',
    'src/server.ts',
  ]).ended
  expect([code, err]).toEqual([
    1,
    `edge-upsert needs Node 22.18 or newer, and this is ${process.versions.node}: install a newer one.\n`,
  ])
})
