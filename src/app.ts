import type { OpenAPIHono } from '@hono/zod-openapi'
import { getPath } from 'hono/utils/url'
import { contracts as allContracts } from './contracts/index.ts'
import type { Resume } from './hooks/backlog.ts'
import type { AppEnv } from './http/context.ts'
import type { ContractEntry } from './http/contract.ts'
import type { ContractAppOptions } from './http/contract-app.ts'
import { type SiteOptions, siteApp } from './http/site-app.ts'

export interface AppOptions
  extends ContractAppOptions,
    Pick<SiteOptions, 'assets' | 'ready' | 'databases' | 'directory' | 'shared'> {
  /** The APIs to speak; at least one. Default: all. */
  readonly contracts?: readonly ContractEntry[]
}

/** How the paths of deliveries begin. */
const HOOKS = '/hooks/'

type ContractApp = OpenAPIHono<AppEnv>

export interface App {
  fetch(request: Request, env?: unknown, context?: ExecutionContext): Response | Promise<Response>
  /** Runs a delivery to a hook that has waited for its database. */
  readonly resume: Resume
  /** The app of every contract, loaded: for the OpenAPI document. */
  contractApps(): Promise<readonly ContractApp[]>
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** The whole HTTP surface: the site, and an app for each contract. */
export const createApp = ({
  contracts = allContracts,
  assets,
  ready,
  databases,
  directory,
  shared,
  ...options
}: AppOptions): App => {
  const apps = contracts.map(({ prefixes, load }) => ({
    prefixes,
    app: once(async () => {
      const [{ contractApp }, { contract }] = await Promise.all([import('./http/contract-app.ts'), load()])
      return contractApp(contract, options)
    }),
  }))
  /** With a slash at its end or without, a path is the same one. */
  const appFor = (path: string) => {
    const slashed = `${path}/`
    return apps.find(({ prefixes }) => prefixes.some((prefix) => slashed.startsWith(prefix)))?.app
  }
  const site = siteApp({
    ...options,
    ...(assets && { assets }),
    ...(ready && { ready }),
    ...(databases && { databases }),
    ...(directory && { directory }),
    ...(shared && { shared }),
    notFound: async (request, env) => (await (apps[0] as (typeof apps)[number]).app()).fetch(request, env),
  })
  return {
    async fetch(request, env, context) {
      const app = appFor(getPath(request))
      return (app ? await app() : site).fetch(request, env as object, context)
    },
    async resume(waiting, later) {
      const entry = contracts.find(({ prefixes }) => prefixes.includes(HOOKS))
      const contract = entry && (await entry.load()).contract
      return contract?.resume?.(options.services)(waiting, later) ?? 'later'
    },
    contractApps: () => Promise.all(apps.map(({ app }) => app())),
  }
}
