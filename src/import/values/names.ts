/** What cells call something, and what it is: asked for before they are read, which goes on without waiting. */
export interface Names {
  /** One that is going to be read. */
  add(name: string): void
  /** Asks for what was added since. */
  lookUp(): Promise<void>
  /** Undefined: it is nothing, or several things. */
  get(name: string): string | undefined
}

/** Those that somebody else knows: each is asked for once, and all at once. */
export class AskedNames implements Names {
  readonly #ask: (names: readonly string[]) => Promise<ReadonlyMap<string, string>>
  readonly #found = new Map<string, string>()
  readonly #asked = new Set<string>()
  #waiting: string[] = []

  /** @param ask is told of each name once; what it does not find is left out */
  constructor(ask: (names: readonly string[]) => Promise<ReadonlyMap<string, string>>) {
    this.#ask = ask
  }

  add(name: string): void {
    if (this.#asked.has(name)) return
    this.#asked.add(name)
    this.#waiting.push(name)
  }

  async lookUp(): Promise<void> {
    const names = this.#waiting
    if (names.length === 0) return
    for (const [name, what] of await this.#ask(names)) this.#found.set(name, what)
    // Those that came meanwhile wait on; and all of them do where nobody has answered.
    this.#waiting = this.#waiting.slice(names.length)
  }

  get(name: string): string | undefined {
    return this.#found.get(name)
  }
}
