import { addAttribute, newAttribute } from '../../src/admin/attributes.ts'
import { issueCredential, type NewCredential, revokeCredential } from '../../src/admin/credentials.ts'
import { addMember } from '../../src/admin/members.ts'
import { addCombination, createObject } from '../../src/admin/objects.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import { organizationNow } from '../../src/admin/verify.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'

/**
 * Two organisations with keys of every kind. Requests name what is in them by placeholders (`{{a.person}}`), so that a
 * request can be printed, and replayed in a world whose ids and secrets are others.
 */

/** Stands in every value of the second organisation: an answer to anybody else that has it, leaks. */
export const MARK = 'zqmark'

/** Who sends a request. `other` and `other-read` are the second organisation's own. */
export const roles = [
  'admin',
  'write',
  'read',
  'member',
  'revoked',
  'expired',
  'other',
  'other-read',
  'operator',
  'none',
  'nonsense',
  'unknown',
  'forged',
  'developer',
] as const
export type Role = (typeof roles)[number]

/** Roles that nobody may let in, whatever they ask for. */
export const outsiders: ReadonlySet<Role> = new Set([
  'revoked',
  'expired',
  'none',
  'nonsense',
  'unknown',
  'forged',
  'developer',
])

export const OPERATOR_SECRET = 'operator-secret-of-the-fuzzer-0123456789'
export const ADDRESS = '192.0.2.77'

export interface World {
  readonly secrets: Readonly<Record<Role, string | null>>
  /** Placeholder to what stands for it: what a request has erased, an administrator makes anew. */
  readonly names: Record<string, string>
  readonly a: string
  readonly b: string
}

const all = ['crm:read', 'crm:write', 'admin'] as const

const schemaOf = async (driver: SqlDriver, id: string, mark: string) => {
  const add = (object: string, attribute: Parameters<typeof newAttribute>[0]) =>
    addAttribute(
      driver,
      id,
      object,
      newAttribute(attribute, () => false),
    )
  await add('people', { label: 'Badge', type: 'text', unique: true })
  await add('people', { label: 'Score', type: 'number', indexed: true })
  await add('people', { label: 'Level', type: 'select', options: ['low', 'high', `${mark}option`] })
  await createObject(driver, id, { slug: 'products', singularName: `${mark}Product`, pluralName: 'Products' })
  await add('products', { label: 'SKU', type: 'text', unique: true })
  await add('products', { label: 'Region', type: 'text' })
  await add('products', { label: 'Price', type: 'currency' })
  await add('products', { label: 'Seller', type: 'relation', related: 'people', multiple: true })
  const products = (await organizationNow(driver, id)).objects.get('products')
  if (products)
    await addCombination(driver, id, products, { name: 'sku_region', attributes: ['sku', 'region'], unique: true })
}

/** `actor` is nobody that a request can remove: a role acts for them. */
const membersOf = async (driver: SqlDriver, id: string, mark: string) => ({
  member: await addMember(driver, id, { name: `${mark}Member`, email: `${mark}member@fuzz.example` }),
  actor: await addMember(driver, id, { name: `${mark}Actor`, email: `${mark}actor@fuzz.example` }),
  leaver: await addMember(driver, id, { name: `${mark}Leaver`, email: `${mark}leaver@fuzz.example` }),
})

/** Makes both organisations in an empty database. Their first records are made by requests. */
export const seed = async (driver: SqlDriver): Promise<World> => {
  const a = await createOrganization(driver, { name: 'Fuzzed', crmMode: 'b2b', changeFeed: true })
  const b = await createOrganization(driver, { name: `${MARK} Ltd`, crmMode: 'b2b', changeFeed: true })
  await schemaOf(driver, a, '')
  await schemaOf(driver, b, MARK)
  const own = await membersOf(driver, a, '')
  const others = await membersOf(driver, b, MARK)
  const issue = (organization: string, rest: Partial<NewCredential>) =>
    issueCredential(driver, organization, {
      kind: 'key',
      name: `${organization === b ? MARK : ''}key`,
      scopes: all,
      ...rest,
    })
  const admin = await issue(a, {})
  const revoked = await issue(a, {})
  await revokeCredential(driver, a, revoked.id)
  const spare = await issue(a, { scopes: ['crm:read'] })
  const other = await issue(b, {})
  const developer = await issue(a, { kind: 'developer_secret', scopes: [], allowlist: ['0.0.0.0/0', '::/0'] })
  const otherDeveloper = await issue(b, { kind: 'developer_secret', scopes: [], allowlist: ['0.0.0.0/0', '::/0'] })
  const hint = (id: string) => id.replaceAll('-', '')
  return {
    a,
    b,
    secrets: {
      admin: admin.secret,
      write: (await issue(a, { scopes: ['crm:write'] })).secret,
      read: (await issue(a, { scopes: ['crm:read'] })).secret,
      member: (await issue(a, { scopes: ['crm:write'], memberId: own.actor })).secret,
      revoked: revoked.secret,
      expired: (await issue(a, { expiresAt: Date.now() - 1_000 })).secret,
      other: other.secret,
      'other-read': (await issue(b, { scopes: ['crm:read'] })).secret,
      operator: OPERATOR_SECRET,
      none: null,
      nonsense: 'nonsense',
      unknown: `${admin.secret.slice(0, -4)}AAAA`,
      forged: admin.secret.replace(hint(a), hint(b)),
      developer: developer.secret,
    },
    names: {
      'a.organization': a,
      'a.member': own.member,
      'a.actor': own.actor,
      'a.leaver': own.leaver,
      'a.key': spare.id,
      'a.developer': developer.secret,
      'b.organization': b,
      'b.member': others.member,
      'b.key': other.id,
      'b.developer': otherDeveloper.secret,
    },
  }
}
