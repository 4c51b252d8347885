import { refuse } from '../../engine/errors.ts'
import { definitionLimits } from '../../schema/limits.ts'
import type { Combination, ObjectSchema } from '../../schema/schema.ts'
import { removeCombination, saveCombination } from '../../storage/schema-sql.ts'
import { checkCombination } from '../combinations.ts'
import { keysOfCombination } from '../rekey.ts'
import { checkRoom } from '../rules.ts'
import type { CombinationEntry } from './document.ts'
import { add, objectIn, put, type SchemaDraft } from './draft.ts'
import { differences, lifecycle, step } from './steps.ts'

const MEMBERS = ['attributes', 'unique'] as const

const found = (object: ObjectSchema, name: string) => {
  const active = object.combinations.find((one) => one.name === name)
  const archived = object.archivedCombinations.find((one) => one.name === name)
  const combination = active ?? archived
  return combination && { combination, archived: archived !== undefined }
}

const without = (all: readonly Combination[], name: string) => all.filter((one) => one.name !== name)

const place = (object: ObjectSchema, combination: Combination, archived: boolean): ObjectSchema => ({
  ...object,
  combinations: [...without(object.combinations, combination.name), ...(archived ? [] : [combination])],
  archivedCombinations: [...without(object.archivedCombinations, combination.name), ...(archived ? [combination] : [])],
})

const remove = (draft: SchemaDraft, object: ObjectSchema, name: string, archived: boolean): void => {
  if (!archived) throw refuse('not_archived', name)
  put(draft, { ...object, archivedCombinations: without(object.archivedCombinations, name) })
  add(draft, object.slug, [name], {
    steps: [step({ action: 'remove', kind: 'combination', object: object.slug, name })],
    statements: removeCombination(draft.id, object.slug, name),
  })
}

const save = (draft: SchemaDraft, object: ObjectSchema, after: Combination, archived: boolean): void => {
  const before = found(object, after.name)
  const changes = differences(before?.combination ?? {}, after, MEMBERS)
  const about = { kind: 'combination', object: object.slug, name: after.name } as const
  const steps = [
    ...(changes.length > 0 ? [step({ action: before ? 'change' : 'create', ...about, changes })] : []),
    ...lifecycle(before?.archived ?? false, archived).map((action) => step({ action, ...about })),
  ]
  if (steps.length === 0) return
  if (!archived) checkCombination(object, after)
  const count = without([...object.combinations, ...object.archivedCombinations], after.name).length
  checkRoom('combinations of an object', count + 1, definitionLimits.combinationsPerObject)
  put(draft, place(object, after, archived))
  draft.keys.push(keysOfCombination(draft.id, object.slug, after, archived))
  add(draft, object.slug, [after.name], {
    steps,
    statements: [saveCombination(draft.id, object.slug, after, archived)],
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
    if (before) remove(draft, object, name, before.archived)
    return
  }
  const attributes = entry.attributes ?? before?.combination.attributes
  if (!attributes) throw refuse('required', name, ': attributes, since it is new')
  save(draft, object, { name, attributes, unique: entry.unique ?? before?.combination.unique ?? true }, archived)
}

/** Archives what the document says nothing of. */
export const pruneCombination = (draft: SchemaDraft, objectSlug: string, combination: Combination): void => {
  const object = objectIn(draft, objectSlug)
  if (object) save(draft, object, combination, true)
}
