import { createRoute, type RouteConfig, z } from '@hono/zod-openapi'
import { refuse } from '../../engine/errors.ts'
import type { Found, Include, RecordReader } from '../../engine/read.ts'
import { type Scope, scopeOf, withCurrent } from '../../engine/session.ts'
import { securityOf } from '../../http/credentials.ts'
import type { Organization } from '../../schema/schema.ts'
import type { Operation } from './operation.ts'
import { objectOf } from './read-back.ts'
import type { json } from './responses.ts'

/** The id of a record, in the path. */
export const recordId = z
  .uuid()
  .openapi({ param: { name: 'id', in: 'path' }, example: '01900000-0000-7000-8000-000000000001' })

/** An operation that answers one record by its id, in one call to the database. */
export interface ReadingDefinition<P extends z.ZodObject<{ id: typeof recordId }>, A extends z.ZodType>
  extends Pick<RouteConfig, 'path' | 'summary' | 'description'> {
  readonly operationId: string
  readonly params: P
  readonly responses: { readonly 200: ReturnType<typeof json<A>> } & RouteConfig['responses']
  /** The slug of its object. */
  readonly object: (params: z.output<P>) => string
  /** A record that it refers to, and that the answer shows. */
  readonly include?: Include
  /** Whether an archived record is answered. Where no field would tell that it is one, it is as good as gone. */
  readonly archived: boolean
  readonly answer: (found: Found, organization: Organization, params: z.output<P>) => z.input<A>
}

const find = async (reader: RecordReader, scope: Scope, object: string, id: string, include: Include | undefined) => {
  if (include) return reader.byIdWith(scope, object, id, include)
  const record = await reader.byId(scope, object, id)
  return record && { record, related: null }
}

/** Refused: unknown_object, and record_not_found. */
export const reading =
  <P extends z.ZodObject<{ id: typeof recordId }>, A extends z.ZodType>({
    params: declared,
    object,
    include,
    archived,
    answer,
    ...described
  }: ReadingDefinition<P, A>): Operation =>
  (app, services, { tags, credentials }, guards) => {
    const route: RouteConfig = {
      ...described,
      method: 'get',
      tags: [tags[0].name],
      security: securityOf(credentials, 'crm:read'),
      request: { params: declared },
      middleware: [services.access('crm:read'), ...guards],
    }
    app.openapi(createRoute(route), async (c) => {
      const params = c.req.valid('param' as never) as z.output<P>
      const { id } = params as { readonly id: string }
      const { found, organization } = await withCurrent(c.get('session'), async (session) => {
        const { slug } = objectOf(session.organization, object(params))
        const found = await find(c.get('reader'), scopeOf(session), slug, id.toLowerCase(), include)
        return { found, organization: session.organization }
      })
      if (!found || (found.record.archivedAt !== null && !archived)) throw refuse('record_not_found', ['id'], '')
      return c.json(answer(found, organization, params) as object, 200)
    })
  }
