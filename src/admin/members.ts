import { v7 } from 'uuid'
import type { Database } from '../storage/drizzle.ts'
import { members } from '../storage/tables.ts'
import { raiseRevision } from './revision.ts'

export interface NewMember {
  readonly id?: string
  readonly name: string
  readonly email: string
}

/** @returns the member's id */
export const addMember = async (
  db: Database,
  organizationId: string,
  { id = v7(), name, email }: NewMember,
): Promise<string> => {
  await db.batch([
    db.insert(members).values({ organizationId, id, name, email, createdAt: Date.now() }).onConflictDoNothing(),
    raiseRevision(db, organizationId),
  ])
  return id
}
