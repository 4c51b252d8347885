import { LibsqlError } from '@libsql/client'
import { describe, expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { errorText, refusalFrom } from '../../src/http/app-errors.ts'
import { isOutOfSpace } from '../../src/storage/database-fault.ts'
import { AbortError, driverError, OverloadedError, type SqlDriver, UnavailableError } from '../../src/storage/driver.ts'
import { libsqlPasses, libsqlServerPasses, platformPasses } from '../../src/storage/drivers/faults.ts'
import { drizzleOver } from '../../src/storage/drizzle.ts'
import { organizations } from '../../src/storage/tables.ts'

const kind = (sorted: unknown) =>
  sorted instanceof AbortError ? 'refused' : sorted instanceof UnavailableError ? 'unavailable' : 'unexpected'

const caused = (message: string, cause: unknown) => new Error(message, { cause })

describe('what D1 and Durable Objects throw', () => {
  it.each([
    'D1_ERROR: D1 DB reset because its code was updated.',
    'D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.',
    'D1_ERROR: Network connection lost.',
    'D1_ERROR: Internal error in D1 DB storage caused object to be reset.',
    'D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.',
    "D1_ERROR: Can't read from request stream because client disconnected.",
    'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
    'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
    'D1_ERROR: D1 DB is overloaded. Too many requests queued.',
    "D1_ERROR: D1 DB's isolate exceeded its memory limit and was reset.",
    'D1_ERROR: D1 DB exceeded its CPU time limit and was reset.',
    'D1_ERROR: internal error; reference = 0123456789abcdef',
    'D1_ERROR: database is locked: SQLITE_BUSY',
    'D1_ERROR: database or disk is full: SQLITE_FULL',
    'Durable Object is overloaded. Requests queued for too long.',
    'Durable Object reset because its code was updated.',
    'Your account is generating too much load on Durable Objects. Please back off and try again later.',
  ])('%s: unavailable', (message) => {
    expect(kind(driverError(new Error(message), platformPasses))).toBe('unavailable')
  })
  it('errors that say themselves whether to repeat are believed', () => {
    for (const property of ['retryable', 'overloaded'])
      expect(kind(driverError(Object.assign(new Error('x'), { [property]: true }), platformPasses))).toBe('unavailable')
    expect(kind(driverError(Object.assign(new Error('x'), { retryable: false }), platformPasses))).toBe('unexpected')
  })
  it('the cause counts, too', () => {
    const error = caused('D1_ERROR: failed', new Error('Network connection lost.'))
    expect(kind(driverError(error, platformPasses))).toBe('unavailable')
  })
  it.each([
    'D1_ERROR: UNIQUE constraint failed: record_keys.value: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_PRIMARYKEY)',
    'D1_ERROR: edge-upsert:stale: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_TRIGGER)',
  ])('%s: refused', (message) => {
    expect(kind(driverError(new Error(message), platformPasses))).toBe('refused')
  })
  it.each([
    'D1_ERROR: no such table: reset: SQLITE_ERROR',
    'D1_ERROR: near "internal error": syntax error at offset 3: SQLITE_ERROR',
    'D1_ERROR: near "constraint": syntax error at offset 3: SQLITE_ERROR',
    "D1_TYPE_ERROR: Type 'undefined' not supported for value 'undefined'",
    'D1_ERROR: Exceeded maximum DB size.',
    'D1_ERROR: No SQL statements detected.',
  ])('%s: unexpected', (message) => {
    const error = new Error(message)
    expect(driverError(error, platformPasses)).toBe(error)
  })
})

describe('what libSQL throws', () => {
  const libsql = (code: string, cause?: Error) => new LibsqlError('said', code, undefined, undefined, cause)
  const http = (status: number) => libsql('SERVER_ERROR', Object.assign(new Error('HTTP'), { status }))
  const coded = (code: string) => Object.assign(new Error('x'), { code })
  it.each([
    libsql('SQLITE_BUSY'),
    libsql('SQLITE_LOCKED'),
    libsql('SQLITE_IOERR'),
    libsql('SQLITE_FULL'),
    libsql('SQLITE_IOERR_WRITE'),
    coded('ENOSPC'),
    libsql('HRANA_CLOSED_ERROR'),
    libsql('STREAM_EXPIRED'),
    http(500),
    http(502),
    http(503),
    http(429),
    caused('fetch failed', coded('ECONNREFUSED')),
    caused('request failed', coded('UND_ERR_SOCKET')),
    coded('ECONNRESET'),
    new TypeError('fetch failed'),
    new Error('Network connection lost.'),
    new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
  ])('%s: unavailable', (error) => {
    expect(kind(driverError(error, libsqlPasses))).toBe('unavailable')
  })
  it.each([
    new LibsqlError('SQLite error: UNIQUE constraint failed: t.n', 'SQLITE_CONSTRAINT'),
    new LibsqlError('SQLite error: edge-upsert:stale', 'SQLITE_CONSTRAINT'),
  ])('%s: refused', (error) => {
    expect(kind(driverError(error, libsqlPasses))).toBe('refused')
  })
  it.each([
    libsql('SQLITE_ERROR'),
    libsql('SQLITE_CORRUPT'),
    libsql('SQLITE_READONLY'),
    libsql('SQL_PARSE_ERROR'),
    libsql('HRANA_PROTO_ERROR'),
    libsql('URL_INVALID'),
    http(401),
    http(404),
    new TypeError('x is not a function'),
  ])('%s: unexpected', (error) => {
    expect(driverError(error, libsqlPasses)).toBe(error)
  })
})

it('a host without an address passes on workerd as well, as long as it is a server that was asked', () => {
  const error = new Error('internal error; reference = abc123')
  expect(kind(driverError(error, libsqlServerPasses))).toBe('unavailable')
  expect(driverError(error, libsqlPasses)).toBe(error)
})

it('a disk that is full is told from what else may fail', () => {
  const coded = (code: string) => Object.assign(new Error('x'), { code })
  for (const code of ['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'ENOSPC'])
    expect([code, isOutOfSpace(caused('wrapped', coded(code)))]).toEqual([code, true])
  for (const code of ['SQLITE_BUSY', 'SQLITE_IOERR_READ', 'ECONNRESET'])
    expect([code, isOutOfSpace(coded(code))]).toEqual([code, false])
})

describe('on its way to the client and to the log', () => {
  const failing = (error: unknown): SqlDriver => ({ batch: () => Promise.reject(error) })
  const thrownBy = (error: unknown) =>
    drizzleOver(failing(error))
      .insert(organizations)
      .values({ id: 'o', name: 'Secret name', createdAt: 1 })
      .catch((thrown: unknown) => thrown)
  const code = (error: unknown) => refusalFrom(error).refusal.problems[0].code

  it('administration tells a database that is away from one that is broken, as the records do', async () => {
    expect(code(await thrownBy(new UnavailableError('away')))).toBe('unavailable')
    expect(code(await thrownBy(new OverloadedError('busy')))).toBe('overloaded')
    expect(code(await thrownBy(new Error('no such table')))).toBe('internal')
    const { listMembers } = administration(asOperator(failing(new UnavailableError('away')), 'o'))
    expect(code(await listMembers().catch((e: unknown) => e))).toBe('unavailable')
  })
  it('the log has where it happened, and no parameter of the statement', async () => {
    const thrown = await thrownBy(new Error('D1_ERROR: no such table: organizations'))
    expect(String(thrown)).toContain('Secret name')
    expect(errorText(thrown)).toContain('no such table: organizations')
    expect(errorText(thrown)).toContain('faults.test.ts')
    expect(errorText(thrown)).not.toContain('Secret name')
    expect(errorText(new UnavailableError('away'))).toBe('away')
  })
})
