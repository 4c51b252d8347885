import { expect, it } from 'vitest'
import { newId } from '../../src/engine/ids.ts'

it('makes UUIDv7s, each greater than the one before, across many milliseconds and refills', () => {
  const ids = Array.from({ length: 20_000 }, newId)
  expect(new Set(ids).size).toBe(ids.length)
  expect([...ids].sort()).toEqual(ids)
  for (const id of ids.slice(0, 500))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

it('carries the time of its making', () => {
  const before = Date.now()
  const id = newId()
  const time = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
  expect(time).toBeGreaterThanOrEqual(before - 5_000)
  expect(time).toBeLessThanOrEqual(Date.now())
})
