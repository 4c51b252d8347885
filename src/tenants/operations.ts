import type { NewOrganization, OrganizationChange } from '../admin/organizations.ts'
import type { NewTenant } from '../admin/tenants.ts'
import { problem, RefusedError } from '../engine/errors.ts'
import { newId } from '../engine/ids.ts'
import { UnavailableError } from '../storage/driver.ts'
import type { Cost } from '../storage/meter.ts'
import { exportTenant, type NotRestored, type RestoredPage, restoreTenant, verifyTenant } from './data.ts'
import { type Deployment, findTenant, meteredDeployment } from './deployment.ts'
import type { ChangedTenant, Page } from './directory.ts'
import { changeTenant, createTenant, issueAdminKey, migrateTenant } from './lifecycle.ts'
import { endMoveIn, isMoveGoingOn, isReturnGoingOn } from './move-log.ts'
import { type MoveOptions, moveTenant, moveTenantBack } from './moving.ts'
import type { Operator, OperatorLog } from './operator-log.ts'
import { type Place, samePlace } from './place.ts'
import { type PlaceOptions, placeTenant } from './placing.ts'
import { type Operation, outcomeOf, recorded } from './recorded.ts'
import { rewindTenant } from './rewind.ts'
import { ruled, takeOver } from './ruler.ts'
import { showTenant } from './shown.ts'
import { deleteTenant, resumeTenant, suspendTenant } from './status.ts'
import { moveOf, type TenantMove } from './tenant-move.ts'
import { telling } from './told.ts'
import { usageOf } from './usage.ts'

const MS_PER_DAY = 86_400_000

/** Seconds after which a creation may be gone on with. */
const RETRY_AFTER = 1

/** Whoever has not named the tenant would have no way to go on with it. */
const naming = (id: string, error: unknown): unknown => {
  const unfinished = `tenant ${id} is not finished, and the same request with this id goes on`
  if (error instanceof UnavailableError)
    return new RefusedError(problem('unavailable', undefined, `: ${unfinished}`), RETRY_AFTER, { cause: error })
  if (!(error instanceof RefusedError)) return error
  const [{ code, detail }] = error.refusal.problems
  if (code !== 'unusable_place' && code !== 'migration_failed') return error
  const { cause } = error
  return new RefusedError(problem(code, undefined, `${unfinished} once it is mended: ${detail}`), undefined, { cause })
}

/** How the log calls what holds for the directory alone, since the tenant's database did not answer. */
const endOfChange = ({ notReached }: ChangedTenant): string => (notReached === undefined ? 'done' : 'not_reached')

const endOfDeletion = async (log: OperatorLog, made: ChangedTenant, mayAbandon = false): Promise<string> => {
  if (made.notReached === undefined || !mayAbandon) return endOfChange(made)
  // Nobody can go on with them: the tenant has no line any more.
  for (const action of ['move', 'move back']) await log.endAll(made.id, action, 'abandoned')
  return 'abandoned'
}

const abandoning = ({ mayAbandon = false }: MoveOptions) => (mayAbandon ? { mayAbandon } : {})

/** How many lines were put back, in all requests of an operation. */
const linesIn = (detail: unknown): number => Number((detail as { lines?: unknown } | null)?.lines ?? 0)

/**
 * Everything an operator may do to the tenants of a deployment, in every shape, in one request. Whatever may change something
 * is in the log of operators, refused or not; what only reads is not.
 * @param cost counts what the request takes
 * @param note takes what was thrown where the answer says that a database was not reached
 */
export const tenantOperations = (
  whole: Deployment,
  by: Operator,
  cost: Cost,
  note: (cause: unknown) => void = () => undefined,
) => {
  const metered = meteredDeployment(whole, cost)
  const { deployment, requireRuler } = ruled(metered)
  const { directory } = deployment
  const { log } = directory
  /** Whether it came to be an operation, which has its line, or needs none. */
  let isBegun = false
  const noted = async <T>(work: () => Promise<T>): Promise<T> => {
    const made = await telling(deployment, work)
    if (typeof made === 'object' && made !== null && 'cause' in made) note(made.cause)
    return made
  }
  const logged = async <T>(operation: Operation<T>, work: () => Promise<T>): Promise<T> => {
    await requireRuler({ changes: true })
    isBegun = true
    return noted(() => recorded(log, by, operation, work))
  }
  /** For what changes nothing. */
  const looked = async <T>(work: () => Promise<T>): Promise<T> => {
    await requireRuler({ changes: false })
    isBegun = true
    return noted(work)
  }
  const lineMove = async (id: string) => {
    const tenant = await directory.find(id)
    return tenant && moveOf(tenant)
  }
  const endOf = (id: string) => (move: TenantMove) => endMoveIn(log, id, move)
  return {
    /** For what was refused before it came to be an operation, such as by its schema. */
    async refused(action: string, tenantId: string | null, error: unknown): Promise<void> {
      if (isBegun) return
      const { sequence } = await log.begin({
        operator: by.name,
        requestId: by.requestId,
        action,
        tenantId,
        detail: null,
      })
      await log.end(sequence, { outcome: outcomeOf(error) })
    },
    list: (page: Page) => looked(() => directory.page(page)),
    find: (id: string) => looked(() => findTenant(deployment, id)),
    show: (id: string) => looked(() => showTenant(deployment, id)),
    usage: (id: string) => looked(() => usageOf(deployment, id)),
    export: (id: string, cursor: Parameters<typeof exportTenant>[2]) =>
      looked(() => exportTenant(deployment, id, cursor)),
    actions: (page: Parameters<OperatorLog['actions']>[0]) => looked(() => log.actions(page)),
    /** The directory has the tenants from now on. @param from the one that has had them */
    async takeOver(from: string): Promise<string> {
      isBegun = true
      return telling(deployment, () =>
        recorded(log, by, { action: 'take over', tenantId: null, detail: { from } }, () => takeOver(metered, from)),
      )
    },
    async create(tenant: NewOrganization & { readonly place?: Place }): Promise<NewTenant> {
      const id = tenant.id?.toLowerCase() ?? newId()
      return logged({ action: 'create', tenantId: id, detail: tenant }, () =>
        createTenant(deployment, { ...tenant, id }),
      ).catch((error: unknown) => {
        throw naming(id, error)
      })
    },
    change: (id: string, wanted: OrganizationChange) =>
      logged({ action: 'change', tenantId: id, detail: wanted }, () => changeTenant(deployment, id, wanted)),
    suspend: (id: string) =>
      logged({ action: 'suspend', tenantId: id, endOf: endOfChange }, () => suspendTenant(deployment, id)),
    resume: (id: string) => logged({ action: 'resume', tenantId: id }, () => resumeTenant(deployment, id)),
    /** @param waitDays until everything of it is erased. In the log they are as they were sent, whenever it is tried again */
    delete: (id: string, waitDays: number, options: Parameters<typeof deleteTenant>[3] = {}) => {
      const work = () => deleteTenant(deployment, id, Date.now() + waitDays * MS_PER_DAY, options)
      if (options.isDry) return looked(work)
      const { mayAbandon = false } = options
      const endOf = (made: ChangedTenant) => endOfDeletion(log, made, mayAbandon)
      return logged({ action: 'delete', tenantId: id, detail: { waitDays, mayAbandon }, endOf }, work)
    },
    place: (id: string, to: Place, options: PlaceOptions = {}) => {
      const work = () => placeTenant(deployment, id, to, options)
      if (options.isDry) return looked(work)
      const { erasesOld } = options
      const more = { ...(erasesOld && { erasesOld }), ...abandoning(options) }
      return logged({ action: 'place', tenantId: id, detail: { place: to, ...more } }, work)
    },
    issueAdminKey: (id: string, name: string) =>
      logged({ action: 'key', tenantId: id, detail: { name } }, () => issueAdminKey(deployment, id, name)),
    rewind: (id: string, time: number, { isDry = false } = {}) => {
      const work = () => rewindTenant(deployment, id, time, { isDry })
      if (isDry) return looked(work)
      return logged({ action: 'rewind', tenantId: id, detail: { to: new Date(time).toISOString() } }, work)
    },
    async move(id: string, to: Place | undefined, options: MoveOptions = {}): Promise<TenantMove> {
      if (options.isDry) return looked(() => moveTenant(deployment, id, to, options))
      const known = await lineMove(id)
      const isGoingOn = isMoveGoingOn(known) && (!to || (known !== undefined && samePlace(known.to, to)))
      const operation = {
        action: 'move',
        tenantId: id,
        detail: { to: to ?? known?.to ?? null, ...abandoning(options) },
        isGoingOn,
      }
      return logged({ ...operation, endOf: endOf(id) }, () => moveTenant(deployment, id, to, options))
    },
    async moveBack(id: string, options: MoveOptions = {}): Promise<TenantMove> {
      if (options.isDry) return looked(() => moveTenantBack(deployment, id, options))
      const isGoingOn = isReturnGoingOn(await lineMove(id))
      const endOfReturn = async (move: TenantMove) =>
        (await endMoveIn(log, id, move)) === undefined ? undefined : 'done'
      return logged(
        {
          action: 'move back',
          tenantId: id,
          detail: options.mayAbandon ? abandoning(options) : null,
          isGoingOn,
          endOf: endOfReturn,
        },
        () => moveTenantBack(deployment, id, options),
      )
    },
    migrate: (id: string, { isDry = false } = {}) => {
      const work = () => migrateTenant(deployment, id, { isDry })
      return isDry ? looked(work) : logged({ action: 'migrate', tenantId: id }, work)
    },
    /** @param hasMore whether further pages of the same export follow */
    async restore(id: string, page: RestoredPage, hasMore: boolean): Promise<NotRestored | undefined> {
      if (page.isDry) return looked(() => restoreTenant(deployment, id, page))
      const { length: lines } = page.lines
      const operation = {
        action: 'restore',
        tenantId: id,
        detail: { lines },
        isGoingOn: page.lines[0]?.table !== 'organizations',
        isLong: true,
        more: (before: unknown) => ({ lines: linesIn(before) + lines }),
        endOf: () => (hasMore ? undefined : 'done'),
      }
      return logged(operation, () => restoreTenant(deployment, id, page))
    },
    async verify(id: string, options: Parameters<typeof verifyTenant>[2]): ReturnType<typeof verifyTenant> {
      const work = () => verifyTenant(deployment, id, options)
      if (!options.repair) return looked(work)
      const isGoingOn = options.cursor !== undefined
      return logged(
        { action: 'repair', tenantId: id, isGoingOn, isLong: true, endOf: ({ next }) => (next ? undefined : 'done') },
        work,
      )
    },
  }
}

export type TenantOperations = ReturnType<typeof tenantOperations>
