import type { Organization } from '../schema/schema.ts'
import type { SecretKind } from './secret.ts'

export const scopes = ['crm:read', 'crm:write', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** A key or developer secret as stored; never the secret itself. */
export interface Credential {
  readonly id: string
  readonly secretHash: string
  readonly kind: SecretKind
  readonly scopes: readonly string[]
  /** Addresses and CIDR ranges; empty means any address for a key, and none for a developer secret. */
  readonly allowlist: readonly string[]
  readonly memberId: string | null
  readonly expiresAt: number | null
  readonly revokedAt: number | null
}

export interface DirectoryQuery {
  readonly organizationId: string
  readonly secretHashes: readonly string[]
  /** A member that the request says it acts for. */
  readonly memberId?: string
}

export interface DirectoryEntry {
  readonly credentials: readonly Credential[]
  readonly organization: Organization
  /** Whether the member of the query is a current one. */
  readonly memberFound: boolean
}

/** Who may do what. One look is one call to the database. */
export interface Directory {
  /** @returns undefined when there is no such organisation */
  look(query: DirectoryQuery): Promise<DirectoryEntry | undefined>
}
