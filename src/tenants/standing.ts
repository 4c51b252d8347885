import { refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import type { OrganizationStatus } from '../schema/schema.ts'
import type { SqlDriver, Statement } from '../storage/driver.ts'
import { type OrganizationRow, readOrganizationRow, standAs } from '../storage/tenant-organization.ts'
import type { HeldClaim } from './claim.ts'

/** How an organisation stands in a database, changed only as it was read; and what must not come back with an earlier state of it. */

/** Whoever loses against an administrator of the tenant tries again, and the organisation is frozen soon. */
const ATTEMPTS = 20

/** An operator's work that began before the claim may raise the revision a little: it is the same organisation still. */
const RAISED = 1_000

/**
 * A revision above whatever isolates may remember: no count of changes comes to the time of day in microseconds. No two
 * organisations anywhere are given the same one or one close to it, so it tells whether two databases are one.
 */
const newMark = (above = 0): number => Math.max(Date.now() * 1_000, above + RAISED) + Math.floor(Math.random() * 1_000)

const SELECT_ENDED = `SELECT id FROM credentials
WHERE organization_id = ?1 AND revoked_at IS NOT NULL AND revoked_at >= CAST(?2 AS INTEGER)`

/** Keys stay revoked: of an earlier state it may be that they are not. */
const endKeys = (id: string, ended: readonly string[]): Statement => ({
  sql: `UPDATE credentials SET revoked_at = CAST(?2 AS INTEGER)
WHERE organization_id = ?1 AND revoked_at IS NULL AND id IN (SELECT value FROM json_each(?3))`,
  params: [id, Date.now(), JSON.stringify(ended)],
})

/** Has an organisation stand otherwise, if it is as it was read. @returns whether it was */
export const stand = async (
  driver: SqlDriver,
  id: string,
  seen: OrganizationRow,
  status: OrganizationStatus,
  above = 0,
): Promise<boolean> => {
  const { results } = await driver.batch([standAs(id, seen, status, newMark(Math.max(seen.revision, above)))])
  return results[0]?.rows.length === 1
}

/**
 * Freezes an organisation: from here on nothing is acknowledged where it is, and nothing is changed there. How it stood is in
 * the claim before it is.
 * @param since milliseconds since 1970: keys that were revoked before that are of no interest
 * @returns the keys that are revoked, of all; undefined where there is no organisation that could be frozen
 * @throws RefusedError wrong_status where it is deleted
 */
export const freeze = async (
  driver: SqlDriver,
  id: string,
  held: HeldClaim,
  { since = 0 }: { readonly since?: number } = {},
): Promise<readonly string[] | undefined> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const row = await readOrganizationRow(driver, id)
    if (!row || row.status === 'moved') return undefined
    if (row.status === 'deleted') throw refuse('wrong_status', undefined, row.status)
    // Frozen already, by a call that was interrupted, or gone back to what it was: the claim knows better.
    const isKnown = row.status === 'moving' || held.claim.ended !== undefined
    const mark = newMark(row.revision)
    await held.note({ mark, ...(!isKnown && { stands: row.status }) })
    const { results } = await driver.batch([
      standAs(id, row, 'moving', mark),
      { sql: SELECT_ENDED, params: [id, since] },
    ])
    if (results[0]?.rows.length === 1)
      return [...new Set([...(held.claim.ended ?? []), ...(results[1]?.rows ?? []).map((key) => String(key.id))])]
  }
  throw new StaleError()
}

/** Whether it is the very organisation that the claim has frozen, by whatever name its database was reached. */
export const isFrozenBy = (
  { mark }: HeldClaim['claim'],
  row: Pick<OrganizationRow, 'status' | 'revision'> | undefined,
): boolean => mark !== undefined && row?.status === 'moving' && row.revision >= mark && row.revision < mark + RAISED

/**
 * Has an organisation stand as it is to, with keys that have ended.
 * @param judge how it is to, as it is there now; throws where it may not
 */
export const standThere = async (
  driver: SqlDriver,
  id: string,
  { claim }: HeldClaim,
  ended: readonly string[],
  judge: (row: OrganizationRow | undefined) => OrganizationStatus,
): Promise<void> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const row = await readOrganizationRow(driver, id)
    const status = judge(row)
    if (!row) throw new StaleError()
    if (ended.length > 0) await driver.batch([endKeys(id, ended)])
    if (await stand(driver, id, row, status, claim.mark)) return
  }
  throw new StaleError()
}

/** The same whatever stands there: for a database that has just gone back to an earlier state. */
export const standAgain = (id: string, status: OrganizationStatus, ended: readonly string[]): readonly Statement[] => [
  endKeys(id, ended),
  {
    sql: 'UPDATE organizations SET status = ?3, revision = max(revision + 1, CAST(?2 AS INTEGER)) WHERE id = ?1',
    params: [id, newMark(), status],
  },
]

/** What the claim has frozen here is served as before. @returns how it stands */
export const unfreeze = async (
  driver: SqlDriver,
  id: string,
  { claim }: HeldClaim,
): Promise<OrganizationStatus | undefined> => {
  const row = await readOrganizationRow(driver, id)
  if (!row || !isFrozenBy(claim, row)) return row?.status
  const status = claim.stands ?? 'suspended'
  if (await stand(driver, id, row, status)) return status
  throw new StaleError()
}

/** What the claim has frozen here is left for good. @returns whether anything of it lies here */
export const leave = async (driver: SqlDriver, id: string, { claim }: HeldClaim): Promise<boolean> => {
  const row = await readOrganizationRow(driver, id)
  if (row && isFrozenBy(claim, row) && !(await stand(driver, id, row, 'moved'))) throw new StaleError()
  return row !== undefined
}
