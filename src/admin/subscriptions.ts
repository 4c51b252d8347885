import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { v4 } from 'uuid'
import { RefusedError, refuse } from '../engine/errors.ts'
import { recordActions } from '../engine/history.ts'
import { objectOf, unknownAttribute } from '../engine/names.ts'
import { accessLimits } from '../schema/limits.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
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
import { issueSecret, openSecrets } from '../subscriptions/secrets.ts'
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

/** What is stored as one JSON text, in this order and each list sorted: equal definitions are equal texts. */
const definitionOf = ({ url, objects, actions, attributes }: SubscriptionDefinition): SubscriptionDefinition => ({
  url: new URL(url).href,
  objects: [...new Set(objects)].sort(),
  actions: [...new Set(actions)].sort(),
  attributes: [...new Set(attributes)].sort(),
})

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

/** @throws RefusedError for what no subscription may be */
const checked = (
  { organization }: CurrentOrganization,
  { inside }: Outbox,
  name: string,
  { url, objects, actions, attributes }: SubscriptionDefinition,
): SubscriptionDefinition => {
  checkText('name', name, accessLimits.name)
  checkText('url', url, subscriptionLimits.urlCharacters)
  const problem = addressProblem(url, { inside })
  if (problem !== undefined) throw refuse('invalid_value', 'url', `${problem}${wouldBeInside(url)}`)
  if (actions.length === 0) throw refuse('invalid_value', 'actions', 'left out, or a list of one at least')
  checkEntries('objects', objects)
  checkEntries('attributes', attributes)
  const of =
    objects.length > 0
      ? objects.map((slug, i) => objectOf(organization, slug, ['objects', i]))
      : [...organization.objects.values()]
  const known = new Map(of.flatMap((object) => [...object.attributes]))
  for (const [i, slug] of attributes.entries())
    if (!known.has(slug)) {
      const all = { slug: objects.join(', ') || 'any object', attributes: known }
      throw new RefusedError(unknownAttribute(all, slug, ['attributes', i]))
    }
  return definitionOf({ url, objects, actions, attributes })
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

const isSame = (one: SubscriptionDefinition, other: SubscriptionDefinition) =>
  JSON.stringify(definitionOf(one)) === JSON.stringify(other)

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
 * @throws RefusedError history_off; already_exists when there is another one of this name; limit_reached; hooks_key_missing
 */
export const createSubscription = async (
  current: CurrentOrganization,
  box: SecretBox,
  outbox: Outbox,
  { id = v4(), name, ...input }: NewSubscription,
): Promise<Made<WithSecret>> => {
  const { organization, actor, change } = current
  const definition = checked(current, outbox, name, { ...defaults, ...input })
  if (organization.history === 'off') throw refuse('history_off')
  const all = await listSubscriptions(current)
  const found = all.find((one) => one.name === name)
  if (found)
    return asItIs(
      { subscription: found, secret: null },
      isSame(found, definition),
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

/** What is due is tried at once. */
const ANEW = { nextAt: 0, attempts: 0, failingSince: null, failure: null } as const

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
  const definition = checked(current, outbox, changed.name, { ...found, ...sent })
  if (all.some((one) => one.id !== id && one.name === changed.name))
    throw refuse('already_exists', 'name', `The subscription "${changed.name}"`)
  const fresh = { ...changed, ...ANEW }
  const update = drizzleOver(current.driver)
    .update(subscriptions)
    .set({ ...fresh, ...taken, definition })
    .where(named(current, id))
  await current.change([statementOf(update)], SAME_SCHEMA)
  return { ...found, ...definition, ...fresh }
}

/** A new secret, beside which the former go on signing for a while. @throws RefusedError not_found, hooks_key_missing */
export const rotateSubscriptionSecret = async (
  current: CurrentOrganization,
  box: SecretBox,
  id: string,
  { overlapHours }: { readonly overlapHours: number },
): Promise<WithSecret> => {
  const { organization, driver, change } = current
  const found = await readSubscription(current, id)
  const { secret, sealed } = await issueSecret(box, organization.id, id)
  const now = Date.now()
  const end = now + overlapHours * 3_600_000
  // The newest of the former alone: a header holds two signatures, however often somebody rotates.
  const former = found.secrets.slice(0, 1).map((one) => ({ ...one, until: Math.min(one.until ?? end, end) }))
  const secrets = [sealed, ...former.filter(({ until }) => until > now)]
  const update = drizzleOver(driver)
    .update(subscriptions)
    .set({ secrets, updatedAt: now, ...taken })
    .where(named(current, id))
  await change([statementOf(update)], SAME_SCHEMA)
  return { subscription: { ...found, secrets, updatedAt: now }, secret }
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
  const { organization, change } = current
  const found = await readSubscription(current, id)
  const now = Date.now()
  const params = [organization.id, id, found.cursor, now]
  // Nobody has moved it since it was read: a change that was taken meanwhile is not skipped.
  const stands = `s.organization_id = ?1 AND s.id = ?2 AND s.cursor = CAST(?3 AS INTEGER)`
  const skipped = {
    sql: `
INSERT INTO dead_letters (organization_id, subscription_id, sequence, object, record_id, at, failure)
SELECT ?1, ?2, c.sequence, c.object, c.record_id, CAST(?4 AS INTEGER), 'skipped by an administrator' || coalesce(': ' || s.failure, '')
FROM subscriptions s CROSS JOIN organizations o ON o.id = s.organization_id
CROSS JOIN changes c ON c.organization_id = s.organization_id AND c.sequence = s.cursor + 1
WHERE ${stands} AND s.attempts > 0 AND s.cursor >= o.history_from AND c.record_id <> ''`,
    params,
  }
  // What is of no record has no dead letter: it is passed over. Where changes are missing, that is what is told.
  const behind = `(SELECT iif(s.cursor < o.history_from, o.history_from, s.cursor + 1) FROM organizations o WHERE o.id = ?1)`
  const update = {
    sql: `
UPDATE subscriptions AS s SET state = iif(s.state = 'off', 'off', 'on'), step = step + 1, lease_until = 0, next_at = 0, attempts = 0, failing_since = NULL,
  failure = NULL, updated_at = CAST(?4 AS INTEGER)${skip ? `, cursor = iif(s.attempts > 0, ${behind}, s.cursor)` : ''}
WHERE ${stands} RETURNING *`,
    params,
  }
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
