import type { z } from '@hono/zod-openapi'
import { written } from '../../engine/assert.ts'
import type { AssertCommand } from '../../engine/command.ts'
import type { Outcome, Written } from '../../engine/outcome.ts'
import { fieldNames } from '../kit/fields.ts'
import { type Asked, type Definition, type Operation, operation } from '../kit/operation.ts'
import { clientCommand, contactCommand, entityCommands, isAssessed } from './commands.ts'
import { client, contact, entity, type Resource } from './fields.ts'
import { renderClient, renderContact, renderEntity } from './render.ts'
import {
  clientBody,
  clientResponse,
  contactBody,
  contactResponse,
  entityBody,
  entityResponse,
  firmParams,
  upsertResponses,
} from './schemas.ts'

/**
 * The outcome of the record that was asked for, the first; if anything was refused, the refusal that caused the others.
 * @throws RefusedError
 */
const writtenTogether = (outcomes: readonly Outcome[]): Written =>
  written(outcomes.find((o) => o.status === 'refused' && o.refusal.problems[0].code !== 'not_attempted') ?? outcomes[0])

/** What the three upserts do not have in common. */
interface Upsert<B extends z.ZodType, A extends z.ZodType> {
  readonly path: string
  readonly operationId: string
  readonly resource: Resource
  readonly noun: string
  readonly description: string
  readonly body: B
  readonly response: A
  readonly translate: (asked: Asked<typeof firmParams, z.ZodObject, B>) => AssertCommand | readonly AssertCommand[]
  readonly options?: Definition<typeof firmParams, z.ZodObject, B, A>['options']
  readonly render: (outcome: Written) => z.input<A>
}

const upsert = <B extends z.ZodType, A extends z.ZodType>({
  path,
  resource,
  noun,
  response,
  render,
  options,
  ...one
}: Upsert<B, A>): Operation => {
  const fieldName = fieldNames(resource.fields)
  return operation<typeof firmParams, z.ZodObject, B, A>({
    ...one,
    method: 'post',
    path: `/api/v1/idm/{firmId}/${path}/upsert`,
    summary: `Create or update ${resource.noun}`,
    params: firmParams,
    responses: upsertResponses(response, noun),
    fieldName: () => fieldName,
    ...(options && { options }),
    answer: ({ outcomes }) => ({ status: 200, body: render(writtenTogether(outcomes)) }),
  })
}

export const operations: readonly Operation[] = [
  upsert({
    path: 'contacts',
    operationId: 'anduinUpsertContact',
    resource: contact,
    noun: 'contact',
    description:
      'Finds a contact by its tracking id or, where none is sent, by its e-mail address without regard to letter case. A contact that is found keeps its addresses.',
    body: contactBody,
    response: contactResponse,
    translate: ({ body }) => contactCommand(body),
    render: renderContact,
  }),
  upsert({
    path: 'clients',
    operationId: 'anduinUpsertClient',
    resource: client,
    noun: 'client',
    description: 'Finds a client by its tracking id.',
    body: clientBody,
    response: clientResponse,
    translate: ({ body }) => clientCommand(body),
    render: renderClient,
  }),
  upsert({
    path: 'investment-entities',
    operationId: 'anduinUpsertInvestmentEntity',
    resource: entity,
    noun: 'investment entity',
    description:
      'Finds an investment entity by its tracking id. A risk level that differs from the stored one also adds a risk assessment, in the same write.',
    body: entityBody,
    response: entityResponse,
    translate: ({ body, actor }) => entityCommands(body, actor, Date.now()),
    // An entity is never without the assessment of its risk level, nor the other way round.
    options: ({ body }) => (isAssessed(body) ? { allOrNothing: true, track: true } : {}),
    render: renderEntity,
  }),
]
