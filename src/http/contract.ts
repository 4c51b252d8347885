import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { Scope } from '../auth/directory.ts'
import type { Quota } from '../auth/rate-limit.ts'
import type { ErrorCode, RefusedError } from '../engine/errors.ts'
import type { Waiting } from '../engine/follow.ts'
import type { Resume } from '../hooks/backlog.ts'
import type { Cost } from '../storage/meter.ts'
import type { UsageKeeper } from '../storage/usage/keeper.ts'
import type { TenantOperations } from '../tenants/operations.ts'
import type { Operator } from '../tenants/operator-log.ts'
import type { AppEnv } from './context.ts'
import type { Credentials, SecurityScheme } from './credentials.ts'
import type { Hooks } from './hook-access.ts'

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

/** A group of operations in the OpenAPI document. */
export interface Tag {
  readonly name: string
  readonly description: string
}

/**
 * Which fields of the wire hold which attributes, for one object. A field may span several attributes, and several
 * fields may hold parts of one; the first field that names an attribute is the one that errors speak of.
 */
export type FieldTable = ReadonlyMap<string, readonly string[]>

/**
 * One public API, described by itself: its routes, how it says no, and what the documents, the OpenAPI document and the
 * common test suites are made from. Nothing outside its folder knows more of it than its line in the registry.
 */
export interface Contract {
  /** Its folder; also its name in the change feed and in log lines. */
  readonly name: string
  /** Its name for people. */
  readonly title: string
  /** Its page, from the root of the repository. */
  readonly page: string
  /** What finds a record, in a few words. */
  readonly matchesBy: string
  /** Operations that name no other group are in the first. */
  readonly tags: readonly [Tag, ...Tag[]]
  readonly credentials: Credentials
  /** By name: security schemes of routes that are not opened by its credentials. */
  readonly otherSchemes?: Readonly<Record<string, SecurityScheme>>
  /** By object. Empty where attributes go by their slugs alone. */
  readonly fields: Readonly<Record<string, FieldTable>>
  /** Attributes without a field of their own go by their slugs. Default: the contract does not have them. */
  readonly othersBySlug?: true
  /** Fields whose problems have codes of their own on the wire, for the table of errors. */
  readonly codedFields?: { readonly credentials: readonly string[]; readonly content: readonly string[] }
  renderError(error: RefusedError, about: ErrorContext): RenderedError
  /** Status of each code of the error table. */
  statusOf(code: ErrorCode): number
  mount(app: OpenAPIHono<AppEnv>, services: Services): void
  /** Runs deliveries to hooks that have waited; absent where the contract has none. */
  readonly resume?: (services: Pick<Services, 'hooks'>) => Resume
}

/** A line of the registry: what must be known of a contract before its first request loads it. */
export interface ContractEntry {
  readonly name: string
  /** How the paths of its requests begin. */
  readonly prefixes: readonly string[]
  readonly load: () => Promise<{ readonly contract: Contract }>
}

/** What bounds a request that goes on after its answer has begun. */
export interface StreamLimits {
  /** Milliseconds that it waits for its client to send something; absent: src/contracts/v1/stream-items.ts. */
  readonly idleMs?: number
  /** Calls of the database after which it ends and says where to go on, where the platform allows so many; absent: any. */
  readonly calls?: number
}

/** What all contracts share; built once per isolate in deps.ts. */
export interface SharedServices {
  /** Lets a request in that shows such credentials and has the scope, and puts session and store on it. */
  access(credentials: Credentials, scope: Scope): MiddlewareHandler<AppEnv>
  /** The operator's secret; where there is none, the route does not exist. */
  readonly operator: MiddlewareHandler<AppEnv>
  /** For what is delivered to hooks, which shows no key. */
  readonly hooks: Hooks
  /**
   * Absent where there is no operator's secret.
   * @param note takes what was thrown where the answer says that a database was not reached
   */
  tenantsFor?(operator: Operator, cost: Cost, note: (cause: unknown) => void): TenantOperations
  /** Comes when the process is about to stop: what could go on without end ends. Absent where nothing tells. */
  readonly stopping?: AbortSignal
  /** How requests wait for what others write. Absent: they look from time to time. */
  readonly waiting?: Waiting
  readonly streams: StreamLimits
  /** Counts what is asked. Absent: nothing does. */
  readonly usage?: UsageKeeper
  /** What one key may ask for; undefined where keys are not limited. */
  readonly quota: Quota | undefined
  /** Failed logins that an address may have; undefined where they are not slowed down. */
  readonly failures: Quota | undefined
}

/** What a contract is given to work with: access is by its own credentials and no others. */
export interface Services extends Omit<SharedServices, 'access'> {
  access(scope: Scope): MiddlewareHandler<AppEnv>
}
