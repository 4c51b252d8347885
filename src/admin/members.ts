import { and, asc, eq, isNull } from 'drizzle-orm'
import { v7 } from 'uuid'
import { refuse } from '../engine/errors.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { drizzleOver } from '../storage/drizzle.ts'
import { members } from '../storage/tables.ts'
import { raiseRevision } from './revision.ts'

export interface NewMember {
  readonly id?: string
  readonly name: string
  readonly email: string
}

/** @returns the member's id */
export const addMember = async (
  driver: SqlDriver,
  organizationId: string,
  { id = v7(), name, email }: NewMember,
): Promise<string> => {
  const db = drizzleOver(driver)
  await db.batch([
    db.insert(members).values({ organizationId, id, name, email, createdAt: Date.now() }).onConflictDoNothing(),
    raiseRevision(db, organizationId),
  ])
  return id
}

/** Current members, oldest first. */
export const listMembers = (driver: SqlDriver, organizationId: string) =>
  drizzleOver(driver)
    .select({ id: members.id, name: members.name, email: members.email, createdAt: members.createdAt })
    .from(members)
    .where(and(eq(members.organizationId, organizationId), isNull(members.removedAt)))
    .orderBy(asc(members.id))

/** The member can no longer act or be referred to; what they wrote keeps their id. @throws RefusedError not_found */
export const removeMember = async (driver: SqlDriver, organizationId: string, id: string): Promise<void> => {
  const db = drizzleOver(driver)
  const [removed] = await db.batch([
    db
      .update(members)
      .set({ removedAt: Date.now() })
      .where(and(eq(members.organizationId, organizationId), eq(members.id, id), isNull(members.removedAt)))
      .returning({ id: members.id }),
    raiseRevision(db, organizationId),
  ])
  if (removed.length === 0) throw refuse('not_found', undefined, 'such member')
}
