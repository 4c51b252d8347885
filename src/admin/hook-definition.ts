import { refuse } from '../engine/errors.ts'
import { definitionOf, type Hook, type HookDefinition, type SealedHook } from '../hooks/definition.ts'
import { type PresetName, presets } from '../hooks/presets.ts'
import type { Organization } from '../schema/schema.ts'
import { sentOnly } from './rules.ts'

/** What a hook does and how its sender is known, put together of what is said, what a preset says, and what is usual. */

type Objects = Pick<Organization, 'objects'>

type Known = { readonly [K in keyof HookDefinition]?: HookDefinition[K] | undefined }

const defaults = {
  allowlist: [],
  options: {},
  replayDays: 3,
  keepDays: 30,
  keepPayload: false,
  redact: [],
} as const satisfies Known

/** The same JSON with the members of each object by name: in which order they were sent says nothing. */
export const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(members.map(([name, inner]) => [name, ordered(inner)]))
}

/** Whether two values are the same JSON. */
export const isSameJson = (one: unknown, other: unknown): boolean =>
  JSON.stringify(ordered(one)) === JSON.stringify(ordered(other))

export const isSameDefinition = (one: HookDefinition, other: HookDefinition): boolean =>
  isSameJson(definitionOf(one), definitionOf(other))

/**
 * Lists that records are found by are added to, unless it is said otherwise: what else is in them is of other tools and of
 * people, and by what is taken away a record is found no more. It is part of the definition, so that whoever looks sees it.
 */
const withAdded = ({ objects }: Objects, definition: HookDefinition): HookDefinition => {
  const { object, mapping, options } = definition
  const attributes = objects.get(object)?.attributes
  const lists = mapping.match
    .flatMap((match) => Object.keys(match))
    .filter((slug) => attributes?.get(slug)?.multiple && Object.hasOwn(mapping.values, slug))
  if (lists.length === 0) return definition
  const write = { ...Object.fromEntries(lists.map((slug) => [slug, 'append'])), ...Object(options.write) }
  return { ...definition, options: { ...options, write } }
}

/**
 * @param organization what it writes to
 * @param sent without members that are undefined
 * @param before what it is now; absent: nothing yet
 * @throws RefusedError required
 */
export const completeDefinition = (
  organization: Objects,
  sent: Known,
  preset: PresetName | undefined,
  before: Known = defaults,
): HookDefinition => {
  const { object, mapping, verification, ...others } = {
    ...defaults,
    ...before,
    ...(preset && presets[preset]),
    ...sent,
  }
  if (object === undefined) throw refuse('required', 'object', ', where no preset says it')
  if (!mapping) throw refuse('required', 'mapping', ', where no preset says it')
  if (!verification) throw refuse('required', 'verification', ', where no preset says it')
  const { challenge, ...rest } = others
  const definition = { object, mapping, verification, ...sentOnly(rest), ...(challenge !== undefined && { challenge }) }
  return definitionOf(withAdded(organization, definition))
}

/** What is left out stays as it is, or becomes as the preset says; a challenge that is null is none any more. */
export const changedDefinition = (
  organization: Objects,
  { challenge: former, ...before }: HookDefinition,
  { challenge = former, ...sent }: Omit<Known, 'challenge'> & { readonly challenge?: string | null | undefined },
  preset?: PresetName,
): HookDefinition => {
  const asked = challenge === null ? {} : { challenge }
  return completeDefinition(organization, { ...sentOnly(sent), ...sentOnly(asked) }, preset, before)
}

/** A hook that begins now. */
export const newHook = (
  definition: HookDefinition,
  first: Pick<SealedHook, 'id' | 'name' | 'state' | 'createdBy' | 'sealedSecrets'>,
): SealedHook => {
  const now = Date.now()
  return { ...definition, ...first, createdAt: now, updatedAt: now, pausedAt: null }
}

/** What a hook is from now on. What it was when it was made, and its secrets, stay. */
export const changedHook = (
  { id, createdAt, createdBy, sealedSecrets, ...before }: SealedHook,
  definition: HookDefinition,
  { name = before.name, state = before.state }: { readonly [K in 'name' | 'state']?: Hook[K] | undefined },
): SealedHook => {
  const stays = { id, createdAt, createdBy, sealedSecrets }
  return { ...definition, ...stays, name, state, updatedAt: Date.now(), pausedAt: null }
}
