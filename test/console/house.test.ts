import { expect, it } from 'vitest'
import { expectAccessible, useConsole } from './world.ts'

const world = useConsole()

it('is signed in to by a key, which only the header of a request carries', async () => {
  const page = await world.open('', { key: '' })
  const asked: { readonly url: string; readonly authorization: string | undefined }[] = []
  page.on('request', (one) => asked.push({ url: one.url(), authorization: one.headers().authorization }))
  await expectAccessible(page)
  await page.getByLabel('Key').fill('eu_wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  expect(await page.getByRole('alert').innerText()).toMatch(/^Check the key.*Request [\w-]+$/s)

  await page.getByLabel('Key').fill(world.organization.admin)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Objects', level: 1 }).waitFor()
  expect(asked.filter(({ url }) => url.includes(world.organization.admin))).toEqual([])
  expect(asked.at(-1)?.authorization).toBe(`Bearer ${world.organization.admin}`)
  expect(await page.evaluate('localStorage.length')).toBe(0)
})

it('remembers a key by choice, until one signs out', async () => {
  const page = await world.open('', { key: '' })
  await page.getByLabel('Key').fill(world.organization.admin)
  await page.getByLabel('Remember').check()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Objects', level: 1 }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Objects', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Key').waitFor()
  expect(await page.evaluate('localStorage.length')).toBe(0)
})

it('takes the key out of a link, and the address holds it no longer', async () => {
  const page = await world.open(`#key=${world.organization.admin}`, { key: '' })
  await page.getByRole('heading', { name: 'Objects', level: 1 }).waitFor()
  expect(page.url()).toBe(`${world.url}/console/#/`)
  expect(await page.evaluate('history.length')).toBe(2)
})

it('asks for another key when this one is revoked meanwhile', async () => {
  const key = await world.organization.key(['crm:read'])
  const page = await world.open('', { key })
  await page
    .getByRole('link', { name: /People/ })
    .first()
    .waitFor()
  const own = await (await fetch(`${world.url}/v1/key`, { headers: { authorization: `Bearer ${key}` } })).json()
  expect(own).toMatchObject({ scopes: ['crm:read'], memberId: null, expiresAt: null })
  await world.organization.client.call('delete', '/v1/keys/{id}', { path: { id: (own as { id: string }).id } })
  await page.reload()
  await page.getByLabel('Key').waitFor()
  expect(await page.getByRole('alert').innerText()).toContain('Request')
})

it('goes where the palette is told to, by the keyboard alone', async () => {
  const page = await world.open()
  await page.getByRole('heading', { name: 'Objects', level: 1 }).waitFor()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('cmpn')
  await page.getByRole('option', { name: /Companies/ }).waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await page.waitForURL(/#\/objects\/companies$/)
})

it('says what there is not, and leads back', async () => {
  const page = await world.open('#/nothing/here')
  await page.getByText('There is no such view.').waitFor()
  await page.getByRole('main').getByRole('link', { name: 'All objects' }).click()
  await page.getByRole('heading', { name: 'Objects', level: 1 }).waitFor()
})

it('shows the request behind a view, which works as it stands', async () => {
  const page = await world.open()
  await page.getByRole('button', { name: 'Request of this list' }).click()
  await expectAccessible(page)
  const [curl = '', typescript = ''] = await page.getByRole('dialog').locator('pre').allInnerTexts()
  expect(curl).toBe(`curl '${world.url}/v1/objects' \\\n  -H "Authorization: Bearer $API_KEY"`)
  expect(typescript).toContain("await crm.call('get', '/v1/objects')")
})

it('comes with a policy that lets no script run but its own', async () => {
  const { headers } = await fetch(`${world.url}/console/`)
  expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';")
})

it('is the same in each look', () =>
  world.lookAt('home', '', (page) =>
    page
      .getByRole('main')
      .getByRole('link', { name: /People/ })
      .waitFor(),
  ))
