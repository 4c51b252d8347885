import { eq } from 'drizzle-orm'
import { v7 } from 'uuid'
import type { SqlDriver } from '../storage/driver.ts'
import { drizzleOver } from '../storage/drizzle.ts'
import { organizations } from '../storage/tables.ts'
import { raiseRevision } from './revision.ts'

export interface NewOrganization {
  /** Default: a new UUIDv7. */
  readonly id?: string
  readonly name: string
  readonly crmMode?: 'b2b' | 'b2c'
  readonly changeFeed?: boolean
}

/** Creates an organisation, or leaves the one of that id as it is. @returns its id */
export const createOrganization = async (
  driver: SqlDriver,
  { id = v7(), ...rest }: NewOrganization,
): Promise<string> => {
  const db = drizzleOver(driver)
  await db
    .insert(organizations)
    .values({ id, createdAt: Date.now(), ...rest })
    .onConflictDoNothing()
  return id
}

export type OrganizationChange = Partial<Pick<NewOrganization, 'name' | 'crmMode' | 'changeFeed'>>

export const changeOrganization = async (driver: SqlDriver, id: string, change: OrganizationChange): Promise<void> => {
  const db = drizzleOver(driver)
  await db.batch([db.update(organizations).set(change).where(eq(organizations.id, id)), raiseRevision(db, id)])
}
