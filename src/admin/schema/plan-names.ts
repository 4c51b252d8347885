import { refuse } from '../../engine/errors.ts'
import type { SealedHook } from '../../hooks/definition.ts'
import type { Organization } from '../../schema/schema.ts'
import { saveHook } from '../../storage/hook-rows.ts'
import type { CurrentOrganization } from '../authority.ts'
import { listSubscriptions, saveFilter } from '../subscriptions.ts'
import { objectIn, type SchemaDraft } from './draft.ts'

/** Who names attributes and objects besides the schema: hooks and subscriptions. They go by a new slug from its first moment. */

/** What an attribute is called after the steps so far. @param from what it is called before them */
const calledIn =
  ({ renamed }: SchemaDraft, object: string) =>
  (from: string): string =>
    Object.entries(renamed.get(object) ?? {}).find(([, former]) => former === from)?.[0] ?? from

type Called = ReturnType<typeof calledIn>

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const keysAs = <T>(called: Called, of: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(of).map(([slug, value]) => [called(slug), value]))

/** Its expressions name what the sender calls its own, so that nothing in them is a slug. */
const hookAs = (hook: SealedHook, called: Called): SealedHook => {
  const { mapping, options } = hook
  const { write, ifNewer } = options
  return {
    ...hook,
    mapping: {
      ...mapping,
      match: mapping.match.map((one) => keysAs(called, one)),
      values: keysAs(called, mapping.values),
      ...(mapping.constants && { constants: keysAs(called, mapping.constants) }),
    },
    options: {
      ...options,
      ...(isObject(write) && { write: keysAs(called, write) }),
      ...(typeof ifNewer === 'string' && { ifNewer: called(ifNewer) }),
    },
  }
}

/** Has the step that gives the attribute its slug tell who goes by it. */
const tell = ({ steps }: SchemaDraft, object: string, slugs: readonly string[], who: string): void => {
  for (const [i, step] of steps.entries())
    if (step.action === 'rename' && step.object === object && slugs.includes(String(step.changes[0]?.to)))
      steps[i] = { ...step, text: `${step.text} ${who} goes by it.` }
}

/** @returns the hooks as they will be after the steps so far */
export const renameInHooks = (draft: SchemaDraft, hooks: readonly SealedHook[]): readonly SealedHook[] =>
  hooks.map((hook) => {
    const called = calledIn(draft, hook.object)
    const renamed: string[] = []
    const after = hookAs(hook, (from) => {
      const to = called(from)
      if (to !== from) renamed.push(to)
      return to
    })
    if (renamed.length === 0) return hook
    tell(draft, hook.object, renamed, `Hook "${hook.name}"`)
    draft.statements.push(saveHook(draft.id, after))
    return after
  })

const has = (
  { objects, archivedObjects }: Pick<Organization, 'objects' | 'archivedObjects'>,
  object: string,
  attribute: string,
): boolean => (objects.get(object) ?? archivedObjects.get(object))?.attributes.has(attribute) === true

/**
 * What subscriptions name is renamed in them, and may not go: they would be told of nothing any more, and nobody would know.
 * @throws RefusedError in_use
 */
export const planSubscriptions = async (draft: SchemaDraft, current: CurrentOrganization): Promise<void> => {
  if (draft.renamed.size + draft.erased.size === 0) return
  const { organization } = current
  const all = [...organization.objects.keys(), ...organization.archivedObjects.keys()]
  for (const subscription of await listSubscriptions(current)) {
    const { name, objects } = subscription
    const inUse = (what: string) => refuse('in_use', what, `the subscription "${name}"`)
    const gone = objects.find((slug) => all.includes(slug) && !objectIn(draft, slug))
    if (gone !== undefined) throw inUse(gone)
    const told = objects.length > 0 ? objects : all
    // One that several objects have may become several.
    const attributes = subscription.attributes.flatMap((slug) => {
      const having = told.filter((object) => has(organization, object, slug))
      const left = having
        .map((object) => ({ object, to: calledIn(draft, object)(slug) }))
        .filter(({ object, to }) => has(draft, object, to))
      if (having.length > 0 && left.length === 0) throw inUse(slug)
      for (const { object, to } of left) if (to !== slug) tell(draft, object, [to], `Subscription "${name}"`)
      return left.length > 0 ? left.map(({ to }) => to) : [slug]
    })
    const statement = saveFilter(current, subscription, { attributes })
    if (statement) draft.statements.push(statement)
  }
}
