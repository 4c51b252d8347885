import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useClientWorld } from '../support/client-world.ts'
import { runHere } from '../support/commands.ts'

/** `types`: what it writes is what the compiler holds a program to. */

const world = useClientWorld()
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edge-upsert-types-'))
  const client = world.client()
  await client.call('post', '/v1/objects', { body: { slug: 'deals', singularName: 'Deal', pluralName: 'Deals' } })
  const add = (body: { label: string; type: 'text' | 'select' | 'currency' | 'relation'; [more: string]: unknown }) =>
    client.call('post', '/v1/objects/{object}/attributes', { path: { object: 'deals' }, body })
  await add({ label: 'Deal number', type: 'text', unique: true })
  await add({ label: 'Stage', type: 'select', options: ['Open', "Won, it's done", 'Lost "\\'] })
  await add({ label: 'Amount', type: 'currency' })
  await add({ label: 'Buyer', type: 'relation', related: 'companies' })
  await add({ label: 'Gone', type: 'text' })
  const path = { object: 'deals', attribute: 'gone' }
  await client.call('patch', '/v1/objects/{object}/attributes/{attribute}', { path, body: { archived: true } })
}, 30_000)
afterAll(() => rmSync(folder, { recursive: true }))

const types = (...args: string[]) => runHere(['types', '--api', world.proxy.url, ...args], { API_KEY: world.token })

const program = (lines: string) => `import { EdgeUpsert } from '${resolve('src/client/index.ts')}'
import type { Schema } from './schema.ts'
const deals = new EdgeUpsert<Schema>({ url: 'https://crm.example', key: 'k' }).records('deals')
${lines}
`
/** What the compiler says of the program, a line for each error. */
const compile = (lines: string): string => {
  writeFileSync(join(folder, 'program.ts'), program(lines))
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2024',
    module: 'nodenext',
    lib: ['es2024', 'dom'],
    types: [],
    allowImportingTsExtensions: true,
    exactOptionalPropertyTypes: true,
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
  try {
    execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', '.'], {
      cwd: folder,
      encoding: 'utf8',
    })
    return ''
  } catch (error) {
    return (error as { readonly stdout: string }).stdout
  }
}

describe('types', () => {
  it('of the schema let through what can be written and read, and nothing else', async () => {
    const to = join(folder, 'schema.ts')
    expect(await types('--to', to)).toMatchObject({ code: 0 })
    expect(readFileSync(to, 'utf8')).not.toContain('gone')
    expect(
      compile(`
await deals.assert({ match: { deal_number: '7' }, values: { stage: "Won, it's done", amount: 12.5 }, write: { amount: 'keep' } })
await deals.assert({ match: [{ deal_number: '7' }, { buyer: 'x' }], values: { stage: null, buyer: { match: { domains: 'a.example' } } } })
await deals.assert({ match: { id: 'x' }, values: { stage: 'some-option-id', amount: { amount: 1, code: 'EUR' } } })
const { values } = await deals.getBy('deal_number', '7')
export const read: [string | null | undefined, number | undefined] = [values.stage, values.amount?.amount]
for await (const { item, status, record } of deals.assertMany([{ values: { deal_number: '8' } }]))
  console.log(item.values.deal_number, status, record?.values.deal_number)
`),
    ).toBe('')
    const wrong = [
      `await deals.assert({ values: { deal_number: 7 } })`,
      `await deals.assert({ values: { price: 'x' } })`,
      `await deals.assert({ match: { amount: 1 }, values: { deal_number: '7' } })`,
      `await deals.assert({ values: { deal_number: '7' }, write: { deal_number: 'merge' } })`,
      `await deals.getBy('price', 'x')`,
      `export const stage: number = (await deals.get('x')).values.stage`,
      `new EdgeUpsert<Schema>({ url: 'u', key: 'k' }).records('people2')`,
    ]
    const said = compile(wrong.join('\n'))
    const lines = [...said.matchAll(/^program\.ts\((\d+),/gm)].map(([, line]) => Number(line) - 4)
    expect([...new Set(lines)], said).toEqual(wrong.map((_, i) => i))
  })

  it('are the same for the same schema, and a file that is not up to date is told', async () => {
    const to = join(folder, 'checked.ts')
    const printed = await types()
    expect(printed.code).toBe(0)
    expect(await types('--to', to, '--check')).toMatchObject({ code: 1, err: expect.stringMatching(/without --check/) })
    expect(await types('--to', to)).toMatchObject({ code: 0 })
    expect(await types('--to', to, '--check')).toEqual({ code: 0, out: '', err: '' })
    writeFileSync(to, `${readFileSync(to, 'utf8')}\n`)
    expect(await types('--to', to, '--check')).toMatchObject({ code: 1 })
  })

  it('need a key and a URL', async () => {
    expect(await runHere(['types'], { API_KEY: '' })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^API_KEY is missing/),
    })
    expect(await runHere(['types', '--api', 'crm'], { API_KEY: 'k' })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^--api: "crm"/),
    })
    expect(await runHere(['types', '--api', world.proxy.url], { API_KEY: 'k' })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/credentials/),
    })
  })
})
