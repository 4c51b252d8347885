import type { z } from '@hono/zod-openapi'
import { written } from '../../engine/assert.ts'
import { type Operation, operation } from '../kit/operation.ts'
import { type AssertBody, assertCommand, fieldNameIn } from './commands.ts'
import { account, contact, type RecordType } from './fields.ts'
import { type RenderedRecord, renderMeta, renderRecord } from './render.ts'
import { accountBody, accountResponse, assertResponses, contactBody, contactResponse } from './schemas.ts'

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
]
