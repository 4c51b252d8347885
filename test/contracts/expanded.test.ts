import { expect, it } from 'vitest'
import { ANSWER_BYTES } from '../../src/contracts/v1/answer-size.ts'
import { createWorld } from '../support/world.ts'

it('what the records of a page refer to has one limit for all relations together, and says what is left out', async () => {
  const world = await createWorld()
  await world.addObject('houses')
  for (const object of ['companies', 'houses']) await world.addAttribute(object, { label: 'Story', type: 'long_text' })
  await world.addAttribute('people', { label: 'House', type: 'relation', related: 'houses' })
  const COUNT = 180
  const story = 'x'.repeat(20_000)
  const put = async (object: string, values: readonly object[]): Promise<string[]> => {
    const ids: string[] = []
    for (let from = 0; from < values.length; from += 40) {
      const items = values.slice(from, from + 40).map((one) => ({ values: one }))
      const { body } = await world.send('POST', `/v1/objects/${object}/records/batch`, { body: items })
      ids.push(...body.outcomes.map(({ id }: { id: string }) => id))
    }
    return ids
  }
  const stories = Array.from({ length: COUNT }, () => ({ story }))
  const [companies, houses] = [await put('companies', stories), await put('houses', stories)]
  await put(
    'people',
    companies.map((company, n) => ({ company, house: houses[n] })),
  )
  const ask = async (expand: readonly string[]) =>
    (await world.send('POST', '/v1/objects/people/records/query', { body: { expand, limit: 1_000 } })).body
  const one = await ask(['company'])
  expect([one.expanded.length, one.expandedOmitted]).toEqual([COUNT, undefined])
  const both = await ask(['company', 'house'])
  expect(both.expandedOmitted).toBe(true)
  expect(both.expanded.length).toBeGreaterThan(COUNT)
  expect(JSON.stringify(both.expanded).length).toBeLessThan(ANSWER_BYTES / 2)
})
