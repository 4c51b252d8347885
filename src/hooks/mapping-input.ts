import type { Signed } from './verification.ts'

/** What expressions see of a delivery. */
export interface MappingInput {
  /** The payload, parsed. */
  readonly body: unknown
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** SHA-256 of the body as it came, in hex; there where an expression reads it, and of what had to wait. */
  readonly digest?: string
  /** The id and the time that its signature is of; absent where nothing is signed, and of what an earlier release has kept. */
  readonly signed?: Signed
}
