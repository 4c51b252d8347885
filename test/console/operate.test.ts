import type { Page } from 'playwright-core'
import { beforeAll, expect, inject, it } from 'vitest'
import { openDatabase } from '../../src/node/database.ts'
import { HOUR_MS, UsageCounter } from '../../src/storage/usage/counter.ts'
import { addUsage } from '../../src/storage/usage/usage-sql.ts'
import { expectAccessible, useConsole } from './world.ts'

const world = useConsole()

const statusWith = async (key: string) =>
  (await fetch(`${world.url}/v1/key`, { headers: { authorization: `Bearer ${key}` } })).status

beforeAll(async () => {
  const { client } = world.organization
  const people = client.records('people')
  await people.assertBatch(
    ['ada', 'mary'].map((name) => ({ match: { emails: `${name}@engine.example` }, values: { first_name: name } })),
    { importId: 'hires-1' },
  )
  await people.assert({ match: { emails: 'mary@engine.example' }, values: { city: 'Rome' } })
  await haveAsked()
})

/** A day of a tool that syncs by night, as an isolate has counted it. */
const haveAsked = async () => {
  const organizationId = world.organization.id
  const counter = new UsageCounter()
  const cost = { calls: 1, rowsRead: 16, rowsWritten: 2, milliseconds: 1 }
  for (let hour = 1; hour < 24; hour++)
    for (let i = 0; i < 8 + 24 * Math.abs(12 - hour); i++) {
      const at = Date.now() - hour * HOUR_MS
      const status = i % 40 === 7 ? 422 : 200
      counter.count({ organizationId, contract: 'zeeg', keyIds: [], at, status, milliseconds: (i * 7) % 90, cost })
    }
  const counted = counter.take(organizationId)
  const { driver, close } = await openDatabase(inject('databaseUrl'))
  if (counted) await driver.batch(addUsage(organizationId, counted, Date.now()))
  await close()
}

/** The secret, which is shown once. */
const secretIn = async (page: Page) => {
  const secret = await page.getByRole('textbox', { name: 'The key' }).inputValue()
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  return secret
}

it('issues a key, rotates it so that both open for a while, and revokes one', async () => {
  const page = await world.open('#/operate')
  await page.getByRole('button', { name: 'Issue a key' }).click()
  await expectAccessible(page)
  await page.getByLabel('Name').fill('nightly sync')
  await page.getByLabel(/crm:write/).check()
  await page.getByRole('button', { name: 'Issue', exact: true }).click()
  const first = await secretIn(page)
  expect(await statusWith(first)).toBe(200)

  await page.getByRole('button', { name: 'Rotate nightly sync' }).click()
  await page.getByRole('button', { name: 'Rotate', exact: true }).click()
  const second = await secretIn(page)
  expect([await statusWith(first), await statusWith(second), first === second]).toEqual([200, 200, false])

  await page
    .getByRole('row', { name: /^nightly sync.*without end/ })
    .getByRole('button', { name: /^Revoke/ })
    .click()
  await page.getByRole('button', { name: 'Revoke it' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await statusWith(second)).toBe(401)
  await page.getByLabel('Ended ones too').check()
  await page.getByRole('row', { name: /^nightly sync.*revoked/ }).waitFor()
})

it('shows what was asked by contract and hour, and who has asked last', async () => {
  const page = await world.open('#/operate?part=usage')
  await page.getByRole('img', { name: /^Requests: 3,352 requests, \d+ errors$/ }).waitFor()
  for (const name of [/^Latency: of half of the requests at most \d+ ms/, /^Calls/, /^Rows read/, /^Rows written/])
    expect(await page.getByRole('img', { name }).count()).toBe(1)
  await page.getByText('As a table').click()
  expect(await page.getByRole('table').getByRole('row').count()).toBe(24)
  await expectAccessible(page)
  await page.getByLabel('Contract').selectOption('v1')
  await page.getByText('This database does not tell which rows').waitFor()
  await page.getByLabel('Time').selectOption('The last week')
  await page.waitForURL(/days=7/)
  await page.getByRole('img', { name: /^Requests: / }).waitFor()
  await page.getByRole('link', { name: 'Keys' }).click()
  await page.getByRole('row', { name: /^k .*without end (?!not seen)/ }).waitFor()
})

it('adds a member, says why another is refused, and removes one', async () => {
  const page = await world.open('#/operate?part=members')
  await page.getByText('There is no member yet.').waitFor()
  const add = async (name: string, email: string) => {
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('E-mail').fill(email)
    await page.getByRole('button', { name: 'Add a member' }).click()
  }
  await add('Mary Somerville', 'mary@engine.example')
  await page.getByRole('row', { name: /^Mary Somerville/ }).waitFor()
  await add('Nobody', 'nobody')
  await page.getByRole('alert').waitFor()
  await page.getByRole('button', { name: 'Remove Mary Somerville' }).click()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('There is no member yet.').waitFor()
})

it('changes the settings of the organisation, and says what is wrong with one', async () => {
  const page = await world.open('#/operate?part=settings')
  await page.getByLabel('Days that changes are kept for').fill('0')
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Days that changes are kept for').fill('90')
  await page.getByLabel('Country whose national').fill('DE')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByText('Changed.').waitFor()
  const { historyDays, defaultCountry, history } = await world.organization.client.call('get', '/v1/organization')
  expect([historyDays, defaultCountry, history]).toEqual([90, 'DE', 'values'])
})

it('tells each limit and each job', async () => {
  const page = await world.open('#/operate?part=limits')
  await page.getByRole('row', { name: /^batchItems 1,000$/ }).waitFor()
  await page.getByRole('link', { name: 'Jobs' }).click()
  await page.getByText('There is no job.').waitFor()
})

it('offers keys and members to administrators alone', async () => {
  const page = await world.open('#/operate', { key: await world.organization.key(['crm:write']) })
  await page.getByRole('link', { name: 'Limits' }).waitFor()
  expect(await page.getByRole('link', { name: 'Keys' }).count()).toBe(0)
})

it('shows changes as they are made by others, and leads to the record', async () => {
  const page = await world.open('#/changes')
  await page.getByRole('row', { name: /updated Person .* City/ }).waitFor()
  await world.organization.client
    .records('people')
    .assert({ match: { emails: 'joan@engine.example' }, values: { first_name: 'Joan' } })
  await expect.poll(() => page.getByRole('row', { name: /created Person/ }).count()).toBe(3)
  await page
    .getByRole('row', { name: /created Person/ })
    .first()
    .getByRole('link')
    .click()
  await page.getByRole('heading', { name: 'Joan', level: 1 }).waitFor()
})

it('takes an import back: told in numbers first, and what others have changed since stays', async () => {
  const page = await world.open('#/changes?object=people')
  await page.getByRole('button', { name: 'Undo the import hires-1' }).first().click()
  await page.getByText('Would be: records taken back: 1; with something that was changed later and stays: 1').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Undo it' }).click()
  await page.getByText(/^Done: records taken back: 1;/).waitFor()
  const { archivedAt } = await world.organization.client.records('people').getBy('emails', 'ada@engine.example')
  expect(archivedAt).not.toBeNull()
})

it.each([
  ['keys', '#/operate', /without end/],
  ['usage', '#/operate?part=usage&contract=zeeg', /a bar for each hour/],
  ['changes', '#/changes', /through v1/],
] as const)('is seen in each look: %s', (name, at, text) =>
  world.lookAt(name, at, (page) => page.getByText(text).first().waitFor()),
)
