import { loadPhoneLibrary, NotLoadedError, type Organization } from '../schema/schema.ts'
import { problem, RefusedError } from './errors.ts'

/** Who asks, and what the isolate knows of their organisation. */
export interface Session {
  readonly organization: Organization
  /** `key:<id>` or `member:<id>`: who is recorded as the author. */
  readonly actor: string
  /** When the first of its credentials expires, in milliseconds since 1970; null: never. */
  readonly expiresAt: number | null
  /** Taken from the isolate's cache, so that it may be outdated until a batch has run under it. */
  readonly cached: boolean
  /** Reads both again; throws if the credentials no longer hold. */
  refresh(): Promise<Session>
}

/** What every batch is bound to: it runs only if this is still the organisation's revision. */
export interface Scope {
  readonly organizationId: string
  readonly revision: number
}

export const scopeOf = ({ organization }: Session): Scope => ({
  organizationId: organization.id,
  revision: organization.revision,
})

/** The organisation has changed since it was read: nothing was read or written. */
export class StaleError extends Error {}

/** The same, and it was this very request that changed it: no race is lost, so trying again has no bound of its own. */
export class ChangedError extends StaleError {}

/** Each is a change of the organisation at this very moment; whoever administers that fast is not waited for. */
const STALE_RETRIES = 5

/**
 * Runs work on what is known of the organisation: the one place where a session is read again and work is tried again.
 * - Stale: the session is read again, the work runs again. Each change that the work makes itself must be one less to make.
 * - What is known of phone numbers must be loaded first: it is, and the work runs again.
 * - Refused on a cached session: the same, once, since a new attribute or a revoked key may be behind it. So no refusal
 *   ever rests on what is outdated, whoever refuses.
 * @param retries how often to try again when stale
 * @throws RefusedError when it is refused on a session just read, or the credentials hold no longer
 */
export const withCurrent = async <S extends Session, T>(
  session: S,
  work: (session: S) => Promise<T>,
  retries = STALE_RETRIES,
): Promise<T> => {
  let current = session
  for (let stale = 0; stale <= retries; ) {
    try {
      if (current.expiresAt !== null && current.expiresAt <= Date.now())
        throw new RefusedError(problem('invalid_credentials'))
      return await work(current)
    } catch (error) {
      if (error instanceof NotLoadedError) {
        await loadPhoneLibrary()
        continue
      }
      if (error instanceof StaleError) stale += error instanceof ChangedError ? 0 : 1
      else if (!(error instanceof RefusedError && current.cached)) throw error
      current = (await current.refresh()) as S
    }
  }
  throw new RefusedError(problem('unavailable'), 1)
}
