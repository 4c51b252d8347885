import { asOperator } from '../admin/authority.ts'
import { RefusedError } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import type { Organization } from '../schema/schema.ts'
import { type Deployment, findTenant } from './deployment.ts'
import type { ChangedTenant } from './directory.ts'
import { faultIn } from './fault.ts'
import { patience, withTimeLimit } from './time-limit.ts'

/** A tenant with the settings of its organisation, which stand in its own database. */
export interface ShownTenant extends ChangedTenant {
  /** Null: its database did not tell, and `notReached` says why. Absent: it was not asked. */
  readonly settings?: Organization | null
}

/** Nothing that its organisation answers, such as that it is moving, keeps the rest from being shown. */
const reasonOf = (error: unknown): string => {
  if (error instanceof StaleError) return 'it is changing at this moment'
  const isAnswer = error instanceof RefusedError && error.message !== 'not_found'
  if (isAnswer) return `its organisation answers ${error.message}`
  try {
    return faultIn(error)
  } catch {
    return 'something went wrong on our side, and the log says what'
  }
}

/** @throws RefusedError not_found */
export const showTenant = async (deployment: Deployment, id: string): Promise<ShownTenant> => {
  const tenant = await findTenant(deployment, id)
  const unknown = (why: string, cause?: unknown) => {
    const told = { ...tenant, settings: null, notReached: `Its settings are not known: ${why}.` }
    return cause === undefined ? told : { ...told, cause }
  }
  if (tenant.status === 'creating') return unknown('it is being created')
  try {
    const { places } = withTimeLimit(deployment, patience.look)
    const driver = places.open(tenant.id, tenant.place, { mayCreate: false, asItIs: true })
    return { ...tenant, settings: await asOperator(driver, tenant.id).run(async ({ organization }) => organization) }
  } catch (error) {
    return unknown(reasonOf(error), error)
  }
}
