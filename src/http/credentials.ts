import type { Presented } from '../auth/access.ts'
import type { Scope } from '../auth/directory.ts'

/** A security scheme of the OpenAPI document. */
export type SecurityScheme =
  | { readonly type: 'http'; readonly scheme: 'bearer'; readonly description: string }
  | {
      readonly type: 'apiKey'
      readonly in: 'header' | 'query' | 'cookie'
      readonly name: string
      readonly description: string
    }

interface Declared {
  /** By name. Any one of them lets in; none where the document has no word for it. */
  readonly schemes: Readonly<Record<string, SecurityScheme>>
  /** Where they stand, for people. */
  readonly summary: string
}

/** Credentials in the headers: known before the body is read. */
export interface HeaderCredentials extends Declared {
  readonly in: 'header'
  /** What a 401 asks for in WWW-Authenticate. */
  readonly challenge: string
  /** @throws RefusedError missing_credentials, invalid_credentials */
  readonly read: (headers: Headers) => Presented
}

/** Credentials in the JSON body, which is read and checked first. */
export interface BodyCredentials extends Declared {
  readonly in: 'body'
  /** @throws RefusedError missing_credentials, invalid_credentials */
  readonly read: (body: Readonly<Record<string, unknown>>) => Presented
}

/** How the clients of a contract show who they are. Each contract has one way, and looks nowhere else. */
export type Credentials = HeaderCredentials | BodyCredentials

/**
 * What a route says of who may call it: any of the schemes, with a key of this scope. The scope is an extension, since the
 * document knows scopes of OAuth alone, and credentials in a body have no scheme.
 */
export const allowedBy = ({ schemes }: Pick<Credentials, 'schemes'>, scope: Scope) => ({
  security: Object.keys(schemes).map((name): Record<string, string[]> => ({ [name]: [] })),
  'x-scope': scope,
})
