import { administration } from './admin/administration.ts'
import { onBehalfOf } from './admin/authority.ts'
import { jobReader } from './admin/jobs.ts'
import type { Directory } from './auth/directory.ts'
import type { OperatorSettings } from './auth/operator.ts'
import type { RateLimit } from './auth/rate-limit.ts'
import type { Backlog } from './hooks/backlog.ts'
import { accessWith, operatorAccess } from './http/access.ts'
import type { SharedServices, StreamLimits } from './http/contract.ts'
import { type HookData, hookAccess } from './http/hook-access.ts'
import { type SecretBox, secretBox } from './secrets/secret-box.ts'
import { deliveryLog } from './storage/delivery-log.ts'
import { sqlDirectory } from './storage/directory.ts'
import { historyReader } from './storage/history-reader.ts'
import { sqlHookDirectory } from './storage/hook-directory.ts'
import { jobDrive } from './storage/jobs/drive.ts'
import { mergeReader } from './storage/merge-reader.ts'
import { type Cost, metered, noCost } from './storage/meter.ts'
import { recordReader } from './storage/record-reader.ts'
import { recordStore } from './storage/record-store.ts'
import { delivering, subscriptionDrive } from './storage/subscriptions/drive-behind.ts'
import type { UsageKeeper } from './storage/usage/keeper.ts'
import type { Outbox } from './subscriptions/sending.ts'
import type { Deployment } from './tenants/deployment.ts'
import { followed } from './tenants/followed.ts'
import { tenantOperations } from './tenants/operations.ts'
import type { Connect, Places } from './tenants/places.ts'

export interface ServiceOptions {
  /** Absent: repeated failures are not slowed down. */
  readonly failures?: RateLimit
  /** Of each key; absent: not limited. */
  readonly requests?: RateLimit
  /** Comes when the process is about to stop. */
  readonly stopping?: AbortSignal
  /** Milliseconds that a job goes on behind an answer. Absent: until it has ended. */
  readonly jobsMs?: number
  /** Milliseconds that subscriptions begin attempts behind an answer. Absent: as long as anything is to be tried again. */
  readonly sendingMs?: number
  /** The databases for work that outlives its request. Default: as requests reach them. */
  readonly connectBehind?: Connect
  /** How requests wait for what others write. Absent: they look from time to time. */
  readonly waiting?: NonNullable<SharedServices['waiting']>
  readonly streams?: StreamLimits
  /** Where tenants are followed to when they move. Absent: they cannot. */
  readonly places?: Places
  /** Keeps the secrets of hooks. Absent: none can be kept. */
  readonly hookSecrets?: SecretBox
  /** Keeps deliveries to hooks while their database is away. Absent: their senders have to come again. */
  readonly backlog?: Backlog
  /** Sends to the receivers of subscriptions. Absent: none can be reached, and what is due is left to others. */
  readonly outbox?: Outbox
  /** Counts what is asked. Absent: nothing does. */
  readonly usage?: UsageKeeper
  /** Absent: tenants are operated by command only. */
  readonly operator?: OperatorSettings & { readonly deployment: Deployment }
}

/** Builds, once per isolate, everything that requests share. */
export const createServices = (
  connect: Connect,
  {
    failures,
    requests,
    stopping,
    waiting,
    streams = {},
    places,
    hookSecrets = secretBox([]),
    backlog,
    outbox,
    usage,
    operator,
    jobsMs,
    sendingMs,
    connectBehind = connect,
  }: ServiceOptions = {},
): SharedServices => {
  const driveJobs = jobDrive(connectBehind, { forMs: jobsMs, stopping })
  const driveSubscriptions = outbox
    ? subscriptionDrive(connectBehind, { ...delivering(outbox, hookSecrets), forMs: sendingMs, stopping })
    : async () => {}
  const hookDataOf = (through: Connect, organizationId: string, cost: Cost): HookData => {
    const driver = metered(through(organizationId, cost), cost)
    const served = places ? places.heeding(organizationId, driver, cost) : driver
    const follow = (directory: Directory) => (places ? followed(directory, places, organizationId, cost) : directory)
    return {
      hooks: sqlHookDirectory(driver, organizationId, follow),
      deliveries: deliveryLog(served),
      driveJobs: () => driveJobs(organizationId),
      driveSubscriptions: () => driveSubscriptions(organizationId),
    }
  }
  return {
    access: accessWith({
      dataOf: (organizationId, cost) => {
        const driver = metered(connect(organizationId, cost), cost)
        const directory = sqlDirectory(driver)
        const served = places ? places.heeding(organizationId, driver, cost) : driver
        return {
          directory: places ? followed(directory, places, organizationId, cost) : directory,
          store: recordStore(served),
          reader: recordReader(served),
          history: historyReader(served),
          merging: mergeReader(served),
          jobs: jobReader(served),
          deliveries: deliveryLog(served),
          driveJobs: () => driveJobs(organizationId),
          driveSubscriptions: () => driveSubscriptions(organizationId),
          administration: (session) => administration(onBehalfOf(served, session), hookSecrets, outbox),
        }
      },
      ...(failures && { failures }),
      ...(requests && { requests }),
    }),
    hooks: hookAccess({
      dataOf: (organizationId, cost) => hookDataOf(connect, organizationId, cost),
      dataBehind: (organizationId) => hookDataOf(connectBehind, organizationId, noCost()),
      box: hookSecrets,
      ...(backlog && { backlog }),
      ...(failures && { failures }),
    }),
    operator: operatorAccess(operator, failures),
    ...(operator && { tenantsFor: (by, cost, note) => tenantOperations(operator.deployment, by, cost, note) }),
    ...(stopping && { stopping }),
    ...(waiting && { waiting }),
    ...(usage && { usage }),
    streams,
    quota: requests?.quota,
    failures: failures?.quota,
  }
}
