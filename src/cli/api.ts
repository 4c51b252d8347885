import type { Command } from 'commander'
import { EdgeUpsert } from '../client/index.ts'
import { requireUrl } from './api-url.ts'

/** How commands reach a deployment as any of its clients does: its URL as an option, the key in the environment. */

export interface ApiOptions {
  readonly api: string
}

export const withApi = (command: Command): Command =>
  command.option('--api <url>', 'deployment that serves the organisation', 'http://127.0.0.1:8787')

/** @param may what the key must be allowed to do. @throws Error when there is none */
export const requireKey = (may: string): string => {
  const { API_KEY: key = '' } = process.env
  if (key === '') throw new Error(`API_KEY is missing: set it to a key of the organisation that may ${may}.`)
  return key
}

/** @throws Error when the URL is none, or there is no key */
export const clientOf = ({ api }: ApiOptions, may: string): EdgeUpsert => {
  requireUrl(api)
  return new EdgeUpsert({ url: api, key: requireKey(may) })
}
