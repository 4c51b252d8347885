import { and, asc, eq, gt, isNotNull, isNull, lt, notInArray, or, sql } from 'drizzle-orm'
import { StaleError } from '../engine/session.ts'
import { tenantStatuses } from '../schema/schema.ts'
import { isReadable } from '../storage/database-fault.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { drizzleOver, plainly } from '../storage/drizzle.ts'
import { metered } from '../storage/meter.ts'
import { newMark } from '../storage/revision-mark.ts'
import { tenants } from '../storage/tables.ts'
import { eraseAtOf, type Line, type Tenant, type TenantDirectory } from './directory.ts'
import { tenantOf } from './line.ts'
import { sqlOperatorLog } from './operator-log.ts'
import { identityOf, keepShared } from './ruler.ts'
import { LAST } from './usage-counts.ts'

/** A page of lines is one value, since a statement takes no more than a hundred. */
const ADOPT = `
INSERT INTO tenants (id, revision, name, status, place, created_at, erase_at)
SELECT value ->> 'id', value ->> 'revision', value ->> 'name', value ->> 'status', value -> 'place', value ->> 'createdAt',
  CASE value ->> 'status' WHEN 'deleted' THEN CAST(?2 AS INTEGER) END
FROM json_each(?1) WHERE true ON CONFLICT (id) DO NOTHING`

/** What is written of a tenant that is served all the time is this old at most. */
const SEEN_MS = 3_600_000

/** Lines that may be shown as `moving`, which is what those are that cannot be read. */
const mayBeMoving = or(
  notInArray(
    tenants.status,
    tenantStatuses.filter((status) => status !== 'moving'),
  ),
  ...[tenants.createdAt, tenants.seenAt, tenants.eraseAt].map(
    (time) => sql`(typeof(${time}) = 'text' OR abs(${time}) > ${LAST})`,
  ),
  ...[tenants.move, tenants.claim, tenants.leftovers].map((column) => isNotNull(column)),
)

/** Where only reading a line tells whether it is wanted: lines of one query, and queries of one page. */
const LOOK_LINES = 500
const MOST_LOOKS = 4

const asRead = ({ id, revision }: Line) => and(eq(tenants.id, id), eq(tenants.revision, revision))

/** The directory in tables of a migrated database. */
export const sqlTenantDirectory = (driver: SqlDriver): TenantDirectory => {
  const db = drizzleOver(driver)
  const find = async (id: string): Promise<Tenant | undefined> => {
    const [row] = await plainly(db.select().from(tenants).where(eq(tenants.id, id)))
    return row && tenantOf(row)
  }
  return {
    find,
    async visit(id, now) {
      const isStale = or(isNull(tenants.seenAt), lt(tenants.seenAt, now - SEEN_MS))
      const seen = db
        .update(tenants)
        .set({ seenAt: now })
        .where(and(eq(tenants.id, id), isStale))
      const read = db.select().from(tenants).where(eq(tenants.id, id))
      try {
        const [, [row]] = await plainly(db.batch([seen, read]))
        return row && tenantOf(row)
      } catch (error) {
        // When somebody was last asked for is no reason to find nobody.
        if (!isReadable(error)) throw error
        return find(id)
      }
    },
    async page({ after, limit, status }) {
      const of = status === 'moving' ? mayBeMoving : status && eq(tenants.status, status)
      const size = of === mayBeMoving ? Math.max(limit, LOOK_LINES) : limit
      const found: Tenant[] = []
      let last = after
      for (let look = 1; ; look++) {
        const where = and(gt(tenants.id, last), of)
        const rows = await plainly(db.select().from(tenants).where(where).orderBy(asc(tenants.id)).limit(size))
        for (const row of rows) {
          const tenant = tenantOf(row)
          last = row.id
          if (status === undefined || tenant.status === status) found.push(tenant)
          if (found.length === limit) return { tenants: found, next: last }
        }
        if (rows.length < size) return { tenants: found }
        if (look === MOST_LOOKS) return { tenants: found, next: last }
      }
    },
    async add({ id, name, place, createdAt }) {
      const insert = db.insert(tenants).values({ id, name, place, createdAt, status: 'creating' }).onConflictDoNothing()
      const read = db.select().from(tenants).where(eq(tenants.id, id))
      const [, [row]] = await plainly(db.batch([insert, read]))
      if (!row) throw new Error(`The directory did not keep ${id}`)
      return tenantOf(row)
    },
    async adopt(lines) {
      const eraseAt = eraseAtOf(Date.now())
      const rows = lines.map((line) => ({ ...line, revision: newMark() }))
      if (rows.length > 0) await driver.batch([{ sql: ADOPT, params: [JSON.stringify(rows), eraseAt] }])
    },
    async change(line, change) {
      const set = { ...change, revision: sql`${tenants.revision} + 1` }
      const [row] = await plainly(db.update(tenants).set(set).where(asRead(line)).returning())
      if (!row) throw new StaleError()
      return tenantOf(row)
    },
    async keepUsage({ id, revision, name }, usage) {
      const called = sql`CASE ${tenants.revision} WHEN ${revision} THEN ${name} ELSE ${tenants.name} END`
      await plainly(db.update(tenants).set({ usage, name: called }).where(eq(tenants.id, id)))
    },
    async remove(line) {
      const [row] = await plainly(db.delete(tenants).where(asRead(line)).returning())
      if (!row) throw new StaleError()
    },
    identity: (options) => identityOf(driver, options),
    keepShared: (id, before) => keepShared(driver, id, before),
    log: sqlOperatorLog(driver),
    metered: (cost) => sqlTenantDirectory(metered(driver, cost)),
  }
}
