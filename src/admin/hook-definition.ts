import { refuse } from '../engine/errors.ts'
import type { HookDefinition } from '../hooks/definition.ts'
import { type PresetName, presets } from '../hooks/presets.ts'
import { sentOnly } from './rules.ts'

/** What a hook does and how its sender is known, put together of what is said, what a preset says, and what is usual. */

type Known = { readonly [K in keyof HookDefinition]?: HookDefinition[K] | undefined }

const defaults = {
  allowlist: [],
  options: {},
  replayDays: 3,
  keepDays: 30,
  keepPayload: false,
  redact: [],
} as const satisfies Known

/** What is stored of a hook as one JSON text, always in this order. */
export const definitionOf = (hook: HookDefinition): HookDefinition => {
  const { object, mapping, verification, allowlist, options, replayDays, keepDays, keepPayload, redact } = hook
  const kept = { object, mapping, verification, allowlist, options, replayDays, keepDays, keepPayload, redact }
  return { ...kept, ...(hook.challenge !== undefined && { challenge: hook.challenge }) }
}

/** The same JSON with the members of each object by name: in which order they were sent says nothing. */
export const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(members.map(([name, inner]) => [name, ordered(inner)]))
}

export const isSameDefinition = (one: HookDefinition, other: HookDefinition): boolean =>
  JSON.stringify(ordered(definitionOf(one))) === JSON.stringify(ordered(definitionOf(other)))

/**
 * @param sent without members that are undefined
 * @param before what it is now; absent: nothing yet
 * @throws RefusedError required
 */
export const completeDefinition = (
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
  return definitionOf({
    object,
    mapping,
    verification,
    ...sentOnly(rest),
    ...(challenge !== undefined && { challenge }),
  })
}

/** What is left out stays as it is, or becomes as the preset says; a challenge that is null is none any more. */
export const changedDefinition = (
  { challenge: former, ...before }: HookDefinition,
  { challenge = former, ...sent }: Omit<Known, 'challenge'> & { readonly challenge?: string | null | undefined },
  preset?: PresetName,
): HookDefinition => {
  const asked = challenge === null ? {} : { challenge }
  return completeDefinition({ ...sentOnly(sent), ...sentOnly(asked) }, preset, before)
}
