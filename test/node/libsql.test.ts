import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { UnavailableError } from '../../src/storage/driver.ts'
import { libsqlFile } from '../../src/storage/libsql-file.ts'
import { libsqlHttp } from '../../src/storage/libsql-http.ts'
import { startHranaServer } from '../support/hrana-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
afterAll(() => rmSync(folder, { recursive: true }))

const select = { sql: 'SELECT 1 AS one', params: [] }

describe('a libSQL file', () => {
  it('waits for the transaction of another process, and is unavailable when that takes too long', async () => {
    const path = join(folder, 'busy.db')
    const file = await libsqlFile(`file:${path}`)
    await file.batch([{ sql: 'CREATE TABLE t (n INTEGER)', params: [] }])
    const hold = (milliseconds: number) =>
      promisify(execFile)(process.execPath, [
        '--input-type=module',
        '-e',
        `import Database from 'libsql'
         const db = new Database(${JSON.stringify(path)})
         db.exec('BEGIN IMMEDIATE'); db.exec('INSERT INTO t VALUES (1)')
         await new Promise((done) => setTimeout(done, ${milliseconds}))
         db.exec('COMMIT')`,
      ])
    const rows = async () => (await file.batch([{ sql: 'SELECT * FROM t', params: [] }])).results[0]?.rows.length
    const untilHeld = () => new Promise((done) => setTimeout(done, 400))

    const short = hold(1_200)
    await untilHeld()
    expect(await rows()).toBe(1)
    await short
    const long = hold(4_000)
    await untilHeld()
    await expect(rows()).rejects.toBeInstanceOf(UnavailableError)
    await long
    expect(await rows()).toBe(2)
    await file.close()
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
