import type { Context } from 'hono'
import type { AppEnv } from './context.ts'
import { trustedProxies } from './trusted-proxies.ts'

/**
 * Where a request comes from, as only the platform can tell: each entry point has its own. What a client may set
 * itself is never looked at.
 */
export type ClientAddress = (c: Context<AppEnv>) => string | undefined

/** Cloudflare overwrites this header with the address of the connection. */
export const cloudflareAddress: ClientAddress = (c) => c.req.header('cf-connecting-ip')

/**
 * Who says where a request of the Worker comes from. On Cloudflare Cloudflare does, which is the default; wherever else
 * workerd runs, anybody can send Cloudflare's header.
 * - `none`: nobody. Keys with an allowlist let nobody in, and all clients share one count of failed logins.
 * - `forwarded`: the proxy in front, in X-Forwarded-For. Nobody but the proxy may be able to connect.
 * @param proxies TRUSTED_PROXIES, for further proxies in front of that one. @throws Error naming the variable
 */
export const workerAddress = (setting: string | undefined, proxies: string | undefined): ClientAddress => {
  switch (setting || 'cloudflare') {
    case 'cloudflare':
      return cloudflareAddress
    case 'none':
      return () => undefined
    case 'forwarded': {
      const { clientBehind } = trustedProxies(proxies ?? '')
      return (c) => clientBehind(c.req.header('x-forwarded-for'))
    }
    default:
      throw new Error(`CLIENT_ADDRESS must be cloudflare, none or forwarded, not "${setting}"`)
  }
}
