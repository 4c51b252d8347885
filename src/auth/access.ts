import { problem, RefusedError, refuse } from '../engine/errors.ts'
import type { Session as EngineSession } from '../engine/session.ts'
import { isUuid, type Organization, standings } from '../schema/schema.ts'
import { standardObjects } from '../schema/standard/index.ts'
import { hashSecret } from '../secrets/hash.ts'
import { isListed } from './allowlist.ts'
import type { Credential, Directory, Scope } from './directory.ts'
import { Kept } from './kept.ts'
import { parseSecret, type SecretKind } from './secret.ts'

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
  /** The member that the request acts for, and what it calls that, where the contract sends one. */
  readonly member?: { readonly id: string; readonly field: string }
}

/** Who asks, for as long as the request lasts. */
export interface Session extends EngineSession {
  readonly credentials: readonly Credential[]
  readonly memberId: string | null
  refresh(): Promise<Session>
}

/** What was read for a session. The organisation itself is kept once, for all of its sessions. */
interface Read {
  readonly credentials: readonly Credential[]
  readonly memberFound: boolean
  readonly organization: Pick<Organization, 'id' | 'revision'>
}

/** Bytes of sessions that an isolate keeps: thousands of them. */
export const SESSION_BYTES = 4_194_304
/** Bytes of schemas that an isolate keeps. */
export const SCHEMA_BYTES = 33_554_432

/** Each character of JSON for two bytes of memory, and as much again for what holds it together. */
export const weightOf = (value: unknown): number => 4 * JSON.stringify(value).length

/** Standard objects that the organisation has not changed are one and the same for all. */
export const schemaWeight = ({ objects, archivedObjects, indexes }: Organization): number => {
  const own = [...objects.values(), ...archivedObjects.values()].filter(
    (object) => standardObjects().get(object.slug) !== object,
  )
  return weightOf([indexes, own.map((object) => [object, ...object.attributes.values()])])
}

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
  { credentials }: Pick<Read, 'credentials'>,
  address: string | undefined,
): Credential => {
  const credential = credentials.find((c) => c.secretHash === secretHash)
  if (credential?.kind !== kind || !isCurrent(credential, Date.now())) throw refuse('invalid_credentials', field)
  if (!isAllowedFrom(credential, address)) throw refuse('address_not_allowed')
  return credential
}

/** Seconds after which a move has come to its end, most likely. */
const MOVING_SECONDS = 2

/** Only whoever has shown a key of the organisation is told how it stands. @throws RefusedError organization_suspended, organization_moving */
export const requireServed = ({ status }: Organization): void => {
  // Another one is of a later release, and is not served either.
  const refusal = Object.hasOwn(standings, status) ? standings[status].refusal : 'organization_moving'
  if (refusal === 'organization_moving') throw new RefusedError(problem(refusal), MOVING_SECONDS)
  if (refusal !== null) throw refuse(refusal)
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
  readonly #sessions = new Kept<Read>(SESSION_BYTES, weightOf)
  readonly #organizations = new Kept<Organization>(SCHEMA_BYTES, schemaWeight)

  /** Roughly what is kept, in bytes. */
  get keptBytes(): number {
    return this.#sessions.bytes + this.#organizations.bytes
  }

  /**
   * @param directory of the organisation that `organizationOf` names
   * @param address of the client, as the platform tells it
   * @throws RefusedError invalid_credentials, address_not_allowed, unknown_member
   */
  async open(directory: Directory, presented: Presented, address: string | undefined): Promise<Session> {
    const organizationId = organizationOf(presented)
    const secretHashes = await Promise.all(presented.secrets.map((s) => hashSecret(s.value)))
    // Only what has the form of an id is looked for or kept; whatever else it is, it is no member.
    const asked = isUuid(presented.member?.id) ? presented.member.id.toLowerCase() : undefined
    const key = [...secretHashes, asked ?? ''].join(' ')
    // What is kept is what was read; whether it lets this request in is judged every time.
    const admit = (read: Read, organization: Organization, cached: boolean): Session => {
      const credentials = presented.secrets.map((secret, i) => judge(secret, secretHashes[i], read, address))
      requireServed(organization)
      if (presented.member && !(asked && read.memberFound)) throw refuse('unknown_member', presented.member.field)
      const memberId = asked ?? credentials.find((c) => c.memberId !== null)?.memberId ?? null
      const actor = actorOf(credentials, memberId)
      return { organization, credentials, memberId, actor, expiresAt: expiryOf(credentials), refresh, cached }
    }
    const refresh = async (): Promise<Session> => {
      this.#sessions.delete(key)
      const entry = await directory.look({ organizationId, secretHashes, ...(asked && { memberId: asked }) })
      if (!entry) throw refuse('invalid_credentials', presented.secrets[0].field)
      const { credentials, memberFound, organization: asRead } = entry
      // Of secrets and members that there are not, nothing is kept: guessing must not push real sessions out.
      const isReal = credentials.length === presented.secrets.length && (!presented.member || memberFound)
      if (!isReal) return admit(entry, asRead, false)
      const { id, revision } = asRead
      this.#sessions.set(key, { credentials, memberFound, organization: { id, revision } })
      return admit(entry, this.#shared(asRead), false)
    }
    const read = this.#sessions.get(key)
    const organization = read && this.#organizations.get(read.organization.id)
    // Read again since by another session, at another revision: this one is outdated for certain.
    if (organization?.revision !== read?.organization.revision || !read || !organization) return refresh()
    try {
      return admit(read, organization, true)
    } catch {
      // What is kept may be why it was refused: an allowlist, a member or an expiry may have changed since.
      return refresh()
    }
  }

  /** One schema for all sessions of an organisation, however many keys it has. */
  #shared(organization: Organization): Organization {
    const kept = this.#organizations.get(organization.id)
    if (kept?.revision === organization.revision) return kept
    this.#organizations.set(organization.id, organization)
    return organization
  }
}

/** `admin` includes the others; writing includes reading. @throws RefusedError missing_scope */
export const requireScope = (session: Session, scope: Scope): void => {
  const granted = new Set(session.credentials.flatMap((c) => c.scopes))
  const enough = granted.has(scope) || granted.has('admin') || (scope === 'crm:read' && granted.has('crm:write'))
  if (!enough) throw refuse('missing_scope', undefined, scope)
}

/** The session for what needs the scope: judged now, and again whenever it is read anew. @throws RefusedError missing_scope */
export const withScope = (session: Session, scope: Scope): Session => {
  requireScope(session, scope)
  return { ...session, refresh: async () => withScope(await session.refresh(), scope) }
}
