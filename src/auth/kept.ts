interface Weighed<T> {
  readonly value: T
  readonly bytes: number
}

/**
 * What an isolate keeps of what it has read: the entries used last, and never more than so many bytes. Keys count too,
 * so that nothing a client sends can be what fills the memory.
 */
export class Kept<T> {
  readonly #entries = new Map<string, Weighed<T>>()
  readonly #limit: number
  readonly #weigh: (value: T) => number
  #bytes = 0

  /** @param limit in bytes. @param weigh what a value takes, roughly, in bytes */
  constructor(limit: number, weigh: (value: T) => number) {
    this.#limit = limit
    this.#weigh = weigh
  }

  get bytes(): number {
    return this.#bytes
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    // Set anew, so that the first of the map is always the one that was used longest ago.
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  /** What alone is over the limit is not kept. */
  set(key: string, value: T): void {
    this.delete(key)
    const bytes = 2 * key.length + this.#weigh(value)
    if (bytes > this.#limit) return
    this.#entries.set(key, { value, bytes })
    this.#bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limit) return
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0
    this.#entries.delete(key)
  }
}
