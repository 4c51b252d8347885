import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Unstable_RawConfig as Configuration } from 'wrangler'
import { choicesOf, PLACEHOLDER_ID, requireName } from '../../src/cli/instances/choices.ts'
import { configurationOf, urlOf } from '../../src/cli/instances/configuration.ts'
import { choicesPath, configurationPath, readInstance, readRootConfiguration } from '../../src/cli/instances/folder.ts'
import { planned } from '../../src/cli/instances/plan.ts'
import { releaseOf } from '../../src/cli/instances/release.ts'
import { LOCAL_STATE } from '../../src/cli/open.ts'
import { runWrangler } from '../../src/cli/wrangler.ts'
import { admin, databaseId, lines, useInstances } from '../support/instances.ts'

/** Real files, and wrangler itself as far as it needs no account. */

let root: Configuration
beforeAll(async () => {
  root = await readRootConfiguration()
})
const at = useInstances()

describe('the choices for an instance', () => {
  const refused: readonly (readonly [string, object, RegExp])[] = [
    ['a tenancy that is none', { tenancy: 'database' }, /^x: tenancy must be shared or object\.$/],
    ['an id that is none', { databaseId: 'acme' }, /^x: databaseId must be the id that/],
    ['a namespace that is none', { dispatchNamespace: 'a b' }, /^x: dispatchNamespace must be/],
    ['a route without a host', { routes: ['/crm/*'] }, /^x: routes\.0 must look like/],
    ['a route in a namespace', { dispatchNamespace: 'a', routes: ['a.example/*'] }, /^x: routes cannot be had in/],
    ['a URL of another kind', { url: 'ftp://a.example' }, /^x: url must be a URL/],
    ['a variable in small letters', { vars: { log: 'off' } }, /^x: vars\.log is no name/],
    ['a variable that is a choice', { vars: { TENANCY: 'object' } }, /^x: vars\.TENANCY is chosen by --tenancy/],
    ['a secret as a variable', { vars: { OPERATOR_SECRET: 's' } }, /^x: vars\.OPERATOR_SECRET is a secret/],
    ['a variable that is a number', { vars: { KEY_REQUESTS_LIMIT: 7 } }, /^x: vars\.KEY_REQUESTS_LIMIT must be a text/],
    ['an option that is misspelt', { tenacy: 'object' }, /^x: tenacy: there is no such choice/],
    ['two at once', { tenancy: 1, url: 1 }, /^x: tenancy must be [^;]+; url must be [^;]+\.$/],
    ['no object', [], /^x: /],
  ]
  it.each(refused)('refuses %s', (_what, choices, message) => {
    expect(() => choicesOf(choices, 'x')).toThrow(message)
  })

  it.each(['', 'Acme', 'acme_1', '-acme', 'acme-', 'a/b', '..', 'a.b', 'a'.repeat(43)])(
    'refuses the name "%s"',
    (name) => {
      expect(() => requireName('edge-upsert', name)).toThrow(/is no name for an instance: use lower case.* 42 at most/)
    },
  )
  it.each(['a', '0', 'acme-2', 'a--b', 'a'.repeat(42)])('takes the name "%s"', (name) => {
    expect(() => requireName('edge-upsert', name)).not.toThrow()
  })

  it.each([
    [{ routes: ['acme.example/*'] }, 'https://acme.example'],
    [{ routes: ['*.example/*', 'acme.example'] }, 'https://acme.example'],
    [{ routes: ['acme.example/crm/*'] }, undefined],
    [{ routes: ['acme.example/*'], url: 'http://127.0.0.1:1' }, 'http://127.0.0.1:1'],
    [{}, undefined],
  ])('%j answers at %s', (choices, url) => {
    expect(urlOf(choicesOf(choices, 'x'))).toBe(url)
  })
})

/** Everything in a configuration that is no object or list, by the way to it. */
const leavesOf = (value: unknown, way: readonly string[] = []): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...way, key]))
    : [[way.join(' '), value]]

describe('the configuration of an instance', () => {
  const OWN = /^(name|d1_databases 0 database_(name|id)|ratelimits \d+ namespace_id)$/

  it('is that of wrangler.toml but for what is its own, and names the same files', () => {
    const up = '../../there'
    const made = new Map(leavesOf(configurationOf(root, 'acme', choicesOf({ databaseId: databaseId(1) }, 'x'), up)))
    const expected = leavesOf(root).map(([way, value]): readonly [string, unknown] => {
      const isFile = typeof value === 'string' && existsSync(value)
      if (OWN.test(way)) expect([way, made.get(way)]).not.toEqual([way, value])
      return [way, isFile ? `${up}/${value.replace('./', '')}` : OWN.test(way) ? made.get(way) : value]
    })
    expect(expected.length).toBeGreaterThan(15)
    expect(Object.fromEntries(made)).toEqual({ ...Object.fromEntries(expected), 'vars TENANCY': 'shared' })
  })

  it('has nothing of another deployment', () => {
    const other: Configuration = {
      ...root,
      routes: ['other.example/*'],
      env: { staging: {} },
      vars: { TENANTS: '{}', TENANCY: 'database', LOG: 'off', SERVER_TIMING: 'off' },
      d1_databases: [{ binding: 'DB_OTHER', database_id: databaseId(1) }, ...(root.d1_databases ?? [])],
    }
    const choices = choicesOf({ tenancy: 'object', vars: { LOG: 'on' }, databaseId: databaseId(2) }, 'x')
    const made = configurationOf(other, 'acme', choices, '../..')
    expect(made.vars).toEqual({ TENANCY: 'object', LOG: 'on', SERVER_TIMING: 'off' })
    expect([made.routes, made.env]).toEqual([undefined, undefined])
    expect(made.d1_databases).toEqual([
      {
        binding: 'DB',
        database_name: 'edge-upsert-acme',
        database_id: databaseId(2),
        migrations_dir: '../../migrations',
      },
    ])
  })

  it('counts nothing together with another instance', () => {
    const counted = Array.from({ length: 300 }, (_, i) =>
      (configurationOf(root, `tenant-${i}`, choicesOf({}, 'x'), '.').ratelimits ?? []).map((one) => one.namespace_id),
    ).flat()
    expect(counted.length).toBeGreaterThanOrEqual(600)
    expect(new Set(counted).size).toBe(counted.length)
    for (const id of counted) expect(id).toMatch(/^[1-9]\d{0,9}$/)
  })
})

/** What wrangler is told when it is upgraded for the first time: the migration, and the deployment. */
const stepsOf = (name: string) =>
  planned(at.folder, readInstance(at.folder, name, root), releaseOf('.'), new Map()).steps.map(({ args }) => args)

describe('instance init', () => {
  it('writes what wrangler deploys and migrates', async () => {
    const made = await at.command(
      'init',
      'acme',
      '--tenancy',
      'object',
      '--route',
      'acme.example/*',
      '--var',
      'LOG=a=b',
    )
    expect([made.code, made.err]).toEqual([0, ''])
    expect(made.out).toContain('npx wrangler d1 create edge-upsert-acme\n')
    expect(made.out).toContain('npm run admin -- instance upgrade acme\n')

    const path = configurationPath(at.folder, 'acme')
    const [, deployment = []] = stepsOf('acme')
    expect(deployment).toEqual(['deploy', '-c', path])
    const out = join(at.parent, 'out')
    const said = await runWrangler([...deployment, '--dry-run', '--outdir', out])
    for (const binding of ['ORGANIZATIONS', 'DB (edge-upsert-acme)', 'AUTH_FAILURES', 'KEY_REQUESTS', 'ASSETS'])
      expect(said).toContain(`env.${binding}`)
    expect(said).toMatch(/env\.TENANCY \("object"\).*env\.LOG \("a=b"\)/s)
    // The alias was found: without it there are messages in sixty languages.
    expect(readFileSync(join(out, 'worker.js'), 'utf8')).not.toContain('Ungültige Eingabe')
  }, 120_000)

  it('makes an instance once: again is nothing to do, and other options are refused', async () => {
    const options = ['acme', '--route', 'a.example/*', '--var', 'LOG=off', '--var', 'SERVER_TIMING=off']
    expect((await at.command('init', ...options)).code).toBe(0)
    const path = choicesPath(at.folder, 'acme')
    const withId = readFileSync(path, 'utf8').replace(PLACEHOLDER_ID, databaseId(1))
    writeFileSync(path, withId)

    const reordered = ['acme', '--var', 'SERVER_TIMING=off', '--var', 'LOG=off', '--route', 'a.example/*']
    const again = await at.command('init', ...reordered)
    expect([again.code, again.out]).toEqual([
      0,
      'There is an instance acme already, with these options: nothing to do.\n',
    ])
    const other = await at.command('init', 'acme')
    expect([other.code, other.out]).toEqual([1, ''])
    expect(other.err).toMatch(
      /^There is an instance acme already, with another choice of routes: change \S+instance\.json and run "[^"]+upgrade acme"/,
    )
    expect(readFileSync(path, 'utf8')).toBe(withId)
  }, 60_000)

  it.each([
    ['a name that is none', ['Acme'], /^"Acme" is no name/],
    ['a variable without a value', ['acme', '--var', 'LOG'], /^--var: "LOG" must be NAME=value/],
    ['a secret', ['acme', '--var', 'OPERATOR_SECRET=s'], /^The options: vars\.OPERATOR_SECRET is a secret/],
  ])('refuses %s and writes nothing', async (_what, args, message) => {
    const { code, out, err } = await at.command('init', ...args)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(message)
    expect(existsSync(at.folder)).toBe(false)
  })
})

it('its database is the one that is migrated, and that commands reach by its configuration', async () => {
  expect((await at.command('init', 'acme')).code).toBe(0)
  const [migration = []] = stepsOf('acme')
  const local = ['--local', '--persist-to', join(at.parent, LOCAL_STATE)]
  const said = await runWrangler(migration.flatMap((arg) => (arg === '--remote' ? local : [arg])))
  expect(said).toContain('0001_tables.sql')

  const config = ['--config', relative(at.parent, configurationPath(at.folder, 'acme'))]
  expect(await admin(['migrate', ...config], at.parent)).toEqual({ code: 0, out: 'up to date\n', err: '' })
  const tenant = await admin(['tenant', 'create', '--name', 'Acme', ...config], at.parent)
  expect([tenant.code, tenant.out]).toEqual([0, expect.stringContaining('eu_')])
}, 120_000)

it('instance list shows each, and one that cannot be read hides no other', async () => {
  at.some('acme')
  at.choose('beta', {})
  at.choose('broken', { tenancy: 7 })
  const { code, out } = await at.command('list')
  expect([code, lines(out)]).toEqual([
    1,
    [
      'acme\tedge-upsert-acme\thas a database\tnever upgraded',
      'beta\tedge-upsert-beta\tno database id yet\tnever upgraded',
      expect.stringMatching(/^broken\tFAILED: \S+broken\/instance\.json: tenancy must be/),
    ],
  ])
})
