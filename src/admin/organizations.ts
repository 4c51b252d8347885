import { eq } from 'drizzle-orm'
import { v7 } from 'uuid'
import { refuse } from '../engine/errors.ts'
import { accessLimits } from '../schema/limits.ts'
import { isUuid, type Organization } from '../schema/schema.ts'
import { AbortError, type SqlDriver } from '../storage/driver.ts'
import { drizzleOver, statementOf } from '../storage/drizzle.ts'
import { organizations } from '../storage/tables.ts'
import type { CurrentOrganization } from './authority.ts'
import { asItIs, checkCrmMode, checkText, type Made } from './rules.ts'

export interface NewOrganization {
  /** Default: a new UUIDv7. */
  readonly id?: string
  readonly name: string
  readonly crmMode?: 'b2b' | 'b2c'
  readonly changeFeed?: boolean
}

export type OrganizationChange = Partial<Omit<NewOrganization, 'id'>>

const checkOrganization = ({ name, crmMode }: OrganizationChange) => {
  if (name !== undefined) checkText('name', name, accessLimits.name)
  if (crmMode !== undefined) checkCrmMode(crmMode)
}

/** The row that creates the organisation. @throws RefusedError for what no organisation may be */
export const newOrganization = (organization: NewOrganization) => {
  const { id = v7(), name, crmMode = 'b2b', changeFeed = false } = organization
  if (!isUuid(id)) throw refuse('invalid_value', 'id', 'a UUID')
  checkOrganization({ name, crmMode })
  return { id: id.toLowerCase(), name, crmMode, changeFeed, createdAt: Date.now() }
}

/** Aborts when there is one of its id. */
export const insertOrganization = (driver: SqlDriver, row: ReturnType<typeof newOrganization>) =>
  statementOf(drizzleOver(driver).insert(organizations).values(row))

/**
 * For the operator. The same organisation again is the one that is there.
 * @returns its id
 * @throws RefusedError already_exists when the id is another's
 */
export const createOrganization = async (driver: SqlDriver, organization: NewOrganization): Promise<Made<string>> => {
  const row = newOrganization(organization)
  try {
    await driver.batch([insertOrganization(driver, row)])
    return { created: true, value: row.id }
  } catch (error) {
    if (!(error instanceof AbortError)) throw error
  }
  const [found] = await drizzleOver(driver).select().from(organizations).where(eq(organizations.id, row.id))
  const isSame = found?.name === row.name && found.crmMode === row.crmMode && found.changeFeed === row.changeFeed
  return asItIs(row.id, isSame, 'id', `The organisation ${row.id}`)
}

export const readOrganization = async ({ organization }: CurrentOrganization): Promise<Organization> => organization

/** @returns the organisation as it is now */
export const changeOrganization = async (
  { organization, driver, change }: CurrentOrganization,
  wanted: OrganizationChange,
): Promise<Organization> => {
  checkOrganization(wanted)
  const { name, crmMode, changeFeed } = { ...organization, ...wanted }
  const differs =
    name !== organization.name || crmMode !== organization.crmMode || changeFeed !== organization.changeFeed
  if (!differs) return organization
  const row = { name, crmMode, changeFeed }
  await change([
    statementOf(drizzleOver(driver).update(organizations).set(row).where(eq(organizations.id, organization.id))),
  ])
  return { ...organization, ...row }
}
