import { refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { isQuiet, type OrganizationStatus } from '../schema/schema.ts'
import type { BatchResult, SqlDriver, Statement } from '../storage/driver.ts'
import { guarded } from '../storage/guarded.ts'
import { newMark, RAISED } from '../storage/revision-mark.ts'
import {
  type Grants,
  type GrantsLost,
  grantsIn,
  lostIn,
  readGrants,
  readLost,
  takeGrants,
} from '../storage/tenant-grants.ts'
import { type OrganizationRow, readOrganizationRow, standAs } from '../storage/tenant-organization.ts'
import { dropWatches, endWatches, watchesOf } from '../storage/tenant-watch.ts'
import { asRead } from './again.ts'
import type { HeldClaim } from './claim.ts'

/** How an organisation stands in a database, changed only as it was read; and what must not come back with an earlier state of it. */

const standingAs = (id: string, seen: OrganizationRow, status: OrganizationStatus, above = 0): Statement =>
  standAs(id, seen, status, newMark(Math.max(seen.revision, above)))

const isDone = ({ results }: BatchResult, n = 0): boolean => results[n]?.rows.length === 1

/** Has an organisation stand otherwise, if it is as it was read. @throws StaleError where it is not */
export const stand = async (
  driver: SqlDriver,
  id: string,
  seen: OrganizationRow,
  status: OrganizationStatus,
): Promise<void> => {
  if (!isDone(await driver.batch([standingAs(id, seen, status)]))) throw new StaleError()
}

/** Nobody is served there from here on, and what is on its way there finds another revision. What was left is left. */
export const shut = (driver: SqlDriver, id: string): Promise<void> =>
  asRead(
    () => readOrganizationRow(driver, id),
    async (row) => {
      if (row && row.status !== 'moved') await stand(driver, id, row, 'moving')
    },
  )

/** What a freeze has found. */
interface Frozen {
  /** Whether anything of the organisation is there. */
  readonly isThere: boolean
  /** What lets somebody in, from here on unchanged; absent where it is not served, so that there was nothing to be frozen. */
  readonly grants?: Grants
}

/** Of an earlier try, which took it to where it is not. */
const knownGrants = ({ claim: { grants } }: HeldClaim): Pick<Frozen, 'grants'> => (grants ? { grants } : {})

/**
 * Freezes an organisation: from here on nothing is acknowledged where it is, and nothing is changed there. How it stood is in
 * the claim before it is.
 * @param since milliseconds since 1970: what was taken of keys and the like before that is of no interest
 * @throws RefusedError wrong_status where it is at home no more, as one that is deleted
 */
export const freeze = (
  driver: SqlDriver,
  id: string,
  held: HeldClaim,
  { since = 0 }: { readonly since?: number } = {},
): Promise<Frozen> =>
  asRead<OrganizationRow | undefined, Frozen>(
    () => readOrganizationRow(driver, id),
    async (row) => {
      if (!row || row.status === 'moved') return { isThere: row !== undefined, ...knownGrants(held) }
      const isMended = held.claim.isMending === true && row.status === 'deleted'
      if (!isQuiet(row.status) && row.status !== 'moving' && !isMended)
        throw refuse('wrong_status', undefined, row.status)
      // Frozen already, by a call that was interrupted, or gone back to what it was: the claim knows better.
      const isKnown = row.status === 'moving' || held.claim.grants !== undefined
      const mark = newMark(row.revision)
      await held.note({ mark, ...(!isKnown && { stands: row.status }) })
      const frozen = await driver.batch([standAs(id, row, 'moving', mark), ...readGrants(id, since)])
      if (!isDone(frozen)) throw new StaleError()
      return { isThere: true, grants: held.claim.grants ?? grantsIn(frozen.results.slice(1)) }
    },
  )

/** Whether it is the very organisation that the claim has frozen, by whatever name its database was reached. */
export const isFrozenBy = (
  { mark }: Pick<HeldClaim['claim'], 'mark'>,
  row: Pick<OrganizationRow, 'status' | 'revision'> | undefined,
): boolean => mark !== undefined && row?.status === 'moving' && row.revision >= mark && row.revision < mark + RAISED

/**
 * Has an organisation stand as it is to, and lets nobody in there whom the place of before would not let in.
 * @param judge how it is to, as it is there now; throws where it may not
 * @returns what has come with that
 */
export const standThere = (
  driver: SqlDriver,
  id: string,
  { claim }: HeldClaim,
  grants: Grants,
  judge: (row: OrganizationRow | undefined) => OrganizationStatus,
): Promise<GrantsLost> =>
  asRead(
    async () => {
      const row = await readOrganizationRow(driver, id)
      return { row, status: judge(row) }
    },
    async ({ row, status }) => {
      if (!row) throw new StaleError()
      const isSame = isFrozenBy(claim, row)
      const taking = isSame ? [] : takeGrants(id, grants)
      const telling = isSame ? [] : readLost(id, grants)
      // Nothing is taken of what stands there by then otherwise: all of it, or nothing.
      const asSeen = guarded(driver, { organizationId: id, revision: row.revision })
      const made = await asSeen.batch([...telling, ...taking, standingAs(id, row, status, claim.mark)])
      if (!isDone(made, taking.length + telling.length)) throw new StaleError()
      return isSame ? {} : lostIn(grants, made.results)
    },
  )

/**
 * The same for a database that has just gone back to an earlier state, and may restart at any moment.
 * @returns what has come with that; undefined where nothing of it is there
 */
export const standAgain = (
  driver: SqlDriver,
  id: string,
  held: HeldClaim,
  grants: Grants,
): Promise<GrantsLost | undefined> =>
  asRead(
    () => readOrganizationRow(driver, id),
    async (row) => {
      if (!row) return undefined
      const telling = readLost(id, grants)
      const asSeen = guarded(driver, { organizationId: id, revision: row.revision })
      const standing = standingAs(id, row, held.claim.stands ?? 'suspended', held.claim.mark)
      const made = await asSeen.batch([...telling, ...takeGrants(id, grants), watchesOf(id), standing])
      if (!isDone(made, made.results.length - 1)) throw new StaleError()
      // Of a move that was under way then, and is over.
      const drops = dropWatches(made.results.at(-2))
      if (drops.length > 0) {
        await held.confirm()
        await driver.batch(drops)
      }
      return lostIn(grants, made.results)
    },
  )

/**
 * What the claim has frozen here is served as before. A freeze that is under way still, whose answer was not waited for,
 * finds another revision.
 * @returns how it stands
 */
export const unfreeze = (
  driver: SqlDriver,
  id: string,
  { claim }: HeldClaim,
): Promise<OrganizationStatus | undefined> =>
  asRead(
    () => readOrganizationRow(driver, id),
    async (row) => {
      if (!row) return undefined
      // Of a line that said nothing else, a move that ends with this has frozen it.
      const isFrozen = isFrozenBy(claim, row) || (claim.isMending === true && row.status === 'moving')
      const isAtHome = isQuiet(row.status)
      const status = isFrozen ? (claim.stands ?? 'suspended') : row.status
      if (isFrozen || isAtHome) await stand(driver, id, row, status)
      return status
    },
  )

/** What the claim has frozen here is left for good. @returns whether anything of it lies here */
export const leave = (driver: SqlDriver, id: string, held: HeldClaim): Promise<boolean> =>
  asRead(
    () => readOrganizationRow(driver, id),
    async (row) => {
      if (row && isFrozenBy(held.claim, row)) await stand(driver, id, row, 'moved')
      if (row) await endWatches(driver, id, held)
      return row !== undefined
    },
  )
