import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectAccessible, useConsole } from './world.ts'

const world = useConsole()

it('adds an object and an attribute with options, which records have at once, and changes it', async () => {
  const page = await world.open('#/schema')
  await page.getByRole('button', { name: 'Add an object' }).click()
  await page.getByLabel('Slug, as programs call it').fill('deals')
  await page.getByLabel('One of them').fill('Deal')
  await page.getByLabel('Several of them').fill('Deals')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.waitForURL(/object=deals/)

  await page.getByRole('button', { name: 'Add an attribute' }).click()
  await page.getByLabel('Label').fill('Stage')
  await page.getByLabel('Type').selectOption('select')
  await page.getByLabel('Options, one a line').fill('Open\nWon')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('row', { name: /^Stage stage select .*Open, Won own/ }).waitFor()

  await page.getByRole('button', { name: 'Change Stage' }).click()
  await page.getByLabel('New options, one a line').fill('Lost')
  await page.getByLabel(/Has an index/).check()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByRole('row', { name: /^Stage stage select indexed .*Open, Won, Lost own/ }).waitFor()
  await world.organization.client.records('deals').assert({ values: { stage: 'Lost' } })

  await page.getByRole('button', { name: 'Change Stage' }).click()
  await page.getByLabel('Option 3', { exact: true }).fill('Given up')
  await page.getByLabel('Won: can no longer be chosen').check()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByRole('row', { name: /^Stage .*Given up/ }).waitFor()
  const deals = world.organization.client.records('deals')
  await deals.assert({ values: { stage: 'Given up' } })
  await expect(deals.assert({ values: { stage: 'Won' } })).rejects.toThrow('stage')
})

it('plans a document before it is applied, and says what cannot be done', async () => {
  const page = await world.open('#/schema?part=document')
  const text = page.getByLabel('Schema as a document')
  await expect.poll(() => text.inputValue()).toContain('"objects"')
  await text.fill(
    '{"objects":[{"slug":"people","attributes":[{"slug":"shoe_size","label":"Shoe size","type":"nummer"}]}]}',
  )
  await page.getByRole('button', { name: 'Plan' }).click()
  expect(await page.getByRole('alert').innerText()).toMatch(/type/)
  await text.fill(
    '{"objects":[{"slug":"people","attributes":[{"slug":"shoe_size","label":"Shoe size","type":"number"}]}]}',
  )
  await page.getByRole('button', { name: 'Plan' }).click()
  await page
    .getByRole('region', { name: 'Plan' })
    .getByText(/shoe_size|Shoe size/)
    .waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Apply', exact: true }).click()
  await page.getByText('Applied.').waitFor()
  await page.getByRole('link', { name: 'Attributes' }).click()
  await page.getByRole('row', { name: /^Shoe size shoe_size number/ }).waitFor()
})

describe('attributes that are one key together', () => {
  const combinations = (page: Page) => page.getByRole('region', { name: 'Combinations', exact: true })
  const add = async (page: Page, name: string, ...labels: readonly string[]) => {
    await combinations(page).getByRole('button', { name: 'Add a combination' }).press('Enter')
    await page.keyboard.type(name)
    for (const label of labels) await page.getByRole('dialog').getByLabel(label, { exact: true }).check()
    await page.getByRole('button', { name: 'Add', exact: true }).click()
  }

  it('are made, archived, restored and removed', async () => {
    const companies = world.organization.client.records('companies')
    const page = await world.open('#/schema?object=companies')
    await combinations(page).getByText('None: each attribute is a key by itself.').waitFor()
    await add(page, 'place', 'City')
    await page.getByRole('alert').waitFor()
    await expectAccessible(page)
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).check()
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await combinations(page)
      .getByRole('row', { name: /^place Name \+ City unique/ })
      .waitFor()
    await expectAccessible(page)
    const values = { name: 'Kiosk', city: 'Rome' }
    expect((await companies.assert({ match: values, values })).status).toBe('created')
    expect((await companies.assert({ match: values, values })).status).toBe('unchanged')
    await combinations(page).getByRole('button', { name: 'Archive place' }).click()
    await combinations(page).getByRole('button', { name: 'Restore place' }).click()
    await combinations(page).getByRole('button', { name: 'Archive place' }).click()
    await combinations(page).getByRole('button', { name: 'Remove place…' }).click()
    await page.getByRole('button', { name: 'Remove it' }).click()
    await combinations(page).getByText('None: each attribute is a key by itself.').waitFor()
  })

  it('of many records are made by a job, which tells how far it is and why it fails', async () => {
    const { client } = world.organization
    const attributes = ['shelf', 'place'].map((slug) => ({ slug, label: slug, type: 'text' as const }))
    const object = { slug: 'stock', singularName: 'Piece', pluralName: 'Stock', attributes }
    await client.call('put', '/v1/schema', { body: { objects: [object] } })
    // More than a transaction takes, and two that share both.
    const items = Array.from({ length: 10_500 }, (_, i) => ({
      values: { shelf: `s${i % 100}`, place: `p${Math.min(i, 10_000)}` },
    }))
    for await (const { status } of client.records('stock').assertMany(items)) expect(status).toBe('created')
    const page = await world.open('#/schema?object=stock')
    await add(page, 'pair', 'shelf', 'place')
    await combinations(page)
      .getByRole('status')
      .getByText(/^Index of pair: /)
      .waitFor()
    await page.getByText('pair was not made: records share what nobody may share.').waitFor()
    await expectAccessible(page)
    await combinations(page).getByText('None: each attribute is a key by itself.').waitFor()
  })
})

it('is only looked at without the scope of an administrator', async () => {
  const page = await world.open('#/schema', { key: await world.organization.key(['crm:write']) })
  await page.getByRole('row', { name: /^Emails emails list of email unique/ }).waitFor()
  for (const name of ['Add an object', 'Add an attribute', 'Change Emails', 'Add a combination'])
    expect(await page.getByRole('button', { name }).count()).toBe(0)
  expect(await page.getByRole('link', { name: 'As a document' }).count()).toBe(0)
})

it('is seen in each look', () =>
  world.lookAt('schema', '#/schema?object=companies', (page) => page.getByRole('row', { name: /^Domains/ }).waitFor()))
