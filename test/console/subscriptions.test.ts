import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { type Mood, startReceiver } from '../support/receiver.ts'
import { expectAccessible, useConsole } from './world.ts'

const world = useConsole()

let mood: Mood = 'takes'
let receiver: Awaited<ReturnType<typeof startReceiver>>
beforeAll(async () => {
  receiver = await startReceiver(() => mood)
})
afterAll(() => receiver.close())

const assert = async (email: string): Promise<string> =>
  (await world.organization.client.records('people').assert({ match: { emails: email }, values: { emails: [email] } }))
    .id ?? ''

const subscribe = async (name: string): Promise<string> =>
  (
    await world.organization.client.call('post', '/v1/subscriptions', {
      body: { name, url: `${receiver.url}/${name}`, objects: ['people'] },
    })
  ).id

it('is made with a secret that is shown once, and told of changes', async () => {
  // From now on it takes what is signed with the secret, and nothing else.
  const strict = await startReceiver()
  onTestFinished(() => strict.close())
  const page = await world.open('#/subscriptions')
  await page.getByRole('button', { name: 'Create a subscription' }).press('Enter')
  await page.keyboard.type('Warehouse')
  await page.getByLabel('Address that is told (https)').fill('ftp://receiver.example')
  await page.getByLabel('People', { exact: true }).check()
  await page.getByLabel('restored', { exact: true }).uncheck()
  await expectAccessible(page)
  // What is wrong is told, and what was typed stays.
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('alert').getByText(/http/).first().waitFor()
  await page.getByLabel('Address that is told (https)').fill(strict.url)
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  const secret = await page.getByRole('textbox', { name: 'The secret' }).inputValue()
  expect(secret).toMatch(/^whsec_/)
  strict.knows(secret)
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  await page.getByRole('heading', { name: 'Warehouse', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Send a ping' }).click()
  await page.getByText('The ping was taken.').waitFor()
  const id = await assert('told@receiver.example')
  await expect.poll(() => strict.taken.some(({ data }) => data.recordId === id)).toBe(true)
  expect(strict.problems).toEqual([])
  const named = async (name: string) =>
    (await world.organization.client.call('get', '/v1/subscriptions')).subscriptions.find((one) => one.name === name)
  expect(await named('Warehouse')).toMatchObject({
    objects: ['people'],
    actions: ['archived', 'created', 'erased', 'merged', 'separated', 'updated'],
  })

  await page.getByRole('button', { name: 'New secret…' }).click()
  await page.getByRole('button', { name: 'Give it' }).click()
  expect(await page.getByRole('textbox', { name: 'The secret' }).inputValue()).not.toBe(secret)
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  await page.getByText('2 secrets').waitFor()

  await page.getByRole('button', { name: 'Settings…' }).click()
  await page.getByLabel('Name').fill('Depot')
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByRole('heading', { name: 'Depot', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Switch off' }).click()
  await page.getByRole('button', { name: 'Switch on' }).waitFor()
  await page.getByRole('button', { name: 'Delete…' }).click()
  await page.getByRole('button', { name: 'Delete it' }).click()
  await page.getByRole('heading', { name: 'Subscriptions', level: 1 }).waitFor()
  expect(await named('Depot')).toBeUndefined()
})

it('passes over a message that is refused, and sends it again once it is taken', async () => {
  mood = 'fails'
  const id = await subscribe('stubborn')
  const record = await assert('refused@receiver.example')
  const page = await world.open(`#/subscriptions/${id}`)
  await page.getByText('None: nothing has been refused for good.').waitFor()
  await page.getByRole('button', { name: 'Skip a message…' }).click()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Skip it' }).click()
  const letter = page.getByRole('row').filter({ hasText: record.slice(-8) })
  await letter.waitFor()
  await expectAccessible(page)
  mood = 'takes'
  await letter.getByRole('button', { name: "Send its record's again" }).click()
  await letter.waitFor({ state: 'detached' })
  await expect.poll(() => receiver.taken.some(({ data }) => data.recordId === record)).toBe(true)
})

it('is seen in each look', async () => {
  mood = 'fails'
  const id = await subscribe('looks')
  await assert('seen@receiver.example')
  await world.lookAt('subscription', `#/subscriptions/${id}`, (page) =>
    page.getByRole('button', { name: 'Skip a message…' }).waitFor(),
  )
  mood = 'takes'
})

it('is offered to administrators alone', async () => {
  const page = await world.open('#/subscriptions', { key: await world.organization.key(['crm:write']) })
  await page.getByText('it needs the scope admin').waitFor()
  expect(await page.getByRole('link', { name: 'Subscriptions' }).count()).toBe(0)
})
