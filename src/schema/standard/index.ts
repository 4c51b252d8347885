import type { ObjectSchema } from '../attribute.ts'
import { companies } from './companies.ts'
import { clients, investmentEntities, riskAssessments } from './investing.ts'
import { people } from './people.ts'

let built: ReadonlyMap<string, ObjectSchema> | undefined

/**
 * The objects that every organisation has. They are code: the database holds only what an organisation adds or
 * changes, so a new version of the product brings its new attributes to every organisation at once.
 */
export const standardObjects = (): ReadonlyMap<string, ObjectSchema> => {
  built ??= new Map([people(), companies(), clients(), investmentEntities(), riskAssessments()].map((o) => [o.slug, o]))
  return built
}
