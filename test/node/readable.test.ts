import { expect, it } from 'vitest'
import { readableValue } from '../../src/engine/readable.ts'
import type { Attribute } from '../../src/schema/schema.ts'

it('reads the options of an attribute once, however many values of however many records are called by them', () => {
  let reads = 0
  const options = Array.from({ length: 500 }, (_, i) => ({
    get id() {
      reads++
      return `id${i}`
    },
    value: `Option ${i}`,
    archived: false,
  }))
  const attribute = { slug: 'stage', type: 'select', multiple: true, options } as unknown as Attribute
  const record = { data: { stage: [['id499', 'id0', 'gone']] as const } }
  for (let n = 0; n < 100; n++)
    expect(readableValue(record, attribute, new Map())).toEqual(['Option 499', 'Option 0', 'gone'])
  expect(reads).toBe(500)
})
