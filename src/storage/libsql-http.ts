import { createClient } from '@libsql/client/web'
import type { SqlDriver } from './driver.ts'
import { libsqlDriver } from './libsql.ts'

/** Longer than any batch takes; what runs into it is answered as unavailable, and may be repeated. */
const TIMEOUT_MS = 20_000

export interface LibsqlRemote {
  /** `libsql:`, `https:` or `http:`. */
  readonly url: string
  readonly authToken?: string
}

const fetchInTime = (request: Request) => fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) })

/** A libSQL server (Turso, sqld) over HTTP: one request per batch. Runs in workerd and in Node. */
export const libsqlHttp = (remote: LibsqlRemote): SqlDriver =>
  libsqlDriver(createClient({ ...remote, fetch: fetchInTime }))
