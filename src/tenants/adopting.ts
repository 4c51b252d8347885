import { isLeft, type TenantStatus } from '../schema/schema.ts'
import { type Deployment, knownTenant } from './deployment.ts'

/** Tenants from before there was a directory get their lines in it, so that lists have them. */

const PAGE = 500

const pageAfter = (after: string) => ({
  sql: `SELECT id, name, status, created_at AS createdAt FROM organizations WHERE id > ?1 ORDER BY id LIMIT ${PAGE}`,
  params: [after],
})

interface Row {
  readonly id: string
  readonly name: string
  readonly status: TenantStatus
  readonly createdAt: number
}

/** Those of the database that tenants share. Whoever is in an object is found when somebody asks for them. */
export const adoptShared = async ({ places, directory }: Deployment): Promise<void> => {
  const place = places.homeOf('')
  if (place?.shape !== 'shared') return
  const driver = places.open('', place, { mayCreate: false })
  let after = ''
  for (;;) {
    const { results } = await driver.batch([pageAfter(after)], { readOnly: true })
    const rows = (results[0]?.rows ?? []) as unknown as readonly Row[]
    const last = rows[rows.length - 1]
    if (!last) return
    // What a move has claimed or left is of a tenant that has its line.
    const living = rows.filter(({ status }) => !isLeft(status))
    await directory.adopt(living.map((row) => ({ ...row, place })))
    after = last.id
  }
}

/** One that the configuration names. */
export const adoptConfigured = async (deployment: Deployment, id: string): Promise<void> => {
  await knownTenant(deployment, id)
}
