import { isOfRefused } from '../../../import/mapping.ts'
import { who } from '../../session/session.ts'
import type { Choices } from './choices.ts'

/** What was chosen for files with the same columns, in this browser; a file of refused rows has those of the file that they are from. */

const STORED = 'edge-upsert.imports'

/** Of several kinds of file so many are known again; the one that was not used for longest is forgotten. */
const MOST = 50

type Kept = readonly (readonly [key: string, choices: Choices])[]

const keyOf = (object: string, columns: readonly string[]): string =>
  JSON.stringify([who.peek()?.organization.id, object, ...columns.filter((name) => !isOfRefused(name))])

const kept = (): Kept => {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]')
    return Array.isArray(found) ? (found as Kept) : []
  } catch {
    return []
  }
}

export const recall = (object: string, columns: readonly string[]): Choices | undefined =>
  kept().find(([key]) => key === keyOf(object, columns))?.[1]

export const remember = (object: string, columns: readonly string[], choices: Choices): void => {
  const key = keyOf(object, columns)
  const others = kept().filter(([one]) => one !== key)
  try {
    localStorage.setItem(STORED, JSON.stringify([[key, choices], ...others].slice(0, MOST)))
  } catch {
    // It spares some clicks, and nothing depends on it.
  }
}
