import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { NewOrganization } from '../admin/organizations.ts'
import type { NewTenant } from '../admin/tenants.ts'
import type { Scope } from '../auth/directory.ts'
import type { Quota } from '../auth/rate-limit.ts'
import type { ErrorCode, RefusedError } from '../engine/errors.ts'
import type { AppEnv } from './context.ts'

/** An error as a contract puts it on the wire. */
export interface RenderedError {
  readonly status: number
  readonly body: object
  readonly contentType?: string
}

/** What a contract is told of the request that an error belongs to. */
export interface ErrorContext {
  readonly requestId: string
  readonly fieldName: (slug: string) => string
}

/** Lets a request in: puts session and store on it, or throws. */
export type RequireAccess = (scope: Scope) => MiddlewareHandler<AppEnv>

/** One public API: its routes, and how it says no. */
export interface Contract {
  readonly name: string
  /** What a 401 asks for in WWW-Authenticate; absent where credentials are not in a header. */
  readonly challenge?: string
  renderError(error: RefusedError, about: ErrorContext): RenderedError
  /** Status of each code in this contract; docs/errors.md is generated from it. */
  statusOf(code: ErrorCode): number
  mount(app: OpenAPIHono<AppEnv>, services: Services): void
}

/** What contracts are given to work with; built once per isolate in deps.ts. */
export interface Services {
  /** `Authorization: Bearer`. */
  readonly bearer: RequireAccess
  /** `Authorization: Bearer` or `X-Api-Key`. */
  readonly bearerOrApiKey: RequireAccess
  /** The key in `Authorization`, alone or after `Bearer`. */
  readonly bareOrBearer: RequireAccess
  /** `api_key`, `developer_secret`, `org_id` and `member_id` in the JSON body, which it reads and checks. */
  readonly bodyCredentials: RequireAccess
  /** The operator's secret; where there is none, the route does not exist. */
  readonly operator: MiddlewareHandler<AppEnv>
  /** Absent where there is no operator's secret. */
  readonly createTenant?: (organization: NewOrganization) => Promise<NewTenant>
  /** Comes when the process is about to stop: what could go on without end ends. Absent where nothing tells. */
  readonly stopping?: AbortSignal
  /** What one key may ask for; undefined where keys are not limited. */
  readonly quota: Quota | undefined
}
