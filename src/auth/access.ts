import type { Session as EngineSession } from '../engine/assert.ts'
import { refuse } from '../engine/errors.ts'
import type { Credential, Directory, DirectoryEntry, Scope } from './directory.ts'
import { hashSecret, parseSecret, type SecretKind } from './secret.ts'

/** What a request shows to be let in. Every secret must hold, and all must be of one organisation. */
export interface Presented {
  readonly secrets: readonly { readonly kind: SecretKind; readonly value: string }[]
  /** The member that the request acts for, where the contract sends one. */
  readonly memberId?: string
}

/** Who asks, for as long as the request lasts. */
export interface Session extends EngineSession {
  readonly credentials: readonly Credential[]
  readonly memberId: string | null
  refresh(): Promise<Session>
}

interface Cached {
  readonly entry: DirectoryEntry
}

/** Isolates are small: the sessions kept are those used last. */
const KEPT_SESSIONS = 1_000

/** The organisation that the secrets say they are of. @throws RefusedError when they do not say it, or disagree */
export const organizationOf = (presented: Presented): string => {
  const ids = new Set<string | undefined>()
  for (const { kind, value } of presented.secrets) {
    const parsed = parseSecret(value)
    ids.add(parsed?.kind === kind ? parsed.organizationId : undefined)
  }
  const [id] = ids
  if (ids.size !== 1 || id === undefined) throw refuse('invalid_credentials')
  return id
}

const isCurrent = (credential: Credential, now: number) =>
  credential.revokedAt === null && (credential.expiresAt === null || credential.expiresAt > now)

const actorOf = (credentials: readonly Credential[], memberId: string | null) =>
  memberId === null ? `key:${credentials[0]?.id ?? ''}` : `member:${memberId}`

/**
 * Turns secrets into sessions, and keeps what it has read. That is safe because every batch checks the organisation's
 * revision in its own transaction, and whatever changes a key, a member or the schema raises the revision.
 */
export class Access {
  readonly #kept = new Map<string, Cached>()

  /**
   * @param directory of the organisation that `organizationOf` names
   * @throws RefusedError invalid_credentials, unknown_member
   */
  async open(directory: Directory, presented: Presented): Promise<Session> {
    const organizationId = organizationOf(presented)
    const secretHashes = await Promise.all(presented.secrets.map((s) => hashSecret(s.value)))
    const cacheKey = [...secretHashes, presented.memberId ?? ''].join(' ')
    const read = async (): Promise<Session> => {
      this.#kept.delete(cacheKey)
      const { memberId } = presented
      const entry = await directory.look({ organizationId, secretHashes, ...(memberId !== undefined && { memberId }) })
      if (!entry) throw refuse('invalid_credentials')
      const session = this.#session(entry, presented, read, false)
      this.#keep(cacheKey, { entry })
      return session
    }
    const cached = this.#kept.get(cacheKey)
    return cached ? this.#session(cached.entry, presented, read, true) : read()
  }

  #session(entry: DirectoryEntry, presented: Presented, refresh: () => Promise<Session>, cached: boolean): Session {
    const now = Date.now()
    const current = entry.credentials.filter((c) => isCurrent(c, now))
    if (current.length !== presented.secrets.length) throw refuse('invalid_credentials')
    if (presented.memberId !== undefined && !entry.memberFound) throw refuse('unknown_member', 'member_id')
    const memberId = presented.memberId ?? current.find((c) => c.memberId !== null)?.memberId ?? null
    return {
      organization: entry.organization,
      credentials: current,
      memberId,
      actor: actorOf(current, memberId),
      refresh,
      cached,
    }
  }

  #keep(key: string, cached: Cached) {
    if (this.#kept.size >= KEPT_SESSIONS) {
      const [oldest] = this.#kept.keys()
      if (oldest !== undefined) this.#kept.delete(oldest)
    }
    this.#kept.set(key, cached)
  }
}

/** `admin` includes the others; writing includes reading. @throws RefusedError missing_scope */
export const requireScope = (session: Session, scope: Scope): void => {
  const granted = new Set(session.credentials.flatMap((c) => c.scopes))
  const enough = granted.has(scope) || granted.has('admin') || (scope === 'crm:read' && granted.has('crm:write'))
  if (!enough) throw refuse('missing_scope', undefined, scope)
}
