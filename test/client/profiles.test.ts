import { execFile } from 'node:child_process'
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { askForKey } from '../../src/cli/commands/login.ts'
import { saveProfile } from '../../src/cli/profiles.ts'
import { useClientWorld } from '../support/client-world.ts'
import { type Ended, runHere } from '../support/commands.ts'

/** What `login` keeps, who may read it, and where a key that was kept is sent. */

const world = useClientWorld()
const configuration = mkdtempSync(join(tmpdir(), 'edge-upsert-profiles-'))
const folder = join(configuration, 'edge-upsert')
const file = join(folder, 'profiles.json')
afterAll(() => rmSync(configuration, { recursive: true }))

const kept = () => JSON.parse(readFileSync(file, 'utf8')).profiles
/** Nothing of what is said in the environment of whoever runs this. */
const variables = { XDG_CONFIG_HOME: configuration, API_KEY: '' }
const run = (...args: readonly string[]) => runHere(args, variables)

/** In a process of its own. */
const loginInProcess = (key: string, ...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...variables }
    const child = execFile(process.execPath, ['src/cli/admin.ts', 'login', ...args], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
    child.stdin?.end(key)
  })

const login = async (key: string, ...args: readonly string[]): Promise<Ended> => {
  const piped = vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([key]) as typeof process.stdin)
  return run('login', ...args).finally(() => piped.mockRestore())
}

const keep = (profiles: Readonly<Record<string, { readonly url: string; readonly key: string }>>) =>
  writeFileSync(file, JSON.stringify({ profiles }), { mode: 0o600 })

beforeAll(async () => {
  const first = await loginInProcess(`${world.token}\nnot this\n`, '--api', `${world.proxy.url}/`)
  expect([first.code, first.out]).toEqual([0, ''])
  expect(first.err).toContain('The key works, and is kept as "default".')
  expect(first.err).not.toContain(world.token)
  expect(kept()).toEqual({ default: { url: `${world.proxy.url}/`, key: world.token } })
  expect([statSync(file).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700])
})
beforeEach(() => keep({ default: { url: world.proxy.url, key: world.token } }))

describe('a profile', () => {
  it('is what commands use, and is forgotten by logout', async () => {
    expect((await run('types')).out).toContain('people')
    keep({ ...kept(), 'acme.test': { url: world.serverUrl, key: world.token } })
    expect((await run('types', '--profile', 'acme.test')).code).toBe(0)
    expect((await run('hooks', 'list', '--profile', 'acme.test')).code).toBe(0)
    const schema = join(configuration, 'schema.json')
    expect((await run('schema', 'export', schema)).code).toBe(0)
    expect(JSON.parse(readFileSync(schema, 'utf8'))).toHaveProperty('objects')
    const both = await run('schema', 'export', schema, '--profile', 'acme.test', '--database', 'file:x.db')
    expect(both.err).toMatch(/^--profile is about the organisation of the key, --database about a database/)
    expect((await run('profiles')).out).toBe(`default\t${world.proxy.url}\nacme.test\t${world.serverUrl}\n`)
    expect((await run('logout')).code).toBe(0)
    expect(Object.keys(kept())).toEqual(['acme.test'])
    const none = await run('types')
    expect([none.code, none.err]).toEqual([1, expect.stringMatching(/^API_KEY is missing.*--profile \(acme\.test\)/)])
    expect((await run('logout')).err).toMatch(/^--profile: there is no profile "default"/)
  })

  it('is kept though others are kept at the same moment', async () => {
    const names = Array.from({ length: 8 }, (_, n) => `at-once-${n}`)
    vi.stubEnv('XDG_CONFIG_HOME', configuration)
    const saved = names.map((name) => saveProfile(name, { url: world.serverUrl, key: world.token }))
    await Promise.all(saved).finally(() => vi.unstubAllEnvs())
    expect(Object.keys(kept())).toEqual(['default', ...names])
    expect(globSync('*.lock', { cwd: folder })).toEqual([])
  })

  it('that is misspelt is an error that names the nearest', async () => {
    keep({ ...kept(), acme: { url: world.serverUrl, key: world.token } })
    const { code, err } = await run('types', '--profile', 'amce')
    expect([code, err]).toEqual([1, expect.stringContaining('there is no profile "amce" (is it acme?)')])
    expect((await run('types', '--profile', '__proto__')).err).toContain('there is no profile')
  })

  it('stands in the command that comes next', async () => {
    keep({ acme: { url: world.serverUrl, key: world.token } })
    const path = join(configuration, 'next.csv')
    writeFileSync(path, 'emails\nnext@profiles.example')
    const into = ['--object', 'people', '--match', 'emails', '--profile', 'acme']
    const { code, err } = await runHere(['import', path, ...into], { ...variables, XDG_STATE_HOME: configuration })
    expect([code, err]).toEqual([0, expect.stringMatching(/ undo people-\S+ --profile acme\n$/)])
  })
})

describe('open', () => {
  /** What stands for a browser. @param script of a shell, that is given the address */
  const browser = (script: string): Readonly<Record<string, string>> => {
    const path = join(configuration, 'browser')
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    return { ...variables, BROWSER: path, DISPLAY: '', WAYLAND_DISPLAY: '' }
  }

  it('signs in to the console, and shows the key to nobody who lists processes', async () => {
    const [given, led] = [join(configuration, 'given'), join(configuration, 'led')]
    const curl = `curl -s -o /dev/null -w '%{redirect_url}' "$1" > ${led}`
    const { code, out, err } = await runHere(['open'], browser(`echo "$1" > ${given}; ${curl}`))
    expect([code, out, err]).toEqual([0, `${world.proxy.url}/console/\n`, 'Opened, and signed in with the key.\n'])
    await vi.waitFor(() => expect(readFileSync(led, 'utf8')).toBe(`${world.proxy.url}/console/#key=${world.token}`))
    const address = readFileSync(given, 'utf8').trim()
    expect(address).not.toContain(world.token)
    // It has led there once.
    await expect(fetch(address)).rejects.toThrow('fetch failed')
  })

  it('where no browser comes tells the address', async () => {
    const { code, out, err } = await runHere(['open'], browser('exit 3'))
    expect([code, out]).toEqual([1, `${world.proxy.url}/console/\n`])
    expect(err).toMatch(/^No browser has come: open .*\/console\/ in one, and sign in with the key\.\n$/)
  })
})

describe('a key that was kept', () => {
  it('is sent nowhere but to its deployment', async () => {
    const before = world.proxy.seen.length
    const elsewhere = world.proxy.url.replace('127.0.0.1', 'localhost')
    keep({ ...kept(), acme: { url: world.serverUrl, key: world.token } })
    for (const args of [[], ['--profile', 'acme']]) {
      const { code, err } = await run('types', '--api', elsewhere, ...args)
      expect([code, err]).toEqual([1, expect.stringContaining('API_KEY')])
    }
    expect(world.proxy.seen.length).toBe(before)
    // The same, though it is spelt otherwise.
    expect((await run('types', '--api', `${world.proxy.url}/`)).code).toBe(0)
  })

  it('gives way to API_KEY, and its URL to --api', async () => {
    keep({ acme: { url: world.serverUrl, key: 'wrong' } })
    const own = { ...variables, API_KEY: world.token }
    const named = await runHere(['types', '--profile', 'acme'], own)
    expect([named.code, named.err]).toEqual([0, 'API_KEY is used, and not the key of the profile "acme".\n'])
    expect((await runHere(['types', '--profile', 'acme', '--api', world.proxy.url], own)).code).toBe(0)
    expect((await run('types', '--profile', 'acme')).err).toContain('The credentials are unknown')
  })

  it('is not read where others may read it, nor is a file that login has not written', async () => {
    chmodSync(file, 0o640)
    expect((await run('types')).err).toMatch(/holds keys, and others may read it: run "chmod 600 /)
    expect((await login(world.token, '--api', world.proxy.url)).err).toContain('others may read it')
    chmodSync(file, 0o600)
    for (const text of ['{', '{"profiles":{"a":{"url":"x","key":"k"}}}', '[]']) {
      writeFileSync(file, text)
      const { code, err } = await run('types')
      expect([code, err]).toEqual([1, expect.stringContaining('profiles.json')])
    }
  })
})

describe('login', () => {
  it.each([
    ['without a key', '\n', '', /^There is no key/],
    ['with a key of nobody', 'eu_nothing', '', /^The credentials are unknown/],
    ['with a name that a shell would take for something else', 'k', '-x y', /^--profile: "-x y" is no name/],
  ])('%s keeps nothing', async (_, key, name, message) => {
    const before = kept()
    const named = name === '' ? [] : [`--profile=${name}`]
    const { code, err } = await login(key, '--api', world.proxy.url, ...named)
    expect([code, err]).toEqual([1, expect.stringMatching(message)])
    expect(kept()).toEqual(before)
  })

  it('shows nothing of what is typed, and ends when it is interrupted', async () => {
    const typed = Object.assign(new PassThrough(), { isTTY: true })
    let shown = ''
    const screen = { write: (text: string) => (shown += text) }
    const key = askForKey(typed, screen)
    typed.write('eu_secret\r')
    expect(await key).toBe('eu_secret')
    expect(shown).toBe('Key (not shown): \n')
    const again = Object.assign(new PassThrough(), { isTTY: true })
    const asked = askForKey(again, screen)
    again.write('\x03')
    await expect(asked).rejects.toMatchObject({ exitCode: 130 })
  })
})
