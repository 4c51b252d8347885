import { refuse } from '../../engine/errors.ts'
import { definitionLimits } from '../../schema/limits.ts'
import type { Combination, ObjectSchema } from '../../schema/schema.ts'
import { removeAliases, reorderAliases } from '../../storage/aliases-sql.ts'
import type { Statement } from '../../storage/driver.ts'
import { removeCombination, saveCombination } from '../../storage/schema-sql.ts'
import { checkCombination } from '../combinations.ts'
import { indexOfCombination, requireSettled } from '../rekey.ts'
import { checkRoom } from '../rules.ts'
import type { CombinationEntry } from './document.ts'
import { add, objectIn, put, type SchemaDraft } from './draft.ts'
import { differences, lifecycle, step, toldMembers } from './steps.ts'

const MEMBERS = toldMembers<Required<Combination>>({ attributes: true, unique: true, name: false, building: false })

type Known = Combination & { readonly archived: boolean }

const found = ({ combinations, archivedCombinations }: ObjectSchema, name: string): Known | undefined => {
  const active = combinations.find((one) => one.name === name)
  if (active) return { ...active, archived: false }
  const archived = archivedCombinations.find((one) => one.name === name)
  return archived && { ...archived, archived: true }
}

const without = (all: readonly Combination[], name: string) => all.filter((one) => one.name !== name)

const place = (object: ObjectSchema, { archived, ...combination }: Known): ObjectSchema => ({
  ...object,
  combinations: [...without(object.combinations, combination.name), ...(archived ? [] : [combination])],
  archivedCombinations: [...without(object.archivedCombinations, combination.name), ...(archived ? [combination] : [])],
})

const remove = (draft: SchemaDraft, object: ObjectSchema, combination: Known): void => {
  const { name, archived } = combination
  if (!archived) throw refuse('not_archived', name)
  requireSettled(combination, name)
  put(draft, { ...object, archivedCombinations: without(object.archivedCombinations, name) })
  add(draft, object.slug, [name], {
    steps: [step({ action: 'remove', kind: 'combination', object: object.slug, name })],
    statements: removeCombination(draft.id, object.slug, name),
  })
}

/** What merged records are found by, where the combination is to have other attributes, or these in another order. */
const formerKeys = (
  organizationId: string,
  object: string,
  before: Combination | undefined,
  { name, attributes }: Combination,
): { readonly statements: readonly Statement[]; readonly note?: string } => {
  if (!before || before.attributes.join() === attributes.join()) return { statements: [] }
  const places = attributes.map((slug) => before.attributes.indexOf(slug))
  return places.includes(-1)
    ? {
        statements: [removeAliases(organizationId, object, name)],
        note: 'Former keys of merged records lead nowhere by it then: nothing is known of what is new in it.',
      }
    : { statements: reorderAliases(organizationId, object, name, places) }
}

const save = (draft: SchemaDraft, object: ObjectSchema, after: Known): void => {
  const before = found(object, after.name)
  const changes = differences<Combination>(before ?? {}, after, MEMBERS)
  const about = { kind: 'combination', object: object.slug, name: after.name } as const
  const former = formerKeys(draft.id, object.slug, before, after)
  const steps = [
    ...(changes.length > 0
      ? [step({ action: before ? 'change' : 'create', ...about, changes, note: former.note })]
      : []),
    ...lifecycle(before?.archived ?? false, after.archived).map((action) => step({ action, ...about })),
  ]
  if (steps.length === 0) return
  if (!after.archived) checkCombination(object, after)
  const count = without([...object.combinations, ...object.archivedCombinations], after.name).length
  checkRoom('combinations of an object', count + 1, definitionLimits.combinationsPerObject)
  draft.indexes.push(indexOfCombination(object.slug, before, after))
  put(draft, place(object, after))
  add(draft, object.slug, [after.name], {
    steps,
    statements: [...former.statements, saveCombination(draft.id, object.slug, after, after.archived)],
  })
}

/** @param ending whether to do only what ends a combination: before its attributes are changed, and else behind that */
export const planCombination = (
  draft: SchemaDraft,
  objectSlug: string,
  { name, ...entry }: CombinationEntry,
  ending: boolean,
): void => {
  const object = objectIn(draft, objectSlug)
  if (!object) return
  const before = found(object, name)
  const archived = entry.archived ?? before?.archived ?? false
  const ends = entry.remove === true || (archived && before?.archived === false)
  if (ends !== ending) return
  if (entry.remove) {
    if (before) remove(draft, object, before)
    return
  }
  const attributes = entry.attributes ?? before?.attributes
  if (!attributes) throw refuse('required', name, ': attributes, since it is new')
  save(draft, object, { name, attributes, unique: entry.unique ?? before?.unique ?? true, archived })
}

/** Archives what the document says nothing of. */
export const pruneCombination = (draft: SchemaDraft, objectSlug: string, combination: Combination): void => {
  const object = objectIn(draft, objectSlug)
  if (object) save(draft, object, { ...combination, archived: true })
}
