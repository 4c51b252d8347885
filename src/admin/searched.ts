import type { ObjectSchema } from '../schema/schema.ts'
import { WORDS } from '../schema/words.ts'
import type { Statement } from '../storage/driver.ts'
import type { IndexChange } from '../storage/jobs/index-change.ts'
import { saveCombination } from '../storage/schema-sql.ts'
import { requireSettled } from './rekey.ts'

/** Which attributes an object is searched by: one index of words for all of them. */

/** The attributes that records are searched by, as it is wanted. */
export const searchedBy = ({ attributes }: Pick<ObjectSchema, 'attributes'>): readonly string[] =>
  [...attributes.values()].filter(({ searchable }) => searchable).map(({ slug }) => slug)

interface SearchedChange {
  /** As it is wanted so far, under the slugs that are wanted. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** Attributes that are made by the same change: no record has a value of them. */
  readonly made?: readonly string[]
  /** The values of one that stays are others from now on. */
  readonly redefined?: boolean
}

/**
 * What it takes to search by other attributes: the line that says so, and the words of the records. More attributes have
 * more words; where there are fewer, nobody knows which word was of which, so that all are made anew.
 * @throws RefusedError indexing, when a job is at the words
 */
export const searchedChange = (
  organizationId: string,
  { slug: object, search }: Pick<ObjectSchema, 'slug' | 'search'>,
  { before, after, made = [], redefined = false }: SearchedChange,
): { readonly statements: readonly Statement[]; readonly indexes: readonly IndexChange[] } => {
  const added = after.filter((slug) => !before.includes(slug))
  const isFewer = redefined || before.some((slug) => !after.includes(slug))
  if (added.length === 0 && !isFewer) return { statements: [], indexes: [] }
  requireSettled(search ?? {}, added[0] ?? before[0] ?? '')
  const isOff = after.length === 0
  const attributes = isOff ? before : after
  const change: IndexChange = {
    ...{ kind: 'words', object, name: WORDS, attributes, redefined: true },
    from: isFewer ? { unique: false } : null,
    to: isOff ? null : { unique: false },
    wanted: { indexed: true, unique: false },
  }
  const isEmpty = !isFewer && added.every((slug) => made.includes(slug))
  return {
    statements: [saveCombination(organizationId, object, { name: WORDS, attributes, unique: false }, isOff)],
    indexes: isEmpty ? [] : [change],
  }
}
