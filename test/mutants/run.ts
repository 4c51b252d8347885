import { availableParallelism } from 'node:os'
import { Copy, type Noticed, testsOf } from './copy.ts'
import type { Mutant } from './mutant.ts'
import { covering, table } from './report.ts'
import { mutants } from './tables/index.ts'

/**
 * `npm run test:mutants`: breaks the assert program, what feeds it and what hooks rest on in every way that the tables name, each in a
 * copy of the repository, and says who noticed: the canary, or the tests without it. A mutant that nobody
 * notices is a missing test: exit code 1. `-- <words> ...` tries only those whose name holds one of the words.
 */

const nameOf = ({ rule, file, broken }: Mutant): string => `${rule}: ${broken} (${file})`

const wanted = process.argv.slice(2)
const chosen = mutants.filter((one) => wanted.length === 0 || wanted.some((words) => nameOf(one).includes(words)))

/** As many copies at a time as there are cores. */
const copies = Array.from({ length: Math.min(availableParallelism(), chosen.length) }, () => new Copy())
const removeAll = () => {
  for (const copy of copies) copy.remove()
}
process.on('SIGINT', () => {
  removeAll()
  process.exit(130)
})

const left = [...chosen.entries()]
const results = new Map<number, Mutant & Noticed>()
const wrong: string[] = []

const tryOne = async (copy: Copy, place: number, mutant: Mutant): Promise<void> => {
  const name = nameOf(mutant)
  try {
    const noticed = await copy.try(mutant)
    results.set(place, { ...mutant, ...noticed })
    console.log([`${name}: canary ${noticed.canary ? 'yes' : 'no'}`, ...noticed.tests].join('\n    '))
  } catch (error) {
    wrong.push(`${name}: ${String(error)}`)
  }
}

const work = async (copy: Copy): Promise<void> => {
  for (let next = left.shift(); next; next = left.shift()) await tryOne(copy, ...next)
}

try {
  const whole = await copies[0]?.look([...new Set(chosen.flatMap(testsOf))])
  if (!whole || whole.canary || whole.tests.length > 0)
    throw new Error(`Nothing is broken, and yet this fails: ${whole?.tests.join('; ')}`)
  await Promise.all(copies.map(work))
} finally {
  removeAll()
}
const seen = [...results].sort(([a], [b]) => a - b).map(([, result]) => result)
const survivors = seen.filter(({ canary, tests }) => !canary && tests.length === 0)
const byCanary = seen.filter(({ canary }) => canary).length
const byTests = seen.filter(({ tests }) => tests.length > 0).length
console.log(`\n${table(covering(seen))}\n`)
console.log(
  `${seen.length} mutants; the canary noticed ${byCanary}, the tests without it ${byTests}, nobody ${survivors.length}`,
)
for (const one of survivors) console.log(`Survived: ${nameOf(one)}`)
for (const one of wrong) console.log(`Not a mutant: ${one}`)
process.exit(survivors.length + wrong.length === 0 && seen.length > 0 ? 0 : 1)
