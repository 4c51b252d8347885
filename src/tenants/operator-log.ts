import { and, desc, eq, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { SqlDriver } from '../storage/driver.ts'
import { drizzleOver, plainly } from '../storage/drizzle.ts'
import { operatorLog } from '../storage/tables.ts'

/** Who does something to tenants. */
export interface Operator {
  /** Which of the operator's secrets was shown, by the beginning of its hash; `command` on the machine itself; `upkeep`. */
  readonly name: string
  readonly requestId: string | null
}

/** Of upkeep, which nobody asks for. */
export const upkeep: Operator = { name: 'upkeep', requestId: null }

/** Something that was to be done to tenants, as it begins. */
export interface OperatorAction {
  readonly operator: string
  readonly action: string
  readonly tenantId: string | null
  readonly requestId: string | null
  readonly detail: unknown
}

export interface LoggedAction extends OperatorAction {
  readonly sequence: number
  readonly at: number
  /**
   * `started` until it is over: for ever, if whoever did it was killed. `done`; `not_reached` and `abandoned` where the
   * tenant's database did not answer; `returned` of a move that came back; the code of a refusal; `failed`, after which the
   * same again goes on.
   */
  readonly outcome: string
}

/** What was done to the tenants of a deployment, and by whom: a line for each operation, however many requests it takes. */
export interface OperatorLog {
  /** @returns the line that it begins */
  begin(action: OperatorAction): Promise<Pick<LoggedAction, 'sequence' | 'detail'>>
  /** @returns the newest line of this operator's operation on the tenant that is not over */
  goOn(
    action: Pick<OperatorAction, 'operator' | 'action' | 'tenantId'>,
  ): Promise<Pick<LoggedAction, 'sequence' | 'detail'> | undefined>
  /**
   * For an operation that failed before anything stood anywhere that could be gone on with, and, where it is long, for one
   * that is not over and begins anew: with this detail.
   * @returns the newest line of the tenant, if it is this very operation of this operator
   */
  tryAgain(
    action: Omit<OperatorAction, 'requestId'>,
    how: { readonly isLong: boolean },
  ): Promise<Pick<LoggedAction, 'sequence' | 'detail'> | undefined>
  end(sequence: number, change: Pick<LoggedAction, 'outcome'> & { readonly detail?: unknown }): Promise<void>
  /** Ends every operation of the kind on the tenant that is not over, whoever has begun it. */
  endAll(tenantId: string, action: string, outcome: string): Promise<void>
  /** Newest first. @param before the sequence that the page begins behind */
  actions(page: {
    readonly before: number
    readonly limit: number
    readonly tenantId?: string
  }): Promise<readonly LoggedAction[]>
}

export const STARTED = 'started'
export const FAILED = 'failed'

type OwnAction = Pick<OperatorAction, 'operator' | 'action'>

const ownOf = ({ operator, action }: OwnAction): SQL | undefined =>
  and(eq(operatorLog.operator, operator), eq(operatorLog.action, action))

const isOpen = inArray(operatorLog.outcome, [STARTED, FAILED])

/** The log in a table of a migrated database. */
export const sqlOperatorLog = (driver: SqlDriver): OperatorLog => {
  const db = drizzleOver(driver)
  const line = { sequence: operatorLog.sequence, detail: operatorLog.detail }
  const newest = (where: SQL | undefined) =>
    db
      .select({ last: sql`max(${operatorLog.sequence})` })
      .from(operatorLog)
      .where(where)
  const startAgain = async (which: ReturnType<typeof newest>, where?: SQL, change: { detail?: unknown } = {}) => {
    const goesOn = db.update(operatorLog).set({ outcome: STARTED, ...change })
    const [found] = await plainly(goesOn.where(and(eq(operatorLog.sequence, which), where)).returning(line))
    return found
  }
  return {
    async begin(action) {
      const insert = db.insert(operatorLog).values({ ...action, at: Date.now(), outcome: STARTED })
      const [begun] = await plainly(insert.returning(line))
      if (!begun) throw new Error('The log of operators kept no line')
      return begun
    },
    async goOn({ tenantId, ...action }) {
      return startAgain(newest(and(ownOf(action), eq(operatorLog.tenantId, tenantId ?? ''), isOpen)))
    },
    async tryAgain({ tenantId, detail, ...action }, { isLong }) {
      const asked = detail === null ? isNull(operatorLog.detail) : eq(operatorLog.detail, detail)
      const same = isLong ? isOpen : and(asked, eq(operatorLog.outcome, FAILED))
      return startAgain(newest(eq(operatorLog.tenantId, tenantId ?? '')), and(ownOf(action), same), { detail })
    },
    async end(sequence, change) {
      await plainly(db.update(operatorLog).set(change).where(eq(operatorLog.sequence, sequence)))
    },
    async endAll(tenantId, action, outcome) {
      const all = and(eq(operatorLog.tenantId, tenantId), eq(operatorLog.action, action), isOpen)
      await plainly(db.update(operatorLog).set({ outcome }).where(all))
    },
    async actions({ before, limit, tenantId }) {
      const of = tenantId === undefined ? undefined : eq(operatorLog.tenantId, tenantId)
      const where = and(lt(operatorLog.sequence, before), of)
      return plainly(db.select().from(operatorLog).where(where).orderBy(desc(operatorLog.sequence)).limit(limit))
    },
  }
}
