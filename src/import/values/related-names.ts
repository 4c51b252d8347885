import { ConflictError, type EdgeUpsert, InvalidRequestError, NotFoundError } from '../../client/index.ts'

/** What the cells of a list call related records. The API takes them by their ids there, so each name is looked up once, before anything is sent. */

/** Requests under way. */
const AT_ONCE = 8

export class RelatedNames {
  readonly #names = new Set<string>()
  readonly #ids = new Map<string, string>()

  add(name: string): void {
    this.#names.add(name)
  }

  /** Undefined: no record is called so, or several are. */
  idOf(name: string): string | undefined {
    return this.#ids.get(name)
  }

  /** @param key the attribute that names are values of. @throws EdgeUpsertError but for what is wrong with one name */
  async lookUp(client: EdgeUpsert, object: string, key: string): Promise<void> {
    const left = this.#names.values()
    const records = client.records(object)
    const work = async () => {
      for (const name of left) {
        try {
          const { id } = await records.getBy(key, name, { fields: [] })
          this.#ids.set(name, id)
        } catch (error) {
          if (![NotFoundError, ConflictError, InvalidRequestError].some((one) => error instanceof one)) throw error
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }
}
