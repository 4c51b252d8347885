/** Letters that may be wrong for a name to count as a slip of another one. */
const SLIP = 2

/** Letters to add, drop or replace between two names: Levenshtein's distance, one row of its table at a time. */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1]
    for (let j = 0; j < to.length; j++) {
      const replaced = (row[j] ?? 0) + (letter === to[j] ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}

/** The known name that somebody meant, most likely. */
export const nearest = (name: string, known: Iterable<string>): string | undefined => {
  let found: string | undefined
  let least = SLIP + 1
  for (const one of known) {
    if (Math.abs(one.length - name.length) >= least) continue
    const apart = distance(name.toLowerCase(), one.toLowerCase())
    if (apart < least) [found, least] = [one, apart]
  }
  return found
}
