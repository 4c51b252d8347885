import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { globSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ProgressLine, progressText } from '../../src/cli/import/progress-line.ts'
import { ROWS_UNDER_WAY, sendRows } from '../../src/import/send.ts'
import { type Ended, runHere } from '../support/commands.ts'
import { answers, type Fault, faults, holding } from '../support/fault-proxy.ts'
import { useImportWorld } from '../support/import-world.ts'
import { seedKey } from '../support/node-server.ts'

/** An import that is killed, interrupted or held up, and the next run of it. */

const world = useImportWorld()
const people = () => world.client({ url: world.serverUrl }).records('people')
const isBatch = ({ path }: { readonly path: string }) => path.includes('/batch')
const batches = () => world.proxy.seen.filter(isBatch)
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((done) => setTimeout(done, 10))
}

const importIdIn = (err: string) => /^Import (\S+):/m.exec(err)?.[1]

let files = 0
const ROWS = 4_000
/** Of a busy machine, on which a process takes long to start. */
const PATIENCE = 180_000
const isBad = (n: number) => n % 100 === 50
/** Each hundredth row is refused. */
const file = () => {
  const name = `resume-${++files}`
  const lines = Array.from({ length: ROWS }, (_, n) =>
    isBad(n) ? `nobody-${n},${name}` : `r${n}@${name}.example,${name}`,
  )
  return { name, path: world.write(`${name}.csv`, ['emails,city', ...lines].join('\n')) }
}
const expectAll = async (name: string, path: string) => {
  const emails: string[] = []
  const filter = { attribute: 'city', operator: 'eq', value: name } as const
  for await (const { values } of people().query({ filter, limit: 1_000 })) emails.push(String(values.emails))
  const expected = Array.from({ length: ROWS }, (_, n) => n).filter((n) => !isBad(n))
  expect(emails.sort()).toEqual(expected.map((n) => `r${n}@${name}.example`).sort())
  const refused = world.read(`${path}.refused.csv`).trimEnd().split('\r\n')
  expect(refused.slice(1).map((line) => Number(line.split(',')[0]))).toEqual(
    Array.from({ length: ROWS / 100 }, (_, i) => 100 * i + 52),
  )
}

const children: ChildProcess[] = []
const begin = (path: string) => {
  const args = ['src/cli/admin.ts', 'import', path, '--object', 'people', '--match', 'emails', '--api', world.proxy.url]
  const env = { ...process.env, API_KEY: world.token, XDG_STATE_HOME: `${world.folder}/state` }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  const said = { err: '' }
  child.stderr.on('data', (chunk) => {
    said.err += chunk
  })
  return { child, said, ended: once(child, 'close') }
}
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
/** Whether the first rows are in, and what was kept says so. */
const hasBegun = () =>
  globSync('state/edge-upsert/imports/*.json', { cwd: world.folder }).some(
    (name) => JSON.parse(readFileSync(join(world.folder, name), 'utf8')).rows >= 1_000,
  )
const left = () => globSync('state/edge-upsert/imports/*', { cwd: world.folder })

/** What happens to the batches one after the other; whatever else is asked for goes through. */
const batchesMeet = (sequence: readonly Fault[], then: Fault = faults.none) => {
  const left = [...sequence]
  world.proxy.next([], (response, forward, request) =>
    (isBatch(request) ? (left.shift() ?? then) : faults.none)(response, forward, request),
  )
}

/** So many are answered, two are done without an answer, and the others wait. */
const holdAfter = (answered: number) =>
  batchesMeet([...Array.from({ length: answered }, () => faults.none), faults.loses, faults.loses], faults.hangs)

describe('an import', () => {
  it(
    'that is killed half way is gone on with: no record twice, none missing, each refused row once',
    async () => {
      const { name, path } = file()
      holdAfter(1)
      const killed = begin(path)
      await until(hasBegun)
      killed.child.kill('SIGKILL')
      await killed.ended
      const before = world.read(`${path}.refused.csv`)
      // As if it had been killed after a refused row was written, and before that was noted.
      world.write(`${name}.csv.refused.csv`, `${before}half a row`)
      world.proxy.next([])
      const { code, out, err } = await world.importPeople(path)
      expect(err).toMatch(/: 4000 rows, of which \d{4} have been sent by an earlier run\./)
      expect([code, out]).toEqual([3, expect.stringContaining(' 40 refused, of 4000 rows.')])
      await expectAll(name, path)
      // It has come to its end: nothing is kept, and it may be imported again.
      expect(left()).toEqual([])
      expect((await world.importPeople(path, '--force')).out).toBe(
        '0 created, 0 updated, 3960 unchanged, 40 refused, of 4000 rows.\n',
      )
    },
    PATIENCE,
  )

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'that %s ends says where it is, and is gone on with',
    async (signal, code) => {
      const { name, path } = file()
      holdAfter(1)
      const { child, said, ended } = begin(path)
      await until(hasBegun)
      child.kill(signal)
      expect((await ended)[0]).toBe(code)
      expect(said.err).toMatch(
        /\d{4} of 4000 rows have been sent; the same command goes on from there\.\nInterrupted\.\n$/,
      )
      world.proxy.next([])
      const { err } = await world.importPeople(path)
      expect(err).toMatch(/of which \d{4} have been sent by an earlier run/)
      expect(importIdIn(err)).toBe(importIdIn(said.err))
      expect(err).toContain('Some of it was sent twice')
      await expectAll(name, path)
    },
    60_000,
  )

  it(
    'whose server is away for too long goes on when it is back, or anew where that is asked for',
    async () => {
      const { name, path } = file()
      batchesMeet([faults.none, faults.none], answers(400))
      const failed = await world.importPeople(path)
      expect([failed.code, failed.err]).toEqual([
        1,
        expect.stringContaining('the same command goes on from there.\nStatus 400'),
      ])
      world.proxy.next([])
      const anew = await world.importPeople(path, '--restart')
      expect(anew.err).not.toContain('earlier run')
      expect(anew.out).toContain('40 refused, of 4000 rows.')
      await expectAll(name, path)
    },
    PATIENCE,
  )

  it('is another one when it was taken back, or was to begin anew', async () => {
    const { name, path } = file()
    batchesMeet([faults.none, faults.none], answers(400))
    const { err } = await world.importPeople(path)
    world.proxy.next([])
    expect(left()).toHaveLength(1)
    expect((await world.run('undo', importIdIn(err) ?? '', '--yes')).code).toBeLessThan(4)
    expect(left()).toEqual([])
    const again = await world.importPeople(path, '--force')
    expect(again.err).not.toContain('earlier run')
    expect(importIdIn(again.err)).not.toBe(importIdIn(err))
    await expectAll(name, path)
  })

  it('is another one for another file, server, key, object, option, file of refused rows or rule, and for nothing else', async () => {
    const rows = () => `id,city\n${randomUUID()},one`
    const [path, other] = [world.write('one.csv', rows()), world.write('other.csv', rows())]
    const { token } = await seedKey(world.databaseUrl, { scopes: ['crm:read', 'crm:write'] })
    const refused = ['--refused', `${world.folder}/one.refused.csv`]
    const people = ['--object', 'people']
    const sync = ['sync', path, ...people, ...refused, '--missing']
    const first = ['import', path, ...people, ...refused]
    const begun: readonly (readonly [
      args: readonly string[],
      more?: { readonly key?: string; readonly url?: string },
    ])[] = [
      [first],
      [['import', other, ...people, ...refused]],
      [first, { url: world.proxy.url.replace('127.0.0.1', 'localhost') }],
      [first, { key: token }],
      [['import', path, '--object', 'companies', ...refused]],
      [[...first, '--empty', 'clear']],
      [['import', path, ...people]],
      [[...sync, 'keep']],
      [[...sync, 'archive']],
    ]
    batchesMeet([], answers(400))
    const kept = new Set<string>()
    for (const [i, [args, { key = world.token, url = world.proxy.url } = {}]] of [...begun, ...begun].entries()) {
      const { err } = await runHere([...args, '--match', 'id', '--api', url], {
        API_KEY: key,
        XDG_STATE_HOME: `${world.folder}/others`,
      })
      expect(err).toContain('the same command goes on from there.\nStatus 400')
      for (const name of globSync('others/edge-upsert/imports/*.json', { cwd: world.folder })) kept.add(name)
      expect(kept.size).toBe(Math.min(i + 1, begun.length))
    }
  })

  it(
    'does not run twice at the same time',
    async () => {
      const { path } = file()
      batchesMeet([], faults.hangs)
      const { child, ended } = begin(path)
      await until(() => batches().length > 0)
      const second = await world.importPeople(path)
      expect([second.code, second.err]).toEqual([
        2,
        expect.stringContaining(`Process ${child.pid} imports the same just now`),
      ])
      child.kill('SIGKILL')
      await ended
      world.proxy.next([])
      expect((await world.importPeople(path)).code).toBe(3)
    },
    PATIENCE,
  )

  it(
    'goes on where nothing can be kept, and says so',
    async () => {
      const { path } = file()
      world.write('no-folder', '')
      const { code, err } = await world.importWith({ XDG_STATE_HOME: `${world.folder}/no-folder` }, path)
      expect([code, err]).toEqual([3, expect.stringContaining('How far it is cannot be kept')])
    },
    PATIENCE,
  )

  it(
    'sends less at a time while the server is busy, and all in the end',
    async () => {
      const { name, path } = file()
      const busy = answers(429, { 'retry-after': '0' })
      batchesMeet([busy, busy, faults.none, busy, answers(503, { 'retry-after': '0' })])
      expect((await world.importPeople(path)).code).toBe(3)
      // Each of the four is sent again as it was.
      expect(batches().length - new Set(batches().map(({ body }) => body)).size).toBe(4)
      await expectAll(name, path)
    },
    PATIENCE,
  )
})

/** Rows of which each second one is refused. */
const fewRows = (name: string, count: number) =>
  world.write(
    `${name}.csv`,
    ['emails,city', ...Array.from({ length: count }, (_, n) => `${n % 2 ? 'nobody' : `f${n}@${name}.example`},x`)].join(
      '\n',
    ),
  )
/** Files may have so many KB there, as if a disk were full. */
const runWithin = (kilobytes: number, args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { ...process.env, API_KEY: world.token, XDG_STATE_HOME: `${world.folder}/state` }
    const words = [process.execPath, 'src/cli/admin.ts', ...args, '--api', world.proxy.url]
    execFile('bash', ['-c', `ulimit -f ${kilobytes}; exec "$@"`, 'bash', ...words], { env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })

describe('the file of refused rows', () => {
  it('has each of them, though its disk was full in between', async () => {
    const path = fewRows('full', 200)
    const failed = await runWithin(4, ['import', path, '--object', 'people', '--match', 'emails'])
    expect([failed.code, failed.err]).toEqual([1, expect.stringMatching(/full\.csv\.refused\.csv: it would be larger/)])
    expect((await world.importPeople(path)).out).toContain('100 refused, of 200 rows')
    const lines = world.read(`${path}.refused.csv`).trimEnd().split('\r\n').slice(1)
    expect(lines.map((line) => Number.parseInt(line, 10))).toEqual(Array.from({ length: 100 }, (_, n) => 2 * n + 3))
  })

  it('is not touched by a run that has not made it, nor once somebody has changed it', async () => {
    const path = fewRows('mended', 20)
    batchesMeet([], answers(400))
    await world.importPeople(path)
    world.proxy.next([])
    // Another import of it has an end, and its refused rows are mended.
    await world.importPeople(path, '--on-bad-cell', 'skip-cell')
    const mended = world.read(`${path}.refused.csv`).replace('nobody', 'somebody@mended.example')
    world.write('mended.csv.refused.csv', mended)
    const again = await world.importPeople(path)
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('is there already')])
    expect(world.read(`${path}.refused.csv`)).toBe(mended)
    expect((await world.importPeople(path, '--force')).out).toContain('10 refused')

    const own = fewRows('own', 2_400)
    batchesMeet([faults.none], answers(400))
    await world.importPeople(own)
    world.proxy.next([])
    const changed = world.read(`${own}.refused.csv`).replace('nobody', 'somebody')
    world.write('own.csv.refused.csv', changed)
    const resumed = await world.importPeople(own)
    expect([resumed.code, resumed.err]).toEqual([2, expect.stringContaining('no longer there as the earlier run')])
    expect(world.read(`${own}.refused.csv`)).toBe(changed)
    expect((await world.importPeople(own, '--restart')).out).toContain('1200 refused')
  }, 60_000)

  it('that somebody makes after the beginning stays as it is', async () => {
    const path = fewRows('meanwhile', 4)
    batchesMeet([], (response, forward) => {
      world.write('meanwhile.csv.refused.csv', 'mine')
      return faults.none(response, forward)
    })
    const { code, err } = await world.importPeople(path)
    expect([code, err]).toEqual([1, expect.stringContaining('somebody else has made it meanwhile')])
    expect(world.read(`${path}.refused.csv`)).toBe('mine')
    expect((await world.importPeople(path, '--force')).out).toContain('2 refused, of 4 rows')
  })

  it('is that of one import at a time, whatever else is said to it', async () => {
    const path = fewRows('two', 20)
    const held = holding()
    batchesMeet([], held.fault)
    const { child, ended } = begin(path)
    await until(() => batches().length > 0)
    symlinkSync(world.folder, `${world.folder}/another-way`)
    const same = `${world.folder}/another-way/two.csv`
    const second = await world.importPeople(same, '--on-bad-cell', 'skip-cell')
    expect([second.code, second.err]).toEqual([
      2,
      expect.stringContaining(`Process ${child.pid} writes refused rows to ${same}.refused.csv just now`),
    ])
    held.letGo()
    expect((await ended)[0]).toBe(3)
    expect(world.read(`${path}.refused.csv`).match(/refused_line/g)).toHaveLength(1)
  }, 60_000)
})

it('what is kept of an import may stop being kept, and the import goes on', async () => {
  const path = world.write(
    'unkept.csv',
    ['emails', ...Array.from({ length: 60 }, (_, n) => `u${n}@unkept.example`)].join('\n'),
  )
  await world.importPeople(path)
  // The list of what is there is larger than that.
  const args = ['sync', path, '--object', 'people', '--match', 'emails', '--missing', 'keep']
  const { code, out, err } = await runWithin(1, args)
  expect(err).toMatch(/^How far it is cannot be kept \(EFBIG.*\): if it is broken off, it begins anew\.$/m)
  expect([code, out]).toEqual([0, expect.stringContaining('60 unchanged')])
  expect(left()).toEqual([])
})

describe('memory', () => {
  it('holds a bounded number of rows, though the server answers nothing and most rows are bad', async () => {
    batchesMeet([], faults.hangs)
    let read = 0
    async function* rows() {
      for (; read < 1_000_000; read++) {
        const row = { line: read, cells: [] }
        const values = { emails: [`m${read}@memory.example`] }
        const match = { emails: `m${read}@memory.example` }
        yield read % 10 === 0
          ? { row, bad: [], item: { match, values } }
          : { row, bad: [{ column: '', reason: 'It is bad.' }] }
      }
    }
    const stopping = new AbortController()
    const mapping = { columns: [], id: undefined, nameless: [], left: [] }
    const sending = { object: 'people', importId: 'memory', dryRun: true, signal: stopping.signal }
    const sent = sendRows(world.client(), rows(), mapping, sending, () => undefined)
    await until(() => batches().length > 0)
    let before = -1
    while (before !== read) {
      before = read
      await new Promise((done) => setTimeout(done, 500))
    }
    expect(read).toBeLessThanOrEqual(ROWS_UNDER_WAY)
    stopping.abort(new Error('Enough'))
    await expect(sent).rejects.toThrow('Enough')
  })
})

describe('progress', () => {
  it('is one line on a terminal, which goes away', () => {
    const written: string[] = []
    const line = new ProgressLine('imported', 100_000, 0, { isTTY: true, write: (text) => written.push(text) })
    line.show(1)
    line.show(2)
    line.end()
    expect(written).toEqual([expect.stringContaining('\r1 of 100,000 rows (0 %), '), '\r\x1b[K'])
  })

  it('tells rate and time left of this run alone', () => {
    expect(progressText(30_000, 20_000, 100_000, 5_000)).toBe(
      '30,000 of 100,000 rows (30 %), 2,000 a second, 35 s left',
    )
    expect(progressText(1_000, 0, 1_000_000, 1_000)).toContain('17 min left')
    expect(progressText(1_000, 0, 100_000_000, 1_000)).toContain('27 h 47 min left')
    expect(progressText(0, 0, 0, 0)).toBe('0 of 0 rows (0 %), 0 a second')
  })
})
