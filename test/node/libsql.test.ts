import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { AbortError, UnavailableError } from '../../src/storage/driver.ts'
import { DatabaseThread } from '../../src/storage/drivers/database-thread.ts'
import { type LibsqlFile, libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { libsqlHttp } from '../../src/storage/drivers/libsql-http.ts'
import { startHranaServer } from '../support/hrana-server.ts'
import { holdWriteLock } from '../support/write-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
afterAll(() => rmSync(folder, { recursive: true }))

const statement = (sql: string, ...params: readonly (string | number | null)[]) => ({ sql, params })
const select = statement('SELECT 1 AS one')

describe('a libSQL file', () => {
  const opened: LibsqlFile[] = []
  afterEach(async () => {
    for (const file of opened.splice(0)) await file.close()
  })
  let files = 0
  const open = async () => {
    const path = join(folder, `file-${files++}.db`)
    const file = await libsqlFile(`file:${path}`)
    opened.push(file)
    await file.batch([statement('CREATE TABLE t (n INTEGER UNIQUE, filling BLOB)')])
    const insert = (n: number, bytes = 1) =>
      file.batch([statement('INSERT INTO t VALUES (CAST(?1 AS INTEGER), zeroblob(CAST(?2 AS INTEGER)))', n, bytes)])
    const stored = async () =>
      (await file.batch([statement('SELECT n FROM t ORDER BY n')])).results[0]?.rows.map(({ n }) => n)
    return { path, file, insert, stored }
  }

  const hold = (path: string) => holdWriteLock(path, 'INSERT INTO t (n) VALUES (-1)')

  const kindOf = (outcome: PromiseSettledResult<unknown>) =>
    outcome.status === 'fulfilled' ? 'written' : outcome.reason.constructor

  it('waits for the transaction of another process', async () => {
    const { path, insert, stored } = await open()
    const commit = await hold(path)
    const waiting = insert(1)
    await commit()
    await waiting
    expect(await stored()).toEqual([-1, 1])
  })

  it('is unavailable to all that wait together when that takes too long, and writes again afterwards', async () => {
    const { path, insert, stored } = await open()
    const commit = await hold(path)
    const outcomes = await Promise.allSettled([insert(1), insert(2)])
    expect(outcomes.map(kindOf)).toEqual([UnavailableError, UnavailableError])
    await commit()
    await Promise.all([insert(3), insert(4)])
    expect(await stored()).toEqual([-1, 3, 4])
  })

  it('reads while something else is written, and lets nothing write that says it only reads', async () => {
    const { path, file, insert } = await open()
    await insert(1)
    const commit = await hold(path)
    const write = insert(2)
    const read = await file.batch([statement('SELECT count(*) AS rows FROM t')], { readOnly: true })
    expect(read.results[0]?.rows).toEqual([{ rows: 1 }])
    await commit()
    await write
    await expect(file.batch([statement('INSERT INTO t (n) VALUES (9)')], { readOnly: true })).rejects.toThrow(
      'readonly',
    )
  })

  it('writes what waits together, and what one batch is refused for is its own', async () => {
    const { file, insert, stored } = await open()
    await insert(3)
    const twice = file.batch([statement('INSERT INTO t (n) VALUES (7)'), statement('INSERT INTO t (n) VALUES (3)')])
    const broken = file.batch([statement('INSERT INTO t (n) VALUES (8)'), statement('INSERT INTO nowhere VALUES (1)')])
    const outcomes = await Promise.allSettled([insert(1), twice, insert(2), broken, insert(4)])
    expect(outcomes.map(kindOf)).toEqual(['written', AbortError, 'written', Error, 'written'])
    expect(await stored()).toEqual([1, 2, 3, 4])
  })

  it('out of space refuses what needs space as unavailable, writes what fits beside it, and is ready once it can write', async () => {
    const { file, insert, stored } = await open()
    await file.batch([statement('CREATE TABLE organizations (id TEXT)')])
    await file.batch([statement('PRAGMA max_page_count = 60')])
    const outcomes = await Promise.allSettled([insert(1), insert(2, 1_000_000), insert(3)])
    expect(outcomes.map(kindOf)).toEqual(['written', UnavailableError, 'written'])
    expect(await file.isReady()).toBe(false)
    expect(await stored()).toEqual([1, 3])
    await file.batch([statement('PRAGMA max_page_count = 100000')])
    expect(await file.isReady()).toBe(true)
    await insert(2, 1_000_000)
    expect(await stored()).toEqual([1, 2, 3])
  })

  it('has the columns of the schema as it is, though statements are kept', async () => {
    const { file, insert } = await open()
    await insert(1)
    const all = async (options = {}) => (await file.batch([statement('SELECT * FROM t')], options)).results[0]?.rows[0]
    expect(Object.keys((await all()) ?? {})).toEqual(['n', 'filling'])
    expect(Object.keys((await all({ readOnly: true })) ?? {})).toEqual(['n', 'filling'])
    await file.batch([statement('ALTER TABLE t ADD COLUMN more TEXT')])
    expect(Object.keys((await all()) ?? {})).toEqual(['n', 'filling', 'more'])
    expect(Object.keys((await all({ readOnly: true })) ?? {})).toEqual(['n', 'filling', 'more'])
  })

  it('lets a neighbour wait for one running statement and no more, and who asks whether it is ready for none', async () => {
    const { file } = await open()
    await file.batch([statement('CREATE TABLE organizations (id TEXT)')])
    // The first time it is asked by the thread of the readers, while that of its own starts.
    for (let n = 0; n < 3; n++) expect(await file.isReady()).toBe(true)
    const long = statement(
      'WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 500000) SELECT count(*) FROM c',
    )
    for (const readOnly of [true, false]) {
      const ended: string[] = []
      const run = (who: string, what: typeof select, organizationId: string) =>
        file.batch([what], { readOnly, organizationId }).then(() => ended.push(who))
      const all = [1, 2, 3].map((n) => run(`long ${n}`, long, 'a'))
      // They are a group that runs by now.
      await new Promise((done) => setImmediate(done))
      all.push(run('neighbour', select, 'b'))
      if (readOnly) all.push(file.isReady().then(() => ended.push('ready')))
      await Promise.all(all)
      // That thread runs beside this one, so whether it or the first answer is a little earlier is up to the machine.
      if (readOnly) expect(ended.slice(0, 2)).toContain('ready')
      expect(ended.filter((who) => who !== 'ready')).toEqual(['long 1', 'neighbour', 'long 2', 'long 3'])
    }
  })

  it('starts its thread again when that has died', async () => {
    const thread = new DatabaseThread({ path: join(folder, 'died.db'), readOnly: false }, 16)
    const endless = statement(
      "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT 'some text ' || n FROM c",
    )
    await expect(thread.run([[endless]])).rejects.toBeInstanceOf(UnavailableError)
    expect(await thread.run([[select]])).toMatchObject([{ results: [{ columns: ['one'], rows: [[1]] }] }])
    await thread.close()
  })

  it('that cannot be opened says so at once', async () => {
    await expect(libsqlFile(`file:${join(folder, 'no', 'such', 'folder.db')}`)).rejects.toThrow()
  })
})

describe('libSQL over HTTP', () => {
  it('is unavailable when nobody answers; a wrong token is for the operator to mend, so no client is told to repeat', async () => {
    const server = await startHranaServer(join(folder, 'token.db'), 'right')
    expect((await libsqlHttp({ url: server.url, authToken: 'right' }).batch([select])).results[0]?.rows).toHaveLength(1)
    const wrong = await libsqlHttp({ url: server.url, authToken: 'wrong' })
      .batch([select])
      .catch((error: unknown) => error)
    expect(wrong).toBeInstanceOf(Error)
    expect(wrong).not.toBeInstanceOf(UnavailableError)
    await server.close()
    await expect(libsqlHttp({ url: server.url, authToken: 'right' }).batch([select])).rejects.toBeInstanceOf(
      UnavailableError,
    )
  })

  it.each([302, 307])('follows no redirect (%i): nothing goes to an address that nobody has named', async (status) => {
    const asked: (string | undefined)[] = []
    const server = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(status, { location: '/elsewhere' }).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await expect(libsqlHttp({ url }).batch([select])).rejects.toThrow(`${status}`)
    server.closeAllConnections()
    server.close()
    expect(asked.length).toBeGreaterThan(0)
    expect(asked).not.toContain('/elsewhere')
  })

  it('asks once per batch', async () => {
    const server = await startHranaServer(join(folder, 'count.db'))
    const driver = libsqlHttp({ url: server.url })
    const real = globalThis.fetch
    let requests = 0
    globalThis.fetch = (...args) => {
      requests++
      return real(...args)
    }
    try {
      await driver.batch([select, select, select])
    } finally {
      globalThis.fetch = real
      await server.close()
    }
    expect(requests).toBe(1)
  })
})
