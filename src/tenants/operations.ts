import type { NewOrganization } from '../admin/organizations.ts'
import { RefusedError, refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { exportTenant, type RestoredPage, restoreTenant, verifyTenant } from './data.ts'
import { type Deployment, findTenant } from './deployment.ts'
import type { Page } from './directory.ts'
import { createTenant, issueAdminKey, migrateTenant, renameTenant } from './lifecycle.ts'
import { moveTenant, moveTenantBack } from './moving.ts'
import type { Place } from './place.ts'
import { rewindTenant } from './rewind.ts'
import { deleteTenant, resumeTenant, suspendTenant } from './status.ts'
import { usageOf } from './usage.ts'

/** Who operates: which secret was shown, and with which request. */
export interface Operator {
  readonly name: string
  readonly requestId: string | null
}

const outcomeOf = (error: unknown): string => (error instanceof RefusedError ? error.message : 'failed')

/**
 * Everything an operator may do to the tenants of a deployment, in every shape. Whatever changes something is in the log of
 * operators, refused or not; what only reads is not.
 */
export const tenantOperations = (deployment: Deployment) => {
  const { directory } = deployment
  const logged = async <T>(
    { name: operator, requestId }: Operator,
    action: string,
    tenantId: string | null,
    detail: unknown,
    work: () => Promise<T>,
    madeId: (made: T) => string | null = () => tenantId,
  ): Promise<T> => {
    const entry = { operator, requestId, action, detail }
    let made: T
    try {
      made = await work()
    } catch (thrown) {
      // Somebody else has changed the tenant at this very moment: what they have made of it is to be looked at first.
      const error =
        thrown instanceof StaleError ? refuse('wrong_status', undefined, 'changed by somebody else') : thrown
      await directory.log({ ...entry, tenantId, outcome: outcomeOf(error) })
      throw error
    }
    await directory.log({ ...entry, tenantId: madeId(made), outcome: 'done' })
    return made
  }
  return {
    list: (page: Page) => directory.page(page),
    find: (id: string) => findTenant(deployment, id),
    usage: (id: string) => usageOf(deployment, id),
    export: (id: string, cursor: Parameters<typeof exportTenant>[2]) => exportTenant(deployment, id, cursor),
    actions: directory.actions,
    create: (by: Operator, tenant: NewOrganization & { readonly place?: Place }) =>
      logged(
        by,
        'create',
        tenant.id?.toLowerCase() ?? null,
        tenant,
        () => createTenant(deployment, tenant),
        (made) => made.organizationId,
      ),
    rename: (by: Operator, id: string, name: string) =>
      logged(by, 'rename', id, { name }, () => renameTenant(deployment, id, name)),
    suspend: (by: Operator, id: string) => logged(by, 'suspend', id, null, () => suspendTenant(deployment, id)),
    resume: (by: Operator, id: string) => logged(by, 'resume', id, null, () => resumeTenant(deployment, id)),
    delete: (by: Operator, id: string, eraseAt: number, options: Parameters<typeof deleteTenant>[3] = {}) =>
      logged(by, 'delete', id, { eraseAt: new Date(eraseAt).toISOString(), ...options }, () =>
        deleteTenant(deployment, id, eraseAt, options),
      ),
    issueAdminKey: (by: Operator, id: string, name: string) =>
      logged(by, 'key', id, { name }, () => issueAdminKey(deployment, id, name)),
    rewind: (by: Operator, id: string, time: number) =>
      logged(by, 'rewind', id, { to: new Date(time).toISOString() }, () => rewindTenant(deployment, id, time)),
    move: (by: Operator, id: string, to: Place | undefined) =>
      logged(by, 'move', id, { to: to ?? null }, () => moveTenant(deployment, id, to)),
    moveBack: (by: Operator, id: string) => logged(by, 'move back', id, null, () => moveTenantBack(deployment, id)),
    migrate: (by: Operator, id: string) => logged(by, 'migrate', id, null, () => migrateTenant(deployment, id)),
    restore: (by: Operator, id: string, page: RestoredPage) =>
      logged(by, 'restore', id, { lines: page.lines.length }, () => restoreTenant(deployment, id, page)),
    verify: (by: Operator, id: string, options: Parameters<typeof verifyTenant>[2]) =>
      logged(by, options.repair ? 'repair' : 'verify', id, null, () => verifyTenant(deployment, id, options)),
  }
}

export type TenantOperations = ReturnType<typeof tenantOperations>
