import { text } from 'node:stream/consumers'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { expectAccessible, useConsole } from './world.ts'

const world = useConsole()

const MANY = 100_000

const people = [
  {
    first_name: 'Ada',
    last_name: 'Lovelace',
    emails: ['ada@engine.example', 'ada@home.example'],
    job_title: 'Analyst',
  },
  { first_name: 'Mary', last_name: 'Somerville', emails: ['mary@engine.example'], job_title: 'Analyst' },
  { first_name: 'Charles', last_name: 'Babbage', emails: ['charles@engine.example'], job_title: 'Engineer' },
]

beforeAll(async () => {
  const { client } = world.organization
  await client.records('companies').assert({
    match: { domains: 'engine.example' },
    values: { name: 'Difference Engines', domains: ['engine.example'] },
  })
  for (const values of people)
    await client.records('people').assert({
      match: { emails: values.emails[0] },
      values: { ...values, company: { match: { domains: 'engine.example' } }, sms_consent: true },
    })
})

const list = (page: Page) => page.getByRole('grid')
const rowOf = (page: Page, text: string) => list(page).getByRole('row').filter({ hasText: text })
const statusOf = (page: Page) => page.getByRole('main').getByRole('status').first()
/** The cell of a row under a header. */
const cellOf = async (page: Page, row: string, column: string) => {
  const names = await list(page).getByRole('columnheader').allInnerTexts()
  const at = names.findIndex((name) => name.trim().startsWith(column))
  expect([column, at > 0]).toEqual([column, true])
  return rowOf(page, row).getByRole('gridcell').nth(at)
}
const columns = (...slugs: readonly string[]) => slugs.join()

it('shows what there is, with lists as chips, relations as links by their names, and how many', async () => {
  const page = await world.open(
    `#/objects/people?columns=${columns('first_name', 'emails', 'company', 'sms_consent', 'updatedAt')}`,
  )
  await rowOf(page, 'Ada').waitFor()
  await expect.poll(() => statusOf(page).innerText()).toBe('3 records')
  expect(await rowOf(page, 'Ada').locator('.chip').allInnerTexts()).toEqual(['ada@engine.example', 'ada@home.example'])
  expect(await rowOf(page, 'Ada').getByRole('link', { name: 'Difference Engines' }).getAttribute('href')).toMatch(
    /^#\/objects\/companies\/[\w-]+$/,
  )
  expect(await (await cellOf(page, 'Ada', 'Sms consent')).innerText()).toBe('Yes')
  const today = new Date().toLocaleDateString('en-GB', { dateStyle: 'medium', timeZone: 'Europe/Berlin' })
  expect(await (await cellOf(page, 'Ada', 'Changed')).innerText()).toContain(today)
})

it('is searched by words, as soon as an attribute says so', async () => {
  const page = await world.open('#/schema?object=companies')
  await page.getByRole('button', { name: 'Change Name', exact: true }).click()
  await page.getByLabel('Records are searched by its words').check()
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByRole('cell', { name: 'indexed, searchable' }).waitFor()
  const found = await world.open('#/objects/companies')
  await rowOf(found, 'Difference Engines').waitFor()
  const search = found.getByRole('searchbox', { name: 'Search companies' })
  await search.fill('ENG diff')
  await search.press('Enter')
  await expect.poll(() => statusOf(found).innerText()).toBe('1 records')
  await expectAccessible(found)
  // What is done to all that are found is done to those with the words alone.
  await found.getByRole('checkbox', { name: 'Select Difference Engines' }).check()
  await found.getByRole('button', { name: 'Select all that are found' }).click()
  await found.getByRole('button', { name: 'Archive…' }).click()
  await found.getByText('Would be: 1 changed, 0 unchanged, 0 refused.').waitFor()
  await found.getByRole('button', { name: 'Cancel' }).click()
  const saved = found.waitForEvent('download')
  await found.getByRole('button', { name: 'Export', exact: true }).click()
  const lines = await text(await (await saved).createReadStream())
  expect(lines.trimEnd().split('\n')).toEqual([expect.stringContaining('Difference Engines')])
  await search.fill('nothing')
  await search.press('Enter')
  await found.getByText('No record has these words.').waitFor()
  await found.getByRole('button', { name: 'Search no longer' }).click()
  await rowOf(found, 'Difference Engines').waitFor()
})

it('is narrowed by conditions that are clicked together, and all of it is in the address', async () => {
  const page = await world.open(`#/objects/people?columns=${columns('first_name', 'emails', 'job_title')}`)
  await page.getByRole('button', { name: 'Filter by Job title' }).click()
  await expectAccessible(page)
  await page.getByLabel('Value').fill('Analyst')
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await rowOf(page, 'Charles').waitFor({ state: 'detached' })
  await expect.poll(() => statusOf(page).innerText()).toBe('2 records')

  await page.getByRole('button', { name: '+ Filter' }).click()
  await page.getByLabel('Attribute').selectOption('company.name')
  await page.getByLabel('Comparison').selectOption({ label: 'is not set' })
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByText('No record meets the filter.').waitFor()
  await page.getByRole('button', { name: /^and: change to or/ }).click()
  await rowOf(page, 'Ada').waitFor()
  expect(JSON.parse(new URLSearchParams(page.url().split('?')[1]).get('filter') ?? '')).toEqual({
    or: [
      { attribute: 'job_title', operator: 'eq', value: 'Analyst' },
      { attribute: 'company.name', operator: 'not_exists' },
    ],
  })
  const shared = await world.open(page.url().slice(page.url().indexOf('#')))
  await rowOf(shared, 'Mary').waitFor()
  expect(await rowOf(shared, 'Charles').count()).toBe(0)
  await page.goBack()
  await page.getByText('No record meets the filter.').waitFor()
  await page.goBack()
  await rowOf(page, 'Mary').waitFor()
})

it('takes a filter of any form as the API does, and says what is wrong with one', async () => {
  const filter = JSON.stringify({ and: [{ not: { attribute: 'job_title', operator: 'eq', value: 'Analyst' } }] })
  const page = await world.open(`#/objects/people?filter=${encodeURIComponent(filter)}`)
  await rowOf(page, 'Charles').waitFor()
  expect(await rowOf(page, 'Ada').count()).toBe(0)
  await page.getByLabel('Filter as JSON').fill('{"and":[{"not":{"attribute":"jobtitle","operator":"eq","value":"x"}}]}')
  await page.getByRole('button', { name: 'Apply' }).click()
  expect(await page.getByRole('alert').innerText()).toMatch(/job_?title.*Request/is)
})

it('sorts along an index, and remembers the columns that were chosen', async () => {
  const page = await world.open('#/objects/people')
  await rowOf(page, 'Ada').waitFor()
  await page.getByRole('button', { name: /^Emails/ }).click()
  await page.waitForURL(/sort=emails/)
  await page.getByRole('button', { name: /^Emails/ }).click()
  await page.waitForURL(/sort=-emails/)
  await expect.poll(() => list(page).getByRole('row').nth(1).innerText()).toContain('Mary')
  expect(
    await list(page)
      .getByRole('columnheader', { name: /^Emails/ })
      .getAttribute('aria-sort'),
  ).toBe('descending')

  await page.getByRole('button', { name: 'Columns' }).click()
  await expectAccessible(page)
  await page.getByRole('checkbox', { name: 'City' }).check()
  await page.getByRole('button', { name: 'Done' }).click()
  await list(page).getByRole('columnheader', { name: /^City/ }).waitFor()
  await page.goto(`${world.url}/console/#/objects/companies`)
  await page.goto(`${world.url}/console/#/objects/people`)
  await list(page).getByRole('columnheader', { name: /^City/ }).waitFor()
})

it('writes a cell on the version that was seen: of two people, the second is shown both values and asked', async () => {
  const at = `#/objects/people?columns=${columns('first_name', 'job_title')}`
  const [first, second] = [await world.open(at), await world.open(at)]
  for (const page of [first, second]) await rowOf(page, 'Charles').waitFor()
  const edit = async (page: Page, value: string) => {
    await (await cellOf(page, 'Charles', 'Job title')).dblclick()
    await page.getByRole('textbox', { name: 'Job title' }).fill(value)
    await page.getByRole('button', { name: 'Save' }).click()
  }
  await edit(first, 'Inventor')
  await rowOf(first, 'Charles').filter({ hasText: 'Inventor' }).waitFor()
  await edit(second, 'Professor')
  const conflict = second.getByRole('alert')
  await conflict.waitFor()
  expect(await conflict.locator('dd').allInnerTexts()).toEqual(['Inventor', 'Professor'])
  await expectAccessible(second)
  const read = () => world.organization.client.records('people').getBy('emails', 'charles@engine.example')
  expect((await read()).values.job_title).toBe('Inventor')
  await second.getByRole('button', { name: 'Write mine' }).click()
  await rowOf(second, 'Charles').filter({ hasText: 'Professor' }).waitFor()
  expect((await read()).values.job_title).toBe('Professor')
})

it('goes through the grid by the keyboard, and edits with it; what is refused stays as it was typed', async () => {
  const page = await world.open(`#/objects/people?columns=${columns('first_name', 'emails')}&sort=emails`)
  await rowOf(page, 'Ada').waitFor()
  await list(page).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('F2')
  const field = page.getByRole('textbox', { name: 'Emails' })
  expect(await field.inputValue()).toBe('charles@engine.example')
  await field.fill('nobody')
  await page.getByRole('button', { name: 'Save' }).click()
  expect(await page.getByRole('alert').innerText()).toMatch(/e-?mail/i)
  expect(await field.inputValue()).toBe('nobody')
  await page.keyboard.press('Escape')
  await field.waitFor({ state: 'detached' })
  await page.keyboard.press('Space')
  await page.getByRole('region', { name: 'Selected records' }).getByText('1 selected').waitFor()
})

it('changes many: tried in numbers first, then done, then undone', async () => {
  const page = await world.open(`#/objects/people?columns=${columns('first_name', 'emails')}`)
  await rowOf(page, 'Ada').getByRole('checkbox').check()
  await rowOf(page, 'Mary').getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Change a value…' }).click()
  await page.getByLabel('Attribute').selectOption('city')
  await page.getByLabel('New value').fill('London')
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByText('Would be: 2 changed, 0 unchanged, 0 refused.').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Change a value 2' }).click()
  await page.getByText('Done: 2 changed').waitFor()
  const city = async () =>
    (await world.organization.client.records('people').getBy('emails', 'ada@engine.example')).values.city
  expect(await city()).toBe('London')
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Undone.').waitFor()
  expect(await city()).toBeUndefined()
})

it('exports what is selected, as the API shows it', async () => {
  const page = await world.open('#/objects/people')
  await rowOf(page, 'Ada').getByRole('checkbox').check()
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  const download = await coming
  expect(download.suggestedFilename()).toBe('people.ndjson')
  const lines = (await text(await download.createReadStream())).trim().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ object: 'people', values: { first_name: 'Ada' } }])
})

it('offers to a key that only reads nothing that would fail', async () => {
  const page = await world.open('#/objects/people', { key: await world.organization.key(['crm:read']) })
  await rowOf(page, 'Ada').getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Export' }).waitFor()
  for (const name of ['Change a value…', 'Archive…']) expect(await page.getByRole('button', { name }).count()).toBe(0)
  await rowOf(page, 'Ada').getByRole('gridcell').nth(2).dblclick()
  expect(await page.getByRole('dialog').count()).toBe(0)
})

it('says what to do where there is nothing', async () => {
  const page = await world.open('#/objects/clients')
  await page.getByText('There are no clients here yet.').waitFor()
  await expectAccessible(page)
})

it('is seen in each look', () => world.lookAt('records', '#/objects/people', (page) => rowOf(page, 'Ada').waitFor()))

it(`scrolls through ${MANY} records, and draws those that are in sight`, async () => {
  const { client } = world.organization
  await client.call('post', '/v1/objects', { body: { slug: 'things', singularName: 'Thing', pluralName: 'Things' } })
  await client.call('post', '/v1/objects/{object}/attributes', {
    path: { object: 'things' },
    body: { label: 'Number', type: 'number' },
  })
  // By the API itself: the client would have each of them known again, which costs a row more.
  for (let at = 0; at < MANY; at += 1_000) {
    const items = Array.from({ length: 1_000 }, (_, i) => ({ values: { number: at + i } }))
    const { status } = await fetch(`${world.url}/v1/objects/things/records/batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.organization.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify(items),
    })
    expect(status).toBe(200)
  }

  const page = await world.open('#/objects/things')
  await list(page).getByRole('row').nth(1).waitFor()
  const drawn: number[] = []
  for (let known = 0; known < MANY; ) {
    known = await page.evaluate<number>(`(() => {
      const grid = document.querySelector('[role=grid]')
      grid.scrollTop = grid.scrollHeight
      return Math.round((grid.querySelector('.body').clientHeight) / 32)
    })()`)
    drawn.push(await list(page).getByRole('row').count())
  }
  expect(Math.max(...drawn)).toBeLessThan(80)
  await list(page).getByRole('row').filter({ hasText: '99,999' }).waitFor()
  await page.evaluate(`document.querySelector('[role=grid]').scrollTop = 32 * 49_990`)
  await list(page).locator(`[aria-rowindex="50002"]`).waitFor()
}, 120_000)
