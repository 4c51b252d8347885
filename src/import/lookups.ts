import { ConflictError, type EdgeUpsert, InvalidRequestError, NotFoundError, PermissionError } from '../client/index.ts'
import type { Names } from './values/names.ts'

/** What the server is asked before cells can be read. Reading itself may be done where no key is. */
export interface Asked {
  /** Ids of members by their names, of those that nobody else has; as far as the key may know. @throws EdgeUpsertError */
  members(): Promise<ReadonlyMap<string, string>>
  /**
   * Ids of records by a value of an attribute; without those of which there is none, or several.
   * @throws EdgeUpsertError but for what is wrong with one name
   */
  idsOf(object: string, key: string, names: readonly string[]): Promise<ReadonlyMap<string, string>>
}

export interface Lookups extends Asked {
  /** @returns what numbers are that are dialled in a country (ISO 3166), as E.164; undefined: there is no such country */
  dialledIn(country: string): Promise<Names | undefined>
}

/** Requests under way. */
const AT_ONCE = 8

/** Only an administrator's key may ask for them. */
const membersByName = async (client: EdgeUpsert): Promise<ReadonlyMap<string, string>> => {
  try {
    const { members } = await client.call('get', '/v1/members', {})
    const isTwice = (name: string) => members.filter((one) => one.name === name).length > 1
    return new Map(members.filter(({ name }) => !isTwice(name)).map(({ name, id }) => [name, id]))
  } catch (error) {
    if (error instanceof PermissionError) return new Map()
    throw error
  }
}

const idsByName = async (client: EdgeUpsert, object: string, key: string, names: readonly string[]) => {
  const ids = new Map<string, string>()
  const left = names.values()
  const records = client.records(object)
  const work = async () => {
    for (const name of left) {
      try {
        const { id } = await records.getBy(key, name, { fields: [] })
        ids.set(name, id)
      } catch (error) {
        if (![NotFoundError, ConflictError, InvalidRequestError].some((one) => error instanceof one)) throw error
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return ids
}

export const askedBy = (client: EdgeUpsert): Asked => ({
  members: () => membersByName(client),
  idsOf: (object, key, names) => idsByName(client, object, key, names),
})
