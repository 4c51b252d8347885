import type { SqlDriver } from '../storage/driver.ts'
import { sweepReplays } from '../storage/old-replays.ts'
import type { Deployment } from './deployment.ts'
import { databaseName, type Place } from './place.ts'

const PAGE = 500

interface Database {
  readonly name: string
  readonly driver: SqlDriver
}

/**
 * The databases that somebody must look after from outside, each once. An object looks after itself. One that is
 * configured otherwise than it can be is left out, with a line in the log.
 */
export async function* databasesOf({ places, directory }: Deployment): AsyncGenerator<Database> {
  const seen = new Set<string>()
  const next = (id: string, placeOf: () => Place | undefined): readonly Database[] => {
    try {
      const place = placeOf()
      if (!place || place.shape === 'object') return []
      const name = databaseName(id, place)
      if (seen.has(name)) return []
      seen.add(name)
      return [{ name, driver: places.open(id, place, { mayCreate: false }) }]
    } catch (error) {
      console.error(`The database of ${id} cannot be looked after`, error)
      return []
    }
  }
  for (const id of ['', ...places.configuredIds]) yield* next(id, () => places.homeOf(id))
  let after = ''
  for (;;) {
    const page = await directory.page({ after, limit: PAGE })
    for (const { id, place } of page) yield* next(id, () => place)
    const last = page[page.length - 1]
    if (!last) return
    after = last.id
  }
}

/** What has to be done from time to time. One database that does not answer keeps no other from its turn. */
export const lookAfter = async (deployment: Deployment, now: number): Promise<void> => {
  for await (const { name, driver } of databasesOf(deployment))
    await sweepReplays(driver, now).catch((error: unknown) =>
      console.error(`Old replays of the database ${name} could not be deleted`, error),
    )
}
