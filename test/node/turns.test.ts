import { expect, it } from 'vitest'
import { turns } from '../../src/node/turns.ts'

const nextTurn = () => new Promise((done) => setImmediate(done))

it('begins so much in a turn of the loop, the rest in order in the turns that follow', async () => {
  const begin = turns(2)
  const begun: number[] = []
  for (let n = 0; n < 5; n++) begin(() => begun.push(n))
  expect(begun).toEqual([0, 1])
  await nextTurn()
  expect(begun).toEqual([0, 1, 2, 3])
  begin(() => begun.push(5))
  expect(begun).toHaveLength(4)
  await nextTurn()
  expect(begun).toEqual([0, 1, 2, 3, 4, 5])
  await nextTurn()
  begin(() => begun.push(6))
  expect(begun).toHaveLength(7)
})
