import type { Context } from 'hono'
import type { AppEnv } from './context.ts'

/**
 * Where a request comes from, as only the platform can tell: each entry point has its own. What a client may set
 * itself, such as X-Forwarded-For, is never looked at.
 */
export type ClientAddress = (c: Context<AppEnv>) => string | undefined

/** Cloudflare overwrites this header with the address of the connection. */
export const cloudflareAddress: ClientAddress = (c) => c.req.header('cf-connecting-ip')
