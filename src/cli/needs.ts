import { v5 } from 'uuid'
import { administration } from '../admin/administration.ts'
import { type Authority, asOperator, type Service } from '../admin/authority.ts'
import { createOrganization } from '../admin/organizations.ts'
import type { NewSubscription } from '../admin/subscriptions.ts'
import { contracts } from '../contracts/index.ts'
import type { Examples, NeededObject, NeededRecord, Needs } from '../contracts/kit/examples.ts'
import type { JsonObject } from '../contracts/kit/json.ts'
import { assertRecord } from '../engine/assert.ts'
import { type ErrorCode, problem, RefusedError } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import type { RecordStore } from '../engine/store.ts'
import { slugOf } from '../schema/schema.ts'
import { newHookKey, secretBox } from '../secrets/secret-box.ts'
import { saveAttribute } from '../storage/administration-sql.ts'
import { deliveryLog } from '../storage/delivery-log.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { beginJob, begunJob } from '../storage/jobs/begin.ts'
import { firstIndex } from '../storage/jobs/index-change.ts'
import { readJob } from '../storage/jobs/job.ts'
import { runJobs } from '../storage/jobs/run.ts'
import { recordStore } from '../storage/record-store.ts'

/** Gives an organisation what the examples of the contracts are about, so that each of them works as it is given. */

/** Of one contract, which is known by its name. */
export interface ContractNeeds {
  readonly contract: string
  readonly needs: Needs
}

/** Of every contract of the registry. */
export const neededByExamples = (): Promise<readonly ContractNeeds[]> =>
  Promise.all(
    contracts.map(async ({ name }) => {
      const { examples } = (await import(`../contracts/${name}/examples.ts`)) as { readonly examples: Examples }
      return { contract: name, needs: examples.needs ?? {} }
    }),
  )

/** An organisation has the same ids whenever it is made, and no other organisation has them. */
const idOf = (organizationId: string, contract: string, name: string) => v5(`${contract}/${name}`, organizationId)

/** The ids that stand in the requests of a contract, by their names. */
export const idsOfNeeds = (organizationId: string, { contract, needs }: ContractNeeds): ReadonlyMap<string, string> =>
  new Map(
    [
      needs.records,
      needs.members,
      needs.keys,
      needs.tenants,
      needs.jobs,
      needs.hooks,
      needs.deliveries,
      needs.subscriptions,
    ]
      .flatMap((named) => Object.keys(named ?? {}))
      .map((name) => [name, idOf(organizationId, contract, name)]),
  )

const THERE: ReadonlySet<ErrorCode> = new Set(['already_exists', 'record_exists', 'unique_conflict'])

/** What is there already stays as somebody has changed it since. */
export const unlessThere = async (creation: Promise<unknown>): Promise<void> => {
  try {
    await creation
  } catch (error) {
    if (!(error instanceof RefusedError && THERE.has(error.refusal.problems[0].code))) throw error
  }
}

/** The store, but the record that it creates gets this id. */
const withId = (store: RecordStore, writeId: string): RecordStore => ({
  ...store,
  assert: (batch) =>
    store.assert({ ...batch, items: batch.items.map((one) => ({ ...one, item: { ...one.item, writeId } })) }),
})

/** The import that they all come with. */
const EXAMPLES = 'examples'

const insertRecord =
  (driver: SqlDriver, contract: string, id: string, { object, values }: NeededRecord): Service<unknown> =>
  ({ organization }) => {
    const refresh = async (): Promise<never> => {
      throw new StaleError()
    }
    const session = { organization, actor: 'operator', expiresAt: null, cached: false, refresh }
    const command = {
      object,
      values,
      match: [{ name: 'id', value: id }],
      mode: 'insert',
      onUnknownId: 'create',
    } as const
    return assertRecord(withId(recordStore(driver), id), session, () => command, { contract, importId: EXAMPLES })
  }

const addObject = async (
  operator: ReturnType<typeof administration>,
  { attributes, archived = false, ...object }: NeededObject,
): Promise<void> => {
  const { objects } = await operator.readOrganization()
  const isThere = objects.has(object.slug)
  if (isThere && archived) return
  await unlessThere(operator.createObject(object))
  for (const { archived: isGone, ...attribute } of attributes)
    if (!objects.get(object.slug)?.attributes.has(slugOf(attribute.label))) {
      await unlessThere(operator.addAttribute(object.slug, attribute))
      if (isGone) await operator.changeAttribute(object.slug, slugOf(attribute.label), { archived: true })
    }
  if (archived)
    await operator.applySchema({ objects: [{ slug: object.slug, archived }] }, { dryRun: false, pruning: false })
}

/** Has an attribute indexed by a job of this id, however few records there are. */
export const indexByJob = async (
  driver: SqlDriver,
  organizationId: string,
  id: string,
  { object, attribute: slug }: { readonly object: string; readonly attribute: string },
): Promise<void> => {
  if (await readJob(driver, organizationId, id)) return
  await asOperator(driver, organizationId).run(async ({ organization, change }) => {
    const attribute = organization.objects.get(object)?.attributes.get(slug)
    if (!attribute || attribute.indexed) return
    const index = firstIndex(object, slug, false)
    const begun = beginJob(organizationId, 'operator', index, begunJob(index, id))
    const names = [{ object, names: [slug] }]
    await change([saveAttribute(organizationId, object, { ...attribute, ...index.wanted }), ...begun], names)
  })
  await runJobs(driver)
}

/** Whoever knows its address may deliver to it: good for examples and for nothing else. */
const openHook = {
  object: 'people',
  verification: { scheme: 'address' },
  allowlist: ['0.0.0.0/0', '::/0'],
  keepPayload: true,
  mapping: { match: [{ emails: 'body.email' }], values: { emails: '[body.email]', first_name: 'body.name' } },
} as const

/** A delivery that came to nothing, as the log has it. */
const noteFailed =
  (
    driver: SqlDriver,
    { id, hookId, body }: { readonly id: string; readonly hookId: string; readonly body: JsonObject },
  ): Service<unknown> =>
  ({ driver: { scope } }) => {
    const delivery = { id, hookId, messageId: null, receivedAt: Date.now(), replayDays: 3, keepDays: 30, items: 1 }
    const problems = [{ item: null, problem: problem('mapping_failed', undefined, 'the payload has no address') }]
    const payload = JSON.stringify({ body, headers: {}, query: {} })
    return deliveryLog(driver).fail(scope, { ...delivery, payload }, problems, false)
  }

/** Switched off: nobody is at its address. It needs a secret, which is nobody's. */
const addSubscription = async (authority: Authority, subscription: NewSubscription): Promise<void> => {
  const operator = administration(authority, secretBox([newHookKey()]))
  const add = async () => {
    const { created } = await operator.createSubscription({ objects: ['people'], ...subscription })
    if (created) await operator.changeSubscription(subscription.id ?? '', { state: 'off' })
  }
  await unlessThere(add())
}

/** More keys than anybody issues in a demo: those that were revoked count. */
const EVER_ISSUED = 100_000

/** Makes what is missing. A key that was revoked and a member who was removed do not come back. */
export const meetNeeds = async (
  driver: SqlDriver,
  organizationId: string,
  { contract, needs }: ContractNeeds,
): Promise<void> => {
  const authority = asOperator(driver, organizationId)
  const operator = administration(authority)
  const named = <T>(all: Readonly<Record<string, T>> = {}) =>
    Object.entries(all).map(([name, need]) => ({ id: idOf(organizationId, contract, name), need }))
  for (const object of needs.objects ?? []) await addObject(operator, object)
  for (const { id, need } of named(needs.members)) await unlessThere(operator.addMember({ id, ...need }))
  const issued = new Set((await operator.listCredentials({ limit: EVER_ISSUED })).map(({ id }) => id))
  for (const { id, need } of named(needs.keys))
    if (!issued.has(id)) await unlessThere(operator.issueCredential({ id, kind: 'key', scopes: ['crm:read'], ...need }))
  for (const { id, need } of named(needs.tenants)) await unlessThere(createOrganization(driver, { id, ...need }))
  for (const { id, need } of named(needs.jobs)) await indexByJob(driver, organizationId, id, need)
  for (const { id, need } of named(needs.hooks)) await unlessThere(operator.createHook({ id, ...openHook, ...need }))
  for (const { id, need } of named(needs.deliveries)) {
    const hookId = idOf(organizationId, contract, need.hook)
    await authority.run(noteFailed(driver, { id, hookId, body: need.body }))
  }
  for (const { id, need } of named(needs.subscriptions)) await addSubscription(authority, { id, ...need })
  for (const { id, need } of named(needs.records))
    await unlessThere(authority.run(insertRecord(driver, contract, id, need)))
}
