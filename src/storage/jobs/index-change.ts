import type { Attribute, KeptKeys } from '../../schema/schema.ts'
import type { KeyIndex } from '../keys-sql.ts'

/** What a change of the schema asks of an index of match keys, and the way from one state to the other. */

/** How an index is; null: there is none. */
export type IndexState = { readonly unique: boolean } | null

export interface IndexChange extends Omit<KeyIndex, 'unique'> {
  readonly from: IndexState
  readonly to: IndexState
  /** The same values make other keys from now on: what is there is of no use. */
  readonly redefined?: boolean
  /** Of a combination that was not there before: if it cannot be made, it is not there afterwards. */
  readonly isNew?: boolean
  /** What the attribute is to be in the end; a combination is always indexed. */
  readonly wanted: Pick<Attribute, 'indexed' | 'unique'>
}

/** That of an attribute which had no keys so far. @param unique whether the attribute is wanted to be */
export const firstIndex = (object: string, slug: string, unique: boolean): IndexChange => ({
  ...{ kind: 'attribute', object, name: slug, attributes: [slug] },
  from: null,
  to: { unique: false },
  wanted: { indexed: true, unique },
})

/** One part of a job: what it does, and how the assert program keeps the index meanwhile (null: not at all). */
export interface Phase {
  readonly does: 'fill' | 'check' | 'settle' | 'remove'
  readonly kept: KeptKeys | null
}

const REMOVE: Phase = { does: 'remove', kept: null }

const fill = (unique: boolean): Phase => ({ does: 'fill', kept: unique ? 1 : 0 })

/** None where no row has to be touched. */
export const phasesOf = ({ from, to, redefined = false }: IndexChange): readonly Phase[] => {
  if (!to) return from ? [REMOVE] : []
  if (!from) return [fill(to.unique)]
  if (redefined) return [REMOVE, fill(to.unique)]
  if (from.unique === to.unique) return []
  return to.unique
    ? [
        { does: 'check', kept: 2 },
        { does: 'settle', kept: 3 },
      ]
    : [{ does: 'settle', kept: 2 }]
}

/** Whether values that several records share are in its way. */
export const isStricter = ({ from, to, redefined = false }: IndexChange): boolean =>
  to?.unique === true && (redefined || from?.unique !== true)
