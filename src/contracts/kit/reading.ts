import { z } from '@hono/zod-openapi'
import { refuse } from '../../engine/errors.ts'
import { objectOf } from '../../engine/names.ts'
import type { Found, Include } from '../../engine/read.ts'
import type { Organization } from '../../schema/schema.ts'
import type { Declared, Operation } from './operation.ts'
import { readOperation } from './read-operation.ts'

/** The id of a record, in the path. */
export const recordId = z.uuid().openapi({ param: { name: 'id', in: 'path' }, description: 'Id of the record.' })

/** An operation that answers one record by its id, in one call to the database. */
export interface ReadingDefinition<P extends z.ZodObject<{ id: typeof recordId }>, A extends z.ZodType>
  extends Omit<Declared<P, z.ZodObject, z.ZodType, A>, 'method' | 'scope' | 'query' | 'body'> {
  readonly params: P
  /** The slug of its object. */
  readonly object: (params: z.output<P>) => string
  /** A record that it refers to, and that the answer shows. */
  readonly include?: Include
  /** Whether an archived record is answered. Where no field would tell that it is one, it is as good as gone. */
  readonly archived: boolean
  readonly answer: (found: Found, organization: Organization, params: z.output<P>) => z.input<A>
}

/** Refused: unknown_object, and record_not_found. */
export const reading = <P extends z.ZodObject<{ id: typeof recordId }>, A extends z.ZodType>({
  object,
  include,
  archived,
  answer,
  ...declared
}: ReadingDefinition<P, A>): Operation =>
  readOperation<P, z.ZodObject, z.ZodType, A>({
    ...declared,
    method: 'get',
    async read({ params }, { organization, withRelated }) {
      const { slug } = objectOf(organization, object(params))
      const found = await withRelated(slug, (params as { readonly id: string }).id, include)
      if (!found || (found.record.archivedAt !== null && !archived)) throw refuse('record_not_found', ['id'], '')
      return answer(found, organization, params)
    },
  })
