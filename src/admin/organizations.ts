import { eq } from 'drizzle-orm'
import { v7 } from 'uuid'
import { refuse } from '../engine/errors.ts'
import { accessLimits, HISTORY_DAYS } from '../schema/limits.ts'
import {
  type HistoryMode,
  historyModes,
  isUuid,
  loadPhoneLibrary,
  type Organization,
  type OrganizationStatus,
} from '../schema/schema.ts'
import { AbortError, type SqlDriver } from '../storage/driver.ts'
import { drizzleOver, statementOf } from '../storage/drizzle.ts'
import { historyChanged } from '../storage/history-events.ts'
import { newMark } from '../storage/revision-mark.ts'
import { organizations } from '../storage/tables.ts'
import { type CurrentOrganization, SAME_SCHEMA } from './authority.ts'
import { asItIs, checkCountry, checkCrmMode, checkText, type Made, sentOnly } from './rules.ts'

export interface NewOrganization {
  /** Default: a new UUIDv7. */
  readonly id?: string
  readonly name: string
  readonly crmMode?: 'b2b' | 'b2c'
  /** Default: values. */
  readonly history?: HistoryMode
  /** Days that changes are kept for; null or absent: for good. */
  readonly historyDays?: number | null
  /** ISO 3166 code of the country whose national phone numbers are meant; null or absent: none. */
  readonly defaultCountry?: string | null
  /** Whether matching by an attribute without an index makes one. Default: true. */
  readonly automaticIndexing?: boolean
}

export type OrganizationChange = Partial<Omit<NewOrganization, 'id'>>

/** What an organisation is where nothing else is said; a new setting has to be here, and to have a column. */
const defaults = {
  crmMode: 'b2b',
  history: 'values',
  historyDays: null,
  defaultCountry: null,
  automaticIndexing: true,
} as const satisfies Required<Omit<NewOrganization, 'id' | 'name'>>

type Setting = 'name' | keyof typeof defaults
type Settings = { [K in Setting]: Required<NewOrganization>[K] }

const settings: readonly (Setting & keyof typeof organizations.$inferInsert)[] = [
  'name',
  ...(Object.keys(defaults) as (keyof typeof defaults)[]),
]

const settingsOf = (all: Settings): Settings =>
  Object.fromEntries(settings.map((setting) => [setting, all[setting]])) as unknown as Settings

const isDays = (days: number) => Number.isInteger(days) && days >= 1 && days <= HISTORY_DAYS

/** What holds however the organisation comes to have them: it is created, changed or restored. @throws RefusedError */
export const checkOrganization = async ({
  name,
  crmMode,
  history,
  historyDays,
  defaultCountry,
}: OrganizationChange) => {
  if (name !== undefined) checkText('name', name, accessLimits.name)
  if (crmMode !== undefined) checkCrmMode(crmMode)
  if (history !== undefined && !historyModes.includes(history))
    throw refuse('invalid_value', 'history', historyModes.join(', '))
  if (typeof historyDays === 'number' && !isDays(historyDays))
    throw refuse('out_of_range', 'historyDays', `a whole number from 1 to ${HISTORY_DAYS}, or null`)
  if (typeof defaultCountry === 'string') checkCountry(defaultCountry, await loadPhoneLibrary())
}

/** The row that creates the organisation. @throws RefusedError for what no organisation may be */
export const newOrganization = async (organization: NewOrganization) => {
  const { id = v7(), ...said } = organization
  const wanted = settingsOf({ ...defaults, ...sentOnly(said) })
  if (!isUuid(id)) throw refuse('invalid_value', 'id', 'a UUID')
  await checkOrganization(wanted)
  const revision = newMark()
  return { id: id.toLowerCase(), ...wanted, changeFeed: wanted.history !== 'off', revision, createdAt: Date.now() }
}

/** Aborts when there is one of its id. */
export const insertOrganization = (driver: SqlDriver, row: Awaited<ReturnType<typeof newOrganization>>) =>
  statementOf(drizzleOver(driver).insert(organizations).values(row))

/**
 * For the operator. The same organisation again is the one that is there.
 * @returns its id
 * @throws RefusedError already_exists when the id is another's
 */
export const createOrganization = async (driver: SqlDriver, organization: NewOrganization): Promise<Made<string>> => {
  const row = await newOrganization(organization)
  try {
    await driver.batch([insertOrganization(driver, row)])
    return { created: true, value: row.id }
  } catch (error) {
    if (!(error instanceof AbortError)) throw error
  }
  const [found] = await drizzleOver(driver).select().from(organizations).where(eq(organizations.id, row.id))
  const isSame = found !== undefined && settings.every((setting) => found[setting] === row[setting])
  return asItIs(row.id, isSame, 'id', `The organisation ${row.id}`)
}

export const readOrganization = async ({ organization }: CurrentOrganization): Promise<Organization> => organization

/**
 * Another default country changes what is read from now on; numbers that are stored keep their keys until
 * `verifyOrganization` makes them anew (docs/storage.md).
 * @returns the organisation as it is now
 */
export const changeOrganization = async (
  { organization, actor, driver, change }: CurrentOrganization,
  wanted: OrganizationChange,
): Promise<Organization> => {
  await checkOrganization(wanted)
  const row = settingsOf({ ...organization, ...sentOnly(wanted) })
  if (settings.every((setting) => row[setting] === organization[setting])) return organization
  const stored = { ...row, changeFeed: row.history !== 'off' }
  const own = eq(organizations.id, organization.id)
  await change(
    [
      statementOf(drizzleOver(driver).update(organizations).set(stored).where(own)),
      ...historyChanged({ ...organization, by: actor }, row),
    ],
    SAME_SCHEMA,
  )
  return { ...organization, ...row }
}

/**
 * For the operator. Every isolate hears of it with its next batch.
 * @param from what it may be before; what it is to be already is left as it is
 * @throws RefusedError wrong_status
 */
export const changeOrganizationStatus = async (
  { organization, driver, change }: CurrentOrganization,
  status: OrganizationStatus,
  from: readonly OrganizationStatus[],
): Promise<void> => {
  if (organization.status === status) return
  if (!from.includes(organization.status)) throw refuse('wrong_status', undefined, organization.status)
  const set = drizzleOver(driver).update(organizations).set({ status }).where(eq(organizations.id, organization.id))
  await change([statementOf(set)], SAME_SCHEMA)
}
