import { StaleError } from '../engine/session.ts'
import { isQuiet, type OrganizationStatus } from '../schema/schema.ts'
import { readOrganizationRow } from '../storage/tenant-organization.ts'
import { claimOf } from './claim.ts'
import { type Deployment, located } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { stand } from './standing.ts'
import { patience, withTimeLimit } from './time-limit.ts'

/**
 * That an organisation stands as its line says. A status is written into two databases, and of two operators who meet, the one
 * may be the last to reach the organisation and the other the last to reach the line. So whoever begins raises the revision of the
 * line, tells the organisation, and writes the line only as it was raised; who finds another revision then was overtaken, and
 * before that is said the organisation is made to agree with the line, whoever has written it.
 */

type Settled = Extract<OrganizationStatus, 'active' | 'suspended' | 'deleted'>

/** What an operator has said, and no work that is under way. */
const isSettled = (status: OrganizationStatus | Tenant['status']): status is Settled =>
  status === 'deleted' || (status !== 'creating' && isQuiet(status))

/** Others may come in between; each has made the two agree when it ends, and so has this one if it was not the last. */
const TURNS = 8

/** @returns whether nothing has come in between */
const agreeOnce = async (deployment: Deployment, id: string): Promise<boolean> => {
  const line = await deployment.directory.find(id)
  if (!line || !isSettled(line.status) || claimOf(line)) return true
  const wanted = line.eraseAt === null ? line.status : 'deleted'
  const { driver } = located(withTimeLimit(deployment, patience.operation), line)
  const seen = await readOrganizationRow(driver, id)
  if (!seen || seen.status === wanted || !isSettled(seen.status)) return true
  const begun = await deployment.directory.change(line, {})
  await stand(driver, id, seen, wanted)
  return (await deployment.directory.find(id))?.revision === begun.revision
}

/** Has the organisation stand as its line says. */
export const agree = async (deployment: Deployment, id: string): Promise<void> => {
  for (let turn = 0; turn < TURNS; turn++)
    try {
      if (await agreeOnce(deployment, id)) return
    } catch (error) {
      if (!(error instanceof StaleError)) throw error
    }
}

/**
 * Writes what an organisation was told into its line, as it was when the telling began.
 * @throws StaleError when somebody else has changed it meanwhile to something else: the organisation stands as they have said
 */
export const concluding = async (
  deployment: Deployment,
  begun: Tenant,
  told: { readonly status: Tenant['status']; readonly eraseAt: number | null },
): Promise<Tenant> => {
  const { directory } = deployment
  try {
    return await directory.change(begun, told)
  } catch (error) {
    if (!(error instanceof StaleError)) throw error
    await agree(deployment, begun.id)
    const line = await directory.find(begun.id)
    if (line && line.status === told.status && line.eraseAt === told.eraseAt && !claimOf(line)) return line
    throw error
  }
}
