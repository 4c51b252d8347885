/** What waits, in a line for each party: the next one is taken from each line in turn. */
export class FairLines<T extends { readonly party: string; readonly size: number }> {
  /** In the order of their turns. No line is empty. */
  #lines = new Map<string, T[]>()
  readonly #sizes = new Map<string, number>()
  #count = 0
  #size = 0

  /** How many wait, and how large they are together. */
  get all() {
    return { count: this.#count, size: this.#size }
  }

  /** The same of one party. */
  of(party: string) {
    return { count: this.#lines.get(party)?.length ?? 0, size: this.#sizes.get(party) ?? 0 }
  }

  /** The next one, which stays where it is. */
  get first(): T | undefined {
    for (const [first] of this.#lines.values()) return first
    return undefined
  }

  /** Waits behind what its party has waiting. */
  push(one: T): void {
    const line = this.#lines.get(one.party)
    if (line) line.push(one)
    else this.#lines.set(one.party, [one])
    this.#counted(one, 1)
  }

  /** Takes the next one out; its party has had its turn. */
  take(): T | undefined {
    for (const [party, line] of this.#lines) {
      const one = line.shift()
      this.#lines.delete(party)
      if (line.length > 0) this.#lines.set(party, line)
      if (one) this.#counted(one, -1)
      return one
    }
    return undefined
  }

  /**
   * Puts back what was taken and had no turn after all, in the order in which it was taken.
   * @param served parties that have had one all the same
   */
  putBack(taken: readonly T[], served: ReadonlySet<string>): void {
    const next = new Map<string, T[]>()
    for (const one of taken) {
      this.#counted(one, 1)
      const line = next.get(one.party)
      if (line) line.push(one)
      else next.set(one.party, [one])
    }
    const waiting = this.#lines
    const unserved = [...next.keys()].filter((party) => !served.has(party))
    const inTurn = new Set([...unserved, ...waiting.keys(), ...next.keys()])
    this.#lines = new Map(
      [...inTurn].map((party) => [party, [...(next.get(party) ?? []), ...(waiting.get(party) ?? [])]]),
    )
  }

  #counted(one: T, times: 1 | -1) {
    this.#count += times
    this.#size += times * one.size
    const size = this.of(one.party).size + times * one.size
    if (this.#lines.has(one.party) || size > 0) this.#sizes.set(one.party, size)
    else this.#sizes.delete(one.party)
  }
}
