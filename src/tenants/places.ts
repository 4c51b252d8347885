import { Kept } from '../auth/kept.ts'
import { StaleError } from '../engine/session.ts'
import { isEnded, isHidden } from '../schema/schema.ts'
import { inTurnOf, NoDatabaseError, type SqlDriver } from '../storage/driver.ts'
import { type Cost, metered } from '../storage/meter.ts'
import type { TenantDirectory } from './directory.ts'
import { databaseName, type Place, PlaceError, parsePlace, readable, type WrittenPlace } from './place.ts'
import { tellingFaults } from './telling-faults.ts'

/**
 * Which database an organisation lives in. The id comes from the routing hint of a credential, which anybody can
 * forge: it may lead to a database, but only the credential's hash, found in that database, lets anybody in.
 * @param cost counts what finding it takes
 */
export type Connect = (organizationId: string, cost?: Cost) => SqlDriver

export interface OpenOptions {
  /** Only administration makes databases: a request that merely claims to be of an organisation must not. */
  readonly mayCreate: boolean
  /** For whoever is to change nothing: a database that is behind is not brought up to date because somebody opens it. */
  readonly asItIs?: boolean
}

/** Opens the database of a place. @throws PlaceError where this deployment has no such place */
export type OpenPlace = (organizationId: string, place: Place, options: OpenOptions) => SqlDriver

export interface PlacesOptions {
  readonly open: OpenPlace
  /** Puts the driver of a request behind what watches over its database. Absent: nothing does. */
  readonly watch?: (name: string, driver: SqlDriver) => SqlDriver
  /** Of whoever has no other; absent: there is none. */
  readonly home?: Place
  /** Places that the configuration names, as they stand there: of each, only its own tenant may find it wrong. */
  readonly configured?: ReadonlyMap<string, unknown>
  /** Asked for each tenant once an hour; absent: all are where the configuration says. */
  readonly directory?: {
    readonly driver: SqlDriver
    readonly over: (driver: SqlDriver) => TenantDirectory
  }
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

interface Known {
  /** Undefined: there is no such tenant, or none yet. */
  readonly place: WrittenPlace | undefined
  /** Whether its operator has ended it, in the directory at least. */
  readonly isEnded: boolean
  /** Until when it is believed, in milliseconds since 1970. */
  readonly until: number
}

/** Bytes of places that an isolate keeps: tens of thousands of them. */
const PLACE_BYTES = 4_194_304
const weightOf = (known: Known) => 64 + 2 * JSON.stringify(known).length

/** After that the directory is asked again, and so hears that the tenant is still there. */
const KNOWN_MS = 3_600_000

/** For how long a tenant that the directory does not know is not looked for again. */
const UNKNOWN_MS = 10_000

const nowhere: SqlDriver = {
  batch: async () => {
    throw new NoDatabaseError('No database is configured for the organisation')
  },
}

/** Whatever cannot be used of a place, with the tenant that it belongs to. */
const concerning = <T>(organizationId: string, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw error instanceof PlaceError ? new PlaceError(`The place of ${organizationId}: ${error.message}`) : error
  }
}

/**
 * Where tenants live, as far as an isolate has been told. A place that is outdated does no harm: the organisation that was
 * left behind there says that it has moved.
 */
export class Places {
  readonly #options: PlacesOptions
  readonly #known: Kept<Known>

  constructor(options: PlacesOptions, known = new Kept<Known>(PLACE_BYTES, weightOf)) {
    this.#options = options
    this.#known = known
  }

  /** The same places, remembered and forgotten together with these, whose administration goes through a driver around each. */
  over(around: (name: string, driver: SqlDriver) => SqlDriver): Places {
    const open: OpenPlace = (id, place, options) =>
      around(databaseName(id, place), this.#options.open(id, place, options))
    return new Places({ ...this.#options, open }, this.#known)
  }

  /** For requests: reaches what exists and makes nothing. */
  readonly connect: Connect = (organizationId, cost) => {
    const { directory } = this.#options
    if (!directory) return this.#openOrNowhere(organizationId, this.#configured(organizationId), nowhere)
    let opened: { readonly place: WrittenPlace | undefined; readonly driver: SqlDriver } | undefined
    return {
      batch: async (statements, options) => {
        const { place } = this.#remembered(organizationId) ?? (await this.#ask(organizationId, cost))
        // Where nobody is, the directory itself is looked into: to find that out must not cost less than to be refused.
        if (!opened || opened.place !== place)
          opened = { place, driver: this.#openOrNowhere(organizationId, place, directory.driver) }
        return opened.driver.batch(statements, options)
      },
    }
  }

  /**
   * For what is done by who was let in: a session from before knows nothing of a tenant whose operator has ended it while its
   * database was away.
   * @returns the driver, whose batches throw StaleError while the directory says so: the session is read again then
   */
  heeding(organizationId: string, driver: SqlDriver, cost?: Cost): SqlDriver {
    if (!this.#options.directory) return driver
    return {
      batch: async (statements, options) => {
        const { isEnded } = this.#remembered(organizationId) ?? (await this.#ask(organizationId, cost))
        if (isEnded) throw new StaleError()
        return driver.batch(statements, options)
      },
    }
  }

  /** For administration. @throws PlaceError */
  open(organizationId: string, place: WrittenPlace, options: OpenOptions): SqlDriver {
    return concerning(organizationId, () => {
      const known = readable(place)
      return inTurnOf(
        organizationId,
        tellingFaults(organizationId, known, this.#options.open(organizationId, known, options)),
      )
    })
  }

  /** The database of a new tenant that has no place of its own; made with its first batch, where there is one to make. */
  create(organizationId: string): SqlDriver {
    const place = this.homeOf(organizationId)
    return place ? this.open(organizationId, place, { mayCreate: true }) : nowhere
  }

  /** Where a tenant that the directory does not know would be. @throws PlaceError */
  homeOf(organizationId: string): Place | undefined {
    return this.#configured(organizationId)
  }

  /** Those that are only in the configuration, whether they can be used or not. */
  get configuredIds(): readonly string[] {
    return [...(this.#options.configured?.keys() ?? [])]
  }

  /** Whether a session is looked for at a place that was told in an earlier request. */
  isRemembered(organizationId: string): boolean {
    return this.#options.directory !== undefined && this.#remembered(organizationId) !== undefined
  }

  /** Whether it was suspended or deleted when the directory was asked last. */
  isEnded(organizationId: string): boolean {
    return this.#remembered(organizationId)?.isEnded ?? false
  }

  /** Asks the directory again. @returns whether the tenant lives elsewhere than was remembered */
  async lookAgain(organizationId: string, cost?: Cost): Promise<boolean> {
    const before = this.#remembered(organizationId)?.place
    const { place } = await this.#ask(organizationId, cost)
    return JSON.stringify(place) !== JSON.stringify(before)
  }

  /** For whoever has just changed it. */
  forget(organizationId: string): void {
    this.#known.delete(organizationId)
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now()
  }

  #configured(organizationId: string): Place | undefined {
    const { configured, home } = this.#options
    if (!configured?.has(organizationId)) return home
    return concerning(organizationId, () => parsePlace(configured.get(organizationId)))
  }

  #openOrNowhere(organizationId: string, place: WrittenPlace | undefined, otherwise: SqlDriver): SqlDriver {
    if (!place) return inTurnOf(organizationId, otherwise)
    const { watch = (_name, driver) => driver } = this.#options
    return watch(databaseName(organizationId, place), this.open(organizationId, place, { mayCreate: false }))
  }

  #remembered(organizationId: string): Known | undefined {
    const known = this.#known.get(organizationId)
    return known && known.until > this.#now() ? known : undefined
  }

  async #ask(organizationId: string, cost?: Cost): Promise<Known> {
    const { directory } = this.#options
    if (!directory) return { place: this.#configured(organizationId), isEnded: false, until: 0 }
    const tenant = await directory
      .over(cost ? metered(directory.driver, cost) : directory.driver)
      .visit(organizationId, this.#now())
    // Nobody has a key of one that is being created, and whoever claims to is not told that it is.
    const isThere = tenant !== undefined && !isHidden(tenant.status)
    const known: Known = isThere
      ? { place: tenant.place, isEnded: isEnded(tenant.status), until: this.#now() + KNOWN_MS }
      : { place: this.#configured(organizationId), isEnded: false, until: this.#now() + UNKNOWN_MS }
    this.#known.set(organizationId, known)
    return known
  }
}
