import { execFile } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../src/node/database.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { PROGRAM } from '../../src/storage/program/version.ts'
import { newMove } from '../../src/tenants/move/state.ts'
import type { Place } from '../../src/tenants/place.ts'
import { sqlTenantDirectory } from '../../src/tenants/sql-directory.ts'
import { type Ended, runCommand, runHere, UUID } from '../support/commands.ts'
import { type NodeServer, startServer } from '../support/node-server.ts'
import { OPERATOR } from '../support/operator.ts'
import { openWorld } from '../support/storage-world.ts'

/** The commands of who operates a deployment, on each way to its API: in their own process, and over HTTP. */

let folder: string
let server: NodeServer
const fileUrl = (name: string) => `file:${join(folder, name)}`
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edge-upsert-tenants-'))
  const directory = { TENANT_DIRECTORY: fileUrl('served-directory.db') }
  server = await startServer(fileUrl('served.db'), { ...directory, OPERATOR_SECRET: OPERATOR, LOG: 'off' })
})
afterAll(async () => {
  server.child.kill()
  await server.exited
  rmSync(folder, { recursive: true })
})

type Run = (...args: readonly string[]) => Promise<Ended>

/** By what a command finds the tenants. */
const ways: Readonly<Record<string, { readonly run: Run; readonly hasPlaces: boolean }>> = {
  'of one database': {
    run: (...args) => runHere(['tenant', ...args, '--database', fileUrl('one.db')]),
    hasPlaces: false,
  },
  'of databases of their own': {
    run: (...args) =>
      runHere(['tenant', ...args, '--database', fileUrl('home.db')], { TENANT_DIRECTORY: fileUrl('directory.db') }),
    hasPlaces: true,
  },
  'of a running server': {
    run: (...args) => runHere(['tenant', ...args, '--api', server.url], { OPERATOR_SECRET: OPERATOR }),
    hasPlaces: true,
  },
}

const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

const succeeded = async (ended: Promise<Ended>): Promise<Ended> => {
  const { code, out, err } = await ended
  expect([code, err]).toEqual([0, expect.not.stringMatching(/fail/i)])
  return { code, out, err }
}

const onFile = async (url: string, work: (driver: SqlDriver) => Promise<unknown>) => {
  const { driver, close } = await openDatabase(url, undefined, { threads: false })
  try {
    await work(driver)
  } finally {
    await close()
  }
}

const change = (sql: string) => (driver: SqlDriver) => driver.batch([{ sql, params: [] }])

describe.each(Object.entries(ways))('the tenants %s', { timeout: 90_000 }, (name, { run, hasPlaces }) => {
  const file = (part: string) => join(folder, `${name.replaceAll(' ', '-')}-${part}`)
  let places = 0
  const create = async (...more: readonly string[]): Promise<string> => {
    const place = JSON.stringify({ shape: 'database', url: `file:${file(`own-${++places}.db`)}` })
    const args = ['create', '--name', 'Acme', '--json', ...(hasPlaces ? ['--place', place] : []), ...more]
    const { out, err } = await succeeded(run(...args))
    expect(err).toContain('shown this once')
    const [made] = jsonLines(out)
    expect(made).toEqual({ id: expect.any(String), adminKey: expect.stringMatching(/^eu_/) })
    return String(made?.id)
  }

  it('are created once, listed, told and changed', async () => {
    const id = await create()
    expect(await run('create', '--name', 'Acme', '--id', id)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(
        new RegExp(`exists already.*"npm run admin -- tenant key ${id} --name .*--(database|api) `),
      ),
    })
    const listed = await succeeded(run('list', '--status', 'active'))
    expect(listed.out).toContain(`${id}\tactive\t`)
    expect((await run('list', '--status', 'moved')).err).toMatch(
      /^--status: "moved" must be one of creating, active, suspended, moving, deleted, erasing\./,
    )
    await succeeded(run('change', id, '--name', 'Acme Inc'))
    expect((await run('change', id)).err).toMatch(/^Say what to change/)
    const told = await succeeded(run('get', id, '--json'))
    expect(jsonLines(told.out)).toEqual([expect.objectContaining({ id, name: 'Acme Inc', program: PROGRAM })])
    expect((await succeeded(run('usage', id))).out).toContain('credentials\t1\n')
    const other = await create(
      '--no-automatic-indexing',
      '--history',
      'names',
      '--history-days',
      '30',
      '--crm-mode',
      'b2c',
    )
    const settings = 'crmMode b2c, history names, historyDays 30, defaultCountry none, automaticIndexing'
    expect((await succeeded(run('get', other))).out).toContain(`Settings:  ${settings} false\n`)
    expect((await succeeded(run('change', other, '--automatic-indexing'))).out).toContain(`${settings} true\n`)
  })

  it('are suspended and resumed, get another key, and all of it is in the log', async () => {
    const id = await create()
    expect((await succeeded(run('suspend', id))).out).toContain('Status:    suspended')
    expect((await succeeded(run('resume', id))).out).toContain('Status:    active')
    expect((await succeeded(run('key', id, '--name', 'second'))).out).toContain("Administrator's key: eu_")
    expect((await run('key', id, '--name', 'second')).err).toMatch(/exists already\..*rotate it, or revoke it/)
    const actions = jsonLines((await succeeded(run('log', id, '--json'))).out)
    expect(actions.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['key', 'already_exists'],
      ['key', 'done'],
      ['resume', 'done'],
      ['suspend', 'done'],
      ['create', 'done'],
    ])
    const operator = name === 'of a running server' ? expect.stringMatching(/^[0-9a-f]{12}$/) : 'command'
    expect(new Set(actions.map((action) => action.operator))).toEqual(new Set([actions[0]?.operator]))
    expect(actions[0]?.operator).toEqual(operator)
    expect(jsonLines((await run('log', id, '--json', '--limit', '2')).out)).toHaveLength(2)
  })

  it('are exported, verified, deleted after a final export, and taken back', async () => {
    const id = await create()
    const to = file('acme.ndjson')
    await succeeded(run('export', id, '--to', to))
    expect(jsonLines(readFileSync(to, 'utf8'))[0]).toMatchObject({ table: 'organizations', row: { id } })
    expect(existsSync(`${to}.part`)).toBe(false)
    expect((await run('export', id, '--to', to)).err).toMatch(/is there already: .*--force/)
    // As /dev/stdout is one: what is put in its place would be a file.
    const link = file(`link-${id}`)
    symlinkSync(to, link)
    expect((await run('export', id, '--to', link, '--force')).err).toMatch(/is no regular file/)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    await succeeded(run('export', id, '--to', to, '--force'))
    expect((await succeeded(run('verify', id))).err).toContain('All is in order.')
    expect((await run('delete', id)).err).toMatch(/^Say --export <file>/)
    expect((await run('delete', id, '--export', join(folder, 'none', 'x'))).err).toContain('no such file or folder')
    expect((await run('get', id)).out).toContain('Status:    active')
    const last = file('last.ndjson')
    const deleted = await succeeded(run('delete', id, '--wait-days', '7', '--export', last, '--json'))
    expect(jsonLines(deleted.out)).toEqual([
      expect.objectContaining({ status: 'deleted', eraseAt: expect.any(String) }),
    ])
    expect(readFileSync(last, 'utf8')).toContain(id)
    expect((await succeeded(run('list', '--status', 'deleted'))).out).toContain(id)
    expect((await succeeded(run('resume', id))).out).toContain('Status:    active')
  })

  it('are put back from an export, again without an effect', async () => {
    const id = await create()
    const from = file('moved.ndjson')
    await succeeded(run('export', id, '--to', from))
    const other = crypto.randomUUID()
    writeFileSync(from, readFileSync(from, 'utf8').replaceAll(id, other))
    const place = JSON.stringify({ shape: 'database', url: `file:${file('restored.db')}` })
    const restore = () => run('restore', '--from', from, '--json', ...(hasPlaces ? ['--place', place] : []))
    expect((await run('restore', '--from', from, '--dry-run')).out).toContain(`Would restore tenant ${other}`)
    expect((await run('get', other)).code).toBe(1)
    for (const _ of [1, 2])
      expect(jsonLines((await succeeded(restore())).out)).toEqual([
        { id: other, dryRun: false, rows: expect.objectContaining({ organizations: 1 }) },
      ])
    expect((await succeeded(run('get', other))).out).toContain('Status:    suspended')
    expect((await succeeded(run('resume', other))).out).toContain('Status:    active')
    for (const dry of [[], ['--dry-run']])
      expect((await run('restore', '--from', from, ...dry)).err).toMatch(/^This cannot be done now: .*suspended first/)
    const log = jsonLines((await run('log', other, '--json')).out)
    expect(log.filter(({ action, outcome }) => action === 'restore' && outcome === 'done')).toHaveLength(2)
    expect((await succeeded(run('verify', other, '--repair'))).err).toContain('All is in order.')
  })

  it('are moved, and the same command again says that they are there', async () => {
    const id = await create()
    const to = JSON.stringify({ shape: 'database', url: `file:${file(`moved-${id}.db`)}` })
    expect((await run('move', id)).err).toMatch(/^This cannot be done now: the tenant is active and not moving/)
    expect((await run('move', id, '--to', to, '--back')).err).toMatch(/^Say either --to/)
    if (!hasPlaces) {
      expect((await run('move', id, '--to', to)).err).toContain('TENANT_DIRECTORY')
      return
    }
    const { out, err } = await succeeded(run('move', id, '--to', to))
    expect([out, err]).toEqual([
      'It lives at its new place.\n',
      expect.stringMatching(/^keep \(over: .*\): 1 row copied/m),
    ])
    for (const again of [['--to', to], []])
      expect((await succeeded(run('move', id, ...again))).out).toBe('It lives at its new place.\n')
    expect((await succeeded(run('get', id))).out).toMatch(/Place: .*moved-.*\n(.*\n)*Move: .*keep \(.*\), since/)
    const log = jsonLines((await run('log', id, '--json')).out).map(({ action, outcome }) => `${action} ${outcome}`)
    expect(log.filter((line) => line.startsWith('move')).slice(0, 3)).toEqual(['move done', 'move done', 'move done'])
    expect((await run('move', id, '--back')).err).toMatch(
      new RegExp(
        `Another move takes it back: "npm run admin -- tenant move ${id} --to '.*own-\\d+\\.db"}' --(database|api) `,
      ),
    )
  })

  it('are as they were after everything that destroys or takes long was tried dry', async () => {
    const id = await create()
    const before = [(await run('get', id, '--json')).out, (await run('log', id, '--json')).out]
    const tried = async (...args: readonly string[]) => {
      const ended = await run(...args, '--dry-run')
      expect([(await run('get', id, '--json')).out, (await run('log', id, '--json')).out], args.join(' ')).toEqual(
        before,
      )
      return ended
    }
    const last = file('never.ndjson')
    expect(await tried('delete', id, '--wait-days', '7', '--export', last)).toMatchObject({
      code: 0,
      out: expect.stringContaining('Status:    deleted, erased from'),
      err: expect.stringContaining('nothing was changed'),
    })
    expect(existsSync(last)).toBe(false)
    const json = jsonLines((await tried('delete', id, '--no-export', '--json')).out)
    expect(json).toEqual([expect.objectContaining({ dryRun: true, id, status: 'deleted' })])
    const place = JSON.stringify((JSON.parse(before[0] ?? '') as { place: object }).place)
    expect((await tried('place', id, '--at', place)).out).toContain('Status:    active')
    expect((await tried('rewind', id, '--to', new Date().toISOString())).err).toMatch(/suspend|time-travel/)
    const url = `file:${file(`dry-${id}.db`)}`
    const move = await tried('move', id, '--to', JSON.stringify({ shape: 'database', url }))
    expect([move.code, move.out]).toEqual(
      hasPlaces
        ? [0, expect.stringMatching(/^Nothing was changed. The next piece would be claim \(the organisation .*\)\.\n$/)]
        : [1, ''],
    )
    expect(existsSync(url.slice('file:'.length))).toBe(false)
  })

  it('are taken back in time by what the refusal names', async () => {
    const id = await create()
    const rewind = (to: string) => run('rewind', id, '--to', to)
    const at = new Date().toISOString()
    const { code, err } = await rewind(at)
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(
        hasPlaces
          ? /copy of the file as it was then.*tenant place <id> --at/
          : new RegExp(`d1 time-travel restore DB --timestamp=${at}`),
      ),
    ])
    expect((await rewind('2999-01-01T00:00:00Z')).err).toMatch(/^to must be an instant that has passed/)
    expect((await rewind('yesterday')).err).toMatch(/^to must be a date and time/)
  })
})

it('tells of a move that was interrupted, goes on with it without being told where to, and takes it back', async () => {
  const variables = { TENANT_DIRECTORY: fileUrl('interrupted-directory.db') }
  const run: Run = (...args) => runHere(['tenant', ...args, '--database', fileUrl('interrupted-home.db')], variables)
  const place = (name: string): Place => ({ shape: 'database', url: fileUrl(`interrupted-${name}.db`) })
  for (const [end, ...args] of [['It lives at its new place.'], ['It is where it was.', '--back']] as const) {
    const id = v7()
    const [from, to] = [place(`${id}-from`), place(`${id}-to`)]
    await succeeded(run('create', '--name', 'Acme', '--id', id, '--place', JSON.stringify(from)))
    await onFile(variables.TENANT_DIRECTORY, async (driver) => {
      const directory = sqlTenantDirectory(driver)
      const line = await directory.find(id)
      const state = { ...newMove(to), lastError: 'The database did not answer' }
      if (line) await directory.change(line, { move: { from, to, state }, status: 'moving' })
    })
    const { out } = await succeeded(run('get', id))
    expect(out).toMatch(/Move: .*-to\.db, claim \(the organisation comes to the target .*\), since/)
    expect(out).toContain('Failed:    The database did not answer')
    expect(out).toContain(
      `Go on:     npm run admin -- tenant move ${id} --database ${fileUrl('interrupted-home.db')}\n`,
    )
    expect((await succeeded(run('list'))).out).toMatch(new RegExp(`^${id}\tmoving\t.*-to\\.db: claim`, 'm'))
    expect((await succeeded(run('move', id, ...args))).out).toBe(`${end}\n`)
    expect((await succeeded(run('get', id, '--json'))).out).toContain('"status":"active"')
  }
}, 60_000)

it('says how a creation goes on whose database is away, and what becomes of it when it is given up', async () => {
  const variables = { TENANT_DIRECTORY: fileUrl('away-directory.db') }
  const run: Run = (...args) => runHere(['tenant', ...args, '--database', fileUrl('away-home.db')], variables)
  const place = JSON.stringify({ shape: 'database', url: 'http://127.0.0.1:1/' })
  const { code, err } = await run('create', '--name', 'Away', '--place', place)
  const [id = ''] = UUID.exec(err) ?? []
  expect([code, err]).toEqual([1, expect.stringContaining(`This goes on: npm run admin -- tenant create --id ${id}`)])
  const told = (await succeeded(run('get', id))).out
  expect(told).toContain(`tenant create --id ${id}`)
  expect(told).toContain(`If its database is gone for good: npm run admin -- tenant delete ${id} --no-export --abandon`)
  expect((await run('migrate', '--all')).out).toMatch(new RegExp(`^${id}\tleft out\tits creation was interrupted`))
  const given = await run('delete', id, '--abandon', '--export', join(folder, 'none.ndjson'))
  expect(`${given.out}${given.err}`).toContain('removed from the directory')
  expect(existsSync(join(folder, 'none.ndjson'))).toBe(false)
  expect((await run('get', id)).err).toMatch(/^There is no such tenant/)
  await succeeded(run('create', '--name', 'Here', '--id', id))
  const ended = await succeeded(run('delete', id, '--no-export', '--wait-days', '0'))
  expect(ended.err).toContain('The next upkeep erases it')
}, 60_000)

it('does not take one that upkeep has erased at once for one that was never finished', async () => {
  const run: Run = (...args) => runHere(['tenant', ...args, '--api', server.url], { OPERATOR_SECRET: OPERATOR })
  const id = v7()
  const place = JSON.stringify({ shape: 'database', url: fileUrl(`at-once-${id}.db`) })
  await succeeded(run('create', '--name', 'Acme', '--id', id, '--place', place))
  const ask = globalThis.fetch
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (...request) => {
    const answer = await ask(...request)
    if (request[0] instanceof Request && request[0].url.includes('/delete'))
      await onFile(fileUrl('served-directory.db'), change(`DELETE FROM tenants WHERE id = '${id}'`))
    return answer
  })
  const ended = await succeeded(run('delete', id, '--no-export', '--wait-days', '0'))
  spy.mockRestore()
  expect(ended.err).toContain('The upkeep has erased it: nothing of it is left')
})

it('says what can be done where the final export cannot be made, and has changed nothing', async () => {
  const variables = { TENANT_DIRECTORY: fileUrl('unreached-directory.db') }
  const run: Run = (...args) => runHere(['tenant', ...args, '--database', fileUrl('unreached-home.db')], variables)
  const place: Place = { shape: 'database', url: fileUrl('unreached.db') }
  const id = v7()
  await succeeded(run('create', '--name', 'Acme', '--id', id, '--place', JSON.stringify(place)))
  const isAt = (at: Place) =>
    onFile(variables.TENANT_DIRECTORY, async (driver) => {
      const directory = sqlTenantDirectory(driver)
      const line = await directory.find(id)
      if (line) await directory.change(line, { place: at })
    })
  await isAt({ shape: 'database', url: 'http://127.0.0.1:1/' })
  const to = join(folder, 'unreached.ndjson')
  const { code, err } = await run('delete', id, '--export', to)
  expect([code, existsSync(to)]).toEqual([1, false])
  expect(err.trim().split('\n').at(-1)).toMatch(
    /^There is no final export of what cannot be reached, and nothing was changed: .*--no-export --abandon --database \S+"/,
  )
  expect((await succeeded(run('get', id))).out).toContain('Status:    active')
  // It was called otherwise all the time.
  const placed = await run('place', id, '--at', JSON.stringify(place))
  expect([placed.code, placed.out, placed.err]).toEqual([
    0,
    expect.stringContaining('Status:    active'),
    expect.stringContaining('Where it was is not reached (no answer)'),
  ])
  expect((await succeeded(run('usage', id))).out).toContain('credentials\t1\n')
  expect((await run('move', id, '--abandon')).err).toMatch(/^This cannot be done now: .* not moving/)
  await isAt({ shape: 'database', url: 'http://127.0.0.1:1/' })
  expect(await run('delete', id, '--no-export', '--abandon')).toMatchObject({
    code: 0,
    err: expect.stringContaining('Nothing was erased'),
  })
  expect((await run('get', id)).err).toMatch(/^There is no such tenant/)
}, 60_000)

it('ends as a process with the same exit code and lines', async () => {
  const database = fileUrl('process.db')
  const run: Run = (...args) => runCommand(['tenant', ...args, '--database', database])
  const [made] = jsonLines((await succeeded(run('create', '--name', 'Acme', '--json'))).out)
  expect(await run('get', crypto.randomUUID())).toMatchObject({ code: 1, out: '' })
  await onFile(database, change('DELETE FROM record_keys'))
  expect(await run('verify', String(made?.id))).toEqual({ code: 0, out: '', err: 'All is in order.\n' })
}, 60_000)

it('puts back more than one page of each table, with the keys of every record', { timeout: 90_000 }, async () => {
  const [from, to, source] = [join(folder, 'full.ndjson'), fileUrl('full-copy.db'), fileUrl('full.db')]
  let id = ''
  await succeeded(runHere(['migrate', '--database', source]))
  await onFile(source, async (driver) => {
    const world = await openWorld(driver, { history: 'values' })
    id = world.organizationId
    const commands = Array.from({ length: 700 }, (_, i) => ({
      object: 'people',
      match: [{ name: 'emails', value: `p${i}@commands.example` }],
      values: { first_name: `P${i}` },
    }))
    await world.run(commands)
  })
  const on = (database: string, ...args: string[]) => succeeded(runHere(['tenant', ...args, '--database', database]))
  await on(source, 'export', id, '--to', from)
  await succeeded(runHere(['migrate', '--database', to]))
  expect((await on(to, 'restore', '--from', from)).out).toContain('700 records, 700 changes')
  expect((await on(to, 'verify', id)).err).toContain('All is in order.')
  const counts = async (database: string) => jsonLines((await on(database, 'usage', id, '--json')).out)
  expect(await counts(to)).toEqual([{ ...(await counts(source))[0], credentials: 0 }])
  await on(to, 'export', id, '--to', join(folder, 'again.ndjson'))
  const withoutRevision = (path: string) => readFileSync(path, 'utf8').split('\n').slice(1)
  expect(withoutRevision(join(folder, 'again.ndjson'))).toEqual(withoutRevision(from))
})

it('sends whoever wants tenants that only their Worker can reach to the Worker', async () => {
  const config = join(folder, 'wrangler.json')
  const worker = { name: 'w', compatibility_date: '2026-10-23', vars: { TENANCY: 'object' } }
  writeFileSync(config, JSON.stringify(worker))
  const { code, out, err } = await runCommand(['tenant', 'list', '--config', config])
  expect([code, out, err]).toEqual([1, '', expect.stringMatching(/^Tenants of this Worker live where .*--api/)])
})

describe('a directory that is not that of the deployment', { timeout: 60_000 }, () => {
  /** @param directory the name of its file; absent: the deployment has none of its own */
  const at =
    (directory?: string, home = 'ruled-home.db'): Run =>
    (...args) =>
      runHere(['tenant', ...args, '--database', fileUrl(home)], {
        TENANT_DIRECTORY: directory === undefined ? '' : fileUrl(directory),
      })
  const own = 'ruled-directory.db'
  let id: string
  beforeAll(async () => {
    const place = JSON.stringify({ shape: 'database', url: fileUrl('ruled-own.db') })
    const { out } = await succeeded(at(own)('create', '--name', 'Ruled', '--place', place, '--json'))
    id = String(jsonLines(out)[0]?.id)
    expect((await runHere(['migrate', '--database', fileUrl('ruled-other.db')])).code).toBe(0)
  }, 60_000)

  it.each([
    ['none', undefined],
    ['another', 'ruled-other.db'],
  ])('is refused: %s', async (_name, file) => {
    const run = at(file)
    const commands = [['list'], ['get', id], ['log'], ['create', '--name', 'X'], ['suspend', id], ['migrate', '--all']]
    for (const args of commands) {
      const { code, out, err } = await run(...args)
      expect([code, out, err], args.join(' ')).toEqual([
        1,
        '',
        expect.stringMatching(
          /^The tenants of this deployment are in another directory: theirs is .* TENANT_DIRECTORY/,
        ),
      ])
    }
    expect((await succeeded(at(own)('list'))).out).toMatch(new RegExp(`^${id}\tactive.*\n$`))
  })

  it('takes over when somebody says from which, and is let go again', async () => {
    const run = at('ruled-other.db')
    const rulerOf = async (ended: Promise<Ended>) => /theirs is (\S+),/.exec((await ended).err)?.[1] ?? ''
    expect((await succeeded(run('take-over', '--from', await rulerOf(run('list'))))).out).toContain(
      'has the tenants now',
    )
    expect((await succeeded(run('list'))).out).toBe('')
    await succeeded(at(own)('take-over', '--from', await rulerOf(at(own)('list'))))
    expect((await succeeded(at(own)('get', id))).out).toContain('Ruled')
  })

  it('is made by nothing that only looks, nor where another has the tenants', async () => {
    const missing = 'missing/nothere.db'
    const url = fileUrl(missing)
    const sentence = /^(TENANT_DIRECTORY: )?There is no (database file|journal) \S+(nothere|journal)\.db: /
    const place = JSON.stringify({ shape: 'database', url: fileUrl('nothere.db') })
    const refusals: readonly Promise<Ended>[] = [
      ...[['list'], ['get', id], ['log'], ['suspend', id], ['migrate', '--all'], ['create', '--name', 'X']].map(
        (args) => at(missing)(...args),
      ),
      ...[['list'], ['get', id], ['suspend', id]].map((args) => at(own, missing)(...args)),
      at(missing, 'ruled-other.db')('list'),
      runHere(['key', 'list', '--organization', id, '--database', url]),
      runHere(['hooks', 'journal'], { HOOKS_JOURNAL: fileUrl('missing/journal.db') }),
    ]
    for (const refusal of refusals)
      expect(await refusal).toMatchObject({ code: 1, out: '', err: expect.stringMatching(sentence) })
    for (const args of [
      ['place', id, '--at', place],
      ['place', id, '--at', place, '--dry-run'],
    ])
      expect(await at(own)(...args)).toMatchObject({ code: 1, err: expect.stringContaining('nothing of it is there') })
    await succeeded(at(own)('move', id, '--to', place, '--dry-run'))
    const dry = await succeeded(runHere(['migrate', '--dry-run', '--database', url]))
    expect(dry.out).toContain('would make')
    expect([existsSync(join(folder, 'missing')), existsSync(join(folder, 'nothere.db'))]).toEqual([false, false])
  })
})

it('makes no local D1 database to look into', async () => {
  const empty = join(folder, 'empty')
  mkdirSync(empty)
  writeFileSync(join(empty, 'wrangler.toml'), readFileSync('wrangler.toml'))
  const args = [join(process.cwd(), 'src/cli/admin.ts'), 'tenant', 'list', '--database', 'd1']
  const err = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: empty }, (_error, _out, text) => resolve(text))
  })
  expect(err).toMatch(/^There is no local D1 database in \.wrangler\/state: .* migrate --database d1"/)
  expect(existsSync(join(empty, '.wrangler'))).toBe(false)
}, 60_000)

describe('what a command refuses before it does anything', () => {
  const one: Run = (...args) => runHere(['tenant', ...args, '--database', fileUrl('refusals.db')])
  const id = '01900000-0000-7000-8000-00000000ac3e'
  const line = (table: string, row: object) => `${JSON.stringify({ table, row })}\n`
  const organization = line('organizations', { id, name: 'A' })
  beforeAll(async () => {
    await succeeded(one('create', '--name', 'A'))
  })

  const fileOf = (text: string) => {
    const path = join(folder, `wrong-${crypto.randomUUID()}.ndjson`)
    writeFileSync(path, text)
    return path
  }
  const end = (rows: number) => `${JSON.stringify({ end: { rows } })}\n`
  const cases: readonly (readonly [string, RegExp, () => Promise<Ended>])[] = [
    ['a tenant that is not there', /^There is no such tenant/, () => one('get', id)],
    ['an id that is none', /^"7" is no id of a tenant/, () => one('suspend', '7')],
    // Each of them would name another route, of all tenants.
    ['an empty id', /^"" is no id of a tenant/, () => one('get', '')],
    ['an empty id to migrate', /^"" is no id of a tenant/, () => one('migrate', '')],
    ['an empty id of a log', /^"" is no id of a tenant/, () => one('log', '')],
    ['an id that is a step in a path', /^"\." is no id of a tenant/, () => one('key', '.', '--name', 'x')],
    ['an id that is too long', /^"a{40}" and more is no id/, () => one('move', 'a'.repeat(100_000), '--back')],
    ['a status that is none', /^--status: "gone" must be one of/, () => one('list', '--status', 'gone')],
    ['a place that is no JSON', /^--place: object is no JSON/, () => one('create', '--name', 'A', '--place', 'object')],
    ['a target that is no JSON', /^--to: object is no JSON/, () => one('move', id, '--to', 'object')],
    ['a place to be at that is no JSON', /^--at: object is no JSON/, () => one('place', id, '--at', 'object')],
    ['a country that is empty', /^defaultCountry must be/, () => one('change', id, '--default-country', '')],
    ['a wait that is no number', /^--wait-days: "x"/, () => one('delete', id, '--no-export', '--wait-days', 'x')],
    ['a wave of none', /^--wave: "0" must be/, () => one('migrate', '--all', '--wave', '0')],
    ['nothing to migrate', /^Name tenants by their ids, or say --all/, () => one('migrate')],
    [
      'an API without a secret',
      /^--api needs OPERATOR_SECRET/,
      () => runHere(['tenant', 'list', '--api', server.url], { OPERATOR_SECRET: '' }),
    ],
    [
      'a wrong secret',
      /^OPERATOR_SECRET is no secret of this deployment/,
      () => runHere(['tenant', 'list', '--api', server.url], { OPERATOR_SECRET: 'x'.repeat(32) }),
    ],
    ['an export and none', /^Say either --export/, () => one('delete', id, '--no-export', '--export', 'x')],
    ['a country and none', /^Say either/, () => one('change', id, '--default-country', 'DE', '--no-default-country')],
    ['an API and a database', /^--api is about .*--database/, () => one('list', '--api', server.url)],
    [
      'a path where nothing is',
      /^There is no .*\/below\/v1\/tenants/,
      () => runHere(['tenant', 'list', '--api', `${server.url}/below`], { OPERATOR_SECRET: OPERATOR }),
    ],
    ['a page that is none', /^(?!.*It stopped)cursor must be/s, () => one('verify', id, '--from', 'xyz')],
    [
      'a directory that is no URL',
      /^TENANT_DIRECTORY: "t\.db"/,
      () => runHere(['tenant', 'list', '--database', fileUrl('refusals.db')], { TENANT_DIRECTORY: 't.db' }),
    ],
    ['a restore from an empty file', /is empty/, () => one('restore', '--from', fileOf(''))],
    [
      'a line that is no JSON',
      /\.ndjson, line 3, is no JSON/,
      () => one('restore', '--dry-run', '--from', fileOf(`${organization}\n{"table": `)),
    ],
    [
      'a line of no export',
      /\.ndjson, line 2, is no line of an export/,
      () => one('restore', '--dry-run', '--from', fileOf(`${organization}${line('credentials', { id })}`)),
    ],
    [
      'a line of another organisation',
      /\.ndjson, line 2, is of another organisation/,
      () =>
        one('restore', '--dry-run', '--from', fileOf(`${organization}${line('objects', { organization_id: 'b' })}`)),
    ],
    [
      'an export without its beginning',
      /\.ndjson, line 1, must be the organisation/,
      () => one('restore', '--dry-run', '--from', fileOf(line('objects', { organization_id: id }))),
    ],
    [
      'rows that cannot be',
      /\.ndjson, line 1: /,
      () => one('restore', '--unended', '--from', fileOf(line('organizations', { id, name: null }))),
    ],
    [
      'an export that was cut between two lines',
      /\.ndjson has no last line .*it was cut.*--unended/,
      () => one('restore', '--from', fileOf(organization)),
    ],
    [
      'an export that has lost a line',
      /\.ndjson has 1 row of 2: it is not whole/,
      () => one('restore', '--from', fileOf(`${organization}${end(2)}`)),
    ],
    [
      'two exports in one file',
      /\.ndjson, line 3, stands behind the end of an export/,
      () => one('restore', '--from', fileOf(`${organization}${end(1)}${organization}`)),
    ],
  ]
  it.each(cases)('%s', async (_, sentence, call) => {
    const { code, out, err } = await call()
    expect([code, out, err]).toEqual([1, '', expect.stringMatching(sentence)])
    expect(err.trimEnd()).not.toMatch(/\n|at \S+ \(/)
  })
})

describe('migrate', () => {
  const directory = () => fileUrl('fleet-directory.db')
  const run: Run = (...args) =>
    runHere(['tenant', ...args, '--database', fileUrl('fleet-home.db')], { TENANT_DIRECTORY: directory() })
  const own = (i: number) => fileUrl(`fleet-${i}.db`)
  const ids: string[] = []
  const idOf = (i: number) => `01900000-0000-7000-8000-00000000000${i}`
  const LAST = '0007_tenants.sql'
  const BEHIND = `DELETE FROM d1_migrations WHERE name = '${LAST}'`
  const mended = (i: number) => onFile(own(i), change(`INSERT INTO d1_migrations (name) VALUES ('${LAST}')`))
  beforeAll(async () => {
    for (const i of [1, 2, 3, 4, 5]) {
      const place = JSON.stringify({ shape: 'database', url: own(i) })
      await succeeded(run('create', '--name', `T${i}`, '--id', idOf(i), '--place', place))
      ids.push(idOf(i))
    }
  }, 60_000)

  const outcomes = async (...args: readonly string[]) => {
    const { code, out, err } = await run('migrate', ...args, '--json')
    const results = jsonLines(out).map(({ id, result }) => [id, result])
    return { code, err, results: Object.fromEntries(results), lines: jsonLines(out) }
  }
  const as = (...results: readonly string[]) => Object.fromEntries(results.map((result, i) => [ids[i], result]))

  /** As after an upgrade: all but the last were brought to the program before, and the second cannot be migrated. */
  const outdate = async () => {
    await onFile(directory(), change("UPDATE tenants SET program = 'before'"))
    await onFile(directory(), change(`UPDATE tenants SET program = '${PROGRAM}' WHERE id = '${idOf(5)}'`))
    await onFile(own(2), change(BEHIND))
  }

  it('goes in waves, ends behind the one with a failure, and goes on where it ended', async () => {
    await outdate()
    const dry = await outcomes('--all', '--dry-run', '--wave', '2')
    expect(dry).toMatchObject({ code: 0, results: as('due', 'due', 'due', 'due', 'skipped') })
    expect(Object.fromEntries(dry.lines.map(({ id, applied }) => [id, applied]))).toMatchObject({
      [idOf(1)]: [],
      [idOf(2)]: [LAST],
    })
    const first = await outcomes('--all', '--wave', '2')
    expect(first).toMatchObject({ code: 1, results: as('migrated', 'failed', 'not tried', 'not tried', 'skipped') })
    expect(first.lines.find(({ result }) => result === 'failed')?.reason).toMatch(/status|tenants/)
    expect(first.err).toContain('5 tenants: 1 migrated, 1 skipped, 1 failed, 2 not tried.')
    const further = await outcomes('--all', '--wave', '2', '--keep-going')
    expect(further).toMatchObject({ code: 1, results: as('skipped', 'failed', 'migrated', 'migrated', 'skipped') })
    await mended(2)
    expect(await outcomes('--all')).toMatchObject({
      code: 0,
      results: as('skipped', 'migrated', 'skipped', 'skipped', 'skipped'),
    })
  }, 60_000)

  it('takes those that are named', async () => {
    await onFile(directory(), change("UPDATE tenants SET program = 'before'"))
    const { code, results } = await outcomes(idOf(3), idOf(4))
    expect([code, results]).toEqual([0, { [idOf(3)]: 'migrated', [idOf(4)]: 'migrated' }])
    // The directory says that it was: it is asked all the same.
    expect((await outcomes(idOf(3))).results).toEqual({ [idOf(3)]: 'migrated' })
  })

  it('knows one whose organisation has not heard of its deletion from one that is suspended', async () => {
    const line = (set: string) => onFile(directory(), change(`UPDATE tenants SET ${set} WHERE id = '${idOf(4)}'`))
    await line("status = 'suspended', erase_at = 4102444800000")
    expect((await run('list')).out).toMatch(new RegExp(`^${idOf(4)}\tsuspended, to be deleted\t`, 'm'))
    expect((await run('suspend', idOf(4))).err).toMatch(/the tenant is deleted, and erased from 2100-01-01.*; resuming/)
    await line("status = 'active', erase_at = NULL")
  })
})
