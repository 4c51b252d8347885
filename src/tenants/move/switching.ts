import { NoDatabaseError, readOnly } from '../../storage/driver.ts'
import { newMark } from '../../storage/revision-mark.ts'
import { endOfPiece, rowsIn, sumsBetween } from '../../storage/tenant-copy.ts'
import {
  activateOrganization,
  changeStatus,
  type OrganizationRow,
  readOrganizationRow,
} from '../../storage/tenant-organization.ts'
import { endWatch, lastEntry } from '../../storage/tenant-watch.ts'
import { positionOf, walkOn } from './copying.ts'
import { enter, fail, MoveError, type MoveState, type Piece, type Work } from './state.ts'

/** The seconds in which the tenant is not served, from the freeze to the switch. */

/** A difference after a walk that has compared every row is no accident; the second time it is a fault. */
const MOST_DIFFERENCES = 2

/**
 * Every batch of every isolate begins with a guard on the revision: from this one on nothing is written at the source.
 * What has changed since the state was saved, such as a key that was revoked, is caught up with first.
 */
export const freeze: Piece = async ({ source, organizationId }, state) => {
  const { resume } = state
  if (!resume) return enter(state, 'catch-up')
  await source.batch([changeStatus(organizationId, resume, 'moving')])
  const here = await readOrganizationRow(source, organizationId)
  if (here?.status !== 'moving') return enter(state, 'catch-up')
  return enter({ ...state, frozen: here.revision }, 'settle')
}

/** Work at a place that is needed no longer; that there is no such database any more ends it as well. */
export const unlessGone = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof NoDatabaseError) return undefined
    throw error
  }
}

/** Has the source served again, and its revision raised: a freeze that was under way comes to nothing. */
export const unfreeze = async ({ source, organizationId }: Work, { resume }: MoveState): Promise<void> => {
  const here = await readOrganizationRow(source, organizationId)
  if (!here) return
  const status = here.status === 'moving' ? (resume?.status ?? 'suspended') : here.status
  await source.batch([changeStatus(organizationId, here, status)])
}

/** Back to work: every row is compared, and what has been missed is copied; or the move is given up. */
const thaw = async (work: Work, state: MoveState, failure: string): Promise<MoveState> => {
  const differences = state.differences + 1
  if (differences > MOST_DIFFERENCES) return fail({ ...state, differences }, failure)
  await unfreeze(work, state)
  return enter({ ...state, differences, compared: false, pieces: 0 }, 'catch-up')
}

/** Sums over every column of the next rows of a table, at both sides at once. */
export const verify: Piece = async (work, state) => {
  const { source, target, organizationId, now } = work
  const { table, after } = positionOf(state)
  const at = now()
  const bound = await readOnly(source).batch([endOfPiece(table, organizationId, after, at)])
  const last = rowsIn(table.key, bound.results[0])[0]
  const sums = sumsBetween(table, organizationId, after, last, at)
  const [here, there] = await Promise.all([source, target].map((driver) => readOnly(driver).batch([sums])))
  const told = (batch: typeof here) => JSON.stringify(batch?.results[0]?.rows)
  if (told(here) !== told(there))
    return thaw(work, state, `The rows of ${table.name} are not the same at both places: nothing was switched`)
  return walkOn(state, last, 'activate')
}

/** The source, if nobody has changed anything of it since it was frozen. */
const stillFrozen = async (work: Work, state: MoveState): Promise<OrganizationRow | undefined> => {
  const here = await readOrganizationRow(work.source, work.organizationId)
  const { results } = await readOnly(work.source).batch([lastEntry(work)])
  const isSame = here?.status === 'moving' && here.revision === state.frozen && results[0]?.rows[0]?.last === null
  return isSame ? here : undefined
}

/** Its revision is above any that the source has or will have: what isolates know of the source holds nowhere here. */
export const activate: Piece = async (work, state) => {
  const here = await stillFrozen(work, state)
  if (!here || !state.resume) return thaw(work, state, 'The organisation was administered while it was frozen')
  const { status } = state.resume
  const row = activateOrganization(work.organizationId, here.settings, status, newMark(here.revision))
  await work.target.batch([row])
  return enter(state, 'switch')
}

export const switchOver: Piece = async ({ switchPlace, now }, state) => {
  await switchPlace()
  return enter({ ...state, switchedAt: now() }, 'retire')
}

const sendOn = async (work: Work): Promise<void> => {
  const here = await readOrganizationRow(work.source, work.organizationId)
  if (here?.status === 'moving') await work.source.batch([changeStatus(work.organizationId, here, 'moved')])
  else if (here && here.status !== 'moved') throw new MoveError(`The place that was left has become ${here.status}`)
  await endWatch(work.source, work)
}

/** Whoever still comes to the source is sent on. Where nothing of it is left, nobody comes. */
export const retire: Piece = async (work, state) => {
  await unlessGone(() => sendOn(work))
  return enter(state, 'keep')
}
