import type { OpenAPIHono } from '@hono/zod-openapi'
import { getPath } from 'hono/utils/url'
import type { AppEnv } from './http/context.ts'
import type { Contract } from './http/contract.ts'
import type { ContractAppOptions } from './http/contract-app.ts'
import { type SiteOptions, siteApp } from './http/site-app.ts'

/** A public API: whose requests begin how, and where its code is. */
export interface ContractEntry {
  readonly name: string
  readonly prefixes: readonly string[]
  readonly load: () => Promise<Contract>
}

/**
 * The public APIs, each loaded by its first request, so that an isolate starts fast and pays only for what it speaks.
 * Removing one is removing its folder and its line. Requests of nobody are answered as the first one does.
 */
export const allContracts: readonly ContractEntry[] = [
  { name: 'v1', prefixes: ['/v1/'], load: async () => (await import('./contracts/v1/index.ts')).v1 },
  { name: 'zeeg', prefixes: ['/v2/crm/'], load: async () => (await import('./contracts/zeeg/index.ts')).zeeg },
  {
    name: 'anduin',
    prefixes: ['/api/v1/idm/'],
    load: async () => (await import('./contracts/anduin/index.ts')).anduin,
  },
  { name: 'reevo', prefixes: ['/api/v2/'], load: async () => (await import('./contracts/reevo/index.ts')).reevo },
  {
    name: 'zyntro',
    prefixes: ['/apis/v2/public/'],
    load: async () => (await import('./contracts/zyntro/index.ts')).zyntro,
  },
]

export interface AppOptions extends ContractAppOptions, Pick<SiteOptions, 'assets' | 'ready'> {
  /** The APIs to speak; at least one. Default: all. */
  readonly contracts?: readonly ContractEntry[]
}

type ContractApp = OpenAPIHono<AppEnv>

export interface App {
  fetch(request: Request, env?: unknown, context?: ExecutionContext): Response | Promise<Response>
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
export const createApp = ({ contracts = allContracts, assets, ready, ...options }: AppOptions): App => {
  const apps = contracts.map(({ prefixes, load }) => ({
    prefixes,
    app: once(async () => {
      const [{ contractApp }, contract] = await Promise.all([import('./http/contract-app.ts'), load()])
      return contractApp(contract, options)
    }),
  }))
  const appFor = (path: string) => apps.find(({ prefixes }) => prefixes.some((prefix) => path.startsWith(prefix)))?.app
  const site = siteApp({
    ...options,
    ...(assets && { assets }),
    ...(ready && { ready }),
    notFound: async (request, env) => (await (apps[0] as (typeof apps)[number]).app()).fetch(request, env),
  })
  return {
    async fetch(request, env, context) {
      const app = appFor(getPath(request))
      return (app ? await app() : site).fetch(request, env as object, context)
    },
    contractApps: () => Promise.all(apps.map(({ app }) => app())),
  }
}
