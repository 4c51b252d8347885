import { and, asc, eq, isNull, or } from 'drizzle-orm'
import { v7 } from 'uuid'
import { refuse } from '../engine/errors.ts'
import { accessLimits } from '../schema/limits.ts'
import { parseValue } from '../schema/parse.ts'
import { attribute } from '../schema/standard/define.ts'
import { drizzleOver, statementOf } from '../storage/drizzle.ts'
import type { GuardedDriver } from '../storage/guarded.ts'
import { credentials, members } from '../storage/tables.ts'
import { type CurrentOrganization, SAME_SCHEMA } from './authority.ts'
import { asItIs, checkRoom, checkText, type Made } from './rules.ts'

export interface NewMember {
  /** Default: a new UUIDv7. */
  readonly id?: string
  readonly name: string
  readonly email: string
}

const isCurrent = (organizationId: string) => and(eq(members.organizationId, organizationId), isNull(members.removedAt))

/** Current members, oldest first. */
export const listMembers = ({ organization, driver }: CurrentOrganization) =>
  drizzleOver(driver)
    .select({ id: members.id, name: members.name, email: members.email, createdAt: members.createdAt })
    .from(members)
    .where(isCurrent(organization.id))
    .orderBy(asc(members.id))

/** Of members the same is an address as of people. */
const emailAttribute = attribute('email', 'email')

const checkMember = ({ name, email }: NewMember) => {
  checkText('name', name, accessLimits.name)
  const address = parseValue(email, emailAttribute)
  if (!address.ok) throw refuse(address.problem.code, 'email', address.problem.detail)
}

/** By id a removed member counts too: an id is never given twice. */
const memberNamed = async (driver: GuardedDriver, organizationId: string, id: string, email: string) => {
  const [found] = await drizzleOver(driver)
    .select()
    .from(members)
    .where(
      and(
        eq(members.organizationId, organizationId),
        // The column compares without regard to letter case.
        or(eq(members.id, id), and(eq(members.email, email), isNull(members.removedAt))),
      ),
    )
    .limit(1)
  return found
}

/**
 * Adds a member, known by the e-mail address; the same member again is the one that is there.
 * @returns the member's id
 * @throws RefusedError already_exists when a current member has the address and another name
 */
export const addMember = async (current: CurrentOrganization, member: NewMember): Promise<Made<string>> => {
  checkMember(member)
  const { organization, driver, change } = current
  const { id = v7(), name } = member
  const email = member.email.trim()
  const found = await memberNamed(driver, organization.id, id, email)
  if (found) {
    const isSame =
      found.removedAt === null &&
      found.name === name &&
      found.email.toLowerCase() === email.toLowerCase() &&
      (member.id ?? found.id) === found.id
    return asItIs(found.id, isSame, 'email', `The member ${found.email}`)
  }
  checkRoom('members', (await listMembers(current)).length + 1, accessLimits.members)
  const row = { organizationId: organization.id, id, name, email, createdAt: Date.now() }
  await change([statementOf(drizzleOver(driver).insert(members).values(row))], SAME_SCHEMA)
  return { created: true, value: id }
}

/**
 * The member can no longer act or be referred to, and the keys of the member end in the same transaction. What they
 * wrote keeps their id.
 * @throws RefusedError not_found
 */
export const removeMember = async (
  { organization, driver, change }: CurrentOrganization,
  id: string,
): Promise<void> => {
  const db = drizzleOver(driver)
  const own = and(isCurrent(organization.id), eq(members.id, id))
  const [found] = await db.select({ id: members.id }).from(members).where(own)
  if (!found) throw refuse('not_found', undefined, 'such member')
  const now = Date.now()
  const ofMember = and(
    eq(credentials.organizationId, organization.id),
    eq(credentials.memberId, id),
    isNull(credentials.revokedAt),
  )
  const ends = [
    statementOf(db.update(members).set({ removedAt: now }).where(own)),
    statementOf(db.update(credentials).set({ revokedAt: now }).where(ofMember)),
  ]
  await change(ends, SAME_SCHEMA)
}
