import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { addAttribute, type NewAttribute, newAttribute } from '../admin/attributes.ts'
import { issueCredential, type NewCredential } from '../admin/credentials.ts'
import { addMember } from '../admin/members.ts'
import { createObject } from '../admin/objects.ts'
import { createOrganization } from '../admin/organizations.ts'
import { hashSecret } from '../auth/secret.ts'
import { sqlDirectory } from '../storage/directory.ts'
import type { SqlDriver } from '../storage/driver.ts'

/** The organisation that `npm start` sets up, so that the first request works. */

const organizationId = '01900000-0000-7000-8000-0000000de300'
const memberId = '01900000-0000-7000-8000-0000000de301'
const file = '.demo/credentials.json'

export interface DemoCredentials {
  readonly baseUrl: string
  readonly organizationId: string
  readonly memberId: string
  readonly bearerToken: string
  readonly readOnlyToken: string
  readonly adminToken: string
  readonly apiKey: string
  readonly developerSecret: string
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

const readKept = (): Partial<DemoCredentials> =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<DemoCredentials>) : {}

const holdsAll = async (driver: SqlDriver, kept: Partial<DemoCredentials>): Promise<boolean> => {
  const secrets = keyNames.map((name) => kept[name]).filter((secret) => secret !== undefined)
  const secretHashes = await Promise.all(secrets.map(hashSecret))
  const entry = await sqlDirectory(driver).look({ organizationId, secretHashes })
  return entry?.credentials.filter((c) => c.revokedAt === null).length === keyNames.length
}

const seedSchema = async (driver: SqlDriver) => {
  await createOrganization(driver, { id: organizationId, name: 'Demo', crmMode: 'b2b', changeFeed: false })
  await addMember(driver, organizationId, { id: memberId, name: 'Demo Member', email: 'member@demo.example' })
  await createObject(driver, organizationId, { slug: 'products', singularName: 'Product', pluralName: 'Products' })
  await createObject(driver, organizationId, { slug: 'deals', singularName: 'Deal', pluralName: 'Deals' })
  for (const { object, ...attribute } of attributes)
    await addAttribute(
      driver,
      organizationId,
      object,
      newAttribute(attribute, () => false),
    )
}

/** Sets the demo up, or finds it set up. Repeating it changes nothing as long as its keys are valid. */
export const seedDemo = async (driver: SqlDriver, baseUrl: string): Promise<DemoCredentials> => {
  const kept = readKept()
  const complete = await holdsAll(driver, kept)
  if (!complete) await seedSchema(driver)
  const secrets: Partial<Record<keyof typeof keys, string>> = complete ? kept : {}
  if (!complete)
    for (const name of keyNames) secrets[name] = (await issueCredential(driver, organizationId, keys[name])).secret
  const credentials = {
    baseUrl,
    organizationId,
    memberId,
    ...Object.fromEntries(keyNames.map((name) => [name, secrets[name]])),
  } as DemoCredentials
  mkdirSync('.demo', { recursive: true })
  writeFileSync(file, `${JSON.stringify(credentials, null, 2)}\n`)
  return credentials
}
