import type { Administration } from '../admin/administration.ts'
import type { JobReader } from '../admin/jobs.ts'
import type { Session } from '../auth/access.ts'
import type { Quota, Taken } from '../auth/rate-limit.ts'
import type { HistoryReader } from '../engine/history.ts'
import type { MergeReader } from '../engine/merge/reader.ts'
import type { RecordReader } from '../engine/read.ts'
import type { RecordStore } from '../engine/store.ts'
import type { DeliveryLog } from '../hooks/delivery.ts'
import type { Cost } from '../storage/meter.ts'
import type { TenantOperations } from '../tenants/operations.ts'
import type { Operator } from '../tenants/operator-log.ts'

/** What a response did that goes on after it began, for its log line. */
export interface Streamed {
  /** What ended it early, as the log tells errors. */
  readonly error?: string
  readonly [what: string]: unknown
}

/** What the middleware puts on a request for its handler. */
export interface AppEnv {
  Variables: {
    requestId: string
    cost: Cost
    /** The client's address, as the platform tells it; undefined when it does not. */
    clientAddress: string | undefined
    /** Name of the contract that the request came through; for the log line. */
    contract: string
    session: Session
    /** Who operates, where the route is for operators. */
    operator: Operator
    /** On the operator's authority, and in their log. */
    tenants: TenantOperations
    /** The tenant that an operator's request is about, once it is known; for the log line. */
    tenantId: string
    /** What was thrown where the answer says that a database was not reached; for the log line. */
    unreached: unknown
    /** Absent where keys are not limited, or nobody was let in. */
    rateLimit: { readonly quota: Quota; readonly taken: Taken }
    /** How the route calls an attribute: errors are rendered far from it. Absent: by its slug. */
    fieldName: (slug: string) => string
    /** Of a response that goes on after it began: comes when it has ended. Its log line waits for that. */
    streamed?: Promise<Streamed>
    store: RecordStore
    reader: RecordReader
    history: HistoryReader
    /** What a merge of two records rests on. */
    merging: MergeReader
    jobs: JobReader
    /** Where deliveries to hooks are written down. */
    deliveries: DeliveryLog
    /** Has the organisation's jobs go on behind the answer. */
    driveJobs: () => void
    /** Has the organisation's subscriptions send what is due behind the answer. */
    driveSubscriptions: () => void
    /** On the authority of the session. Made when first asked for: few requests administer anything. */
    administration: () => Administration
  }
}
