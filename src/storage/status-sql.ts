import type { RecordAction } from '../engine/history.ts'
import type { OrganizationStatus } from '../schema/schema.ts'

/** Behind a column: whether it holds one of these. They are our own words, none of a client's. */
export const oneOf = (words: readonly (OrganizationStatus | RecordAction)[]): string =>
  `IN (${words.map((word) => `'${word}'`).join(', ')})`
