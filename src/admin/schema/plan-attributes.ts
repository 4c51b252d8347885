import { refuse } from '../../engine/errors.ts'
import { type Attribute, type ObjectSchema, type Option, typeOf } from '../../schema/schema.ts'
import { insertAttribute, saveAttribute } from '../../storage/administration-sql.ts'
import { removeAllAttributeData, removeAttribute, renameAttribute } from '../../storage/schema-sql.ts'
import {
  checkAttribute,
  checkAttributeRoom,
  checkOptionsRoom,
  checkUnused,
  newAttribute,
  optionsOf,
  staysSearchable,
} from '../definitions.ts'
import { indexOfAttribute, indexOfCombination, requireSettled } from '../rekey.ts'
import { checkSlug, sentOnly } from '../rules.ts'
import type { AttributeEntry, OptionEntry } from './document.ts'
import { add, objectIn, put, type SchemaDraft } from './draft.ts'
import { attributeSteps, creationOf, step } from './steps.ts'

const withAttribute = (object: ObjectSchema, attribute: Attribute): ObjectSchema => ({
  ...object,
  attributes: new Map(object.attributes).set(attribute.slug, attribute),
})

const namesOf = ({ attributes, combinations, archivedCombinations }: ObjectSchema) =>
  new Set([...attributes.keys(), ...[...combinations, ...archivedCombinations].map(({ name }) => name)])

/** Present options in their place, new ones behind them. @throws RefusedError not_archived */
const mergedOptions = ({ slug, options }: Attribute, entries: readonly OptionEntry[], prune: boolean): Option[] => {
  const entryOf = (option: Option) =>
    entries.find(({ id, value }) => (id === undefined ? value === option.value : id === option.id))
  const kept = options.flatMap((option) => {
    const entry = entryOf(option)
    if (entry?.remove && !option.archived) throw refuse('not_archived', slug, option.value)
    if (entry?.remove) return []
    return [
      entry
        ? { archived: option.archived, ...sentOnly(entry), id: option.id }
        : { ...option, archived: option.archived || prune },
    ]
  })
  const added = entries.filter((entry) => !entry.remove && !options.some((option) => entryOf(option) === entry))
  return optionsOf([...kept, ...added.map(sentOnly)], options)
}

const create = (draft: SchemaDraft, object: ObjectSchema, entry: AttributeEntry): void => {
  const { slug, label, type, archived = false, options } = entry
  if (label === undefined || type === undefined) throw refuse('required', slug, ': label and type, since it is new')
  const { archived: _, renamedFrom: __, convert: ___, remove: ____, options: _____, ...rest } = sentOnly(entry)
  const blank = newAttribute(draft, { ...rest, slug, label, type })
  const attribute = { ...blank, archived, options: mergedOptions(blank, options ?? [], false) }
  checkAttribute(attribute)
  if (namesOf(object).has(slug)) throw refuse('already_exists', slug, `The combination "${slug}"`)
  checkAttributeRoom(draft, object)
  checkOptionsRoom(draft, attribute.options.length)
  put(draft, withAttribute(object, attribute))
  add(draft, object.slug, [slug], {
    steps: [creationOf(object.slug, attribute)],
    statements: [insertAttribute(draft.id, object.slug, attribute)],
  })
}

const rename = (draft: SchemaDraft, object: ObjectSchema, before: Attribute, to: string): void => {
  const from = before.slug
  if (before.standard) throw refuse('not_updatable', from, 'the slug of a standard attribute')
  requireSettled(before, from)
  checkSlug('slug', to)
  if (namesOf(object).has(to)) throw refuse('already_exists', to, `The attribute or combination "${to}"`)
  const renamed = (slug: string) => (slug === from ? to : slug)
  const inAll = (all: ObjectSchema['combinations']) =>
    all.map((one) => ({ ...one, attributes: one.attributes.map(renamed) }))
  put(draft, {
    ...object,
    attributes: new Map(
      [...object.attributes.values()].map((one) => [renamed(one.slug), { ...one, slug: renamed(one.slug) }]),
    ),
    combinations: inAll(object.combinations),
    archivedCombinations: inAll(object.archivedCombinations),
  })
  draft.rewritten.push({ object: object.slug, name: from, told: to })
  const { [from]: first = from, ...others } = draft.renamed.get(object.slug) ?? {}
  draft.renamed.set(object.slug, { ...others, [to]: first })
  add(draft, object.slug, [from, to], {
    steps: [
      step({
        action: 'rename',
        kind: 'attribute',
        object: object.slug,
        name: from,
        changes: [{ member: 'slug', from, to }],
      }),
    ],
    statements: renameAttribute(draft.id, object.slug, from, to),
  })
}

const remove = (draft: SchemaDraft, object: ObjectSchema, attribute: Attribute): void => {
  const { slug, archived, standard } = attribute
  if (standard) throw refuse('not_updatable', slug, 'a standard attribute')
  if (!archived) throw refuse('not_archived', slug)
  requireSettled(attribute, slug)
  const user = object.archivedCombinations.find(({ attributes }) => attributes.includes(slug))
  if (user) throw refuse('in_use', slug, `the archived combination "${user.name}"`)
  const attributes = new Map(object.attributes)
  attributes.delete(slug)
  put(draft, { ...object, attributes })
  draft.rewritten.push({ object: object.slug, name: slug, told: slug })
  draft.erased.set(object.slug, [...(draft.erased.get(object.slug) ?? []), slug])
  add(draft, object.slug, [slug], {
    steps: [step({ action: 'remove', kind: 'attribute', object: object.slug, name: slug })],
    statements: [removeAllAttributeData(draft.id, object.slug, slug), ...removeAttribute(draft.id, object.slug, slug)],
  })
}

/** What the entry makes of an attribute that is there. @throws RefusedError when it may not be that */
const changedBy = (before: Attribute, entry: AttributeEntry, prune: boolean): Attribute => {
  const { slug, renamedFrom: _, convert, remove: __, options, related, ...said } = entry
  const type = said.type ?? before.type
  const merged = { ...before, ...sentOnly(said) }
  const after = {
    ...merged,
    multiple: merged.multiple || typeOf({ type }).alwaysMultiple === true,
    indexed: merged.unique || merged.indexed,
    searchable: staysSearchable(said.searchable, merged),
    ...(options && { options: mergedOptions(before, options, prune) }),
  }
  const isOther = after.type !== before.type || after.multiple !== before.multiple
  if (related !== undefined && related !== before.related) throw refuse('not_updatable', slug, 'related')
  if (isOther && before.standard) throw refuse('not_updatable', slug, 'the type of a standard attribute')
  if (isOther && !convert)
    throw refuse(
      'needs_consent',
      slug,
      `converted to ${after.multiple ? 'a list of ' : ''}${after.type} ("convert": true)`,
    )
  checkAttribute(after)
  return after
}

const change = (draft: SchemaDraft, object: ObjectSchema, before: Attribute, after: Attribute): void => {
  const steps = attributeSteps(object.slug, before, after)
  if (steps.length === 0) return
  const { slug } = after
  checkOptionsRoom(draft, after.options.length - before.options.length)
  if (after.archived && !before.archived) checkUnused(object, slug)
  put(draft, withAttribute(object, after))
  const isConverted = after.type !== before.type || after.multiple !== before.multiple
  if (isConverted) {
    if (after.multiple) checkUnused(object, slug)
    draft.rewritten.push({ object: object.slug, name: slug, told: slug })
    draft.conversions.push({ object: object.slug, before, after })
    for (const combination of object.combinations)
      if (combination.attributes.includes(slug)) {
        const active = { ...combination, archived: false }
        draft.indexes.push(indexOfCombination(object.slug, active, active))
      }
  }
  const indexes = indexOfAttribute(object.slug, before, after)
  // The records are looked at as they are now, where the values stand under the old slug.
  if (draft.renamed.get(object.slug)?.[slug] !== undefined && (isConverted || indexes.length > 0))
    throw refuse('invalid_value', slug, 'renamed first, and given another type or other keys in a document after that')
  draft.indexes.push(...indexes)
  add(draft, object.slug, [slug], { steps, statements: [saveAttribute(draft.id, object.slug, after)] })
}

/** Ends something that a combination may need: the attribute itself, or that it has one value. */
const isEnding = (before: Attribute, { archived, remove: removed, multiple, type }: AttributeEntry): boolean =>
  removed === true ||
  (archived === true && !before.archived) ||
  (!before.multiple && (multiple === true || (type !== undefined && typeOf({ type }).alwaysMultiple === true)))

const isCombined = ({ combinations, archivedCombinations }: ObjectSchema, slug: string): boolean =>
  [...combinations, ...archivedCombinations].some(({ attributes }) => attributes.includes(slug))

/**
 * What the entry makes of the attribute. A combination may come to need it by the same document, or need it no longer: so it
 * is planned before the combinations, unless it ends what one of them needs so far, which is planned behind them.
 * @param behind whether the combinations have been planned
 * @param prune whether options that the entry leaves out are archived, where it lists any
 * @returns whether that was it; else it is to be planned once more, behind the combinations
 */
export const planAttribute = (
  draft: SchemaDraft,
  objectSlug: string,
  entry: AttributeEntry,
  { behind, prune }: { readonly behind: boolean; readonly prune: boolean },
): boolean => {
  const here = () => objectIn(draft, objectSlug)
  const { slug, renamedFrom } = entry
  const renamed = renamedFrom === undefined ? undefined : here()?.attributes.get(renamedFrom)
  const object = here()
  if (object && renamed) rename(draft, object, renamed, slug)
  const current = here()
  const before = current?.attributes.get(slug)
  if (!current || (!before && entry.remove)) return true
  if (!behind && before && isEnding(before, entry) && isCombined(current, slug)) return false
  if (!before) create(draft, current, entry)
  else if (entry.remove) remove(draft, current, before)
  else change(draft, current, before, changedBy(before, entry, prune))
  return true
}

/** Archives what the document says nothing of: behind the combinations, which may need it no longer. */
export const pruneAttribute = (draft: SchemaDraft, objectSlug: string, before: Attribute): void => {
  const object = objectIn(draft, objectSlug)
  if (object && !before.standard && !before.archived)
    change(draft, object, before, changedBy(before, { slug: before.slug, archived: true }, false))
}
