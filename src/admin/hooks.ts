import { v4 } from 'uuid'
import { RefusedError, refuse } from '../engine/errors.ts'
import { ChangedError } from '../engine/session.ts'
import { type Hook, type HookDefinition, hookLimits, type SealedHook } from '../hooks/definition.ts'
import { noSuchHook, type OpenHook, unsealed } from '../hooks/opening.ts'
import { type PresetName, presets } from '../hooks/presets.ts'
import type { Organization } from '../schema/schema.ts'
import { openedIfAble, type SecretBox } from '../secrets/secret-box.ts'
import { SecretOwner } from '../secrets/secret-owner.ts'
import { hookOf, insertHook, removeHook, saveHook, selectHook, selectHooks } from '../storage/hook-rows.ts'
import { addAttribute } from './attributes.ts'
import { type CurrentOrganization, SAME_SCHEMA } from './authority.ts'
import {
  changedDefinition,
  changedHook,
  completeDefinition,
  isSameDefinition,
  isSameJson,
  newHook,
} from './hook-definition.ts'
import { checkChangedHook, checkHook } from './hook-rules.ts'
import { BASE64_KEY, checkSecret, isOfForm } from './hook-sender-rules.ts'
import { missingOf } from './preset-attributes.ts'
import { asItIs, checkRoom, type Made } from './rules.ts'

/** Hooks of an organisation. Their secrets go in here and are never told again: docs/webhooks.md. */

export interface NewHook extends Partial<HookDefinition> {
  /** Default: 122 random bits. */
  readonly id?: string
  /** Default: as the preset. */
  readonly name?: string
  readonly state?: Hook['state']
  /** What is not said otherwise is as it says. */
  readonly preset?: PresetName
  /** Any of them is valid; none: nothing can be delivered yet. Of a hook that is there absent ones say nothing. */
  readonly secrets?: readonly string[]
}

export interface HookChange extends Partial<Omit<HookDefinition, 'challenge'>> {
  readonly name?: string
  readonly state?: Hook['state']
  /** Null: none any more. */
  readonly challenge?: string | null
}

/** Each makes the organisation another one, which is then read again. @throws ChangedError, as long as one was missing */
const addOwnAttributes = async (current: CurrentOrganization, { preset, object }: NewHook): Promise<void> => {
  if (!preset) return
  const slug = object ?? presets[preset].object
  for (const attribute of missingOf(current.organization, slug, preset))
    if ((await addAttribute(current, slug, attribute)).created) throw new ChangedError()
}

/** All of them, oldest first. */
export const listHooks = async ({ organization, driver }: CurrentOrganization): Promise<readonly SealedHook[]> => {
  const { results } = await driver.batch([selectHooks(organization.id)])
  return (results[0]?.rows ?? []).map(hookOf)
}

/** @throws RefusedError not_found */
export const readHook = async ({ organization, driver }: CurrentOrganization, id: string): Promise<SealedHook> => {
  const { results } = await driver.batch([selectHook(organization.id, id)])
  const [row] = results[0]?.rows ?? []
  if (!row) throw noSuchHook()
  return hookOf(row)
}

/** Senders come again until the key is there; an administrator is told at once that it is not. */
const orUnset = async <T>(opened: Promise<T>): Promise<T> => {
  try {
    return await opened
  } catch (error) {
    const [found] = error instanceof RefusedError ? error.refusal.problems : []
    throw found?.code === 'hooks_key_missing' ? refuse('hooks_key_unset', undefined, found.detail) : error
  }
}

const sealAll = (box: SecretBox, secrets: readonly string[], owner: SecretOwner) =>
  Promise.all(secrets.map((secret) => box.seal(secret, owner)))

const openAll = (box: SecretBox, sealed: readonly string[], owner: SecretOwner) =>
  orUnset(Promise.all(sealed.map((one) => box.open(one, owner))))

const checkSecrets = (secrets: readonly string[], definition: HookDefinition): void => {
  if (secrets.length > hookLimits.secrets)
    throw refuse('too_many_values', 'secrets', `at most ${hookLimits.secrets} secrets`)
  for (const secret of secrets) checkSecret('secrets', secret, definition)
}

/**
 * What a hook becomes, with the secrets that it has: of a form that the sender does not give, none could prove anything.
 * @throws RefusedError as `checkHook`; hooks_key_unset where the secrets cannot be looked at
 */
export const checkChange = async (
  organization: Pick<Organization, 'id' | 'objects'>,
  box: SecretBox,
  before: SealedHook,
  after: Hook,
): Promise<void> => {
  await checkChangedHook(organization, before, after)
  if (isSameJson(before.verification, after.verification)) return
  // One that no key opens any more verifies nothing, whatever the scheme.
  const owner = SecretOwner.hook(organization.id, before.id)
  const secrets = await Promise.all(before.sealedSecrets.map((one) => openedIfAble(box, one, owner)))
  if (secrets.some((secret) => secret !== undefined && !isOfForm(secret, after)))
    throw refuse(
      'invalid_value',
      'verification',
      `a scheme that the secrets of the hook are for. It wants ${BASE64_KEY}: give it such a one first (POST /v1/hooks/{id}/secrets), and keep none of the others`,
    )
}

/**
 * Adds a hook, known by its name, and the attributes of its preset; the same hook again is the one that is there, however it was paused meanwhile.
 * @throws RefusedError already_exists when there is another one of this name; other_secrets; limit_reached; hooks_key_unset
 */
export const createHook = async (
  current: CurrentOrganization,
  box: SecretBox,
  input: NewHook,
): Promise<Made<SealedHook>> => {
  const { organization, actor, change } = current
  const { id = v4(), preset, name = preset, state = 'on', secrets, ...sent } = input
  if (name === undefined) throw refuse('required', 'name', ', where no preset gives one')
  const definition = completeDefinition(organization, sent, preset)
  await addOwnAttributes(current, input)
  await checkHook(organization, { ...definition, name, state })
  checkSecrets(secrets ?? [], definition)
  const all = await listHooks(current)
  const found = all.find((one) => one.name === name)
  if (found) {
    const isSame = (input.id ?? found.id) === found.id && isSameDefinition(found, definition)
    const made = asItIs(found, isSame, 'name', `The hook "${name}"`)
    const known = secrets && (await openAll(box, found.sealedSecrets, SecretOwner.hook(organization.id, found.id)))
    if (!isSameJson(known, secrets)) throw refuse('other_secrets', 'secrets', `The hook "${name}" (${found.id})`)
    return made
  }
  checkRoom('hooks', all.length + 1, hookLimits.hooks)
  const sealedSecrets = await sealAll(box, secrets ?? [], SecretOwner.hook(organization.id, id))
  const hook = newHook(definition, { id, name, state, createdBy: actor, sealedSecrets })
  await change([insertHook(organization.id, hook)], SAME_SCHEMA)
  return { created: true, value: hook }
}

/** What the hook becomes. @throws RefusedError as `checkChange` */
const changed = async (
  { organization }: CurrentOrganization,
  box: SecretBox,
  found: SealedHook,
  { name, state, ...sent }: HookChange,
): Promise<SealedHook> => {
  const hook = changedHook(found, changedDefinition(organization, found, sent), { name, state })
  await checkChange(organization, box, found, hook)
  return hook
}

/** Holds from the next delivery on, in every isolate. @throws RefusedError not_found, already_exists, and as `checkChange` */
export const changeHook = async (
  current: CurrentOrganization,
  box: SecretBox,
  id: string,
  input: HookChange,
): Promise<SealedHook> => {
  const { organization, change } = current
  const all = await listHooks(current)
  const found = all.find((one) => one.id === id)
  if (!found) throw noSuchHook()
  const hook = await changed(current, box, found, input)
  if (all.some((one) => one.id !== id && one.name === hook.name))
    throw refuse('already_exists', 'name', `The hook "${hook.name}"`)
  await change([saveHook(organization.id, hook)], SAME_SCHEMA)
  return hook
}

/**
 * The hook as deliveries meet it.
 * @param tried what it would be changed to, judged as if it were
 * @throws RefusedError not_found, hooks_key_unset, and as `checkChange`
 */
export const openHook = async (
  current: CurrentOrganization,
  box: SecretBox,
  id: string,
  tried: HookChange = {},
): Promise<OpenHook> => {
  const found = await readHook(current, id)
  const hook = Object.keys(tried).length === 0 ? found : await changed(current, box, found, tried)
  return orUnset(unsealed(hook, current.organization.id, box))
}

export interface SecretRotation {
  readonly secret: string
  /** How many of the former secrets stay valid beside it. */
  readonly keep: number
}

/**
 * Makes a secret the first one; the same secret again changes nothing but how many stay. One that cannot be opened proves
 * nothing, and is not kept: so a hook whose key is lost can go on.
 * @throws RefusedError not_found, hooks_key_unset
 */
export const rotateHookSecret = async (
  current: CurrentOrganization,
  box: SecretBox,
  id: string,
  { secret, keep }: SecretRotation,
): Promise<SealedHook> => {
  const { organization, change } = current
  const found = await readHook(current, id)
  checkSecret('secret', secret, found)
  const owner = SecretOwner.hook(organization.id, id)
  const opened = await Promise.all(found.sealedSecrets.map((one) => openedIfAble(box, one, owner)))
  const former = opened.flatMap((one) => (one === undefined || one === secret ? [] : [one]))
  const secrets = [secret, ...former.slice(0, keep)].slice(0, hookLimits.secrets)
  const sealedSecrets = await sealAll(box, secrets, owner)
  const hook = { ...found, sealedSecrets, updatedAt: Date.now() }
  await change([saveHook(organization.id, hook)], SAME_SCHEMA)
  return hook
}

/** Its address is nobody's from now on. What was delivered goes when its days are over. @throws RefusedError not_found */
export const deleteHook = async (current: CurrentOrganization, id: string): Promise<void> => {
  await readHook(current, id)
  await current.change([removeHook(current.organization.id, id)], SAME_SCHEMA)
}
