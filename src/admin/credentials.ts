import { and, eq } from 'drizzle-orm'
import { v7 } from 'uuid'
import { isAllowlistEntry } from '../auth/allowlist.ts'
import type { Scope } from '../auth/directory.ts'
import { generateSecret, hashSecret, type SecretKind } from '../auth/secret.ts'
import { refuse } from '../engine/errors.ts'
import type { Database } from '../storage/drizzle.ts'
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
  db: Database,
  organizationId: string,
  { kind, name, scopes, allowlist = [], memberId, expiresAt }: NewCredential,
): Promise<IssuedCredential> => {
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

/** Takes effect with the next request that uses the credential, in every isolate. */
export const revokeCredential = async (db: Database, organizationId: string, id: string): Promise<void> => {
  await db.batch([
    db
      .update(credentials)
      .set({ revokedAt: Date.now() })
      .where(and(eq(credentials.organizationId, organizationId), eq(credentials.id, id))),
    raiseRevision(db, organizationId),
  ])
}
