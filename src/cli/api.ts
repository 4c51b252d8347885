import type { Command } from 'commander'
import { EdgeUpsert, type EdgeUpsertError } from '../client/index.ts'
import { requireUrl, urlUnder } from './api-url.ts'
import { CALLED } from './called.ts'
import { note } from './output.ts'
import { DEFAULT_PROFILE, type Profile, profileCalled, readProfiles } from './profiles.ts'
import type { Reach } from './target.ts'

/** How commands reach a deployment as any of its clients does: with a URL and a key that were given, or kept by `login`. */

export interface ApiOptions {
  readonly api?: string
  readonly profile?: string
}

/** A deployment, and a key of an organisation that it serves. */
export interface Access {
  readonly url: string
  readonly key: string
  /** What has to be said again for a command about the same. */
  readonly reach: Reach
}

/** Where a deployment is while it is tried. */
const LOCAL = 'http://127.0.0.1:8787'

export const withApi = (command: Command): Command =>
  command
    .option('--api <url>', `deployment that serves the organisation; default: that of the profile, or ${LOCAL}`)
    .option('--profile <name>', `what "login" has kept under this name; default: ${DEFAULT_PROFILE}`)

const isSame = (one: string, other: string): boolean => urlUnder(one, '/').href === urlUnder(other, '/').href

/** A key is sent nowhere but to where it was kept for. @throws Error when that is another deployment */
const withKept = ({ url, key }: Profile, { api, profile }: ApiOptions): Access => {
  if (api !== undefined && !isSame(api, url))
    throw new Error(
      `--api: the key of the profile "${profile ?? DEFAULT_PROFILE}" is for ${url}, and is sent nowhere else: leave --api away, or set API_KEY to a key for ${api}.`,
    )
  return { url, key, reach: profile === undefined ? {} : { profile } }
}

/** @throws Error when there is no key, or none for this URL */
const withoutKey = (options: ApiOptions, may: string): Access => {
  const profiles = readProfiles()
  const kept = profiles.get(DEFAULT_PROFILE)
  if (kept && (options.api === undefined || isSame(options.api, kept.url))) return withKept(kept, options)
  const others = [...profiles.keys()].join(', ')
  const named =
    others === '' ? `keep one with "${CALLED} login --api <url>"` : `name a profile with --profile (${others})`
  throw new Error(`API_KEY is missing: set it to a key of the organisation that may ${may}, or ${named}.`)
}

/**
 * What was given wins over what was kept: --api and API_KEY over a profile.
 * @param may what the key must be allowed to do
 * @throws Error when the URL is none, there is no key, or it was kept for another URL
 */
export const accessOf = (options: ApiOptions, may: string): Access => {
  const { api, profile } = options
  const { API_KEY: key = '' } = process.env
  if (api !== undefined) requireUrl(api)
  const kept = profile === undefined ? undefined : profileCalled(profile)
  if (key === '') return kept ? withKept(kept, options) : withoutKey(options, may)
  if (kept) note(`API_KEY is used, and not the key of the profile "${profile}".`)
  const url = api ?? kept?.url ?? LOCAL
  return { url, key, reach: api === undefined && kept ? { profile: profile ?? '' } : { api: url } }
}

/** @param onRetry is told of what has passed, before a request is sent again */
export const clientAt = (
  { url, key }: Pick<Access, 'url' | 'key'>,
  onRetry?: (error: EdgeUpsertError) => void,
): EdgeUpsert => new EdgeUpsert({ url, key, ...(onRetry && { onRetry }) })

/** @throws Error as `accessOf` */
export const clientOf = (options: ApiOptions, may: string): EdgeUpsert => clientAt(accessOf(options, may))
