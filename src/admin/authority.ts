import { requireScope, type Session } from '../auth/access.ts'
import { refuse } from '../engine/errors.ts'
import { type Session as EngineSession, scopeOf, withCurrent } from '../engine/session.ts'
import type { Organization } from '../schema/schema.ts'
import { raiseRevision } from '../storage/administration-sql.ts'
import { sqlDirectory } from '../storage/directory.ts'
import type { BatchResult, SqlDriver, Statement } from '../storage/driver.ts'
import { driverErrorIn } from '../storage/drizzle.ts'
import type { Erased, Renamed } from '../storage/forgotten-values.ts'
import { type GuardedDriver, guarded, guardedReads } from '../storage/guarded.ts'
import { schemaChanged } from '../storage/history-events.ts'

/** What of the schema is another one from here on: attributes or combinations of an object; no names: the object itself. */
export interface ChangedSchema {
  readonly object: string
  readonly names: readonly string[]
  /** What of it is gone for good; absent: nothing. */
  readonly erased?: Erased
  /** What of it has another slug; absent: nothing. */
  readonly renamed?: Renamed
}

/** For what changes members, keys or settings. */
export const SAME_SCHEMA: readonly ChangedSchema[] = []

/**
 * An organisation as it was read, and its database for as long as it stays so: what every service of this folder works
 * on. A service reads, decides and writes; if anything of the organisation changes in between, its next batch does
 * nothing and the service runs again. So what a service has checked still holds when it writes.
 */
export interface CurrentOrganization {
  readonly organization: Organization
  /** Who asks, as the history names them. */
  readonly actor: string
  /** For reads, and for the few writes that no isolate has to hear of. */
  readonly driver: GuardedDriver
  /** For long reads: where a store can, they run beside its writer and keep nobody waiting. */
  readonly reads: GuardedDriver
  /**
   * Writes in one transaction, and has every isolate read the organisation again.
   * @param changed what the history tells of in the same transaction; asked for always, so that no change can forget it
   */
  change(statements: readonly Statement[], changed: readonly ChangedSchema[]): Promise<BatchResult>
}

export type Service<T> = (current: CurrentOrganization) => Promise<T>

/** On whose authority services run: there are these two, and a service can be reached through nothing else. */
export interface Authority {
  /** @throws RefusedError when the service refuses, or the authority has ended: then nothing was read or written */
  run<T>(service: Service<T>): Promise<T>
}

/**
 * The same authority for as long as the organisation stands so: each service runs on what was judged, and writes only while that
 * holds.
 * @param judge throws where the service may not run
 */
export const asLongAs = ({ run }: Authority, judge: (organization: Organization) => void): Authority => ({
  run: (service) =>
    run(async (current) => {
      judge(current.organization)
      return service(current)
    }),
})

/** Whoever loses against another change tries again, and one of them always wins: enough for a hundred at once. */
export const STALE_RETRIES = 100

/**
 * Runs the service on the organisation as the session knows it. One that answers from what is known, without a batch of
 * its own, is answered only after the guard alone has passed: so nothing is told on an authority that has ended.
 */
const serve = async <T>(driver: SqlDriver, session: EngineSession, service: Service<T>): Promise<T> => {
  const bound = guarded(driver, scopeOf(session))
  const { organization, actor } = session
  let isVouchedFor = false
  const noting = ({ scope, batch }: GuardedDriver): GuardedDriver => ({
    scope,
    async batch(statements) {
      const result = await batch(statements)
      isVouchedFor = true
      return result
    },
  })
  const noted = noting(bound)
  const answer = await service({
    organization,
    actor,
    driver: noted,
    reads: noting(guardedReads(driver, scopeOf(session))),
    async change(statements, changed) {
      const events = changed.flatMap(({ object, names, ...gone }) =>
        schemaChanged({ id: organization.id, by: actor }, object, [...new Set(names)], gone),
      )
      return noted.batch([...statements, ...events, raiseRevision(organization.id)])
    },
  })
  if (!isVouchedFor) await bound.batch([])
  return answer
}

const perform = async <S extends EngineSession, T>(
  driver: SqlDriver,
  session: S,
  service: Service<T>,
  judge: (session: S) => void = () => {},
): Promise<T> => {
  const work = async (current: S) => {
    judge(current)
    try {
      return await serve(driver, current, service)
    } catch (error) {
      throw driverErrorIn(error)
    }
  }
  return withCurrent(session, work, STALE_RETRIES)
}

/** The authority of a key: judged again, its scope too, whenever the session is read again. */
export const onBehalfOf = (driver: SqlDriver, session: Session): Authority => ({
  run: (service) => perform(driver, session, service, (current) => requireScope(current, 'admin')),
})

/**
 * The authority of who operates the deployment: no key is behind it. For commands, and for routes that ask for the
 * operator's secret.
 */
export const asOperator = (driver: SqlDriver, organizationId: string): Authority => {
  let known: EngineSession | undefined
  const refresh = async (): Promise<EngineSession> => {
    const entry = await sqlDirectory(driver).look({ organizationId, secretHashes: [] })
    if (!entry) throw refuse('not_found', undefined, 'such organisation')
    const session = { organization: entry.organization, actor: 'operator', expiresAt: null, refresh }
    known = { ...session, cached: true }
    return { ...session, cached: false }
  }
  return { run: async (service) => perform(driver, known ?? (await refresh()), service) }
}
