import type { ObjectSchema, StoredValue } from '../../schema/schema.ts'
import { type Problem, problem } from '../errors.ts'
import type { Draft, Writes } from './draft.ts'
import type { Data, Patch } from './planned.ts'

/** Everything that a record created by these writes would hold; no nulls. */
export const creationData = (writes: Writes): Data => {
  const data: Data = {}
  for (const patch of [writes.onBoth, writes.fills, writes.createOnly])
    for (const slug in patch) {
      const value = patch[slug]
      if (value) data[slug] = value
    }
  for (const slug in writes.merges) {
    const merge = writes.merges[slug]
    if (!merge) continue
    const [mode, ...list] = merge
    if (mode !== 'remove') data[slug] = list as StoredValue
  }
  return data
}

const requiredOf = new WeakMap<ObjectSchema, readonly string[]>()
const requiredSlugs = (object: ObjectSchema): readonly string[] => {
  let slugs = requiredOf.get(object)
  if (!slugs) {
    slugs = [...object.attributes.values()].filter((a) => a.required && !a.archived).map((a) => a.slug)
    requiredOf.set(object, slugs)
  }
  return slugs
}

const missingOnCreate = ({ object, writes }: Draft, data: Data): readonly Problem[] =>
  requiredSlugs(object)
    .filter((slug) => !(slug in data) && !writes.refs.some((r) => r[0] === slug && r[4] > 0))
    .map((slug) => problem('required', slug, ' to create a record'))

/** Whether the command creates when nothing matches, and if it would, what keeps it from that. */
export const planCreation = (
  draft: Draft,
  data: Data,
): { readonly mayCreate: boolean; readonly createProblems: readonly Problem[] } => {
  const { mode, ifVersion, lifecycle, match, onUnknownId, createProblems: ofContract = [] } = draft.command
  const isKnown = match[0]?.name === 'id' && onUnknownId !== 'create'
  const creates = mode !== 'update' && ifVersion === undefined && lifecycle === undefined && !isKnown
  // A command that creates nothing whatever it says is not told what a creation would lack, but that nothing matched.
  const createProblems = creates ? [...ofContract, ...missingOnCreate(draft, data)] : []
  return { mayCreate: creates && createProblems.length === 0, createProblems }
}

/** What a create holds otherwise than the patch of an update says; usually little, and often nothing. */
export const creationPatch = (attributes: Patch, data: Data): Patch => {
  const patch: Patch = {}
  for (const slug in attributes) if (!(slug in data)) patch[slug] = null
  for (const slug in data) if (data[slug] !== attributes[slug]) patch[slug] = data[slug] ?? null
  return patch
}
