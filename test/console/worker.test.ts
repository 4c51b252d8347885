import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { endGroup, freePort, type Started, startProcess } from '../support/processes.ts'
import { expectAccessible, useConsole } from './world.ts'

const world = useConsole()
const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-console-worker-'))
let started: Started | undefined
afterAll(() => {
  if (started) endGroup(started.pid)
  rmSync(folder, { recursive: true })
})

it('is served by the Worker too, and the link that npm start prints signs in', async () => {
  for (const file of ['package.json', '.npmrc', 'wrangler.toml']) cpSync(file, join(folder, file))
  for (const part of ['src', 'public', 'docs', 'scripts', 'migrations', 'tools', 'node_modules'])
    symlinkSync(resolve(part), join(folder, part))
  const port = await freePort()
  started = startProcess('npm', ['start'], { cwd: folder, env: { PORT: String(port) } })
  const url = `http://127.0.0.1:${port}`
  const link = (await started.line(/\/console\/#key=/)).trim()
  const page = await world.open(link.slice(`${url}/console/`.length), { key: '', url })
  await page.getByRole('main').getByRole('link', { name: /Deals/ }).waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Import', exact: true }).click()
  await page
    .getByLabel(/Drop a file here/)
    .setInputFiles({ name: 'two.csv', mimeType: 'text/csv', buffer: Buffer.from('emails,city\na@b.example,Bern\n') })
  await page.getByText('1 row, 2 columns').waitFor()
  // D1 tells its rows, which the file of the Node server does not.
  await page.goto(`${url}/console/#/operate?part=usage`)
  await page.getByRole('img', { name: /^Rows read: [1-9]/ }).waitFor()
  await expectAccessible(page)
  const { headers } = await fetch(`${url}/console/`)
  expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';")
}, 90_000)
