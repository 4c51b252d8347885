import { type Administration, administration } from '../admin/administration.ts'
import type { NewAttribute } from '../admin/attributes.ts'
import { asOperator } from '../admin/authority.ts'
import type { NewCredential } from '../admin/credentials.ts'
import { createOrganization } from '../admin/organizations.ts'
import { randomSecret } from '../auth/secret.ts'
import { hashSecret } from '../secrets/hash.ts'
import { newHookKey } from '../secrets/secret-box.ts'
import { sqlDirectory } from '../storage/directory.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { type ContractNeeds, meetNeeds, neededByExamples, unlessThere } from './needs.ts'

/** The organisation that `npm start` sets up, so that the first request works, and every example of the reference. */

const organizationId = '01900000-0000-7000-8000-0000000de300'
const memberId = '01900000-0000-7000-8000-0000000de301'

export interface DemoCredentials {
  readonly organizationId: string
  readonly memberId: string
  readonly bearerToken: string
  readonly readOnlyToken: string
  readonly adminToken: string
  readonly apiKey: string
  readonly developerSecret: string
  /** Of the deployment, not of the organisation: it creates others. */
  readonly operatorSecret: string
  /** Of the deployment too: it keeps the secrets of hooks. */
  readonly hooksKey: string
}

const attributes: readonly (NewAttribute & { readonly object: string })[] = [
  { object: 'people', label: 'Industry', type: 'select', options: ['Technology', 'Finance'] },
  { object: 'people', label: 'External id', type: 'text', unique: true },
  { object: 'products', label: 'SKU', type: 'text', unique: true },
  { object: 'products', label: 'Price', type: 'number' },
  { object: 'products', label: 'Inventory count', type: 'number' },
  { object: 'deals', label: 'Deal number', type: 'text', unique: true },
  { object: 'deals', label: 'Name', type: 'text' },
  { object: 'deals', label: 'Amount', type: 'currency' },
  { object: 'deals', label: 'Stage', type: 'select', options: ['Open', 'Won', 'Lost'] },
]

const keys = {
  bearerToken: { kind: 'key', name: 'Demo: read and write', scopes: ['crm:read', 'crm:write'] },
  readOnlyToken: { kind: 'key', name: 'Demo: read only', scopes: ['crm:read'] },
  adminToken: { kind: 'key', name: 'Demo: administrator', scopes: ['crm:read', 'crm:write', 'admin'] },
  apiKey: { kind: 'key', name: 'Demo: API key', scopes: ['crm:read', 'crm:write'] },
  developerSecret: {
    kind: 'developer_secret',
    name: 'Demo: developer secret',
    scopes: [],
    allowlist: ['127.0.0.1', '::1'],
  },
} as const satisfies Record<string, NewCredential>

const keyNames = Object.keys(keys) as (keyof typeof keys)[]

const holdsAll = async (driver: SqlDriver, kept: Partial<DemoCredentials>): Promise<boolean> => {
  const secrets = keyNames.map((name) => kept[name]).filter((secret) => secret !== undefined)
  const secretHashes = await Promise.all(secrets.map(hashSecret))
  const entry = await sqlDirectory(driver).look({ organizationId, secretHashes })
  return entry?.credentials.filter((c) => c.revokedAt === null).length === keyNames.length
}

const seedSchema = async (demo: Administration) => {
  await unlessThere(demo.addMember({ id: memberId, name: 'Demo Member', email: 'member@demo.example' }))
  await unlessThere(demo.createObject({ slug: 'products', singularName: 'Product', pluralName: 'Products' }))
  await unlessThere(demo.createObject({ slug: 'deals', singularName: 'Deal', pluralName: 'Deals' }))
  for (const { object, ...attribute } of attributes) await unlessThere(demo.addAttribute(object, attribute))
}

/** Keys whose secrets are lost help nobody, and hold the names of the new ones. */
const revokeLost = async (demo: Administration) => {
  const names = new Set<string>(keyNames.map((name) => keys[name].name))
  for (const key of await demo.listCredentials({ limit: 1_000 }))
    if (names.has(key.name) && key.revokedAt === null) await demo.revokeCredential(key.id)
}

/**
 * Sets the demo up, or finds it set up; what the examples have used up comes back. Its keys stay as long as they are valid.
 * @param kept what an earlier run has answered
 * @param needs of the contracts whose examples are to work
 */
export const setUpDemo = async (
  driver: SqlDriver,
  kept: Partial<DemoCredentials> = {},
  needs?: readonly ContractNeeds[],
): Promise<DemoCredentials> => {
  const complete = await holdsAll(driver, kept)
  const secrets: Partial<Record<keyof typeof keys, string>> = complete ? kept : {}
  await unlessThere(createOrganization(driver, { id: organizationId, name: 'Demo' }))
  const demo = administration(asOperator(driver, organizationId))
  if (!complete) {
    await seedSchema(demo)
    await revokeLost(demo)
    for (const name of keyNames) secrets[name] = (await demo.issueCredential(keys[name])).secret
  }
  for (const one of needs ?? (await neededByExamples())) await meetNeeds(driver, organizationId, one)
  return {
    organizationId,
    memberId,
    ...Object.fromEntries(keyNames.map((name) => [name, secrets[name]])),
    operatorSecret: kept.operatorSecret ?? randomSecret(),
    hooksKey: kept.hooksKey ?? newHookKey(),
  } as DemoCredentials
}

/** The console, signed in as the demo's administrator: src/console takes the key out of the fragment. */
export const consoleUrl = (baseUrl: string, { adminToken }: DemoCredentials): string =>
  `${baseUrl}/console/#key=${adminToken}`

/** The reference, ready to send requests as the demo's administrator: public/reference.js takes the credentials out of the fragment. */
export const referenceUrl = (
  baseUrl: string,
  { adminToken, developerSecret, operatorSecret }: DemoCredentials,
): string => {
  const fragment = new URLSearchParams({ demo: adminToken, developer: developerSecret, operator: operatorSecret })
  return `${baseUrl}/docs/reference/#${fragment}`
}
