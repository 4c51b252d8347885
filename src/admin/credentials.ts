import { and, asc, eq, isNull } from 'drizzle-orm'
import { v7 } from 'uuid'
import { isAllowlistEntry } from '../auth/allowlist.ts'
import type { Scope } from '../auth/directory.ts'
import { generateSecret, hashSecret, type SecretKind } from '../auth/secret.ts'
import { refuse } from '../engine/errors.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { drizzleOver } from '../storage/drizzle.ts'
import { credentials } from '../storage/tables.ts'
import { raiseRevision } from './revision.ts'

export interface NewCredential {
  readonly kind: SecretKind
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Addresses and CIDR ranges. */
  readonly allowlist?: readonly string[]
  readonly memberId?: string
  /** Milliseconds since 1970. */
  readonly expiresAt?: number
}

export interface IssuedCredential {
  readonly id: string
  /** Shown this once: only its hash is stored. */
  readonly secret: string
}

/** @throws RefusedError invalid_value, for an entry of the allowlist that would never hold anybody */
export const issueCredential = async (
  driver: SqlDriver,
  organizationId: string,
  { kind, name, scopes, allowlist = [], memberId, expiresAt }: NewCredential,
): Promise<IssuedCredential> => {
  const db = drizzleOver(driver)
  const unreadable = allowlist.find((entry) => !isAllowlistEntry(entry))
  if (unreadable !== undefined) throw refuse('invalid_value', 'allowlist', 'IPv4 or IPv6 addresses and CIDR ranges')
  const id = v7()
  const secret = generateSecret(kind, organizationId)
  await db.insert(credentials).values({
    id,
    secretHash: await hashSecret(secret),
    organizationId,
    kind,
    name,
    scopes,
    allowlist,
    memberId: memberId ?? null,
    createdAt: Date.now(),
    expiresAt: expiresAt ?? null,
  })
  return { id, secret }
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
}

/** All credentials ever issued, oldest first; never a secret or its hash. */
export const listCredentials = (driver: SqlDriver, organizationId: string) =>
  drizzleOver(driver)
    .select(publicColumns)
    .from(credentials)
    .where(eq(credentials.organizationId, organizationId))
    .orderBy(asc(credentials.id))

const current = (organizationId: string, id: string) =>
  and(eq(credentials.organizationId, organizationId), eq(credentials.id, id), isNull(credentials.revokedAt))

/** Takes effect with the next request that uses the credential, in every isolate. @throws RefusedError not_found */
export const revokeCredential = async (driver: SqlDriver, organizationId: string, id: string): Promise<void> => {
  const db = drizzleOver(driver)
  const [revoked] = await db.batch([
    db
      .update(credentials)
      .set({ revokedAt: Date.now() })
      .where(current(organizationId, id))
      .returning({ id: credentials.id }),
    raiseRevision(db, organizationId),
  ])
  if (revoked.length === 0) throw refuse('not_found', undefined, 'such key')
}

/**
 * Issues a successor with the same rights; the old one expires when the overlap is over.
 * @param overlap milliseconds
 */
export const rotateCredential = async (
  driver: SqlDriver,
  organizationId: string,
  id: string,
  overlap: number,
): Promise<IssuedCredential> => {
  const db = drizzleOver(driver)
  const [old] = await db.select().from(credentials).where(current(organizationId, id))
  if (!old) throw refuse('not_found', undefined, 'such key')
  const successor = { id: v7(), secret: generateSecret(old.kind, organizationId) }
  const now = Date.now()
  await db.batch([
    db.insert(credentials).values({
      ...old,
      id: successor.id,
      secretHash: await hashSecret(successor.secret),
      scopes: [...old.scopes],
      allowlist: [...old.allowlist],
      createdAt: now,
      expiresAt: null,
    }),
    db
      .update(credentials)
      .set({ expiresAt: Math.min(now + overlap, old.expiresAt ?? Number.MAX_SAFE_INTEGER) })
      .where(current(organizationId, id)),
    raiseRevision(db, organizationId),
  ])
  return successor
}
