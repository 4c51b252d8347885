import { beforeAll, describe, expect, it } from 'vitest'
import { NotFoundError } from '../../src/client/index.ts'
import { expectAccessible, useConsole } from './world.ts'

const world = useConsole()
let ada = ''
let engines = ''

beforeAll(async () => {
  const { client } = world.organization
  const [companies, people] = [client.records('companies'), client.records('people')]
  const company = await companies.assert({
    match: { domains: 'engine.example' },
    values: { name: 'Difference Engines', domains: ['engine.example'] },
  })
  engines = company.id ?? ''
  const match = { emails: 'ada@engine.example' }
  const person = await people.assert({
    match,
    values: { first_name: 'Ada', last_name: 'Lovelace', emails: ['ada@engine.example'], company: engines },
  })
  ada = person.id ?? ''
  await people.assert({ match, values: { job_title: 'Analyst' } }, { importId: 'hires-1' })
  await people.assert({ match, values: { job_title: 'Programmer', city: 'London' } })
})

it('shows its values, and edits one', async () => {
  const page = await world.open(`#/objects/people/${ada}`)
  await page.getByRole('heading', { name: 'Ada Lovelace', level: 1 }).waitFor()
  expect(
    await page
      .getByRole('row', { name: /^Company Difference Engines/ })
      .getByRole('link')
      .getAttribute('href'),
  ).toBe(`#/objects/companies/${engines}`)
  await page.getByRole('button', { name: 'Edit Last name' }).click()
  const field = page.getByRole('textbox', { name: 'Last name' })
  await expect.poll(() => page.evaluate(`document.activeElement?.getAttribute('aria-label')`)).toBe('Last name')
  await field.fill('King')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Ada King', level: 1 }).waitFor()
  expect((await world.organization.client.records('people').get(ada)).values.last_name).toBe('King')
})

it('leads both ways along a relation', async () => {
  const page = await world.open(`#/objects/companies/${engines}?part=pointing`)
  await page.getByRole('link', { name: /^Ada/ }).click()
  await page.waitForURL(new RegExp(`#/objects/people/${ada}$`))
  await page.getByRole('link', { name: 'Difference Engines' }).click()
  await page.getByRole('heading', { name: 'Difference Engines', level: 1 }).waitFor()
})

it('tells who changed what from what to what, and goes back to a version after showing what that does', async () => {
  const page = await world.open(`#/objects/people/${ada}?part=history`)
  const entry = page.getByRole('listitem').filter({ hasText: 'London' })
  expect(await entry.innerText()).toMatch(/updated by this key through v1.*Job title\s+Analyst → Programmer/s)
  await page
    .getByRole('listitem')
    .filter({ hasText: 'hires-1' })
    .getByRole('button', { name: 'Back to version 2' })
    .click()
  await page.getByRole('row', { name: 'Job title Programmer Analyst' }).waitFor()
  await expectAccessible(page)
  const read = async () => (await world.organization.client.records('people').get(ada)).values.job_title
  expect(await read()).toBe('Programmer')
  await page.getByRole('button', { name: 'Take it back' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('main').getByRole('listitem').first().getByText('Programmer → Analyst').waitFor()
  expect(await read()).toBe('Analyst')
})

it('is shown as the other contracts answer it, and with the request that writes it', async () => {
  const page = await world.open(`#/objects/people/${ada}?part=others`)
  for (const [contract, part] of [
    ['Zeeg', '"emails"'],
    ['Reevo', 'ada@engine.example'],
    ['Anduin', 'ada@engine.example'],
  ] as const)
    await page.getByRole('heading', { name: contract }).locator('xpath=..').locator('pre', { hasText: part }).waitFor()
  await page.getByRole('button', { name: 'Request of the assert that writes it' }).click()
  expect(await page.getByRole('dialog').locator('pre').first().innerText()).toContain(
    '{"match":{"emails":"ada@engine.example"},"values":{',
  )
})

it('stands beside the list, which shows at once what is changed in it', async () => {
  const page = await world.open('#/objects/companies?columns=name,city')
  await page.getByRole('grid').getByRole('link', { name: 'Difference Engines' }).click()
  const panel = page.getByRole('complementary', { name: 'Record' })
  await panel.getByRole('heading', { name: 'Difference Engines' }).waitFor()
  await panel.getByRole('button', { name: 'Show what is not set, too' }).click()
  await panel.getByRole('button', { name: 'Edit City' }).click()
  await page.getByRole('textbox', { name: 'City' }).fill('London')
  await page.keyboard.press('Enter')
  await page.getByRole('grid').getByRole('row').filter({ hasText: 'London' }).waitFor()
  await expectAccessible(page)
  await panel.getByRole('button', { name: 'Close the record' }).click()
  await panel.waitFor({ state: 'detached' })
  expect(page.url()).not.toContain('record=')
})

it('is archived and restored at the version that is seen', async () => {
  const { client } = world.organization
  const { id } = await client
    .records('companies')
    .assert({ match: { domains: 'old.example' }, values: { name: 'Old', domains: ['old.example'] } })
  const page = await world.open(`#/objects/companies/${id}`)
  await page.getByRole('button', { name: 'Archive', exact: true }).click()
  await page.getByRole('button', { name: 'Restore' }).waitFor()
  await client.records('companies').assert({ match: { domains: 'old.example' }, values: { city: 'Rome' } })
  await page.getByRole('button', { name: 'Restore' }).click()
  expect(await page.getByRole('alert').innerText()).toContain('version')
})

it('is only read by a key that only reads, and says when there is none', async () => {
  const key = await world.organization.key(['crm:read'])
  const page = await world.open(`#/objects/people/${ada}`, { key })
  await page.getByRole('heading', { level: 1, name: /^Ada/ }).waitFor()
  await page.getByRole('link', { name: 'Duplicates' }).click()
  await page.getByRole('heading', { name: 'With the same name' }).waitFor()
  for (const name of [/^Edit/, /^Archive$/, /^Merge/]) expect(await page.getByRole('button', { name }).count()).toBe(0)
  await page.goto(`${world.url}/console/#/objects/people/01900000-0000-7000-8000-000000000000`)
  await page.getByText('There is no such record').waitFor()
})

describe('a duplicate', () => {
  const twins = async (name: string) => {
    const { client } = world.organization
    const company = async (domain: string, city: string) => {
      const values = { name, domains: [domain], city }
      return (await client.records('companies').assert({ match: { domains: domain }, values })).id ?? ''
    }
    const [one, other] = [await company(`one.${name}.example`, 'Rome'), await company(`other.${name}.example`, 'Milan')]
    const match = { emails: `worker@${name}.example` }
    const worker = await client.records('people').assert({ match, values: { company: other } })
    return { one, other, worker: worker.id ?? '' }
  }
  const companies = () => world.organization.client.records('companies')
  const companyOf = async (person: string) =>
    (await world.organization.client.records('people').get(person)).values.company

  it('is found by its name, merged as its dry run tells, and parted again', async () => {
    const { one, other, worker } = await twins('twins')
    const page = await world.open(`#/objects/companies/${one}?part=same`)
    await page.getByText('Name the same').waitFor()
    await page.getByRole('button', { name: 'Merge with twins…' }).press('Enter')
    const dialog = page.getByRole('dialog')
    const city = dialog
      .getByRole('row')
      .filter({ has: page.getByLabel('Which City') })
      .getByRole('cell')
      .last()
    await expect.poll(() => city.innerText()).toBe('Rome a value is left to the history')
    await dialog.getByText('Relations that would be moved to the one that stays: 1.').waitFor()
    await dialog.getByLabel('Which City').selectOption('take')
    await expect.poll(() => city.innerText()).toMatch(/^Milan/)
    expect((await companies().get(other)).id).toBe(other)
    await dialog.getByRole('button', { name: 'Merge them' }).click()
    await dialog.getByText('Merged. Relations that were moved to the one that stays: 1.').waitFor()
    const { id, values } = await companies().get(other)
    expect([id, values.city, values.domains]).toEqual([one, 'Milan', ['one.twins.example', 'other.twins.example']])
    expect(await companyOf(worker)).toBe(one)
    const seen = await world.open(`#/objects/companies/${one}?part=history`)
    await seen.getByText('Merged into it: Name twins · Domains other.twins.example').waitFor()
    await seen.getByRole('button', { name: 'Part them again…' }).waitFor()
    await expectAccessible(seen)
    await seen.getByRole('link', { name: 'Duplicates' }).click()
    await seen.getByRole('listitem').filter({ hasText: 'Domains other.twins.example' }).waitFor()
    await dialog.getByRole('button', { name: 'Undo…' }).click()
    await page.getByText(/^Would be: records taken back: [1-9]/).waitFor()
    await page.getByRole('button', { name: 'Undo it' }).click()
    await page.getByText(/^Done: records taken back: [1-9]/).waitFor()
    expect([(await companies().get(other)).id, await companyOf(worker)]).toEqual([other, other])
    await page.getByRole('button', { name: 'Close' }).last().click()
    await page.getByText('Name the same').waitFor()
  })

  it('that is reached in the same way comes before namesakes, whichever attribute has the number', async () => {
    const { client } = world.organization
    const mobile = { slug: 'mobile', label: 'Mobile', type: 'phone_number' } as const
    await client.call('post', '/v1/objects/{object}/attributes', { path: { object: 'people' }, body: mobile })
    const person = async (name: string, first_name: string, numbers: object = {}) => {
      const values = { first_name, last_name: 'Numbers', ...numbers }
      return (await client.records('people').assert({ match: { emails: `${name}@numbers.example` }, values })).id ?? ''
    }
    await person('namesake', 'Grace')
    await person('other', 'Gracie', { mobile: '+49 30 1234567' })
    const id = await person('grace', 'Grace', { phone_number: '+49 (30) 123 45 67' })
    const page = await world.open(`#/objects/people/${id}?part=same`)
    const main = page.getByRole('main')
    await main.getByText('Mobile, Last name the same').waitFor()
    await main.getByText('First name, Last name the same').waitFor()
    expect(await main.getByText(/^(Reached in|With the same|Grace|Gracie)/).allInnerTexts()).toEqual([
      'Grace Numbers',
      'Reached in the same way',
      'Gracie Numbers',
      'With the same name',
      'Grace Numbers',
    ])
    await expectAccessible(page)
  })

  it('of many is told as far as it has been looked for, and further by who asks', async () => {
    const crowd = Array.from({ length: 203 }, (_, i) => `crowd-${i}.example`)
    const { outcomes } = await companies().assertBatch(
      crowd.map((domains) => ({ match: { domains }, values: { name: 'Crowd' } })),
    )
    const page = await world.open(`#/objects/companies/${outcomes[0]?.id}?part=same`)
    await page.getByText('By Name there are more.').waitFor()
    const merges = page.getByRole('button', { name: 'Merge with Crowd…' })
    expect(await merges.count()).toBeLessThan(202)
    await page.getByRole('button', { name: 'Look further by Name' }).click()
    await expect.poll(() => merges.count()).toBe(202)
    expect(await page.getByText('By Name there are more.').count()).toBe(0)
  })

  it('may be the one that stays, and may be known by its id alone', async () => {
    const { one } = await twins('here')
    const { other } = await twins('there')
    const page = await world.open(`#/objects/companies/${one}?part=same`)
    await page.getByRole('searchbox', { name: /id of another one$/ }).fill(other)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Merge with there…' }).click()
    await page.getByLabel(/^Stays/).selectOption(other)
    await page.getByRole('button', { name: 'Merge them' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
    await page.waitForURL(new RegExp(`#/objects/companies/${other}$`))
    await page.getByRole('heading', { name: 'there', level: 1 }).waitFor()
    expect((await companies().get(one)).id).toBe(other)
  })

  it('is seen in each look', async () => {
    const { one } = await twins('looks')
    await world.lookAt('merge', `#/objects/companies/${one}?part=same`, async (page) => {
      await page.getByRole('button', { name: 'Merge with looks…' }).click()
      await page.getByText('Relations that would be moved to the one that stays: 1.').waitFor()
    })
  })
})

it('is erased for good, after telling what points at it', async () => {
  const { client } = world.organization
  const made = await client.records('companies').assert({
    match: { domains: 'gone.example' },
    values: { name: 'Gone', domains: ['gone.example'] },
  })
  const id = made.id ?? ''
  await client.records('people').assert({ match: { emails: 'left@gone.example' }, values: { company: id } })
  const page = await world.open(`#/objects/companies/${id}`)
  await page.getByRole('button', { name: 'Erase…' }).click()
  await page.getByText(/^1 People point at it by Company/).waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Erase it for good' }).click()
  await page.getByRole('grid').waitFor()
  await expect(client.records('companies').get(id)).rejects.toBeInstanceOf(NotFoundError)
})

it.each([
  ['record', 'values', /^Company/],
  ['record-history', 'history', /^created/],
] as const)('is seen in each look: %s', (name, part, text) =>
  world.lookAt(name, `#/objects/people/${ada}?part=${part}`, (page) => page.getByText(text).first().waitFor()),
)
