import { administration } from './admin/administration.ts'
import { onBehalfOf } from './admin/authority.ts'
import { createTenant } from './admin/tenants.ts'
import type { RateLimit } from './auth/rate-limit.ts'
import { accessWith, operatorAccess } from './http/access.ts'
import type { SharedServices } from './http/contract.ts'
import { sqlDirectory } from './storage/directory.ts'
import { metered } from './storage/meter.ts'
import { recordReader } from './storage/record-reader.ts'
import { recordStore } from './storage/record-store.ts'
import type { Connect } from './tenancy.ts'

export interface ServiceOptions {
  /** Absent: repeated failures are not slowed down. */
  readonly failures?: RateLimit
  /** Of each key; absent: not limited. */
  readonly requests?: RateLimit
  /** Comes when the process is about to stop. */
  readonly stopping?: AbortSignal
  /** Absent: tenants are created by command only. */
  readonly operator?: OperatorOptions
}

export interface OperatorOptions {
  readonly secret: string
  /** Makes the database of a new organisation. */
  readonly create: Connect
}

/** Builds, once per isolate, everything that requests share. */
export const createServices = (
  connect: Connect,
  { failures, requests, stopping, operator }: ServiceOptions = {},
): SharedServices => ({
  access: accessWith({
    dataOf: (organizationId, cost) => {
      const driver = metered(connect(organizationId), cost)
      return {
        directory: sqlDirectory(driver),
        store: recordStore(driver),
        reader: recordReader(driver),
        administration: (session) => administration(onBehalfOf(driver, session)),
      }
    },
    ...(failures && { failures }),
    ...(requests && { requests }),
  }),
  operator: operatorAccess(operator?.secret, failures),
  ...(operator && { createTenant: (organization) => createTenant(operator.create, organization) }),
  ...(stopping && { stopping }),
  quota: requests?.quota,
  failures: failures?.quota,
})
