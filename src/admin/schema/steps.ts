import type { Attribute } from '../../schema/schema.ts'

/** One thing that a document changes, in data and in words. */
export interface SchemaStep {
  readonly action: 'create' | 'change' | 'rename' | 'archive' | 'restore' | 'remove'
  readonly kind: 'object' | 'attribute' | 'option' | 'combination' | 'hook'
  /** Its slug; of a hook, that of what it writes to. */
  readonly object: string
  /** Slug of the attribute, or of that which an option belongs to; name of the combination or hook; null for an object. */
  readonly name: string | null
  /** Id of the option. */
  readonly option: string | null
  /** What is another from then on; of a creation, all that was said. */
  readonly changes: readonly { readonly member: string; readonly from: unknown; readonly to: unknown }[]
  readonly text: string
}

type About = Pick<SchemaStep, 'action' | 'kind' | 'object'> &
  Partial<Pick<SchemaStep, 'name' | 'option' | 'changes'>> & {
    /** What somebody has to do besides; in words only. */
    readonly note?: string | undefined
  }

const VERBS = {
  create: 'Create',
  change: 'Change',
  rename: 'Rename',
  archive: 'Archive',
  restore: 'Restore',
  remove: 'Remove for good, with its data,',
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? `"${value}"` : value === undefined ? 'nothing' : JSON.stringify(value)

export const step = ({ action, kind, object, name = null, option = null, changes = [], note }: About): SchemaStep => {
  const path = [object, name, option].filter((part) => part !== null).join('.')
  const told = changes.map(({ member, from, to }) =>
    action === 'create' ? `${member} ${shown(to)}` : `${member} from ${shown(from)} to ${shown(to)}`,
  )
  const text = `${VERBS[action]} ${kind} ${path}${told.length > 0 ? `: ${told.join(', ')}` : ''}.`
  const noted = note === undefined ? text : `${text} ${note}`
  return { action, kind, object, name, option, changes, text: noted }
}

/** The members that differ; of `before` nothing is known where something is made. */
export const differences = <T extends object>(
  before: Partial<T>,
  after: T,
  members: readonly (keyof T & string)[],
): SchemaStep['changes'] =>
  members
    .filter((member) => JSON.stringify(before[member]) !== JSON.stringify(after[member]))
    .map((member) => ({ member, from: before[member] ?? null, to: after[member] ?? null }))

/** Archiving and restoring are steps of their own. */
export const lifecycle = (before: boolean, after: boolean): readonly ('archive' | 'restore')[] =>
  before === after ? [] : [after ? 'archive' : 'restore']

/**
 * The members whose changes are told as they are.
 * @param told of every member, so that a new one cannot be forgotten: the others have steps of their own, are there for good,
 * or follow from something else
 */
export const toldMembers = <T extends object>(told: Readonly<Record<keyof T & string, boolean>>) =>
  (Object.keys(told) as (keyof T & string)[]).filter((member) => told[member])

const MEMBERS = toldMembers<Required<Attribute>>({
  label: true,
  type: true,
  multiple: true,
  required: true,
  unique: true,
  indexed: true,
  searchable: true,
  slug: false,
  archived: false,
  options: false,
  related: false,
  standard: false,
  country: false,
  building: false,
  wording: false,
})

const optionSteps = (object: string, { slug, options: were }: Attribute, { options }: Attribute): SchemaStep[] => {
  const about = (option: string) => ({ kind: 'option' as const, object, name: slug, option })
  const gone = were.filter(({ id }) => !options.some((option) => option.id === id))
  return [
    ...options.flatMap((option) => {
      const was = were.find(({ id }) => id === option.id)
      const changes = differences(was ?? {}, option, ['value'])
      if (!was) return [step({ action: 'create', ...about(option.id), changes })]
      return [
        ...(changes.length > 0 ? [step({ action: 'rename', ...about(option.id), changes })] : []),
        ...lifecycle(was.archived === true, option.archived === true).map((action) =>
          step({ action, ...about(option.id) }),
        ),
      ]
    }),
    ...gone.map(({ id }) => step({ action: 'remove', ...about(id) })),
  ]
}

/** What makes one attribute of the other; the slug is the same. */
export const attributeSteps = (object: string, before: Attribute, after: Attribute): SchemaStep[] => {
  const about = { kind: 'attribute', object, name: after.slug } as const
  const changes = differences(before, after, MEMBERS)
  return [
    ...(changes.length > 0 ? [step({ action: 'change', ...about, changes })] : []),
    ...optionSteps(object, before, after),
    ...lifecycle(before.archived, after.archived).map((action) => step({ action, ...about })),
  ]
}

export const creationOf = (object: string, attribute: Attribute): SchemaStep =>
  step({
    action: 'create',
    kind: 'attribute',
    object,
    name: attribute.slug,
    changes: differences({}, attribute, [...MEMBERS, ...(attribute.related === undefined ? [] : ['related' as const])]),
  })
