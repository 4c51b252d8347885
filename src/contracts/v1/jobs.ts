import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { type Job, jobStates, progressOf, stateOf } from '../../admin/jobs.ts'
import { refuse } from '../../engine/errors.ts'
import { scopeOf, withCurrent } from '../../engine/session.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'
import { allowed } from './access.ts'
import { idParam } from './administration.ts'
import { readResponses } from './responses.ts'

const tags = ['Schema']

const time = z.iso.datetime()

const sharedValue = z.strictObject({ field: z.string(), value: z.string(), recordId: z.uuid() }).openapi('SharedValue')

const job = z
  .strictObject({
    id: z.uuid(),
    object: z.string(),
    name: z
      .string()
      .openapi({ description: 'Slug of the attribute, or name of the combination, whose index it makes.' }),
    status: z.enum(jobStates).openapi({
      description: '`failed`: values that must be unique are shared; the schema is as it was before.',
    }),
    phase: z
      .enum(['fill', 'check', 'settle', 'remove'])
      .nullable()
      .openapi({ description: 'What it is at; null when it has ended.' }),
    done: z.int().openapi({ description: 'Records and keys that it has looked at.' }),
    progress: z.number().nullable().openapi({
      description:
        'Part of the records that it has gone through, from 0 to 1, as far as their ids tell; null where they do not.',
    }),
    conflicts: z
      .array(sharedValue)
      .openapi({ description: 'Of a failed one: the first values that several records share.' }),
    createdBy: z.string(),
    createdAt: time,
    updatedAt: time,
    finishedAt: time.nullable(),
  })
  .openapi('Job')

const list = z.strictObject({ jobs: z.array(job) }).openapi('JobList')

/** Newest jobs that are listed: what is older has ended long ago. */
const LISTED = 100

const render = (one: Job): z.input<typeof job> => ({
  id: one.id,
  object: one.object,
  name: one.name,
  status: stateOf(one),
  phase: one.phases[0]?.does ?? null,
  done: one.done,
  progress: progressOf(one),
  conflicts: (one.duplicates ?? []).flatMap(({ value, recordIds }) =>
    recordIds.map((recordId) => ({ field: one.name, value, recordId })),
  ),
  createdBy: one.createdBy,
  createdAt: zuluMilliseconds(one.createdAt),
  updatedAt: zuluMilliseconds(one.updatedAt),
  finishedAt: one.finishedAt === null ? null : zuluMilliseconds(one.finishedAt),
})

const getRoute = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/jobs/{id}',
    operationId: 'getJob',
    tags,
    summary: 'How far a job has come',
    description:
      'The index of an object with many records is made in small parts, while everything else goes on. What has ended is told for 30 days.',
    ...allowed(services, 'crm:read'),
    request: { params: idParam },
    responses: readResponses('The job', job),
  })

const listRoute = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/v1/jobs',
    operationId: 'listJobs',
    tags,
    summary: 'The newest jobs',
    description: `Those under way and the last that have ended, newest first: up to ${LISTED}.`,
    ...allowed(services, 'crm:read'),
    responses: readResponses('Jobs', list),
  })

export const mountJobs = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(getRoute(services), async (c) => {
    const { id } = c.req.valid('param')
    const found = await withCurrent(c.get('session'), async (session) => {
      const one = await c.get('jobs').read(scopeOf(session), id.toLowerCase())
      if (!one) throw refuse('not_found', undefined, 'such job')
      return one
    })
    if (found.finishedAt === null) c.get('driveJobs')()
    return c.json(render(found), 200)
  })
  app.openapi(listRoute(services), async (c) => {
    const found = await withCurrent(c.get('session'), (session) => c.get('jobs').list(scopeOf(session), LISTED))
    if (found.some(({ finishedAt }) => finishedAt === null)) c.get('driveJobs')()
    return c.json({ jobs: found.map(render) }, 200)
  })
}
