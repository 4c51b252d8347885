import { eq, sql } from 'drizzle-orm'
import { raiseRevision as revisionStatement } from '../storage/administration-sql.ts'
import type { Database } from '../storage/drizzle.ts'
import { organizations } from '../storage/tables.ts'

/** Goes into the batch of every administrative change: all isolates then read the organisation again. */
export const raiseRevision = (db: Database, organizationId: string) =>
  db
    .update(organizations)
    .set({ revision: sql`${organizations.revision} + 1` })
    .where(eq(organizations.id, organizationId))

/** The same for a batch of plain statements. */
export { revisionStatement }
