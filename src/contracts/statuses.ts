import type { ErrorCode } from '../engine/errors.ts'

/** What HTTP itself says; the contracts agree on these and differ in the rest. */
export const commonStatuses = {
  malformed_json: 400,
  missing_credentials: 401,
  invalid_credentials: 401,
  unknown_parameter: 400,
  route_not_found: 404,
  method_not_allowed: 405,
  body_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  upgrading: 503,
} as const satisfies Partial<Record<ErrorCode, number>>
