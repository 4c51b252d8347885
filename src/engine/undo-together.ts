import type { Organization } from '../schema/schema.ts'
import { type Way, wayIn } from './earlier.ts'
import { problem, type Refusal } from './errors.ts'
import type { MergedRecord, RecordChange, RecordHistory } from './history.ts'
import { MERGED_RECORDS } from './merge/index.ts'
import { misfit } from './revert.ts'
import { coreOf, type Joining, keyOf, type Merges, type Together } from './undo-merges.ts'
import { comesBack, goesInto, type Looked, lookAt, type Standing, type Undoing, undoing } from './undoing.ts'

/**
 * How records go back together. A merge is undone as a whole or stands as a whole: where one of the two cannot go back, what it did is
 * left out of the ways back of all the others, and these are made anew.
 */

/** What an undo has read: the records that it is about, and what they were merged with. */
export interface Basis {
  readonly organization: Organization
  /** By `keyOf`. */
  readonly histories: ReadonlyMap<string, RecordHistory>
  readonly merged: readonly MergedRecord[]
  readonly merges: Merges
  readonly isMeant: (change: RecordChange) => boolean
  readonly created: 'archive' | 'erase'
}

/** What has turned out not to go back; it only grows. */
export interface LeftOut {
  readonly merges: Map<Together, Standing>
  /** By `keyOf`: why a record was refused. */
  readonly refusals: Map<string, Refusal>
  /** Records that were refused for themselves, and are left as they are. */
  readonly records: Set<string>
}

type LookedAt = ReadonlyMap<string, Looked>

const idsOf = ({ object, loser, into }: Joining) => [keyOf({ object, id: loser }), keyOf({ object, id: into })] as const

/** How many records would lead to one, with those that a redo brings back to it. */
const leadingTo = ({ merged }: Basis, looked: LookedAt, object: string, into: string): number => {
  const below = (id: string) => merged.filter((one) => one.object === object && one.root === id).length
  const coming = [...looked.values()].filter((one) => one.history.record.object === object && goesInto(one) === into)
  return coming.reduce((sum, { history }) => sum + 1 + below(history.record.id), below(into))
}

type Reason = Standing & { readonly refusal?: Refusal }

/** Why it cannot be undone, as far as the histories tell; undefined where it can, or has been. */
const whyNot = (joining: Joining, basis: Basis, looked: LookedAt): Reason | undefined => {
  const [loser, survivor] = idsOf(joining).map((key) => looked.get(key))
  const because = (id: string): Standing => ({
    because: id,
    loser: joining.loser,
    why: 'undone_together',
    by: null,
    record: id,
  })
  if (!loser) return undefined
  if (loser.unknown) return because(joining.loser)
  if (survivor?.unknown) return because(joining.into)
  const { object } = joining
  const isMerged = loser.history.record.mergedInto !== undefined
  if (isMerged !== (joining.action === 'merged')) return undefined
  if (isMerged ? !comesBack(loser) : goesInto(loser) === undefined) return because(joining.loser)
  const outer = basis.merged.find((one) => one.object === object && one.id === joining.into)
  if (outer && survivor && !comesBack(survivor))
    return { ...because(joining.into), why: 'record_merged', by: outer.by, record: outer.root }
  if (isMerged || leadingTo(basis, looked, object, joining.into) <= MERGED_RECORDS) return undefined
  const detail = `more than ${MERGED_RECORDS} records would have been merged into one`
  return { ...because(joining.loser), refusal: { problems: [problem('merge_too_large', undefined, detail)] } }
}

const letStand = ({ merges, refusals }: LeftOut, together: Together, reason: Reason, object: string): void => {
  const { refusal, ...standing } = reason
  merges.set(together, standing)
  if (refusal) refusals.set(keyOf({ object, id: standing.because }), refusal)
}

/** A record that leads to the one, and does not come back. */
const stayingIn = ({ merged }: Basis, looked: LookedAt, { object, id }: { object: string; id: string }) => {
  const isBack = (one: string) => {
    const other = looked.get(keyOf({ object, id: one }))
    return other !== undefined && comesBack(other)
  }
  const intoOf = new Map(merged.flatMap((one) => (one.object === object ? [[one.id, one.into] as const] : [])))
  return merged.find((one) => {
    let at: string | undefined = one.object === object ? one.id : undefined
    while (at !== undefined && at !== id && !isBack(at)) at = intoOf.get(at)
    return at === id && one.id !== id
  })
}

/** Behind a record that is merged its survivor is written, by which alone that is known of what is not meant. */
const mergedBy = ({ merged }: Basis, { object, recordId, sequence }: RecordChange): MergedRecord | undefined =>
  merged.find((one) => one.object === object && one.into === recordId && one.by.sequence === sequence - 1)

export interface Member {
  readonly undoing: Undoing
  readonly history: RecordHistory
}

/** The ways back of all, with each merge in them as a whole. What cannot be is left out, for good. */
export const planTogether = (basis: Basis, leftOut: LeftOut): ReadonlyMap<string, Member> => {
  const { organization, histories, merges, merged, isMeant, created } = basis
  const ways = new Map<string, Way>()
  const wayOf = (object: string): Way => {
    const way = ways.get(object) ?? wayIn(organization, object)
    ways.set(object, way)
    return way
  }
  const standing = (change: RecordChange) => {
    const together = merges.of(change)
    return together && leftOut.merges.get(together)
  }
  const meaning = { isMeant, standing, isOfMerge: (change: RecordChange) => merges.of(change) !== undefined }
  const open = () => merges.all.filter((one) => !leftOut.merges.has(one))
  const mergedOf = new Map(merged.map((one) => [keyOf(one), one]))
  for (;;) {
    const looked = new Map([...histories].map(([key, history]) => [key, lookAt(history, meaning)]))
    const before = leftOut.merges.size
    for (const together of open())
      for (const joining of together) {
        const reason = leftOut.merges.has(together) ? undefined : whyNot(joining, basis, looked)
        if (reason) letStand(leftOut, together, reason, joining.object)
      }
    if (leftOut.merges.size > before) continue
    const undone = open().flatMap((all) => all.filter(({ action }) => action === 'merged'))
    const survivors = new Set(undone.map((one) => idsOf(one)[1]))
    const members = new Map(
      [...looked].map(([key, one]) => {
        const { record } = one.history
        const around = {
          merged: mergedOf.get(key),
          staying: stayingIn(basis, looked, record),
          isSurvivor: survivors.has(key),
          mergedBy: (change: RecordChange) => mergedBy(basis, change),
        }
        return [key, { history: one.history, undoing: undoing(one, created, wayOf(record.object), around) }] as const
      }),
    )
    for (const together of open())
      for (const joining of together) {
        const lacking = members.get(idsOf(joining)[0])?.undoing.lacking ?? []
        const [first, ...others] = lacking.map((slug) => misfit(wayOf(joining.object), slug))
        if (!first || leftOut.merges.has(together)) continue
        const reason = { because: joining.loser, loser: joining.loser, why: 'undone_together', by: null } as const
        const refusal = { problems: [first, ...others] } as const
        letStand(leftOut, together, { ...reason, record: joining.loser, refusal }, joining.object)
      }
    if (leftOut.merges.size === before) return members
  }
}

/**
 * Leaves out what was refused: the merges that need it or, where there is none, the record. Merges first, since what is refused
 * besides may have been so because of them.
 */
export const leaveOut = ({ merges }: Basis, leftOut: LeftOut, refused: ReadonlyMap<string, Refusal>): void => {
  const needing = merges.all.flatMap((together) => {
    const core = coreOf(together)
    const key = leftOut.merges.has(together) ? undefined : [...refused.keys()].find((one) => core.has(one))
    return key === undefined ? [] : [{ together, key }]
  })
  for (const { together, key } of needing) {
    const [object = '', because = ''] = key.split(' ')
    const of = together.find(({ loser, into }) => loser === because || into === because)
    const standing = {
      because,
      loser: of?.loser ?? because,
      why: 'undone_together',
      by: null,
      record: because,
    } as const
    letStand(leftOut, together, { ...standing, ...refusalOf(refused, key) }, object)
  }
  if (needing.length > 0) return
  for (const [key, refusal] of refused) {
    leftOut.records.add(key)
    leftOut.refusals.set(key, refusal)
  }
}

const refusalOf = (refused: ReadonlyMap<string, Refusal>, key: string) => {
  const refusal = refused.get(key)
  return refusal ? { refusal } : {}
}
