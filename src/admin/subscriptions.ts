import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { v4 } from 'uuid'
import { RefusedError, refuse } from '../engine/errors.ts'
import { recordActions } from '../engine/history.ts'
import { objectOf, unknownAttribute } from '../engine/names.ts'
import { accessLimits } from '../schema/limits.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import type { Statement } from '../storage/driver.ts'
import { drizzleOver, statementOf } from '../storage/drizzle.ts'
import { LAST } from '../storage/moment-sql.ts'
import { deadLetterOf, selectSubscription, selectSubscriptions, subscriptionOf } from '../storage/subscriptions/rows.ts'
import { deadLetters, subscriptions } from '../storage/tables.ts'
import { addressProblem } from '../subscriptions/address.ts'
import {
  type DeadLetter,
  type Subscription,
  type SubscriptionDefinition,
  type SubscriptionState,
  subscriptionLimits,
} from '../subscriptions/definition.ts'
import { pingMessage } from '../subscriptions/payload.ts'
import { failureOf, isTaken, NO_KEY } from '../subscriptions/retrying.ts'
import { issueSecret, openSecrets, rotatedSecrets } from '../subscriptions/secrets.ts'
import type { Outbox } from '../subscriptions/sending.ts'
import { signedHeaders } from '../subscriptions/signing.ts'
import { type CurrentOrganization, SAME_SCHEMA } from './authority.ts'
import { asItIs, checkRoom, checkText, type Made } from './rules.ts'

/** Subscriptions of an organisation: docs/subscriptions.md. */

export interface NewSubscription extends Partial<SubscriptionDefinition> {
  /** Default: 122 random bits. */
  readonly id?: string
  readonly name: string
  readonly url: string
}

export interface SubscriptionChange extends Partial<SubscriptionDefinition> {
  readonly name?: string
  readonly state?: 'on' | 'off'
}

const defaults = { objects: [], actions: recordActions, attributes: [] } as const

/** Each list sorted, and each entry once. */
const filterOf = ({ objects, actions, attributes }: SubscriptionDefinition) => ({
  objects: [...new Set(objects)].sort(),
  actions: [...new Set(actions)].sort(),
  attributes: [...new Set(attributes)].sort(),
})

/** What is stored as one JSON text, in this order: equal definitions are equal texts. */
const definitionOf = (definition: SubscriptionDefinition): SubscriptionDefinition => ({
  url: new URL(definition.url).href,
  ...filterOf(definition),
})

const isEqual = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

const checkEntries = (field: string, entries: readonly string[]): void => {
  const { filterEntries } = subscriptionLimits
  if (entries.length > filterEntries)
    throw refuse('too_many_values', field, `at most ${filterEntries} entries, not ${entries.length}`)
}

/** What only a deployment inside a network takes is no mistake of whoever tries it on a machine of their own. */
const wouldBeInside = (url: string): string =>
  addressProblem(url, { inside: true }) === undefined
    ? ', unless a Node server runs with SUBSCRIPTIONS_INSIDE=on (docs/subscriptions.md, "On one machine")'
    : ''

const checkUrl = (url: string, { inside }: Outbox): void => {
  checkText('url', url, subscriptionLimits.urlCharacters)
  const problem = addressProblem(url, { inside })
  if (problem !== undefined) throw refuse('invalid_value', 'url', `${problem}${wouldBeInside(url)}`)
}

const checkObjects = ({ organization }: CurrentOrganization, { objects }: SubscriptionDefinition): void => {
  checkEntries('objects', objects)
  for (const [i, slug] of objects.entries()) objectOf(organization, slug, ['objects', i])
}

/** Of which any object has to have each, of those that are told of. */
const checkAttributes = (
  { organization }: CurrentOrganization,
  { objects, attributes }: SubscriptionDefinition,
): void => {
  checkEntries('attributes', attributes)
  const told = [...organization.objects.values()].filter(({ slug }) => objects.length === 0 || objects.includes(slug))
  const known = new Map(told.flatMap((object) => [...object.attributes]))
  for (const [i, slug] of attributes.entries())
    if (!known.has(slug)) {
      const all = { slug: objects.join(', ') || 'any object', attributes: known }
      throw new RefusedError(unknownAttribute(all, slug, ['attributes', i]))
    }
}

type Checked = Pick<Subscription, 'name'> & SubscriptionDefinition

/**
 * What a subscription is about to be. What of it is stored already is not judged again: what it names or where it leads may be
 * gone by now, and whoever switches it off or renames it need not mend that first.
 * @param before what it is; absent: nothing yet, or nothing that is sent, so that all is judged
 * @throws RefusedError for what no subscription may be
 */
const check = (current: CurrentOrganization, outbox: Outbox, after: Checked, before?: Checked): void => {
  const [was, is] = [before && filterOf(before), filterOf(after)]
  if (before?.name !== after.name) checkText('name', after.name, accessLimits.name)
  if (before?.url !== after.url) checkUrl(after.url, outbox)
  if (after.actions.length === 0) throw refuse('invalid_value', 'actions', 'left out, or a list of one at least')
  const areOthers = !isEqual(was?.objects, is.objects)
  if (areOthers) checkObjects(current, after)
  if (areOthers || !isEqual(was?.attributes, is.attributes)) checkAttributes(current, after)
}

const named = ({ organization }: CurrentOrganization, id: string) =>
  and(eq(subscriptions.organizationId, organization.id), eq(subscriptions.id, id))

/** All of them, oldest first. */
export const listSubscriptions = async ({
  organization,
  driver,
}: CurrentOrganization): Promise<readonly Subscription[]> => {
  const { results } = await driver.batch([selectSubscriptions(organization.id)])
  return (results[0]?.rows ?? []).map(subscriptionOf)
}

/** @throws RefusedError not_found */
export const readSubscription = async (
  { organization, driver }: CurrentOrganization,
  id: string,
): Promise<Subscription> => {
  const { results } = await driver.batch([selectSubscription(organization.id, id)])
  const [row] = results[0]?.rows ?? []
  if (!row) throw refuse('not_found', undefined, 'such subscription')
  return subscriptionOf(row)
}

/** A subscription, and its secret where it was made just now: nobody can read it again. */
export interface WithSecret {
  readonly subscription: Subscription
  readonly secret: string | null
}

const insertSql = `
INSERT INTO subscriptions (organization_id, id, name, definition, secrets, created_at, created_by, updated_at, cursor)
SELECT ?1, ?2, ?3, ?4, ?5, CAST(?6 AS INTEGER), ?7, CAST(?6 AS INTEGER), ${LAST} RETURNING *`

/**
 * Adds a subscription, known by its name, that is told of what changes from now on; the same again is the one that is there.
 * @throws RefusedError history_off; already_exists when there is another one of this name; limit_reached; hooks_key_unset
 */
export const createSubscription = async (
  current: CurrentOrganization,
  box: SecretBox,
  outbox: Outbox,
  { id = v4(), name, ...input }: NewSubscription,
): Promise<Made<WithSecret>> => {
  const { organization, actor, change } = current
  const wanted = { ...defaults, ...input, name }
  check(current, outbox, wanted)
  const definition = definitionOf(wanted)
  if (organization.history === 'off') throw refuse('history_off')
  const all = await listSubscriptions(current)
  const found = all.find((one) => one.name === name)
  if (found)
    return asItIs(
      { subscription: found, secret: null },
      isEqual(definitionOf(found), definition),
      'name',
      `The subscription "${name}"`,
    )
  checkRoom('subscriptions', all.length + 1, subscriptionLimits.subscriptions)
  const { secret, sealed } = await issueSecret(box, organization.id, id)
  const texts = [JSON.stringify(definition), JSON.stringify([sealed])]
  const { results } = await change(
    [{ sql: insertSql, params: [organization.id, id, name, ...texts, Date.now(), actor] }],
    SAME_SCHEMA,
  )
  const [row] = results[0]?.rows ?? []
  if (!row) throw new Error('A subscription was inserted and did not answer its row')
  return { created: true, value: { subscription: subscriptionOf(row), secret } }
}

/** Whoever drives it at this moment finds that it is another one, and sends nothing more. */
const taken = { step: sql`step + 1`, leaseUntil: 0 } as const

/** The message that it stands at, which may be another one now, is tried at once. */
const AT_ONCE = { nextAt: 0, attempts: 0 } as const

/** So is it, and the days after which it is paused begin again: whoever owns it has done something about its receiver. */
const ANEW = { ...AT_ONCE, failingSince: null, failure: null } as const

/** @throws RefusedError not_found, already_exists */
export const changeSubscription = async (
  current: CurrentOrganization,
  outbox: Outbox,
  id: string,
  { name, state, ...sent }: SubscriptionChange,
): Promise<Subscription> => {
  const all = await listSubscriptions(current)
  const found = all.find((one) => one.id === id)
  if (!found) throw refuse('not_found', undefined, 'such subscription')
  const changed = { name: name ?? found.name, state: state ?? found.state, updatedAt: Date.now() }
  const wanted = { ...found, ...sent, name: changed.name }
  const isOtherState = changed.state !== found.state
  check(current, outbox, wanted, isOtherState && changed.state === 'on' ? undefined : found)
  if (all.some((one) => one.id !== id && one.name === changed.name))
    throw refuse('already_exists', 'name', `The subscription "${changed.name}"`)
  const definition = definitionOf(wanted)
  const isAnew = isOtherState || definition.url !== found.url
  const isOtherFilter = !isEqual(filterOf(definition), filterOf(found))
  const fresh = { ...changed, ...(isOtherFilter && AT_ONCE), ...(isAnew && ANEW) }
  const update = drizzleOver(current.driver)
    .update(subscriptions)
    .set({ ...fresh, ...taken, definition })
    .where(named(current, id))
  await current.change([statementOf(update)], SAME_SCHEMA)
  return { ...found, ...definition, ...fresh }
}

/**
 * What it names is called otherwise from now on; its message, its pauses and its owner's last change stay what they are.
 * @returns undefined where that changes nothing
 */
export const saveFilter = (
  current: CurrentOrganization,
  found: Subscription,
  changed: Partial<SubscriptionDefinition>,
): Statement | undefined => {
  const [before, definition] = [definitionOf(found), definitionOf({ ...found, ...changed })]
  if (isEqual(before, definition)) return undefined
  const update = drizzleOver(current.driver)
    .update(subscriptions)
    .set({ ...taken, definition })
  return statementOf(update.where(named(current, found.id)))
}

/** A new secret, beside which the former goes on signing for a while. @throws RefusedError not_found, hooks_key_unset */
export const rotateSubscriptionSecret = async (
  current: CurrentOrganization,
  box: SecretBox,
  id: string,
  { overlapHours }: { readonly overlapHours: number },
): Promise<WithSecret> => {
  const { organization, driver, change } = current
  const found = await readSubscription(current, id)
  const now = Date.now()
  const { secret, secrets } = await rotatedSecrets(box, organization.id, found, {
    now,
    end: now + overlapHours * 3_600_000,
  })
  const fresh = { ...AT_ONCE, secrets, updatedAt: now }
  const update = drizzleOver(driver)
    .update(subscriptions)
    // Of a receiver that is away it says no less than before.
    .set({ ...fresh, ...taken, failure: sql`nullif(${subscriptions.failure}, ${NO_KEY})` })
    .where(named(current, id))
  await change([statementOf(update)], SAME_SCHEMA)
  const failure = found.failure === NO_KEY ? null : found.failure
  return { subscription: { ...found, ...fresh, failure }, secret }
}

/** Nothing is sent any more, and its dead letters are gone. @throws RefusedError not_found */
export const deleteSubscription = async (current: CurrentOrganization, id: string): Promise<void> => {
  const { organization, driver, change } = current
  await readSubscription(current, id)
  const db = drizzleOver(driver)
  const isOf = and(eq(deadLetters.organizationId, organization.id), eq(deadLetters.subscriptionId, id))
  await change(
    [statementOf(db.delete(deadLetters).where(isOf)), statementOf(db.delete(subscriptions).where(named(current, id)))],
    SAME_SCHEMA,
  )
}

/**
 * Goes on at once with one that is paused or waits; one that was switched off stays off.
 * @param skip passes over the message that it stands at, whose attempts have failed: a change of a record becomes a dead letter
 * @throws RefusedError not_found
 */
export const resumeSubscription = async (
  current: CurrentOrganization,
  id: string,
  { skip }: { readonly skip: boolean },
): Promise<Subscription> => {
  const { organization, driver, change } = current
  const found = await readSubscription(current, id)
  const now = Date.now()
  // Nobody has moved it since it was read: a change that was taken meanwhile is not skipped.
  const skipped = {
    sql: `
INSERT INTO dead_letters (organization_id, subscription_id, sequence, object, record_id, at, failure)
SELECT ?1, ?2, c.sequence, c.object, c.record_id, CAST(?4 AS INTEGER), 'skipped by an administrator' || coalesce(': ' || s.failure, '')
FROM subscriptions s CROSS JOIN organizations o ON o.id = s.organization_id
CROSS JOIN changes c ON c.organization_id = s.organization_id AND c.sequence = s.cursor + 1
WHERE s.organization_id = ?1 AND s.id = ?2 AND s.cursor = CAST(?3 AS INTEGER) AND s.attempts > 0 AND s.cursor >= o.history_from AND c.record_id <> ''`,
    params: [organization.id, id, found.cursor, now],
  }
  // What is of no record has no dead letter: it is passed over. Where changes are missing, that is what is told.
  const behind = sql`(SELECT iif(cursor < o.history_from, o.history_from, cursor + 1) FROM organizations o WHERE o.id = ${organization.id})`
  const update = statementOf(
    drizzleOver(driver)
      .update(subscriptions)
      .set({
        ...ANEW,
        ...taken,
        state: sql`iif(state = 'off', 'off', 'on')`,
        updatedAt: now,
        ...(skip && { cursor: sql`iif(attempts > 0, ${behind}, cursor)` }),
      })
      .where(and(named(current, id), eq(subscriptions.cursor, found.cursor)))
      .returning(),
  )
  const { results } = await change([...(skip ? [skipped] : []), update], SAME_SCHEMA)
  const [row] = results[skip ? 1 : 0]?.rows ?? []
  // Somebody has delivered it at this very moment: there is nothing to go on with.
  return row ? subscriptionOf(row) : readSubscription(current, id)
}

export interface DeadLetterPage {
  readonly after: number
  readonly limit: number
}

/** Oldest first. @throws RefusedError not_found */
export const listDeadLetters = async (
  current: CurrentOrganization,
  id: string,
  { after, limit }: DeadLetterPage,
): Promise<readonly DeadLetter[]> => {
  await readSubscription(current, id)
  const { organization, driver } = current
  const isOf = and(
    eq(deadLetters.organizationId, organization.id),
    eq(deadLetters.subscriptionId, id),
    gt(deadLetters.sequence, after),
  )
  const select = drizzleOver(driver)
    .select()
    .from(deadLetters)
    .where(isOf)
    .orderBy(asc(deadLetters.sequence))
    .limit(limit)
  const { results } = await driver.batch([statementOf(select)])
  return (results[0]?.rows ?? []).map(deadLetterOf)
}

/** How many dead letters are to be sent again, and whether that is at once: `on`, or else once it goes on. */
export interface Redelivery {
  readonly wanted: number
  readonly state: SubscriptionState
}

/** Has dead letters sent again, those of a record in their order. @throws RefusedError not_found */
export const redeliverDeadLetters = async (
  current: CurrentOrganization,
  id: string,
  recordId: string | undefined,
): Promise<Redelivery> => {
  const { state } = await readSubscription(current, id)
  const { organization, driver } = current
  const { results } = await driver.batch([
    {
      sql: `UPDATE dead_letters SET wanted = 1 WHERE organization_id = ?1 AND subscription_id = ?2
  AND (?3 IS NULL OR record_id = ?3) RETURNING sequence`,
      params: [organization.id, id, recordId ?? null],
    },
  ])
  return { wanted: results[0]?.rows.length ?? 0, state }
}

/** Sends a message of no change, now. @returns null where it was taken, else why not. @throws RefusedError not_found */
export const pingSubscription = async (
  current: CurrentOrganization,
  box: SecretBox,
  { send }: Outbox,
  id: string,
): Promise<string | null> => {
  const found = await readSubscription(current, id)
  const now = Date.now()
  const secrets = await openSecrets(box, current.organization.id, found, now)
  if (secrets.length === 0) return NO_KEY
  const message = pingMessage(id, now)
  const answered = await send({
    url: found.url,
    headers: await signedHeaders(message, secrets, now),
    body: message.body,
  })
  return isTaken(answered) ? null : failureOf(answered)
}
