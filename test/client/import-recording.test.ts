import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { useImportWorld } from '../support/import-world.ts'

/** What docs/importing.md shows of the terminal is what is printed. `RECORD=1` writes it there. */

const PAGE = 'docs/importing.md'
const BLOCK = /(<!-- recorded: test\/client\/import-recording\.test\.ts -->\n)[\s\S]*?(\n<!-- end -->)/

const world = useImportWorld()

/** The same on every machine and day. */
const stable = (text: string): string =>
  text
    .replaceAll(`${world.folder}/`, '')
    .replaceAll(` --api ${world.proxy.url}`, '')
    .replaceAll('npm run admin --', 'npx edge-upsert')
    .replaceAll(/people-\d{4}-\d\d-\d\d-[0-9a-f]{8}/g, 'people-2026-11-27-1f0c9a52')
    .replaceAll('\ufeff', '')
    .replaceAll('\r\n', '\n')
    .trimEnd()

const customers = [
  'First name;Last name;E-mail;Born;Newsletter;Internal',
  'Ada;Lovelace;ada@engine.example;10.12.1815;ja;x',
  'Mary;Somerville;mary@engine.example;26.12.1780;nein;',
  'Charles;Babbage;charles@engine.example;31.02.1791;ja;',
]

it('the recording is what the commands print', async () => {
  const add = { label: 'Born', type: 'date' } as const
  const client = world.client({ url: world.serverUrl })
  await client.call('post', '/v1/objects/{object}/attributes', { path: { object: 'people' }, body: add })
  const lines: string[] = []
  const show = (command: string, printed: string, code = 0) =>
    lines.push(`$ ${stable(command)}`, stable(printed), ...(code === 0 ? [] : [`(exit code ${code})`]), '')
  const run = async (...args: readonly string[]) => {
    const { code, out, err } = await world.run(...args)
    const words = args.map((one) => (/^[\w./-]+$/.test(one) ? one : `'${one}'`))
    // As on a terminal: what is about the result stands before it, but for what to do next.
    const before = err.split('\n').filter((line) => /^(Column|Import|Left out)/.test(line))
    const after = err.split('\n').filter((line) => line !== '' && !before.includes(line))
    show(`npx edge-upsert ${words.join(' ')}`, [...before, out.trimEnd(), ...after].join('\n').trimStart(), code)
    return err
  }
  /** What was said to be run next. */
  const next = (err: string, command: string) => {
    const [, words = ''] = new RegExp(`(${command} .*) --api `).exec(err) ?? []
    expect(words).not.toBe('')
    return run(...[...words.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''))
  }
  const file = world.write('customers.csv', customers.join('\n'))
  const options = ['--object', 'people', '--match', 'emails', '--map', 'E-mail=emails', '--ignore', 'Newsletter']
  show('cat customers.csv', customers.join('\n'))
  await run('import', file, '--object', 'people', '--match', 'emails')
  await run('import', file, ...options, '--ignore', 'Internal', '--dry-run')
  const err = await run('import', file, ...options, '--ignore', 'Internal')
  const refused = world.read(`${file}.refused.csv`)
  show('cat customers.csv.refused.csv', refused)
  world.write('customers.csv.refused.csv', refused.replace(';31.02.1791;', ';26.12.1791;'))
  lines.push('# 31.02.1791 is made 26.12.1791 there')
  await next(err, 'import')
  await next(err, 'undo')
  const recording = `${'```'}\n${lines.join('\n').trimEnd()}\n${'```'}`
  const page = readFileSync(PAGE, 'utf8')
  const written = page.replace(BLOCK, (_, begin: string, end: string) => begin + recording + end)
  if (process.env.RECORD) writeFileSync(PAGE, written)
  expect(written).toContain(recording)
  expect(readFileSync(PAGE, 'utf8')).toBe(written)
})
