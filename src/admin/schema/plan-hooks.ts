import { v4 } from 'uuid'
import { RefusedError, refuse } from '../../engine/errors.ts'
import { definitionOf, type Hook, hookLimits, type SealedHook } from '../../hooks/definition.ts'
import { presets } from '../../hooks/presets.ts'
import { needsSecret } from '../../hooks/schemes.ts'
import type { Organization } from '../../schema/schema.ts'
import type { SecretBox } from '../../secrets/secret-box.ts'
import { insertHook, removeHook, saveHook } from '../../storage/hook-rows.ts'
import type { CurrentOrganization } from '../authority.ts'
import { changedDefinition, changedHook, completeDefinition, newHook, ordered } from '../hook-definition.ts'
import { checkHook } from '../hook-rules.ts'
import { checkChange, listHooks } from '../hooks.ts'
import { missingOf } from '../preset-attributes.ts'
import { checkRoom, sentOnly } from '../rules.ts'
import type { AttributeEntry, HookEntry, ObjectEntry, SchemaDocument } from './document.ts'
import type { SchemaDraft } from './draft.ts'
import { renameInHooks } from './plan-names.ts'
import { differences, type SchemaStep, step } from './steps.ts'

/** What a step tells of a hook, by member: of a mapping each expression, so that one that differs can be found. */
const toldBy = (hook: Hook): Readonly<Record<string, unknown>> => {
  const { mapping, state, ...definition } = { ...definitionOf(hook), state: hook.state }
  const { values, constants = {}, ...others } = mapping
  const within = (path: string, members: object) =>
    Object.entries(members).map(([name, value]) => [`${path}.${name}`, ordered(value)])
  return Object.fromEntries([
    ...Object.entries(definition).map(([name, value]) => [name, ordered(value)]),
    ...within('mapping', others),
    ...within('mapping.values', values),
    ...within('mapping.constants', constants),
    ['state', state],
  ])
}

const changesOf = (before: Hook | undefined, after: Hook) => {
  const [was, is] = [before ? toldBy(before) : {}, toldBy(after)]
  return differences(was, is, [...new Set([...Object.keys(was), ...Object.keys(is)])])
}

/** Attributes of an object that a preset brings: those that are there stay as they are. */
const broughtBy = (organization: Pick<Organization, 'objects'>, { preset, object }: HookEntry) => {
  if (!preset) return undefined
  const slug = object ?? presets[preset].object
  const missing = missingOf(organization, slug, preset)
  const attributes = presets[preset].attributes.map(
    (one): AttributeEntry => missing.find((another) => another.slug === one.slug) ?? { slug: one.slug },
  )
  return { slug, attributes }
}

const withAttributes = (entry: ObjectEntry, brought: readonly AttributeEntry[]): ObjectEntry => {
  const said = entry.attributes ?? []
  return { ...entry, attributes: [...said, ...brought.filter(({ slug }) => !said.some((one) => one.slug === slug))] }
}

/** The document with what the presets of its hooks bring, as if it said so itself. */
export const withPresets = (organization: Pick<Organization, 'objects'>, document: SchemaDocument): SchemaDocument => {
  const objects = new Map(document.objects.map((entry) => [entry.slug, entry]))
  for (const hook of document.hooks ?? []) {
    const brought = hook.remove ? undefined : broughtBy(organization, hook)
    if (brought) objects.set(brought.slug, withAttributes(objects.get(brought.slug) ?? brought, brought.attributes))
  }
  return { ...document, objects: [...objects.values()] }
}

/** What is wrong with an entry is told with its place in the document. */
const at = async (place: number, work: Promise<void>): Promise<void> => {
  try {
    await work
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    const [first] = error.refusal.problems
    const path = ['hooks', place, ...(first.path ?? (first.field === undefined ? [] : [first.field]))]
    throw new RefusedError({ ...error.refusal, problems: [{ ...first, path, field: path.join('.') }] })
  }
}

const toldOf = ({ name, object }: Hook) => ({ kind: 'hook', object, name }) as const

/** The hooks as they will be after the steps so far. */
class HookDraft {
  readonly #draft: SchemaDraft
  readonly #actor: string
  readonly #box: SecretBox
  #hooks: readonly SealedHook[]

  constructor(draft: SchemaDraft, actor: string, box: SecretBox, hooks: readonly SealedHook[]) {
    this.#draft = draft
    this.#box = box
    this.#actor = actor
    this.#hooks = hooks
  }

  named(name: string | undefined): SealedHook | undefined {
    return this.#hooks.find((hook) => hook.name === name)
  }

  except(names: ReadonlySet<string>): readonly SealedHook[] {
    return this.#hooks.filter(({ name }) => !names.has(name))
  }

  #add(steps: readonly SchemaStep[], statement: Parameters<SchemaDraft['statements']['push']>[0]): void {
    this.#draft.steps.push(...steps)
    this.#draft.statements.push(statement)
  }

  remove(hook: SealedHook): void {
    if (hook.state !== 'off') throw refuse('not_archived', 'name')
    this.#hooks = this.#hooks.filter(({ id }) => id !== hook.id)
    this.#add([step({ action: 'remove', ...toldOf(hook) })], removeHook(this.#draft.id, hook.id))
  }

  async create(entry: HookEntry): Promise<void> {
    const { name, state = 'on', renamedFrom: _, preset, remove: __, challenge, ...said } = entry
    const definition = completeDefinition(this.#draft, { ...sentOnly(said), ...(challenge && { challenge }) }, preset)
    await checkHook(this.#draft, { ...definition, name, state })
    checkRoom('hooks', this.#hooks.length + 1, hookLimits.hooks)
    const hook = newHook(definition, { id: v4(), name, state, createdBy: this.#actor, sealedSecrets: [] })
    const note = needsSecret(hook.verification)
      ? 'It takes nothing until it has a secret, which no document holds: POST /v1/hooks/{id}/secrets.'
      : undefined
    this.#hooks = [...this.#hooks, hook]
    const changes = changesOf(undefined, hook)
    this.#add([step({ action: 'create', ...toldOf(hook), changes, note })], insertHook(this.#draft.id, hook))
  }

  async change(before: SealedHook, entry: HookEntry): Promise<void> {
    const { name, state, renamedFrom: _, preset, remove: __, ...said } = entry
    const after = changedHook(before, changedDefinition(this.#draft, before, said, preset), { name, state })
    const renamed = differences<Hook>(before, after, ['name'])
    const changes = changesOf(before, after)
    const steps = [
      ...(renamed.length > 0 ? [step({ action: 'rename', ...toldOf(before), changes: renamed })] : []),
      ...(changes.length > 0 ? [step({ action: 'change', ...toldOf(after), changes })] : []),
    ]
    if (steps.length === 0) return
    await checkChange(this.#draft, this.#box, before, after)
    this.#hooks = this.#hooks.map((hook) => (hook.id === after.id ? after : hook))
    this.#add(steps, saveHook(this.#draft.id, after))
  }
}

const plan = async (hooks: HookDraft, entry: HookEntry): Promise<void> => {
  const found = hooks.named(entry.name)
  const former = hooks.named(entry.renamedFrom)
  if (found && former) throw refuse('already_exists', 'name', `The hook "${entry.name}"`)
  const before = found ?? former
  if (before && entry.remove) hooks.remove(before)
  else if (before) await hooks.change(before, entry)
  else if (!entry.remove) await hooks.create(entry)
}

/**
 * What the document makes of the hooks, behind what it makes of the objects that they write to.
 * @throws RefusedError at the place of the entry that cannot be done
 */
export const planHooks = async (
  draft: SchemaDraft,
  current: CurrentOrganization,
  box: SecretBox,
  { hooks: entries }: SchemaDocument,
  { pruning }: { readonly pruning: boolean },
): Promise<void> => {
  if (!entries && draft.renamed.size === 0) return
  const hooks = new HookDraft(draft, current.actor, box, renameInHooks(draft, await listHooks(current)))
  if (!entries) return
  const names = entries.map(({ name }) => name)
  for (const [i, entry] of entries.entries()) {
    if (names.indexOf(entry.name) !== i) throw refuse('invalid_value', ['hooks', i, 'name'], 'in the document once')
    await at(i, plan(hooks, entry))
  }
  const switchOff = ({ name }: Hook) => ({ name, state: 'off' }) as const
  if (pruning) for (const left of hooks.except(new Set(names))) await hooks.change(left, switchOff(left))
}
