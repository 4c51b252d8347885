/** One page of what is answered in pages. */
export interface Page<T> {
  readonly items: readonly T[]
  /** What the next one is asked for by; null: this is the last. */
  readonly nextCursor: string | null
}

/**
 * Everything that is answered in pages: `for await` asks for the next one when the last has been taken.
 * @typeParam Besides what a page says besides its items
 */
export class Pages<T, Besides extends object = object> implements AsyncIterable<T> {
  readonly #read: (cursor: string | undefined) => Promise<Page<T> & Besides>

  constructor(read: (cursor: string | undefined) => Promise<Page<T> & Besides>) {
    this.#read = read
  }

  /** The pages themselves, from a cursor on: with what `nextCursor` of one says, another process can go on. */
  async *pages(cursor?: string): AsyncGenerator<Page<T> & Besides, void> {
    for (let next: string | null | undefined = cursor; next !== null; ) {
      const page: Page<T> & Besides = await this.#read(next)
      yield page
      next = page.nextCursor
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for await (const { items } of this.pages()) yield* items
  }
}
