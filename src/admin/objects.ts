import type { Database } from '../storage/drizzle.ts'
import { objects } from '../storage/tables.ts'
import { raiseRevision } from './revision.ts'

export interface NewObject {
  readonly slug: string
  readonly singularName: string
  readonly pluralName: string
}

/** Adds a custom object, or leaves the one of that slug as it is. */
export const createObject = async (db: Database, organizationId: string, object: NewObject): Promise<void> => {
  const now = Date.now()
  await db.batch([
    db
      .insert(objects)
      .values({ organizationId, ...object, createdAt: now, updatedAt: now })
      .onConflictDoNothing(),
    raiseRevision(db, organizationId),
  ])
}
