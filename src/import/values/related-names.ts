/** What the cells of a list call related records. The API takes them by their ids there, so each name is looked up once, before anything is sent. */
export class RelatedNames {
  readonly #names = new Set<string>()
  #ids: ReadonlyMap<string, string> = new Map()

  add(name: string): void {
    this.#names.add(name)
  }

  get names(): readonly string[] {
    return [...this.#names]
  }

  /** What has been found. */
  know(ids: ReadonlyMap<string, string>): void {
    this.#ids = ids
  }

  /** Undefined: no record is called so, or several are. */
  idOf(name: string): string | undefined {
    return this.#ids.get(name)
  }
}
