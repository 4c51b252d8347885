import { z } from '@hono/zod-openapi'
import { written } from '../../engine/assert.ts'
import { type Operation, operation } from '../kit/operation.ts'
import { reading, recordId } from '../kit/reading.ts'
import { type AssertBody, assertCommand, fieldNameIn } from './commands.ts'
import { account, contact, type RecordType } from './fields.ts'
import { type RenderedRecord, renderMeta, renderRecord } from './render.ts'
import {
  accountBody,
  accountRead,
  accountResponse,
  assertResponses,
  contactBody,
  contactRead,
  contactResponse,
  readResponses,
} from './schemas.ts'

/** What the two asserts do not have in common. */
interface Assert<T extends string, A extends z.ZodType> {
  readonly type: RecordType<T>
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly body: z.ZodType<AssertBody>
  readonly response: A
}

const assert = <T extends string, A extends z.ZodType<unknown, RenderedRecord<T>>>({
  type,
  response,
  ...one
}: Assert<T, A>): Operation =>
  operation({
    ...one,
    method: 'post',
    path: `/api/v2/${type.recordType}/_assert`,
    responses: assertResponses(response, type.recordType),
    fieldName: ({ body }) => fieldNameIn(type, body),
    translate: ({ body }, organization) => assertCommand(type, body, organization),
    answer: ({ outcomes, organization }, { body }) => {
      const outcome = written(outcomes[0])
      const data = renderRecord(type, outcome.record, organization)
      const answer = { data, meta: renderMeta(outcome, body.match) }
      return { status: outcome.status === 'created' ? 201 : 200, body: answer as z.input<A> }
    },
  })

/** What the two readings do not have in common. */
interface Get<T extends string, A extends z.ZodType> extends Pick<Assert<T, A>, 'type' | 'operationId' | 'summary'> {
  readonly response: A
}

const get = <T extends string, A extends z.ZodType<unknown, Pick<RenderedRecord<T>, 'data'>>>({
  type,
  response,
  ...one
}: Get<T, A>): Operation =>
  reading({
    ...one,
    path: `/api/v2/${type.recordType}/{id}`,
    description: `Answers the ${type.recordType} of this id, an archived one too: \`archived_at\` tells.`,
    params: z.object({ id: recordId }),
    responses: readResponses(response, type.recordType),
    object: () => type.object,
    archived: true,
    answer: ({ record }, organization) => ({ data: renderRecord(type, record, organization) }) as z.input<A>,
  })

export const operations: readonly Operation[] = [
  assert({
    type: contact,
    operationId: 'reevoAssertContact',
    summary: 'Create or update a contact',
    description: 'Finds a contact by any of its e-mail addresses, or by id.',
    body: contactBody,
    response: contactResponse,
  }),
  assert({
    type: account,
    operationId: 'reevoAssertAccount',
    summary: 'Create or update an account',
    description: 'Finds an account by any of its domains, or by id.',
    body: accountBody,
    response: accountResponse,
  }),
  get({ type: contact, operationId: 'reevoGetContact', summary: 'Get a contact', response: contactRead }),
  get({ type: account, operationId: 'reevoGetAccount', summary: 'Get an account', response: accountRead }),
]
