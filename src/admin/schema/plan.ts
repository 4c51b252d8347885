import { refuse } from '../../engine/errors.ts'
import { asWanted, type ObjectSchema, type Organization } from '../../schema/schema.ts'
import { removeObject, saveObject } from '../../storage/schema-sql.ts'
import { checkObject, checkObjectRoom, newObject } from '../objects.ts'
import { requireSettled } from '../rekey.ts'
import { searchedBy, searchedChange } from '../searched.ts'
import type { ObjectEntry, SchemaDocument } from './document.ts'
import { add, draftOf, objectIn, type SchemaDraft } from './draft.ts'
import { planAttribute, pruneAttribute } from './plan-attributes.ts'
import { planCombination, pruneCombination } from './plan-combinations.ts'
import { differences, lifecycle, step } from './steps.ts'

const MEMBERS = ['singularName', 'pluralName'] as const

/** Makes, renames and restores: before anything is defined of the object. */
const beginObject = (draft: SchemaDraft, entry: ObjectEntry): void => {
  const { slug, archived, remove } = entry
  const before = objectIn(draft, slug)
  if (remove && !before) return
  const { singularName = before?.singularName, pluralName = before?.pluralName } = entry
  if (singularName === undefined || pluralName === undefined)
    throw refuse('required', slug, ': singularName and pluralName, since it is new')
  const names = { slug, singularName, pluralName }
  if (!before) {
    checkObject(names)
    checkObjectRoom(draft)
  }
  const wasArchived = draft.archivedObjects.has(slug)
  const about = { kind: 'object', object: slug } as const
  const changes = differences<typeof names>(before ?? {}, names, MEMBERS)
  const steps = [
    ...(changes.length > 0 ? [step({ action: before ? 'change' : 'create', ...about, changes })] : []),
    ...(wasArchived && archived === false ? [step({ action: 'restore', ...about })] : []),
  ]
  if (steps.length === 0) return
  if (before?.standard) throw refuse('not_updatable', slug, 'a standard object')
  checkObject(names)
  const isArchived = wasArchived && archived !== false
  draft.archivedObjects.delete(slug)
  const place = isArchived ? draft.archivedObjects : draft.objects
  place.set(slug, before ? { ...before, ...names } : newObject(names, Date.now()))
  add(draft, slug, [], { steps, statements: [saveObject(draft.id, names, isArchived)] })
}

const archive = (draft: SchemaDraft, object: ObjectSchema): void => {
  if (object.standard) throw refuse('not_updatable', object.slug, 'a standard object')
  draft.objects.delete(object.slug)
  draft.archivedObjects.set(object.slug, object)
  const steps = lifecycle(false, true).map((action) => step({ action, kind: 'object', object: object.slug }))
  add(draft, object.slug, [], { steps, statements: [saveObject(draft.id, object, true)] })
}

const relationsTo = ({ objects, archivedObjects }: SchemaDraft, slug: string) =>
  [...objects.values(), ...archivedObjects.values()].flatMap((object) =>
    [...object.attributes.values()]
      .filter(({ related }) => related === slug && object.slug !== slug)
      .map((attribute) => `${object.slug}.${attribute.slug}`),
  )

/** Archives and removes: behind what else the document says of the object. */
const endObject = (draft: SchemaDraft, { slug, archived, remove }: ObjectEntry): void => {
  const active = draft.objects.get(slug)
  if (active && remove) throw refuse(active.standard ? 'not_updatable' : 'not_archived', slug)
  if (active && archived) archive(draft, active)
  if (!remove || !draft.archivedObjects.has(slug)) return
  const object = draft.archivedObjects.get(slug)
  for (const one of object?.attributes.values() ?? []) requireSettled(one, one.slug)
  for (const one of [...(object?.combinations ?? []), ...(object?.archivedCombinations ?? [])])
    requireSettled(one, one.name)
  const [relation] = relationsTo(draft, slug)
  if (relation !== undefined) throw refuse('in_use', slug, `the relation ${relation}`)
  draft.archivedObjects.delete(slug)
  draft.rewritten.push({ object: slug, told: slug })
  draft.erased.set(slug, [])
  add(draft, slug, [], {
    steps: [step({ action: 'remove', kind: 'object', object: slug })],
    statements: removeObject(draft.id, slug),
  })
}

const entryIn = ({ objects }: SchemaDocument, { slug }: ObjectSchema) => objects.find((one) => one.slug === slug)

/** Archives objects and combinations that the document says nothing of: what is left may then do without them. */
const pruneBefore = (draft: SchemaDraft, document: SchemaDocument): void => {
  for (const object of [...draft.objects.values()]) {
    const entry = entryIn(document, object)
    if (!entry && !object.standard) {
      archive(draft, object)
      continue
    }
    for (const combination of object.combinations)
      if (!entry?.combinations?.some(({ name }) => name === combination.name))
        pruneCombination(draft, object.slug, combination)
  }
}

/** Archives attributes that the document says nothing of: what it says of combinations holds already. */
const pruneBehind = (draft: SchemaDraft, document: SchemaDocument): void => {
  for (const object of [...draft.objects.values()]) {
    const said = new Set(entryIn(document, object)?.attributes?.map(({ slug }) => slug))
    for (const attribute of object.attributes.values())
      if (!said.has(attribute.slug)) pruneAttribute(draft, object.slug, attribute)
  }
}

/** Which attributes objects are searched by: known when all else is. */
const planSearch = (draft: SchemaDraft, { objects, archivedObjects }: Organization): void => {
  for (const object of [...draft.objects.values(), ...draft.archivedObjects.values()]) {
    const { slug } = object
    const was = objects.get(slug) ?? archivedObjects.get(slug)
    const nowOf = new Map(Object.entries(draft.renamed.get(slug) ?? {}).map(([to, from]) => [from, to]))
    const known = [...(was?.attributes.keys() ?? [])].map((one) => nowOf.get(one) ?? one)
    const before = (was ? searchedBy(asWanted(was)) : []).map((one) => nowOf.get(one) ?? one)
    const after = searchedBy(object)
    const { statements, indexes } = searchedChange(draft.id, object, {
      ...{ before, after },
      made: after.filter((one) => !known.includes(one)),
      redefined: draft.conversions.some((one) => one.object === slug && before.includes(one.after.slug)),
    })
    draft.statements.push(...statements)
    draft.indexes.push(...indexes)
  }
}

const checkEachOnce = ({ objects }: SchemaDocument): void => {
  const once = (names: readonly string[]) => {
    const twice = names.find((name, i) => names.indexOf(name) !== i)
    if (twice !== undefined) throw refuse('invalid_value', twice, 'in the document once')
  }
  once(objects.map(({ slug }) => slug))
  for (const { attributes = [], combinations = [] } of objects)
    once([...attributes.map(({ slug }) => slug), ...combinations.map(({ name }) => name)])
}

/**
 * What the document makes of the schema, step by step and in an order in which each step can be done. Pure: what depends on
 * the records is looked at by `prepare`.
 * @throws RefusedError
 */
export const planSchema = (
  organization: Organization,
  document: SchemaDocument,
  { pruning }: { readonly pruning: boolean },
): SchemaDraft => {
  checkEachOnce(document)
  const draft = draftOf(organization)
  const each = (work: (entry: ObjectEntry) => void) => document.objects.forEach(work)
  const combinations = (ending: boolean) =>
    each(({ slug, combinations: all = [] }) => {
      for (const one of all) planCombination(draft, slug, one, ending)
    })
  each((entry) => beginObject(draft, entry))
  combinations(true)
  if (pruning) pruneBefore(draft, document)
  const left: (() => void)[] = []
  each(({ slug, attributes = [] }) => {
    for (const one of attributes) {
      const plan = (behind: boolean) => planAttribute(draft, slug, one, { behind, prune: pruning })
      if (!plan(false)) left.push(() => plan(true))
    }
  })
  combinations(false)
  for (const plan of left) plan()
  if (pruning) pruneBehind(draft, document)
  each((entry) => endObject(draft, entry))
  planSearch(draft, organization)
  return draft
}
