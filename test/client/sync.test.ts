import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, globSync, truncateSync, utimesSync } from 'node:fs'
import Database from 'libsql'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Fault, faults } from '../support/fault-proxy.ts'
import { useImportWorld } from '../support/import-world.ts'

/** `edge-upsert sync`: an object, or its part, is the same as a file afterwards, and nothing is written that is so already. */

const world = useImportWorld()
const direct = () => world.client({ url: world.serverUrl })
const people = () => direct().records('people')

let parts = 0
/** Each test has a part of the object of its own, which `city` names. */
const newPart = () => `part-${++parts}`
const email = (part: string, n: number) => `s${n}@${part}.example`
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i)
const file = (part: string, some: readonly number[], job = 'Analyst') =>
  world.write(
    `${part}.csv`,
    ['emails,city,job_title', ...some.map((n) => `${email(part, n)},${part},${job}`)].join('\n'),
  )

const sync = (path: string, part: string, ...args: readonly string[]) =>
  world.run(
    ...['sync', path, '--object', 'people', '--match', 'emails', '--missing', 'archive', '--filter', `city=${part}`],
    ...args,
  )
/** The numbers of those that are not archived. */
const currentIn = async (part: string) => {
  const found: number[] = []
  const filter = { attribute: 'city', operator: 'eq', value: part } as const
  for await (const { values } of people().query({ filter, limit: 1_000 }))
    found.push(Number(/^s(\d+)@/.exec(String((values.emails as string[])[0]))?.[1]))
  return found.sort((a, b) => a - b)
}
const importIdIn = (err: string) => /^Import (\S+):/m.exec(err)?.[1] ?? ''
/** Of the server's database: another one when anybody has written anything since. */
const writes = (): unknown => {
  watching ??= new Database(world.databaseUrl.replace('file:', ''))
  return watching.prepare('PRAGMA data_version').raw().get()
}
let watching: Database.Database | undefined

beforeAll(async () => {
  await people().assert({
    match: { emails: 'other@elsewhere.example' },
    values: { emails: ['other@elsewhere.example'] },
  })
})

describe('a synchronisation', () => {
  it('makes the part as the file is; the same again writes nothing, and undo takes all of it back', async () => {
    const part = newPart()
    expect((await sync(file(part, numbers(40)), part)).out).toContain('40 created')
    const next = file(part, numbers(40, 2), 'Chief')
    const dry = await sync(next, part, '--dry-run')
    expect(dry.out).toMatch(/^Would be: 2 created, 38 updated/)
    expect(dry.out).toMatch(/\n2 of 40 records are missing from it \(\S+, \S+\)\.\n$/)
    expect(await currentIn(part)).toEqual(numbers(40))

    const done = await sync(next, part)
    expect([done.code, done.out]).toEqual([
      0,
      expect.stringMatching(/^2 created, 38 updated, .*\n2 of 40 .*: 2 archived\.\n$/),
    ])
    expect(await currentIn(part)).toEqual(numbers(40, 2))
    expect((await people().getBy('emails', 'other@elsewhere.example')).archivedAt).toBeNull()

    const before = writes()
    const again = await sync(next, part)
    expect([again.code, again.out]).toEqual([
      0,
      '0 created, 0 updated, 40 unchanged, 0 refused, of 40 rows.\n0 of 40 records are missing from it: 0 archived.\n',
    ])
    expect(again.err).not.toContain('undo')
    expect(writes()).toEqual(before)
    await sync(file(part, numbers(41, 2), 'Chief'), part)
    expect(writes()).not.toEqual(before)

    const undone = await world.run('undo', importIdIn(done.err), '--yes')
    expect([undone.code, undone.out]).toEqual([0, expect.stringContaining('0 with something that stays')])
    expect(await currentIn(part)).toEqual([...numbers(40), 42])
  })

  it('brings back what has been archived and is in the file again', async () => {
    const part = newPart()
    await sync(file(part, numbers(12)), part)
    // Of a few, ten may go, whatever share of them it is.
    await sync(file(part, numbers(2)), part)
    expect(await currentIn(part)).toEqual(numbers(2))
    expect((await sync(file(part, numbers(12)), part)).out).toContain('0 created, 10 updated, 2 unchanged')
    expect(await currentIn(part)).toEqual(numbers(12))
  })

  it('leaves alone what somebody has taken out of the part meanwhile', async () => {
    const part = newPart()
    await sync(file(part, numbers(5)), part)
    const moved = { match: { emails: email(part, 4) }, values: { city: newPart() } }
    world.proxy.next([], async (response, forward, request) => {
      if (request.path.includes('/change')) await people().assert(moved)
      return faults.none(response, forward)
    })
    const { code, out } = await sync(file(part, numbers(3)), part)
    expect([code, out]).toEqual([0, expect.stringMatching(/2 of 5 records .*: 1 archived\./)])
    expect((await people().getBy('emails', email(part, 4))).archivedAt).toBeNull()
  })

  it('of which answers were lost says so, and how to take back what it cannot count', async () => {
    const part = newPart()
    await sync(file(part, numbers(20)), part)
    const lost = new Set(['/batch', '/change'])
    world.proxy.next([], (response, forward, request) => {
      const which = [...lost].find((end) => request.path.includes(end))
      if (which !== undefined) lost.delete(which)
      const fault: Fault = which === undefined ? faults.none : faults.loses
      return fault(response, forward, request)
    })
    const { code, out, err } = await sync(file(part, numbers(18)), part)
    expect([code, lost.size, out]).toEqual([0, 0, expect.stringContaining('2 of 20 records are missing')])
    expect(await currentIn(part)).toEqual(numbers(18))
    expect(err).toMatch(/Some of it was sent twice[\s\S]*taking it back/)
    await world.run('undo', importIdIn(err), '--yes')
    expect(await currentIn(part)).toEqual(numbers(20))
  })

  it('with --missing keep only tells', async () => {
    const part = newPart()
    await sync(file(part, numbers(3)), part)
    const args = ['--object', 'people', '--match', 'emails', '--missing', 'keep', '--filter', `city=${part}`, '--json']
    const { code, out } = await world.run('sync', file(part, [1]), ...args)
    expect([code, JSON.parse(out)]).toMatchObject([
      0,
      {
        unchanged: 1,
        missing: {
          records: 3,
          missing: 2,
          archived: 0,
          stopped: null,
          examples: [expect.any(String), expect.any(String)],
        },
      },
    ])
    expect(await currentIn(part)).toEqual(numbers(3))
  })
})

describe('nothing is archived', () => {
  it.each([
    ['when more than a tenth are missing', numbers(100), numbers(89), [], 11],
    ['when more are missing than was said, however few they are', numbers(20), numbers(18), ['--max-archive', '5'], 2],
    ['when there is no row', numbers(4), [], [], 4],
  ])('%s, but what is in the file is in', async (_, before, after, args, missing) => {
    const part = newPart()
    await sync(file(part, before), part)
    const path = file(part, after, 'Chief')
    const stopped = await sync(path, part, ...args)
    expect([stopped.code, stopped.out]).toEqual([4, expect.stringMatching(/None is archived: .*--max-archive/)])
    expect(stopped.out).toContain(`${missing} of ${before.length} records are missing`)
    expect(stopped.out).toContain(`${after.length} updated`)
    expect(await currentIn(part)).toEqual(before)
    expect((await sync(path, part, '--max-archive', '100')).out).toContain(`: ${missing} archived.`)
    expect(await currentIn(part)).toEqual(after)
  })

  it('while rows are refused, since their records would be taken for missing', async () => {
    const part = newPart()
    await sync(file(part, numbers(12)), part)
    const path = world.write(
      `${part}.csv`,
      ['emails,city', ...numbers(10).map((n) => `${email(part, n)},${part}`), 'nobody,x'].join('\n'),
    )
    const { code, out, err } = await sync(path, part)
    expect([code, out]).toEqual([4, expect.stringContaining('2 of 12 records are missing')])
    expect(err).toContain(`${path}.refused.csv`)
    expect(await currentIn(part)).toEqual(numbers(12))
  })

  it.each([
    ['cuts it', (path: string) => truncateSync(path, 1_000)],
    ['writes behind its end', (path: string) => appendFileSync(path, `\n${email('late', 1)},late,Analyst`)],
    ['writes the same anew', (path: string) => utimesSync(path, 1, 1)],
  ])('when somebody %s between two readings', async (_, change) => {
    const part = newPart()
    const path = file(part, numbers(40))
    await sync(path, part)
    // By the second, which lists the part, all rows have been looked at, and none has been sent; the first tries the filter.
    let queries = 0
    world.proxy.next([], (response, forward, request) => {
      if (request.path.endsWith('/query') && ++queries === 2) change(path)
      return faults.none(response, forward)
    })
    const { code, out, err } = await sync(path, part)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/part-\d+\.csv was changed while it was read, so nothing more is done with it/)
    expect(err).not.toContain('goes on from there')
    expect(await currentIn(part)).toEqual(numbers(40))
    expect(globSync('state/edge-upsert/imports/*', { cwd: world.folder })).toEqual([])
  })

  it.each([
    ['a rule of no kind', ['a.csv', '--missing', 'erase'], /^--missing: "erase" must be/],
    ['a share of nothing', ['a.csv', '--max-archive', 'x'], /^--max-archive: "x" must be percent/],
    ['a filter of no attribute', ['a.csv', '--filter', 'citty=x'], /^--filter: .*citty/],
    ['a filter of no number', ['a.csv', '--filter', 'size=many'], /^--filter: /],
    ['neither a file nor a query', [], /^Say what is to be synchronised/],
    ['a database without a query', ['--from', 'sqlite:x.db'], /^--from and --query stand together/],
    ['a database of no kind', ['--from', 'mysql://u:secret@h/d', '--query', 'SELECT 1'], /^--from: "mysql:…" must be/],
    [
      'a database that is not there',
      ['--from', 'sqlite:none.db', '--query', 'SELECT 1'],
      /^--from: there is no file none\.db/,
    ],
  ])('with %s', async (_, args, message) => {
    const about = ['--object', 'people', '--match', 'emails']
    const missing = args.includes('--missing') ? [] : ['--missing', 'archive']
    const { code, err } = await world.run('sync', ...args, ...about, ...missing)
    expect([code, err]).toEqual([2, expect.stringMatching(message)])
    expect(err).not.toContain('secret')
  })
})

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

it('that is killed is gone on with: what the first run has sent is not taken for missing, nor what others made meanwhile', async () => {
  const part = newPart()
  await sync(file(part, numbers(3_000)), part)
  const path = file(part, numbers(2_990))
  const isBatch = ({ path: called }: { readonly path: string }) => called.includes('/batch')
  let answered = 0
  world.proxy.next([], (response, forward, request) => {
    const fault: Fault = isBatch(request) && ++answered > 1 ? faults.hangs : faults.none
    return fault(response, forward, request)
  })
  const about = ['--object', 'people', '--match', 'emails', '--missing', 'archive', '--filter', `city=${part}`]
  const args = ['src/cli/admin.ts', 'sync', path, ...about, '--api', world.proxy.url]
  const env = { ...process.env, API_KEY: world.token, XDG_STATE_HOME: `${world.folder}/state` }
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' })
  children.push(child)
  const kept = () =>
    globSync('state/edge-upsert/imports/*.json', { cwd: world.folder }).some(
      (name) => JSON.parse(world.read(`${world.folder}/${name}`)).rows >= 1_000,
    )
  while (!kept()) await new Promise((done) => setTimeout(done, 10))
  child.kill('SIGKILL')
  await once(child, 'close')
  await people().assert({
    match: { emails: email(part, 9_999) },
    values: { emails: [email(part, 9_999)], city: part },
  })
  world.proxy.next([])
  const { code, out, err } = await sync(path, part)
  expect(err).toMatch(/of which 1000 have been sent by an earlier run/)
  expect([code, out]).toEqual([0, expect.stringContaining('10 of 3000 records are missing')])
  expect(await currentIn(part)).toEqual([...numbers(2_990), 9_999])
  expect(globSync('state/edge-upsert/imports/*', { cwd: world.folder })).toEqual([])
}, 180_000)

describe('a query of another database', () => {
  const shop = () => {
    const path = `${world.folder}/shop-${newPart()}.db`
    const database = new Database(path)
    database.exec('CREATE TABLE customer (mail TEXT, name TEXT, height REAL, picture BLOB)')
    const insert = database.prepare('INSERT INTO customer VALUES (?1, ?2, 1.5, NULL)')
    for (const n of numbers(12)) insert.run([`q${n}@${path.length}.example`, `N${n}`])
    database.close()
    return path
  }
  const from = (path: string, query: string, part: string, ...args: readonly string[]) =>
    world.run(
      ...['sync', '--from', `sqlite:${path}`, '--query', query, '--object', 'people', '--match', 'emails'],
      ...['--missing', 'archive', '--filter', `city=${part}`, '--map', 'mail=emails', '--max-archive', '50'],
      ...args,
    )

  it('is a file like any other, each night', async () => {
    const [part, path] = [newPart(), shop()]
    const query = `SELECT mail, name AS first_name, '${part}' AS city FROM customer`
    expect((await from(path, query, part)).out).toContain('12 created')
    expect((await from(path, query, part)).out).toContain('12 unchanged')
    const left = await from(path, `${query} WHERE name <> 'N3'`, part)
    expect([left.code, left.out]).toEqual([0, expect.stringContaining('1 of 12 records are missing')])
  })

  it('loses nothing of a value: its digits, what stands behind a NUL, and what is no number', async () => {
    const [part, path] = [newPart(), shop()]
    const database = new Database(path)
    database.exec(`CREATE TABLE odd (mail TEXT, zip, note);
      INSERT INTO odd VALUES ('a@odd.example', 9007199254740993, 'ä; ö'), ('b@odd.example', 9007199254740995, NULL),
        ('c@odd.example', 9e999, 'infinite'), ('d@odd.example', 1, 'b' || char(0) || 'c'), ('e@odd.example', 2.5, '\ufeffmark')`)
    database.close()
    const query = `SELECT mail, zip AS zip_code, note, '${part}' AS "city" FROM odd ORDER BY 1; `
    const { code, out } = await from(path, query, part, '--refused', `${path}.ndjson`)
    expect([code, out]).toEqual([3, expect.stringMatching(/^4 created, 0 updated, 0 unchanged, 1 refused/)])
    const values = async (n: string) => (await people().getBy('emails', `${n}@odd.example`)).values
    expect([await values('a'), await values('b'), await values('c'), await values('e')]).toMatchObject([
      { zip_code: '9007199254740993', note: 'ä; ö' },
      { zip_code: '9007199254740995' },
      { zip_code: 'Infinity' },
      { zip_code: '2.5', note: '\ufeffmark' },
    ])
    const refused = JSON.parse(world.read(`${path}.ndjson`))
    expect(refused).toMatchObject({ refused_column: 'note', note: 'b\0c', refused_line: 4 })
    const torn = await from(path, "SELECT CAST(x'ff' AS TEXT) AS mail", part)
    expect([torn.code, torn.err]).toEqual([2, expect.stringContaining('"mail" has a text that is not UTF-8')])
  })

  it.each([
    ['that is none', 'SELEC 1', /^--query: .*syntax error/],
    ['that writes', 'DELETE FROM customer RETURNING mail', /^--query: /],
    ['with a name twice', 'SELECT mail, name AS mail FROM customer', /two columns are called "mail"/],
    ['of bytes', "SELECT mail, x'00' AS city FROM customer", /the column "city" has bytes/],
    ['of nothing', 'SELECT mail FROM customer WHERE 0', /What the query answers has no objects/],
  ])('%s is refused', async (_, query, message) => {
    const path = shop()
    const { code, err } = await from(path, query, newPart())
    expect([code, err]).toEqual([2, expect.stringMatching(message)])
    const database = new Database(path)
    expect(database.prepare('SELECT count(*) AS n FROM customer').get()).toMatchObject({ n: 12 })
    database.close()
  })
})
