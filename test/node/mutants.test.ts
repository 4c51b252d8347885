import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { mutants } from '../mutants/tables/index.ts'

/** What npm run test:mutants breaks must be there to be broken: it takes too long to notice by itself. */

const placesOf = (file: string, find: string): number => readFileSync(file, 'utf8').split(find).length - 1

it('each place that a mutant breaks stands in its file exactly once, and is another afterwards', () => {
  const stale = mutants.flatMap(({ file, find, replace, broken }) => {
    const places = placesOf(file, find)
    return places === 1 && find !== replace ? [] : [`${file}: ${broken}: ${places} places like ${find}`]
  })
  expect(stale).toEqual([])
})

it('no two mutants are the same', () => {
  const all = mutants.map(({ file, find, replace }) => `${file}\n${find}\n${replace}`)
  expect(new Set(all).size).toBe(all.length)
})
