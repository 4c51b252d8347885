import { createHmac } from 'node:crypto'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { presets as shownPresets } from '../../src/console/views/hooks/kinds.ts'
import { presets } from '../../src/hooks/presets.ts'
import { SECRET, senders } from '../support/hook-senders.ts'
import { expectAccessible, useConsole } from './world.ts'

const world = useConsole()

const post = (path: string, body: string, headers: Readonly<Record<string, string>>) =>
  fetch(world.url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })

/** A hook of a tool that signs as GitHub does, whose mapping looks for what is not there. */
const astray = (name: string) =>
  world.organization.client.call('post', '/v1/hooks', {
    body: {
      name,
      object: 'people',
      verification: { scheme: 'github' },
      secrets: [SECRET],
      keepPayload: true,
      mapping: { match: [{ emails: 'body.email' }], values: { emails: '[body.email]', first_name: 'body.name' } },
    },
  })

const deliver = async (path: string, payload: object) => {
  const body = JSON.stringify(payload)
  const { headers } = await senders.github(body, { now: Date.now(), url: '' })
  return post(path, body, headers)
}

let shown = ''
beforeAll(async () => {
  const { id, path } = await astray('Newsletter forms')
  shown = id
  await deliver(path, { mail: 'mary@engine.example', name: 'Mary' })
  await deliver(path, { email: 'ada@engine.example', name: 'Ada' })
  // So that its payload would change something again.
  await world.organization.client
    .records('people')
    .assert({ match: { emails: 'ada@engine.example' }, values: { first_name: 'Augusta' } })
})

const result = (page: Page) => page.getByRole('region', { name: 'What would be written' })

it('makes a hook for a tool that nobody knows, shows what a payload would do as its mapping is typed, and its first delivery', async () => {
  const page = await world.open('#/hooks')
  await page.getByRole('button', { name: 'Create a hook' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Shop')
  await page.getByLabel('It proves itself by').selectOption('hmac')
  await page.getByLabel('Header that has it').fill('X-Shop-Signature')
  await page.getByLabel('What is signed').fill('v0:{timestamp}:{body}')
  await page.getByLabel('The signature begins behind').fill('v0=')
  await expectAccessible(page)
  // What is wrong is told, and what was typed stays.
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('alert').getByText(/time/).first().waitFor()
  await page.getByLabel('Header with the time, if it is signed').fill('X-Shop-Time')
  await page.getByRole('button', { name: 'Make one' }).click()
  await page.getByRole('button', { name: 'Request of this creation' }).click()
  expect(await page.getByRole('dialog').last().locator('pre').first().innerText()).toContain(
    '"secrets":["<the secret>"]',
  )
  await page.getByRole('dialog').last().getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  const secret = await page.getByRole('textbox', { name: 'The secret' }).inputValue()
  const url = await page.getByRole('dialog').locator('.target code').innerText()
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  await page.getByRole('heading', { level: 1, name: 'Shop' }).waitFor()

  await page
    .getByRole('textbox', { name: 'Payload' })
    .fill('{"customer": {"mail": "joan@shop.example", "name": "Joan"}}')
  await result(page).getByText('Nothing would be written').waitFor()
  // Where it is wrong, beneath the expression.
  const match = page.getByLabel(/^Match 1: E-?mail/)
  await expect.poll(() => match.getAttribute('aria-invalid')).toBe('true')
  await match.fill('body.customer.mail')
  const emails = page.getByRole('combobox', { name: /^E-?mail/ })
  await emails.fill('[body.customer.mail')
  await expect.poll(() => emails.getAttribute('aria-invalid')).toBe('true')
  await emails.fill('[body.customer.mail]')
  await result(page).getByText('Created: 1, changed: 0, as they are: 0, refused: 0.').waitFor()
  await page.getByRole('button', { name: 'Write…' }).click()
  await page.getByLabel('Value 2: attribute').selectOption('first_name')
  await page.getByRole('combobox', { name: 'First name', exact: true }).fill('body.customer.name')
  await result(page).getByRole('row', { name: 'First name Joan' }).waitFor()
  await expectAccessible(page)
  // Nothing holds before it is saved.
  const read = async () => {
    const { hooks } = await world.organization.client.call('get', '/v1/hooks')
    return hooks.find(({ name }) => name === 'Shop')?.mapping.values
  }
  expect(await read()).toEqual({ emails: '[body.email]' })
  await page.getByRole('button', { name: 'Save the mapping' }).click()
  await expect.poll(read).toEqual({ emails: '[body.customer.mail]', first_name: 'body.customer.name' })

  const body = JSON.stringify({ customer: { mail: 'grace@shop.example', name: 'Grace' } })
  const time = String(Math.floor(Date.now() / 1_000))
  const signature = createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex')
  const sent = () => post(new URL(url).pathname, body, { 'x-shop-time': time, 'x-shop-signature': `v0=${signature}` })
  expect(await (await sent()).json()).toMatchObject({ status: 'done', created: 1 })
  const delivery = page.getByRole('region', { name: 'List of deliveries' }).getByRole('row', { name: /done/ })
  await delivery.getByRole('link', { name: 'created' }).click()
  await page.getByRole('heading', { name: 'Grace', level: 1 }).waitFor()
})

it('mends a mapping by a delivery that has failed, and runs it again', async () => {
  const { id, path } = await astray('Mended')
  for (const name of ['Hedy', 'Emmy']) await deliver(path, { mail: `${name}@mended.example`, name })
  const page = await world.open(`#/hooks/${id}?status=failed`)
  await page
    .getByRole('row', { name: /failed mapping\.match\.0\.emails/ })
    .first()
    .waitFor()
  await expect.poll(() => page.getByRole('textbox', { name: 'Payload' }).inputValue()).toContain('Emmy@mended.example')
  await page.getByLabel(/^Match 1: E-?mail/).fill('body.mail')
  await page.getByRole('combobox', { name: /^E-?mail/ }).fill('[body.mail]')
  await result(page).getByText('Created: 1').waitFor()
  await page.getByRole('button', { name: 'Save the mapping' }).click()
  await expect.poll(() => page.getByRole('button', { name: 'Save the mapping' }).isDisabled()).toBe(true)
  const list = page.getByRole('region', { name: 'List of deliveries' })
  await list.getByRole('button', { name: 'Run again' }).first().click()
  await expect.poll(() => list.getByRole('row', { name: /failed/ }).count()).toBe(1)
  await page.getByRole('button', { name: 'Run all that failed again…' }).click()
  await page.getByText('1 of 1 that failed have a payload').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Run them again' }).click()
  await page.getByText('Done: 1 written.').waitFor()
  const hedy = await world.organization.client.records('people').getBy('emails', 'hedy@mended.example')
  expect(hedy.values.first_name).toBe('Hedy')
})

it('pauses a hook, goes on, gives it a secret, changes its settings, and deletes it', async () => {
  const { id, path } = await astray('Passing')
  const page = await world.open(`#/hooks/${id}`)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.getByRole('button', { name: 'Go on' }).waitFor()
  expect((await deliver(path, { email: 'a@passing.example' })).status).toBe(503)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()

  await page.getByRole('button', { name: 'New secret…' }).click()
  await page.getByRole('button', { name: 'Make one' }).click()
  await page.getByLabel('Of the former ones these stay valid').selectOption('0')
  await page.getByRole('button', { name: 'Give it' }).click()
  await page.getByRole('textbox', { name: 'The secret' }).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  expect((await deliver(path, { email: 'a@passing.example' })).status).toBe(403)

  await page.getByRole('button', { name: 'Settings…' }).click()
  await page.getByLabel('Keep payloads').uncheck()
  await page.getByLabel('Never keep these paths').fill('body.card.number')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const { keepPayload, redact } = await world.organization.client.call('get', '/v1/hooks/{id}', { path: { id } })
  expect([keepPayload, redact]).toEqual([false, ['body.card.number']])

  await page.getByRole('button', { name: 'Delete…' }).click()
  await page.getByRole('button', { name: 'Delete it' }).click()
  await page.getByRole('heading', { level: 1, name: 'Hooks' }).waitFor()
  await page.getByRole('row', { name: /^Newsletter forms/ }).waitFor()
  expect(await page.getByRole('row', { name: /^Passing/ }).count()).toBe(0)
})

it('makes one from a preset, each of which is told as the server has it', async () => {
  expect(shownPresets).toEqual(
    Object.fromEntries(Object.entries(presets).map(([name, { title, events }]) => [name, { title, events }])),
  )
  const page = await world.open('#/hooks')
  await page.getByRole('button', { name: 'Create a hook' }).click()
  await page.getByRole('combobox', { name: 'For', exact: true }).selectOption('preset')
  await page.getByRole('combobox', { name: 'Preset', exact: true }).selectOption('stripe-customers')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'stripe-customers' }).waitFor()
  await page.getByText('It has no secret yet').waitFor()
  await page.getByLabel('Value 1: attribute').waitFor()
})

it('is offered to administrators alone', async () => {
  const page = await world.open('#/hooks', { key: await world.organization.key(['crm:write']) })
  await page.getByText('This key may not do that').waitFor()
  expect(await page.getByRole('link', { name: 'Hooks', exact: true }).count()).toBe(0)
})

it('is seen in each look', () =>
  world.lookAt('hook', `#/hooks/${shown}`, async (page) => {
    await page.getByRole('row', { name: /done/ }).waitFor()
    await result(page).getByText('changed: 1').waitFor()
  }))

it('shows deliveries of a server that takes longer than the console waits between two looks', async () => {
  const page = await world.open('#/hooks')
  await page.route(/\/v1\/hooks\/[^/]+\/deliveries\?/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 3_500))
    // Whoever has abandoned the request does not hear of it any more.
    await route.continue().catch(() => undefined)
  })
  await page.goto(`${world.url}/console/#/hooks/${shown}`)
  await page.getByRole('row', { name: /done/ }).first().waitFor({ timeout: 10_000 })
})
