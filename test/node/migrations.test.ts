import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bundled } from '../../scripts/bundle-migrations.ts'
import { splitSql } from '../../scripts/split-sql.ts'
import { AbortError, type SqlDriver, type Statement } from '../../src/storage/driver.ts'
import { libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrationFiles } from '../../src/storage/migration-files.ts'
import { MigrationError, migrate } from '../../src/storage/migrations.ts'
import { claimOf } from '../../src/tenants/claim.ts'
import { leftoversOf } from '../../src/tenants/leftovers.ts'
import { sqlTenantDirectory } from '../../src/tenants/sql-directory.ts'

describe('splitting', () => {
  it('keeps a trigger whole, and drops comments but not what looks like one in a string', () => {
    const trigger =
      "CREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN SELECT CASE 1 WHEN 1 THEN ';' END; DELETE FROM x; END"
    const sql = `-- one; two\nCREATE TABLE a (b TEXT DEFAULT '--;''x'); /* ; */ ${trigger};\nCREATE VIEW "end;" AS SELECT 1`
    expect(splitSql(sql)).toEqual([
      "CREATE TABLE a (b TEXT DEFAULT '--;''x')",
      trigger,
      'CREATE VIEW "end;" AS SELECT 1',
    ])
  })

  it('refuses what never ends', () => {
    expect(() => splitSql('CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;')).toThrow('END')
  })
})

describe('migrations', () => {
  it('are bundled as they stand in the files', () => {
    expect(readFileSync('src/storage/migration-files.ts', 'utf8'), 'run npm run migrations').toBe(bundled())
  })

  it('lead to the same database from the bundle, which leaves dropped programs out, as from the files', async () => {
    const schemaOf = async (statements: readonly string[]) => {
      const file = await libsqlFile('file::memory:', { threads: false })
      for (const sql of statements) await file.batch([{ sql, params: [] }])
      const { results } = await file.batch([
        { sql: 'SELECT type, name, sql FROM sqlite_schema ORDER BY 2', params: [] },
      ])
      file.close()
      return results[0]?.rows
    }
    const inFiles = migrationFiles.flatMap(({ name }) => splitSql(readFileSync(`migrations/${name}`, 'utf8')))
    const inBundle = migrationFiles.flatMap(({ statements }) => statements)
    expect(inBundle.length).toBeLessThan(inFiles.length)
    expect(await schemaOf(inBundle)).toEqual(await schemaOf(inFiles))
  })

  it('bring work that stood in the place of a move to a column of its own, and touch nothing else', async () => {
    const file = await libsqlFile('file::memory:', { threads: false })
    await migrate(file)
    const work = { id: 'x', at: 5, status: 'active', stands: 'active', mark: 7 }
    const moves = {
      placing: { claim: work },
      left: { claim: { ...work, left: { shape: 'shared' }, erasesOld: true } },
      rewinding: { claim: { ...work, ended: ['k'] } },
      moving: {
        from: { shape: 'shared' },
        to: { shape: 'object' },
        state: { phase: 'copy', startedAt: 5, copied: 0, caughtUp: 0 },
      },
    }
    for (const [id, text] of [
      ...Object.entries(moves).map(([id, move]) => [id, JSON.stringify(move)]),
      ['spoilt', 'no'],
    ])
      await file.batch([
        {
          sql: `INSERT INTO tenants (id, name, status, place, move, created_at) VALUES (?1, ?1, 'moving', '{"shape":"object"}', ?2, 1)`,
          params: [id ?? '', text ?? ''],
        },
      ])
    const { statements } = migrationFiles.find(({ name }) => name === '0022_claims.sql') ?? { statements: [] }
    await file.batch([{ sql: statements.at(-1) ?? '', params: [] }])
    const directory = sqlTenantDirectory(file)
    const told = async (id: string) => {
      const line = await directory.find(id)
      return line && { move: line.move, claim: claimOf(line), left: leftoversOf(line) }
    }
    const base = { ...work, since: 5 }
    expect(await told('placing')).toEqual({ move: null, claim: { ...base, kind: 'place' }, left: [] })
    expect(await told('left')).toEqual({
      move: null,
      claim: { ...base, kind: 'place', from: { shape: 'shared' } },
      left: [{ place: { shape: 'shared' }, at: 5, erase: true }],
    })
    const revoked = { id: 'k', revoked_at: expect.any(Number) }
    expect(await told('rewinding')).toEqual({
      move: null,
      claim: { ...base, kind: 'rewind', grants: { credentials: [revoked] } },
      left: [],
    })
    expect(await told('moving')).toEqual({ move: moves.moving, claim: undefined, left: [] })
    expect(await told('spoilt')).toEqual({ move: undefined, claim: undefined, left: [] })
    await file.close()
  })

  /** The schema, and what counts as applied. */
  const madeBy = async (apply: (driver: SqlDriver) => Promise<unknown>) => {
    const file = await libsqlFile('file::memory:', { threads: false })
    await apply(file)
    const { results } = await file.batch([
      { sql: 'SELECT type, name, sql FROM sqlite_schema ORDER BY 2', params: [] },
      { sql: 'SELECT name FROM d1_migrations ORDER BY id', params: [] },
    ])
    await file.close()
    return results.map(({ rows }) => rows)
  }

  it('make a new database in one transaction, which is the one that they make one by one', async () => {
    const sizes: number[] = []
    const anew = await madeBy((driver) =>
      migrate({
        batch: (statements, options) => {
          sizes.push(statements.length)
          return driver.batch(statements, options)
        },
      }),
    )
    const files = migrationFiles.map(({ statements }) => 1 + statements.length)
    expect(Math.max(...sizes)).toBe(files.reduce((sum, size) => sum + size))
    const oneByOne = await madeBy((driver) =>
      migrate({
        batch: async (statements, options) => {
          if (statements.length > Math.max(...files)) throw new Error('too much at once')
          return driver.batch(statements, options)
        },
      }),
    )
    expect(anew).toEqual(oneByOne)
  })

  it('are applied once by two that start at the same moment', async () => {
    const file = await libsqlFile('file::memory:', { threads: false })
    const done = await Promise.all([migrate(file), migrate(file)])
    expect(done.flat().sort()).toEqual(migrationFiles.map((m) => m.name))
    const { results } = await file.batch([{ sql: 'SELECT name FROM d1_migrations ORDER BY id', params: [] }])
    expect(results[0]?.rows.map((r) => r.name)).toEqual(migrationFiles.map((m) => m.name))
    await file.close()
  })

  it('end the keys of members who were removed before keys ended with their member', async () => {
    const file = await libsqlFile('file::memory:', { threads: false })
    const run = (statements: readonly string[]) => file.batch(statements.map((sql) => ({ sql, params: [] })))
    const administration = migrationFiles.findIndex(({ name }) => name.includes('administration'))
    for (const { statements } of migrationFiles.slice(0, administration)) await run(statements)
    const key = (id: string, member: string) =>
      `INSERT INTO credentials (secret_hash, id, organization_id, kind, name, scopes, member_id, created_at)
       VALUES ('${id}', '${id}', 'o', 'key', 'k', '[]', ${member}, 1)`
    await run([
      "INSERT INTO organizations (id, name, created_at) VALUES ('o', 'O', 1), ('p', 'P', 1)",
      `INSERT INTO members (organization_id, id, name, email, created_at, removed_at)
       VALUES ('o', 'here', 'H', 'h@h.example', 1, NULL), ('o', 'gone', 'G', 'g@h.example', 1, 2), ('p', 'theirs', 'T', 't@h.example', 1, NULL)`,
      ...[key('a', "'here'"), key('b', "'gone'"), key('c', "'theirs'"), key('d', 'NULL')],
    ])
    for (const { statements } of migrationFiles.slice(administration)) await run(statements)
    const { results } = await file.batch([
      { sql: 'SELECT id FROM credentials WHERE revoked_at IS NULL ORDER BY id', params: [] },
      { sql: 'SELECT revision FROM organizations ORDER BY id', params: [] },
    ])
    expect(results.map((result) => result.rows.flatMap((row) => Object.values(row)))).toEqual([
      ['a', 'd'],
      [2, 1],
    ])
    file.close()
  })

  it('stop at a file whose own statements are refused', async () => {
    const refusing: SqlDriver = {
      batch: async (statements: readonly Statement[]) => {
        if (statements[0]?.sql.startsWith('INSERT')) throw new AbortError('constraint failed')
        return { results: [{ rows: [] }, { rows: [] }], milliseconds: 0 }
      },
    }
    const failure: unknown = await migrate(refusing).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(MigrationError)
    expect(failure).toMatchObject({ migration: '0001_tables.sql', cause: expect.any(AbortError) })
  })
})
