import { v7 } from 'uuid'
import { type Administration, administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import type { NewCredential } from '../../src/admin/credentials.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import { indexByJob } from '../../src/cli/needs.ts'
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

const addSchema = async (operator: Administration, mark: string) => {
  const add = operator.addAttribute
  await add('people', { label: 'Badge', type: 'text', unique: true })
  await add('people', { label: 'Score', type: 'number', indexed: true })
  await add('people', { label: 'Level', type: 'select', options: ['low', 'high', `${mark}option`] })
  await operator.createObject({ slug: 'products', singularName: `${mark}Product`, pluralName: 'Products' })
  await add('products', { label: 'SKU', type: 'text', unique: true })
  await add('products', { label: 'Region', type: 'text' })
  await add('products', { label: 'Price', type: 'currency' })
  await add('products', { label: 'Seller', type: 'relation', related: 'people', multiple: true })
  await operator.addCombination('products', { name: 'sku_region', attributes: ['sku', 'region'], unique: true })
}

/** `actor` is nobody that a request can remove: a role acts for them. */
const membersOf = async (operator: Administration, mark: string) => {
  const add = async (name: string) =>
    (await operator.addMember({ name: `${mark}${name}`, email: `${mark}${name.toLowerCase()}@fuzz.example` })).value
  return { member: await add('Member'), actor: await add('Actor'), leaver: await add('Leaver') }
}

/** Whoever knows their addresses may deliver: one for that, one to be changed, and one to be deleted. */
const hooksOf = async (operator: Administration, mark: string) => {
  const add = async (name: string) =>
    (
      await operator.createHook({
        name: `${mark}${name}`,
        object: 'people',
        verification: { scheme: 'address' },
        allowlist: ['0.0.0.0/0', '::/0'],
        keepPayload: true,
        challenge: 'challenge',
        mapping: { match: [{ emails: 'body.email' }], values: { emails: '[body.email]', first_name: 'body.name' } },
      })
    ).value.id
  return { hook: await add('Hook'), changedHook: await add('Changed hook'), unusedHook: await add('Unused hook') }
}

/** An organisation with a schema, members, and a way to more keys. */
const organizationIn = async (driver: SqlDriver, name: string, mark: string) => {
  const { value: id } = await createOrganization(driver, { name, crmMode: 'b2b', history: 'values' })
  const operator = administration(asOperator(driver, id))
  await addSchema(operator, mark)
  const issue = (rest: Partial<NewCredential>) =>
    operator.issueCredential({ kind: 'key', name: `${mark}key ${v7()}`, scopes: all, ...rest })
  const developer = await issue({ kind: 'developer_secret', scopes: [], allowlist: ['0.0.0.0/0', '::/0'] })
  const members = await membersOf(operator, mark)
  return { id, operator, members, hooks: await hooksOf(operator, mark), issue, developer }
}

/** No key is issued expired, so that one expires behind the product's back. */
const expire = (driver: SqlDriver, id: string) =>
  driver.batch([{ sql: 'UPDATE credentials SET expires_at = 1 WHERE id = ?1', params: [id] }])

/** Makes both organisations in an empty database. Their first records are made by requests. */
export const seed = async (driver: SqlDriver): Promise<World> => {
  const own = await organizationIn(driver, 'Fuzzed', '')
  const others = await organizationIn(driver, `${MARK} Ltd`, MARK)
  const [a, b] = [own.id, others.id]
  const { value: tenant } = await createOrganization(driver, { name: 'Operated' })
  const admin = await own.issue({})
  const revoked = await own.issue({})
  await own.operator.revokeCredential(revoked.id)
  const expired = await own.issue({})
  await expire(driver, expired.id)
  const spare = await own.issue({ scopes: ['crm:read'] })
  const other = await others.issue({})
  const jobs = { a: v7(), b: v7() }
  for (const [id, job] of [
    [a, jobs.a],
    [b, jobs.b],
  ] as const)
    await indexByJob(driver, id, job, { object: 'products', attribute: 'region' })
  const hint = (id: string) => id.replaceAll('-', '')
  return {
    a,
    b,
    secrets: {
      admin: admin.secret,
      write: (await own.issue({ scopes: ['crm:write'] })).secret,
      read: (await own.issue({ scopes: ['crm:read'] })).secret,
      member: (await own.issue({ scopes: ['crm:write'], memberId: own.members.actor })).secret,
      revoked: revoked.secret,
      expired: expired.secret,
      other: other.secret,
      'other-read': (await others.issue({ scopes: ['crm:read'] })).secret,
      operator: OPERATOR_SECRET,
      none: null,
      nonsense: 'nonsense',
      unknown: `${admin.secret.slice(0, -4)}AAAA`,
      forged: admin.secret.replace(hint(a), hint(b)),
      developer: own.developer.secret,
    },
    names: {
      'a.organization': a,
      'a.member': own.members.member,
      'a.actor': own.members.actor,
      'a.leaver': own.members.leaver,
      'a.key': spare.id,
      'a.developer': own.developer.secret,
      'a.tenant': tenant,
      'a.job': jobs.a,
      'a.hook': own.hooks.hook,
      'a.changed': own.hooks.changedHook,
      'a.unused': own.hooks.unusedHook,
      'b.organization': b,
      'b.member': others.members.member,
      'b.key': other.id,
      'b.job': jobs.b,
      'b.hook': others.hooks.hook,
      'b.developer': others.developer.secret,
    },
  }
}
