import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMigrated } from '../../src/node/database.ts'
import { freePort, startProcess } from '../support/processes.ts'

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

const newer = async () => {
  const { driver, close } = await openMigrated(fileUrl('newer.db'))
  await driver.batch([{ sql: "INSERT INTO d1_migrations (name) VALUES ('9999_later.sql')", params: [] }])
  await close()
  return fileUrl('newer.db')
}

describe('npm run serve', () => {
  const cases: readonly (readonly [string, RegExp, () => Promise<Record<string, string>>])[] = [
    [
      'a server that is down',
      /cannot be reached .* See that it runs/,
      async () => ({ DATABASE_URL: `http://127.0.0.1:${await freePort()}` }),
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
      async () => ({ DATABASE_URL: await newer() }),
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
        expect.stringMatching(/refuses the token .* Set DATABASE_TOKEN to one that it takes\.\n$/),
      ])
    } finally {
      server.close()
    }
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
