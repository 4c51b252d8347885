import { z } from '@hono/zod-openapi'
import type { ItemAnswer } from '../../../engine/store.ts'
import { deliveryStatuses } from '../../../hooks/definition.ts'
import type { Delivery } from '../../../hooks/delivery.ts'
import type { MappingInput } from '../../../hooks/mapping-input.ts'
import { type DeliveryResult, placed } from '../../../hooks/run-delivery.ts'
import { zuluMilliseconds } from '../../kit/read-back.ts'
import { problemDetails } from '../errors.ts'
import { problem } from '../schemas.ts'

/** What became of deliveries, on the wire. */

const count = z.number().int()

const NOTHING = { created: 0, updated: 0, unchanged: 0, older: 0 }

/** Of a delivery that is kept until its database is back. */
export const waiting = (id: string) => ({ delivery: id, status: 'waiting' as const, ...NOTHING })

export const received = z
  .strictObject({
    delivery: z.uuid().openapi({ description: 'Its id in the log; of a repetition that of the first one.' }),
    status: z.enum(['done', 'skipped', 'repeated', 'waiting']).openapi({
      description: 'waiting: it is kept until the database is back.',
    }),
    created: count,
    updated: count,
    unchanged: count,
    older: count.openapi({ description: 'Items that newer ones have come before.' }),
  })
  .openapi('ReceivedDelivery', { example: waiting('01900000-0000-7000-8000-000000000001') })

/** Of a delivery that did not fail. */
export const statusOf = ({ status, isRepetition }: DeliveryResult): 'done' | 'skipped' | 'repeated' =>
  isRepetition ? 'repeated' : status === 'skipped' ? 'skipped' : 'done'

/** Of a delivery that did not fail: a sender has no use for more. */
export const renderReceived = (result: DeliveryResult): z.output<typeof received> => {
  const { id, outcomes } = result
  const counts = { ...NOTHING }
  for (const { status: outcome } of outcomes)
    if (outcome === 'created' || outcome === 'updated' || outcome === 'unchanged') counts[outcome]++
    else counts.older++
  return { delivery: id, status: statusOf(result), ...counts }
}

const outcome = z
  .strictObject({
    index: count,
    status: z.enum(['created', 'updated', 'unchanged', 'refused', 'erased', 'skipped']),
    recordId: z.uuid().nullable(),
  })
  .openapi('DeliveredItem')

const fields = {
  id: z.uuid(),
  messageId: z.string().nullable().openapi({ description: 'How the sender calls it.' }),
  receivedAt: z.iso.datetime(),
  status: z.enum(deliveryStatuses).openapi({
    description:
      'failed: not all of it was written. rejected: it did not prove that it comes from the sender; one entry an hour for each error code, which tells of the last one.',
  }),
  items: z.array(outcome),
  errors: problem.shape.errors.openapi({ description: 'Why it failed, was skipped or rejected.' }),
  milliseconds: count.openapi({ description: 'From when it came, or was run later or again, until it was written.' }),
  attempts: count.openapi({ description: 'How often it was run.' }),
  repeats: count.openapi({
    description: 'How often it came again, to no effect; of what is rejected, how often it came.',
  }),
  hasPayload: z.boolean(),
  unproven: z.boolean().openapi({
    description:
      'It was ever refused because it did not prove that it comes from the sender: only whoever names it has it run again.',
  }),
}

export const delivery = z.strictObject(fields).openapi('Delivery')

const payload = z
  .looseObject({
    body: z.unknown(),
    headers: z.looseObject({}),
    query: z.looseObject({}),
    signed: z
      .record(z.string(), z.string())
      .optional()
      .openapi({ description: 'What its signature is of besides the body, as it was verified.' }),
    digest: z.string().optional(),
  })
  .openapi('DeliveryPayload')

export const renderPayload = ({ digest, signed, ...rest }: MappingInput): z.output<typeof payload> => ({
  ...rest,
  ...(signed && { signed: Object.fromEntries<string>(Object.entries(signed)) }),
  ...(digest !== undefined && { digest }),
})

export const keptDelivery = z
  .strictObject({
    ...fields,
    payload: z.union([payload, z.null()]).openapi({ description: 'As far as the hook keeps it.' }),
  })
  .openapi('KeptDelivery')

const itemOf = (answer: ItemAnswer): z.output<typeof outcome> => ({
  index: answer.position,
  status: answer.status,
  recordId: 'record' in answer ? answer.record.id : null,
})

export const renderDelivery = ({
  messageId,
  answers,
  problems,
  receivedAt,
  ...rest
}: Delivery): z.output<typeof delivery> => {
  const [first, ...others] = problems.map(placed)
  return {
    id: rest.id,
    messageId,
    receivedAt: zuluMilliseconds(receivedAt),
    status: rest.status,
    items: answers.map(itemOf),
    errors: first ? problemDetails({ problems: [first, ...others] }).errors : [],
    milliseconds: rest.milliseconds,
    attempts: rest.attempts,
    repeats: rest.repeats,
    hasPayload: rest.hasPayload,
    unproven: rest.unproven,
  }
}
