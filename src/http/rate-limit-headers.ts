import type { Quota, Taken } from '../auth/rate-limit.ts'

/** The two fields of draft-ietf-httpapi-ratelimit-headers. */
export const rateLimitHeaders = ({ limit, periodSeconds }: Quota, { remaining, resetSeconds }: Taken) =>
  [
    ['RateLimit-Policy', `"default";q=${limit};w=${periodSeconds}`],
    ['RateLimit', `"default";r=${remaining};t=${resetSeconds}`],
  ] as const
