import type { Noticed } from './copy.ts'
import type { Mutant } from './mutant.ts'

/** All mutants of a rule, as one row. */
export interface Row {
  readonly rule: string
  readonly broken: readonly string[]
  readonly byCanary: number
  /** Few tests that notice, between them, all that any test notices. */
  readonly tests: readonly string[]
}

/** Takes the test that notices most of what is left, until nothing is left. */
const fewest = (noticed: readonly (readonly string[])[]): string[] => {
  const taken: string[] = []
  let left = noticed.filter((tests) => tests.length > 0)
  while (left.length > 0) {
    const counts = new Map<string, number>()
    for (const test of left.flat()) counts.set(test, (counts.get(test) ?? 0) + 1)
    const [best] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))
    taken.push(best)
    left = left.filter((tests) => !tests.includes(best))
  }
  return taken
}

export const covering = (seen: readonly (Mutant & Noticed)[]): Row[] =>
  [...Map.groupBy(seen, ({ rule }) => rule)].map(([rule, of]) => ({
    rule,
    broken: of.map(({ broken }) => broken),
    byCanary: of.filter(({ canary }) => canary).length,
    tests: fewest(of.map(({ tests }) => tests)),
  }))

export const table = (rows: readonly Row[]): string =>
  [
    '| rule | broken by | canary | tests without it |\n|---|---|---|---|',
    ...rows.map(
      ({ rule, broken, byCanary, tests }) =>
        `| ${rule} | ${broken.join('; ')} | ${byCanary} of ${broken.length} | ${tests.map((t) => `"${t}"`).join(', ')} |`,
    ),
  ].join('\n')
