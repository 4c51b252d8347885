import { asWanted, type ObjectSchema, type Organization } from '../../schema/schema.ts'
import type { Statement } from '../../storage/driver.ts'
import type { Erased, Renamed } from '../../storage/forgotten-values.ts'
import type { Pass } from '../../storage/jobs/at-once.ts'
import type { IndexChange } from '../../storage/jobs/index-change.ts'
import type { Conversion } from './convert.ts'
import type { SchemaStep } from './steps.ts'

export interface Rewrite extends Pass {
  /** What the client calls it. */
  readonly told: string
}

/**
 * A plan in the making: the schema as it will be after the steps so far, so that each step is checked by the rules that
 * hold for it alone, and what has to be written for them.
 */
export interface SchemaDraft {
  readonly id: string
  readonly objects: Map<string, ObjectSchema>
  readonly archivedObjects: Map<string, ObjectSchema>
  readonly steps: SchemaStep[]
  readonly statements: Statement[]
  readonly indexes: IndexChange[]
  /** Names of what is changed, by object. */
  readonly changed: Map<string, string[]>
  /** What of it goes for good, by object. */
  readonly erased: Map<string, Erased>
  /** What goes through the records of an object and rewrites them. */
  readonly rewritten: Rewrite[]
  readonly conversions: Conversion[]
  /** Attributes that have a new slug, by object. */
  readonly renamed: Map<string, Renamed>
}

const wanted = (objects: Organization['objects']) => new Map([...objects].map(([slug, one]) => [slug, asWanted(one)]))

export const draftOf = ({ id, objects, archivedObjects }: Organization): SchemaDraft => ({
  id,
  objects: wanted(objects),
  archivedObjects: wanted(archivedObjects),
  steps: [],
  statements: [],
  indexes: [],
  changed: new Map(),
  erased: new Map(),
  rewritten: [],
  conversions: [],
  renamed: new Map(),
})

/** One more thing to be done. @param names of attributes and combinations that it changes */
export const add = (
  draft: SchemaDraft,
  object: string,
  names: readonly string[],
  { steps, statements }: { readonly steps: readonly SchemaStep[]; readonly statements: readonly Statement[] },
): void => {
  draft.steps.push(...steps)
  draft.statements.push(...statements)
  draft.changed.set(object, [...(draft.changed.get(object) ?? []), ...names])
}

/** The object, archived or not, as it is by now. */
export const objectIn = ({ objects, archivedObjects }: SchemaDraft, slug: string): ObjectSchema | undefined =>
  objects.get(slug) ?? archivedObjects.get(slug)

export const put = (draft: SchemaDraft, object: ObjectSchema): void => {
  const place = draft.archivedObjects.has(object.slug) ? draft.archivedObjects : draft.objects
  place.set(object.slug, object)
}
