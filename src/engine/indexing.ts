import type { Attribute, Building } from '../schema/schema.ts'
import { problem, RefusedError, refuse } from './errors.ts'

/** Seconds until it is worth asking again: a job of a million records takes about a minute. */
const ASK_AGAIN = 2

/** What is told whoever needs an index that a job is making or removing. @param name of the attribute or combination */
export const indexing = (name: string, { jobId }: Building): RefusedError =>
  new RefusedError(problem('indexing', name, jobId), ASK_AGAIN)

export const isIndexed = ({ indexed, unique }: Attribute): boolean => indexed || unique

/** @throws RefusedError indexing or not_indexed, when records cannot be found or sorted by it */
export const requireIndexed = (attribute: Attribute): void => {
  if (isIndexed(attribute)) return
  throw attribute.building ? indexing(attribute.slug, attribute.building) : refuse('not_indexed', attribute.slug)
}
