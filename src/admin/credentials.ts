import { and, asc, eq, gt, inArray, or } from 'drizzle-orm'
import { v7 } from 'uuid'
import type { Scope } from '../auth/directory.ts'
import { generateSecret, type SecretKind } from '../auth/secret.ts'
import { refuse } from '../engine/errors.ts'
import { accessLimits } from '../schema/limits.ts'
import { hashSecret } from '../secrets/hash.ts'
import { type CredentialRow, insertCredential, insertSuccessor } from '../storage/administration-sql.ts'
import { drizzleOver, statementOf } from '../storage/drizzle.ts'
import type { GuardedDriver } from '../storage/guarded.ts'
import { credentials, keyUses } from '../storage/tables.ts'
import { type CurrentOrganization, SAME_SCHEMA } from './authority.ts'
import { checkAllowlist, checkExpiry, checkKind, checkScopes, checkText } from './rules.ts'

export interface NewCredential {
  /** Default: a new UUIDv7. */
  readonly id?: string
  readonly kind: SecretKind
  /** No two current keys have one name. */
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Addresses and CIDR ranges. */
  readonly allowlist?: readonly string[]
  /** A current member: the key acts for them, and ends with them. */
  readonly memberId?: string
  /** Milliseconds since 1970. */
  readonly expiresAt?: number
}

export interface IssuedCredential {
  readonly id: string
  /** Shown this once: only its hash is stored. */
  readonly secret: string
}

/**
 * A credential that is ready to be stored, and its secret.
 * @throws RefusedError for what no key may be
 */
export const newCredential = async (
  organizationId: string,
  { id = v7(), kind, name, scopes, allowlist = [], memberId, expiresAt }: NewCredential,
): Promise<{ readonly row: CredentialRow; readonly secret: string }> => {
  const createdAt = Date.now()
  checkKind(kind)
  checkText('name', name, accessLimits.name)
  checkScopes(scopes)
  checkAllowlist(allowlist)
  checkExpiry(expiresAt, createdAt)
  const secret = generateSecret(kind, organizationId)
  const secretHash = await hashSecret(secret)
  const row = { id, secretHash, kind, name, scopes, allowlist, createdAt }
  return { row: { ...row, memberId: memberId ?? null, expiresAt: expiresAt ?? null }, secret }
}

/**
 * Member, name and number are judged by the statement that inserts. No isolate has to hear of a new key: none has it.
 * @throws RefusedError invalid_value when the member is none; already_exists, since a secret cannot be shown again; limit_reached
 */
export const issueCredential = async (
  { organization, driver }: CurrentOrganization,
  input: NewCredential,
): Promise<IssuedCredential> => {
  const { row, secret } = await newCredential(organization.id, input)
  const { results } = await driver.batch(insertCredential(organization.id, row, accessLimits.keys))
  const facts = results[0]?.rows[0]
  if (facts?.member_found === 0) throw refuse('invalid_value', 'memberId', 'the id of a current member')
  if (typeof facts?.same_name === 'string')
    throw refuse('already_exists', 'name', `The key "${row.name}" (${facts.same_name})`)
  if (Number(facts?.current) >= accessLimits.keys) throw refuse('limit_reached', undefined, `${accessLimits.keys} keys`)
  return { id: row.id, secret }
}

const publicColumns = {
  id: credentials.id,
  kind: credentials.kind,
  name: credentials.name,
  scopes: credentials.scopes,
  allowlist: credentials.allowlist,
  memberId: credentials.memberId,
  createdAt: credentials.createdAt,
  expiresAt: credentials.expiresAt,
  revokedAt: credentials.revokedAt,
  replaces: credentials.replaces,
  lastUsedAt: keyUses.lastUsedAt,
}

/**
 * A page of all credentials ever issued, oldest first; never a secret or its hash.
 * @param after the id that the page begins behind
 */
export const listCredentials = (
  { organization, driver }: CurrentOrganization,
  { after = '', limit }: { readonly after?: string | undefined; readonly limit: number },
) =>
  drizzleOver(driver)
    .select(publicColumns)
    .from(credentials)
    .leftJoin(
      keyUses,
      and(eq(keyUses.organizationId, credentials.organizationId), eq(keyUses.credentialId, credentials.id)),
    )
    .where(and(eq(credentials.organizationId, organization.id), gt(credentials.id, after)))
    .orderBy(asc(credentials.id))
    .limit(limit)

const named = (organizationId: string, id: string) =>
  and(eq(credentials.organizationId, organizationId), eq(credentials.id, id))

/** The credential, the one that it replaces, and the one that was issued in its place. @throws RefusedError not_found */
const withNeighbours = async (driver: GuardedDriver, organizationId: string, id: string) => {
  const db = drizzleOver(driver)
  const replaced = db.select({ id: credentials.replaces }).from(credentials).where(named(organizationId, id))
  const rows = await db
    .select()
    .from(credentials)
    .where(
      and(
        eq(credentials.organizationId, organizationId),
        or(eq(credentials.id, id), eq(credentials.replaces, id), inArray(credentials.id, replaced)),
      ),
    )
  const credential = rows.find((row) => row.id === id)
  if (!credential) throw refuse('not_found', undefined, 'such key')
  return {
    credential,
    predecessor: rows.find((row) => row.id === credential.replaces),
    successor: rows.find((row) => row.replaces === id),
  }
}

/** Takes effect with the next request that uses the credential, in every isolate. @throws RefusedError not_found, key_ended */
export const revokeCredential = async (
  { organization, driver, change }: CurrentOrganization,
  id: string,
): Promise<void> => {
  const { credential } = await withNeighbours(driver, organization.id, id)
  if (credential.revokedAt !== null) throw refuse('key_ended', undefined, 'revoked already')
  const end = drizzleOver(driver).update(credentials).set({ revokedAt: Date.now() }).where(named(organization.id, id))
  await change([statementOf(end)], SAME_SCHEMA)
}

export interface Rotation {
  /** Milliseconds for which the old key stays valid. */
  readonly overlap: number
  /** Milliseconds since 1970. Default: the successor lives as long as the old key was issued for, or without end. */
  readonly expiresAt?: number
}

/**
 * Issues the one successor of a credential, with the same rights; the old one ends when the overlap is over. Until then the
 * successor cannot be rotated itself, so that of one key no more than two are current at a time.
 * @throws RefusedError not_found; already_rotated; key_ended for one that is revoked or expired; key_overlaps; limit_reached
 */
export const rotateCredential = async (
  { organization, driver, change }: CurrentOrganization,
  id: string,
  { overlap, expiresAt }: Rotation,
): Promise<IssuedCredential> => {
  const now = Date.now()
  checkExpiry(expiresAt, now)
  const { credential: old, predecessor, successor } = await withNeighbours(driver, organization.id, id)
  if (old.revokedAt !== null) throw refuse('key_ended', undefined, 'revoked')
  if (successor) throw refuse('already_rotated', undefined, successor.id)
  if (old.expiresAt !== null && old.expiresAt <= now) throw refuse('key_ended', undefined, 'expired')
  if (predecessor?.revokedAt === null && predecessor.expiresAt !== null && predecessor.expiresAt > now)
    throw refuse('key_overlaps', undefined, new Date(predecessor.expiresAt).toISOString())
  const secret = generateSecret(old.kind, organization.id)
  const lifetime = old.expiresAt === null ? null : old.expiresAt - old.createdAt
  const succession = {
    id: v7(),
    secretHash: await hashSecret(secret),
    replaces: id,
    now,
    expiresAt: expiresAt ?? (lifetime === null ? null : now + lifetime),
    end: Math.min(now + overlap, old.expiresAt ?? Number.MAX_SAFE_INTEGER),
  }
  const { results } = await change(insertSuccessor(organization.id, succession, accessLimits.keys), SAME_SCHEMA)
  if (!results[0]?.rows[0]) throw refuse('limit_reached', undefined, `${accessLimits.keys} keys`)
  return { id: succession.id, secret }
}
