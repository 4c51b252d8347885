import { refuse } from '../engine/errors.ts'
import type { Session as EngineSession } from '../engine/session.ts'
import { isListed } from './allowlist.ts'
import type { Credential, Directory, DirectoryEntry, Scope } from './directory.ts'
import { hashSecret, parseSecret, type SecretKind } from './secret.ts'

export interface PresentedSecret {
  readonly kind: SecretKind
  readonly value: string
  /** What the contract calls it, for the refusal; absent where there is only one. */
  readonly field?: string
}

/**
 * What a request shows to be let in. Every secret must hold, and all must be of one organisation. They are judged in
 * order, and none is spoken of before those ahead of it hold: who lacks the first learns nothing of the others.
 */
export interface Presented {
  readonly secrets: readonly [PresentedSecret, ...PresentedSecret[]]
  /** The organisation that the request says it is about, where the contract sends one. */
  readonly organizationId?: string
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

/** The organisation that the first secret says it is of. @throws RefusedError when it does not, or the request differs */
export const organizationOf = ({ secrets: [first], organizationId }: Presented): string => {
  const parsed = parseSecret(first.value)
  const differs = organizationId !== undefined && organizationId.toLowerCase() !== parsed?.organizationId
  if (parsed?.kind !== first.kind || differs) throw refuse('invalid_credentials', first.field)
  return parsed.organizationId
}

const isCurrent = (credential: Credential, now: number) =>
  credential.revokedAt === null && (credential.expiresAt === null || credential.expiresAt > now)

/** Whether the credential may be used from there: a key from anywhere unless it has a list, a developer secret never. */
const isAllowedFrom = ({ kind, allowlist }: Credential, address: string | undefined) =>
  (kind === 'key' && allowlist.length === 0) || isListed(allowlist, address)

/** The credential behind a secret. Compares hashes only, so what a comparison takes says nothing about the secret. */
const judge = (
  { kind, field }: PresentedSecret,
  secretHash: string | undefined,
  { credentials }: DirectoryEntry,
  address: string | undefined,
): Credential => {
  const credential = credentials.find((c) => c.secretHash === secretHash)
  if (credential?.kind !== kind || !isCurrent(credential, Date.now())) throw refuse('invalid_credentials', field)
  if (!isAllowedFrom(credential, address)) throw refuse('address_not_allowed')
  return credential
}

/** The earliest: a session holds only as long as all of its credentials do. */
const expiryOf = (credentials: readonly Credential[]): number | null => {
  const times = credentials.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]))
  return times.length > 0 ? Math.min(...times) : null
}

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
   * @param address of the client, as the platform tells it
   * @throws RefusedError invalid_credentials, address_not_allowed, unknown_member
   */
  async open(directory: Directory, presented: Presented, address: string | undefined): Promise<Session> {
    const organizationId = organizationOf(presented)
    const secretHashes = await Promise.all(presented.secrets.map((s) => hashSecret(s.value)))
    const cacheKey = [...secretHashes, presented.memberId ?? ''].join(' ')
    // What is kept is what was read; whether it lets this request in is judged every time.
    const admit = (entry: DirectoryEntry, cached: boolean): Session => {
      const credentials = presented.secrets.map((secret, i) => judge(secret, secretHashes[i], entry, address))
      if (presented.memberId !== undefined && !entry.memberFound) throw refuse('unknown_member', 'member_id')
      const memberId = presented.memberId ?? credentials.find((c) => c.memberId !== null)?.memberId ?? null
      const actor = actorOf(credentials, memberId)
      const expiresAt = expiryOf(credentials)
      return { organization: entry.organization, credentials, memberId, actor, expiresAt, refresh, cached }
    }
    const refresh = async (): Promise<Session> => {
      this.#kept.delete(cacheKey)
      const { memberId } = presented
      const entry = await directory.look({ organizationId, secretHashes, ...(memberId !== undefined && { memberId }) })
      if (!entry) throw refuse('invalid_credentials', presented.secrets[0].field)
      // Of secrets that nobody has, nothing is kept: guessing must not push real sessions out.
      if (entry.credentials.length === presented.secrets.length) this.#keep(cacheKey, { entry })
      return admit(entry, false)
    }
    const cached = this.#kept.get(cacheKey)
    if (!cached) return refresh()
    // Set anew, so that the first of the map is always the one that was used longest ago.
    this.#kept.delete(cacheKey)
    this.#kept.set(cacheKey, cached)
    try {
      return admit(cached.entry, true)
    } catch {
      // What is kept may be why it was refused: an allowlist, a member or an expiry may have changed since.
      return refresh()
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
