import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { assertRecords, written } from '../../engine/assert.ts'
import type { Outcome, Written } from '../../engine/outcome.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { jsonRequest } from '../responses.ts'
import { firmAccess, security } from './access.ts'
import { entityCommands } from './commands.ts'
import { entity, fieldNames } from './fields.ts'
import { renderEntity } from './render.ts'
import { upsertResponses } from './responses.ts'
import { entityBody, entityResponse, firmParams } from './schemas.ts'

const fieldName = fieldNames(entity)

const route = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/api/v1/idm/{firmId}/investment-entities/upsert',
    operationId: 'anduinUpsertInvestmentEntity',
    tags: ['Anduin'],
    summary: 'Create or update an investment entity',
    description:
      'Finds an investment entity by its tracking id. A risk level that differs from the stored one also adds a risk assessment, in the same write.',
    security,
    middleware: [...firmAccess(services), jsonBody] as const,
    request: { params: firmParams, body: jsonRequest(entityBody) },
    responses: upsertResponses(entityResponse, 'investment entity'),
  })

/** The entity's outcome; if anything was refused, the refusal that caused the others. @throws RefusedError */
const writtenTogether = (outcomes: readonly Outcome[]): Written =>
  written(outcomes.find((o) => o.status === 'refused' && o.refusal.problems[0].code !== 'not_attempted') ?? outcomes[0])

export const mountUpsertInvestmentEntity = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    c.set('fieldName', fieldName)
    const session = c.get('session')
    const commands = entityCommands(c.req.valid('json'), session.actor, Date.now())
    const { outcomes } = await assertRecords(c.get('store'), session, () => commands, {
      contract: 'anduin',
      // An entity is never without the assessment of its risk level, nor the other way round.
      ...(commands.length > 1 && { allOrNothing: true, track: true }),
    })
    return c.json(renderEntity(writtenTogether(outcomes)), 200)
  })
}
