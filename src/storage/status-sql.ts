import type { OrganizationStatus } from '../schema/schema.ts'

/** Behind a column: whether an organisation has one of these statuses. They are our own words, none of a client's. */
export const oneOf = (statuses: readonly OrganizationStatus[]): string =>
  `IN (${statuses.map((status) => `'${status}'`).join(', ')})`
