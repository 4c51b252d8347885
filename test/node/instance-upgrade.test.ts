import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Unstable_RawConfig as Configuration } from 'wrangler'
import { configurationPath, readInstance, readRootConfiguration } from '../../src/cli/instances/folder.ts'
import { releaseOf } from '../../src/cli/instances/release.ts'
import { type UpgradeOptions, upgradeInstances } from '../../src/cli/instances/upgrade.ts'
import { askReady, wavesOf } from '../../src/cli/instances/waves.ts'
import { VERSION } from '../../src/version.ts'
import { databaseId, lines, useInstances } from '../support/instances.ts'

/** Upgrades with everything real but wrangler, which would need an account. */

let root: Configuration
beforeAll(async () => {
  root = await readRootConfiguration()
})
const at = useInstances()

/** Wrangler's border, which records what it is told and fails where it is told to. */
const recorder = (fails: (args: readonly string[]) => boolean = () => false) => {
  const told: string[] = []
  const printed: string[] = []
  const upgrade = (names: readonly string[], options: Partial<UpgradeOptions> = {}) =>
    upgradeInstances(
      names,
      { folder: at.folder, ...options },
      {
        run: async (args) => {
          told.push(args.join(' ').replaceAll(`${at.folder}/`, ''))
          if (fails(args)) throw new Error('wrangler: the account\nis full')
        },
        ready: (url) => askReady(url, { tries: 2, pauseMs: 0 }),
        print: (line) => printed.push(line),
      },
    )
  return { told, printed, upgrade }
}
const failingFor = (command: string, name: string) =>
  recorder((args) => args.join(' ').startsWith(command) && args.join(' ').includes(`/${name}/`))

const migrated = (name: string) => `d1 migrations apply DB --remote -c ${name}/wrangler.json`
const deployed = (name: string) => `deploy -c ${name}/wrangler.json`

describe('instance upgrade', () => {
  it('migrates, then deploys, then asks, one instance first and then twice as many', async () => {
    at.some('a', 'b', 'c', 'd')
    at.choose('d', { databaseId: databaseId(9), dispatchNamespace: 'tenants' })
    const { told, printed, upgrade } = recorder()
    expect(await upgrade([], { all: true })).toBe(true)
    expect(told.slice(0, 2)).toEqual([migrated('a'), deployed('a')])
    // b and c are one wave and run at once.
    expect(told.slice(2, 6).toSorted()).toEqual([migrated('b'), deployed('b'), migrated('c'), deployed('c')].toSorted())
    expect(told.slice(6)).toEqual([migrated('d'), `${deployed('d')} --dispatch-namespace tenants`])
    expect(printed.toSorted()).toEqual(['a: done', 'b: done', 'c: done', 'd: done'])
    const written = JSON.parse(readFileSync(configurationPath(at.folder, 'a'), 'utf8')) as Configuration
    expect(written).toEqual(readInstance(at.folder, 'a', root).configuration)
  })

  it.each([
    ['d1 migrations', 'migration', [migrated('b')]],
    ['deploy', 'deployment', [migrated('b'), deployed('b')]],
  ])('stops when "%s" fails, and goes on from there', async (command, step, ofB) => {
    at.some('a', 'b', 'c', 'd')
    const first = failingFor(command, 'b')
    expect(await first.upgrade([], { all: true, wave: '1' })).toBe(false)
    expect(first.told).toEqual([migrated('a'), deployed('a'), ...ofB])
    expect(first.printed).toEqual([
      'a: done',
      `b: FAILED at ${step}: wrangler: the account is full`,
      'c: not tried',
      'd: not tried',
      'Mend what failed and repeat the command: what is done is skipped.',
    ])
    expect(existsSync(configurationPath(at.folder, 'c'))).toBe(false)

    const second = recorder()
    expect(await second.upgrade([], { all: true, wave: '1' })).toBe(true)
    expect(second.told).toEqual(['b', 'c', 'd'].flatMap((name) => [migrated(name), deployed(name)]))
    expect(second.printed).toEqual(['a: up to date', 'b: done', 'c: done', 'd: done'])

    const third = recorder()
    expect(await third.upgrade([], { all: true })).toBe(true)
    expect([third.told, third.printed.length]).toEqual([[], 4])
  })

  it('begins nothing more within a wave either, and ends what it has begun', async () => {
    const names = Array.from('abcdefgh')
    at.some(...names)
    const { printed, upgrade } = failingFor('d1', 'a')
    expect(await upgrade([], { all: true, wave: '8' })).toBe(false)
    const results = printed.slice(0, -1).map((line) => line.replace(/^\w: (FAILED)?/, '$1').slice(0, 6))
    expect(results.toSorted()).toEqual(['FAILED', 'done', 'done', 'done', ...Array(4).fill('not tr')])
  })

  it('brings an instance up to date again when its choices change, and no other', async () => {
    at.some('a', 'b')
    expect(await recorder().upgrade([], { all: true })).toBe(true)
    for (const changed of [{ vars: { LOG: 'off' } }, { vars: { LOG: 'off' }, dispatchNamespace: 'tenants' }]) {
      at.choose('b', { databaseId: databaseId(1), ...changed })
      const { printed, upgrade } = recorder()
      expect(await upgrade([], { all: true })).toBe(true)
      expect(printed).toEqual(['a: up to date', 'b: done'])
    }
    const { out } = await at.command('list')
    expect(lines(out)[1]).toContain(VERSION)
    expect(lines(out)[1]).toMatch(/^b\tedge-upsert-b\thas a database\t[\d.]+ \(program \w{8}, build \w{12}\) \d{4}-/)
  })

  it('is at another release when anything that is deployed has changed', () => {
    const here = join(at.parent, 'release')
    const sources = [
      'src/a.ts',
      'src/b/c.ts',
      'migrations/1.sql',
      'docs/a.md',
      'public/a.css',
      'public/_headers',
      'package-lock.json',
    ]
    for (const file of sources) {
      mkdirSync(join(here, file, '..'), { recursive: true })
      writeFileSync(join(here, file), 'a')
    }
    const builds = new Set([releaseOf(here).build])
    expect(releaseOf(here)).toEqual({ ...releaseOf(here), build: [...builds][0] })
    for (const file of sources) {
      writeFileSync(join(here, file), 'b')
      builds.add(releaseOf(here).build)
    }
    expect(builds.size).toBe(sources.length + 1)
  })

  it('takes the canary first and alone', async () => {
    at.some('a', 'b', 'c')
    const { told, upgrade } = failingFor('deploy', 'c')
    expect(await upgrade([], { all: true, wave: '2', canary: 'c' })).toBe(false)
    expect(told).toEqual([migrated('c'), deployed('c')])
  })

  it('counts an instance as done when it is ready, and not before', async () => {
    const answers = [503, 200, 503, 503]
    const asked: (string | undefined)[] = []
    const server = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(answers[asked.length - 1] ?? 500).end()
    }).listen(0, '127.0.0.1')
    await new Promise((listening) => server.once('listening', listening))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    at.choose('a', { databaseId: databaseId(1), url: `${url}/` })
    at.choose('b', { databaseId: databaseId(2), url })
    at.choose('c', { databaseId: databaseId(3) })
    const { printed, upgrade } = recorder()
    expect(await upgrade([], { all: true, wave: '1' })).toBe(false)
    server.close()
    server.closeAllConnections()
    expect(asked).toEqual(Array(4).fill('/ready'))
    expect(printed.slice(0, 3)).toEqual(['a: done', `b: FAILED at readiness: ${url}/ready answers 503`, 'c: not tried'])
    await expect(askReady(url, { tries: 1 })).rejects.toThrow(`${url}/ready does not answer`)
  })

  it('touches nothing when it is known that it cannot end well', async () => {
    at.some('a', 'b')
    const { told, upgrade } = recorder()
    at.choose('b', {})
    await expect(upgrade([], { all: true })).rejects.toThrow(
      /^Nothing is upgraded\. b: its database has no id yet: run "npx wrangler d1 create edge-upsert-b"/,
    )
    at.choose('b', { databaseId: databaseId(0) })
    at.choose('c', { tenancy: 'none' })
    await expect(upgrade(['b'])).rejects.toThrow(/b: its database is that of a too/)
    await expect(upgrade(['a', 'c'])).rejects.toThrow(/c\/instance\.json: tenancy must be/)
    expect(told).toEqual([])
  })

  it.each([
    ['nobody', [], {}, /^Say which instances/],
    ['somebody and all', ['a'], { all: true }, /^Say which instances/],
    ['who is not there', ['x'], {}, /^There is no instance x in/],
    ['a canary that is not meant', ['a'], { canary: 'b' }, /^--canary: b is not among the instances to upgrade: a\./],
    ['waves of none', ['a'], { wave: '0' }, /^--wave: "0" must be/],
    ['waves of some', ['a'], { wave: 'some' }, /^--wave: "some" must be/],
  ])('refuses %s', async (_whom, names, options, message) => {
    at.some('a', 'b')
    const { told, upgrade } = recorder()
    await expect(upgrade(names, options)).rejects.toThrow(message)
    expect(told).toEqual([])
  })

  it('prints for a dry run what wrangler would be told, in that order, and writes nothing', async () => {
    at.some('a', 'b')
    at.choose('b', { databaseId: databaseId(1), routes: ['b.example/*'], url: 'https://b.example' })
    const { code, out, err } = await at.command('upgrade', '--all', '--dry-run', '--canary', 'b')
    expect([code, err]).toEqual([0, ''])
    const { told, upgrade } = recorder()
    expect(lines(out)).toEqual([
      '# wave 1',
      `npx wrangler d1 migrations apply DB --remote -c ${configurationPath(at.folder, 'b')}`,
      `npx wrangler deploy -c ${configurationPath(at.folder, 'b')}`,
      '# https://b.example/ready must answer 200',
      '# wave 2',
      `npx wrangler d1 migrations apply DB --remote -c ${configurationPath(at.folder, 'a')}`,
      `npx wrangler deploy -c ${configurationPath(at.folder, 'a')}`,
    ])
    expect(existsSync(configurationPath(at.folder, 'a'))).toBe(false)
    // The same words are wrangler's when it is no dry run.
    expect(await upgrade(['a'])).toBe(true)
    const commands = lines(out)
      .filter((line) => line.includes('/a/'))
      .map((line) => line.replaceAll(`${at.folder}/`, ''))
    expect(told.map((args) => `npx wrangler ${args}`)).toEqual(commands)
  })
})

describe('waves', () => {
  const named = (count: number) => Array.from({ length: count }, (_, i) => ({ name: String(i) }))
  it.each([
    [10, undefined, undefined, [1, 2, 4, 3]],
    [7, 3, undefined, [3, 3, 1]],
    [7, 3, '5', [1, 3, 3]],
    [7, undefined, '5', [1, 2, 4]],
    [1, undefined, '0', [1]],
    [0, undefined, undefined, []],
  ])('%i instances, of size %s, with canary %s', (count, size, canary, sizes) => {
    const waves = wavesOf(named(count), size, canary)
    expect(waves.map((wave) => wave.length)).toEqual(sizes)
    expect(new Set(waves.flat())).toHaveLength(count)
    if (canary !== undefined) expect(waves[0]).toEqual([{ name: canary }])
  })
})
