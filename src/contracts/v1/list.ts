import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { type Path, problem, RefusedError, refuse } from '../../engine/errors.ts'
import type { Condition } from '../../engine/query/condition.ts'
import { filterLimits } from '../../engine/query/condition.ts'
import { readFilter } from '../../engine/query/filter.ts'
import type { Sort } from '../../engine/query/plan.ts'
import { isOwn } from '../../engine/query/subject.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import type { ObjectSchema, Organization } from '../../schema/schema.ts'
import { allowed } from './access.ts'
import { historyResponses } from './changes.ts'
import { archived, find, IDS, page, q } from './find.ts'
import { textValue } from './records.ts'
import { readResponses } from './responses.ts'
import { cursor, fields, limit, objectParam } from './schemas.ts'

export const parts = (text: string | undefined) => text?.split(',').filter((part) => part !== '')

const sort = z
  .string()
  .optional()
  .openapi({ description: 'An indexed attribute, `createdAt` or `updatedAt`; with `-` before it the other way round.' })

export const ids = z
  .string()
  .optional()
  .openapi({ description: `Only these records, separated by commas, at most ${IDS}; what is not there is left out.` })

/** Its members come one by one, as `filter[name]=value`; the route's own schema sees only what is not written so. */
export const filter = z
  .record(z.string(), z.string())
  .optional()
  .openapi({
    param: { name: 'filter', in: 'query', style: 'deepObject', explode: true },
    description: 'Attributes that have this value: `filter[job_title]=Analyst`. All must. For more, POST a query.',
  })

const expand = z
  .string()
  .optional()
  .openapi({ description: 'Relations whose records come along in `expanded`, separated by commas.' })

const route = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/objects/{object}/records',
    operationId: 'listRecords',
    tags: ['Records'],
    summary: 'List records',
    description:
      'Page by page, in order of creation unless `sort` says another, or by the words that `q` finds: `nextCursor` is the `cursor` of the next page, and null at the end.',
    ...allowed(services, 'crm:read'),
    request: {
      params: objectParam,
      query: z.object({ limit, cursor, fields, archived, ids, q, sort, filter, expand }),
    },
    responses: { ...readResponses('A page of records', page), ...historyResponses },
  })

const MEMBER = /^filter\[([^[\]]*)\]$/

const sortOf = (text: string | undefined): Sort | undefined => {
  if (text === undefined) return undefined
  const down = text.startsWith('-')
  return { attribute: down ? text.slice(1) : text, direction: down ? 'desc' : 'asc' }
}

/** A parameter has no members: whatever is wrong with its condition is wrong with it. @throws RefusedError */
export const ofParameter = (parameter: string, read: (path: Path) => Condition): Condition => {
  try {
    return read([parameter])
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    const [{ code, detail, near }] = error.refusal.problems
    throw new RefusedError({ ...problem(code, [parameter], detail), ...(near !== undefined && { near }) })
  }
}

/** Conditions of the parameters, each with the place that it came from. */
export const conditionOf =
  (url: URL, listed: readonly string[] | undefined) =>
  (organization: Organization, object: ObjectSchema): Condition | undefined => {
    const of: Condition[] = []
    if (listed && listed.length > IDS) throw refuse('too_many_values', 'ids', `at most ${IDS} ids`)
    const add = (parameter: string, leaf: object) =>
      of.push(ofParameter(parameter, (path) => readFilter(organization, object, leaf, path)))
    if (listed) add('ids', { attribute: 'id', operator: 'in', value: listed })
    for (const [name, text] of url.searchParams) {
      const slug = MEMBER.exec(name)?.[1]
      if (slug === undefined) continue
      if (of.length >= filterLimits.conditions)
        throw refuse('too_many_values', 'filter', `at most ${filterLimits.conditions} conditions`)
      const type = isOwn(slug) ? '' : (object.attributes.get(slug)?.type ?? '')
      const value = textValue(type === 'currency' ? 'number' : type, text)
      add(name, { attribute: slug, operator: 'eq', value })
    }
    return of.length > 0 ? { kind: 'and', of } : undefined
  }

export const mountList = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const { object } = c.req.valid('param')
    const query = c.req.valid('query')
    return c.json(
      await find(c, {
        ...query,
        object,
        sort: sortOf(query.sort),
        expand: parts(query.expand),
        condition: conditionOf(new URL(c.req.url), parts(query.ids)),
      }),
      200,
    )
  })
}
