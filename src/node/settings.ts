import { dirname } from 'node:path'
import type { MiddlewareHandler } from 'hono'
import { type OperatorSettings, operatorSettings } from '../auth/operator.ts'
import type { Quota } from '../auth/rate-limit.ts'
import { databaseTimeoutOf, keyRequestsOf, usageMsOf } from '../env.ts'
import type { AppEnv } from '../http/context.ts'
import { crossOrigin } from '../http/cross-origin.ts'
import { type TrustedProxies, trustedProxies } from '../http/trusted-proxies.ts'
import { hookKeys } from '../secrets/secret-box.ts'
import { databaseName } from './database-url.ts'

/** The environment of `npm run serve`, parsed once. docs/storage.md lists the variables. */
export interface NodeSettings {
  readonly host: string
  readonly port: number
  /** `file:` and a path, or the URL of a libSQL server. */
  readonly databaseUrl: string
  readonly databaseToken: string | undefined
  /** URL of the directory of tenants; undefined: in the server's own database, where all of them live. */
  readonly directoryUrl: string | undefined
  /** Who may operate over HTTP; undefined: nobody. */
  readonly operator: OperatorSettings | undefined
  /** That the secrets of hooks are kept with; none: no hook can have one. */
  readonly hookKeys: readonly string[]
  /** URL of the file that keeps deliveries while the database is away. */
  readonly hooksJournalUrl: string
  /** Whether subscriptions may send to addresses inside, and by http. */
  readonly subscriptionsInside: boolean
  readonly trustedProxies: TrustedProxies
  /** Lets pages of other origins read answers; undefined: none. */
  readonly crossOrigin: MiddlewareHandler<AppEnv> | undefined
  readonly serverTiming: boolean
  readonly log: boolean
  /** Milliseconds that a request waits for one call of the database. */
  readonly databaseTimeoutMs: number
  /** What one key may ask for; undefined: as much as it likes. */
  readonly keyRequests: Quota | undefined
  /** How long requests are added up until their sums are written; undefined: nothing is counted. */
  readonly usageMs: number | undefined
  /** How often what is too old is deleted. */
  readonly sweepMs: number
  /** Connections that may be open; further ones are refused at the socket. */
  readonly connections: number
  /** How long the process goes on listening after it has said that it is not ready any more. */
  readonly unreadyMs: number
  /** How long requests may take to finish after that. */
  readonly drainMs: number
}

const numberOf = (name: string, text: string | undefined, fallback: number, highest: number): number => {
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > highest)
    throw new Error(`${name} must be a whole number from 0 to ${highest}, not "${text}"`)
  return value
}

/** Where to listen. @throws Error when PORT is no port */
export const portOf = (env: Readonly<Record<string, string | undefined>>): number =>
  numberOf('PORT', env.PORT, 8787, 65_535)

/** The database of `npm run serve`, and of every command that is told no other. */
export const defaultDatabase = (env: Readonly<Record<string, string | undefined>>) => ({
  databaseUrl: env.DATABASE_URL || 'file:data/edge-upsert.db',
  databaseToken: env.DATABASE_TOKEN || undefined,
})

/** Beside the database where that is a file. @throws Error when it is to be no file */
export const hooksJournalOf = (env: Readonly<Record<string, string | undefined>>): string => {
  const { databaseUrl } = defaultDatabase(env)
  const folder = databaseUrl.startsWith('file:') ? dirname(databaseName(databaseUrl)) : 'data'
  const url = env.HOOKS_JOURNAL || `file:${folder}/hooks-journal.db`
  if (!url.startsWith('file:')) throw new Error(`HOOKS_JOURNAL must be a file, such as file:data/hooks-journal.db`)
  return url
}

const switchOf = (name: string, text: string | undefined): boolean => {
  if (text === undefined || text === '' || text === 'off') return false
  if (text !== 'on') throw new Error(`${name} must be on or off, not "${text}"`)
  return true
}

/** Milliseconds from one upkeep to the next. @throws Error */
export const sweepMsOf = (env: Readonly<Record<string, string | undefined>>, defaultSeconds: number): number =>
  1_000 * Math.max(1, numberOf('SWEEP_SECONDS', env.SWEEP_SECONDS, defaultSeconds, 86_400))

/** What an operator is told once, at the start: what cannot be had as it is set, and what is open that is closed elsewhere. */
export const startWarnings = ({
  hookKeys,
  subscriptionsInside,
}: Pick<NodeSettings, 'hookKeys' | 'subscriptionsInside'>): readonly string[] => [
  ...(hookKeys.length === 0 ? ['HOOKS_KEY is not set: no hook and no subscription can have a secret'] : []),
  ...(subscriptionsInside ? ['SUBSCRIPTIONS_INSIDE is on: subscriptions may lead to any address'] : []),
]

/** @throws Error naming the variable that cannot be used */
export const nodeSettings = (env: Readonly<Record<string, string | undefined>>): NodeSettings => ({
  host: env.HOST || '127.0.0.1',
  port: portOf(env),
  ...defaultDatabase(env),
  directoryUrl: env.TENANT_DIRECTORY || undefined,
  operator: operatorSettings(env),
  hookKeys: hookKeys(env.HOOKS_KEY),
  hooksJournalUrl: hooksJournalOf(env),
  subscriptionsInside: switchOf('SUBSCRIPTIONS_INSIDE', env.SUBSCRIPTIONS_INSIDE),
  trustedProxies: trustedProxies(env.TRUSTED_PROXIES ?? ''),
  crossOrigin: crossOrigin(env.CORS_ORIGINS),
  serverTiming: env.SERVER_TIMING !== 'off',
  log: env.LOG !== 'off',
  databaseTimeoutMs: databaseTimeoutOf(env),
  keyRequests: keyRequestsOf(env),
  usageMs: usageMsOf(env),
  sweepMs: sweepMsOf(env, 600),
  connections: Math.max(1, numberOf('MAX_CONNECTIONS', env.MAX_CONNECTIONS, 1_000, 1_000_000)),
  unreadyMs: 1_000 * numberOf('UNREADY_SECONDS', env.UNREADY_SECONDS, 5, 3_600),
  drainMs: 1_000 * numberOf('DRAIN_SECONDS', env.DRAIN_SECONDS, 20, 3_600),
})
