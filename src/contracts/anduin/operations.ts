import type { z } from '@hono/zod-openapi'
import { written } from '../../engine/assert.ts'
import type { AssertCommand } from '../../engine/command.ts'
import type { Outcome, Written } from '../../engine/outcome.ts'
import type { StoredRecord } from '../../engine/record.ts'
import { fieldNames } from '../kit/fields.ts'
import { type Asked, type Definition, type Operation, operation } from '../kit/operation.ts'
import { clientCommand, contactCommand, contactUpdates, entityCommands, isAssessed } from './commands.ts'
import { client, contact, entity, type Resource } from './fields.ts'
import { readOperations } from './reads.ts'
import { clientOf, contactOf, entityOf, resultOf } from './render.ts'
import {
  clientBody,
  clientResponse,
  contactBody,
  contactParams,
  contactRecord,
  contactResponse,
  contactUpdateBody,
  entityBody,
  entityResponse,
  firmParams,
  updateResponses,
  upsertResponses,
} from './schemas.ts'

/**
 * The outcome of the record that was asked for, the first; if anything was refused, the refusal that caused the others.
 * @throws RefusedError
 */
const writtenTogether = (outcomes: readonly Outcome[]): Written =>
  written(outcomes.find((o) => o.status === 'refused' && o.refusal.problems[0].code !== 'not_attempted') ?? outcomes[0])

/**
 * The outcome of the command whose key found the contact; if none did, of the last one.
 * @throws RefusedError
 */
const writtenByEither = (outcomes: readonly Outcome[]): Written =>
  written(
    outcomes.find((o) => o.status !== 'refused' || o.refusal.problems[0].code !== 'record_not_found') ?? outcomes[0],
  )

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
  readonly render: (record: StoredRecord, result: 'created' | 'updated') => z.input<A>
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
    answer: ({ outcomes }) => {
      const outcome = writtenTogether(outcomes)
      return { status: 200, body: render(outcome.record, resultOf(outcome)) }
    },
  })
}

const contactFieldName = fieldNames(contact.fields)

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
    render: (record, result) => ({ ...contactOf(record), result }),
  }),
  operation({
    method: 'put',
    path: '/api/v1/idm/{firmId}/contacts/{contactId}',
    operationId: 'anduinUpdateContact',
    summary: 'Update a contact',
    description:
      'Changes the fields that are sent, the e-mail address among them: the one way to change it. Never creates a contact.',
    params: contactParams,
    body: contactUpdateBody,
    responses: updateResponses(contactRecord, 'contact'),
    fieldName: () => contactFieldName,
    translate: ({ params, body }) => contactUpdates(params.contactId, body),
    answer: ({ outcomes }) => ({ status: 200, body: contactOf(writtenByEither(outcomes).record) }),
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
    render: (record, result) => ({ ...clientOf(record), result }),
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
    render: (record, result) => ({ ...entityOf(record), result }),
  }),
  ...readOperations,
]
