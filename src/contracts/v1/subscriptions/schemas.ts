import { z } from '@hono/zod-openapi'
import {
  type DeadLetter,
  type Subscription,
  subscriptionLimits,
  subscriptionStates,
  toldActions,
} from '../../../subscriptions/definition.ts'
import { zuluMilliseconds } from '../../kit/read-back.ts'
import { someTextUpTo } from '../../kit/text.ts'
import { name } from '../administration.ts'

/** A subscription on the wire: docs/subscriptions.md says what each of these is for. */

export const tags = ['Subscriptions']

const entries = <T extends z.ZodType>(one: T) => z.array(one).max(subscriptionLimits.filterEntries)

/** Members that a new subscription and a change have alike. */
const definition = {
  url: someTextUpTo(subscriptionLimits.urlCharacters).openapi({
    description:
      'Where changes are posted to: https at port 443 or 8443, of the public Internet, with no user or password in it. A hook of the same organisation is not told of what hooks have written.',
    example: 'https://receiver.example/changes',
  }),
  objects: entries(z.string()).openapi({ description: 'Only changes of these objects. Empty, the default: of all.' }),
  actions: entries(z.enum(toldActions).openapi('ToldAction')).openapi({
    description: 'Only these. Default: all but `history_changed` and `schema_changed`, which are of no record.',
  }),
  attributes: entries(z.string()).openapi({
    description: 'Of updates: only those that changed one of these. Empty, the default: all.',
  }),
}

export const newSubscription = z
  .strictObject({
    name,
    url: definition.url,
    objects: definition.objects.optional(),
    actions: definition.actions.optional(),
    attributes: definition.attributes.optional(),
  })
  .openapi('NewSubscription')

export const subscriptionChange = z
  .strictObject({
    name: name.optional(),
    ...z.strictObject(definition).partial().shape,
    state: z.enum(['on', 'off']).optional().openapi({ description: 'off: nothing is sent, and nothing passed over.' }),
  })
  .openapi('SubscriptionChange')

export const secretRotation = z
  .strictObject({
    overlapHours: z.number().int().min(0).max(subscriptionLimits.overlapHours).default(24).openapi({
      description: 'For so long each message is signed with the former secret as well.',
    }),
  })
  .openapi('SubscriptionSecretRotation')

export const resumption = z
  .strictObject({
    skip: z.boolean().default(false).openapi({
      description:
        'Passes over the message that it stands at, if it has been refused at least once: a change of a record becomes a dead letter, any other message is left out.',
    }),
  })
  .openapi('SubscriptionResumption')

export const redelivery = z
  .strictObject({
    recordId: z.uuid().optional().openapi({ description: 'Only those of this record. Absent: all.' }),
  })
  .openapi('DeadLetterRedelivery')

export const redelivered = z
  .strictObject({
    wanted: z.number().int().openapi({ description: 'Dead letters that are to be sent again.' }),
    state: z.enum(subscriptionStates).openapi({
      description: 'Of the subscription. on: they are sent behind this answer. paused, off: once it is on again.',
    }),
    attempts: z.literal(1).openapi({
      description: 'Each is tried so often: one that is not taken stays a dead letter, and its `failure` says why.',
    }),
  })
  .openapi('DeadLettersWanted')

const time = z.iso.datetime()

export const subscription = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    ...definition,
    state: z.enum([...subscriptionStates, 'failing']).openapi({
      description:
        'failing: its receiver takes nothing at present, and is tried again. paused: it has taken nothing for days, is gone, or has too many dead letters; resume goes on.',
    }),
    lastSequence: z.number().int().openapi({ description: 'Of the last change that needs nothing more.' }),
    attempts: z.number().int().openapi({ description: 'That have failed, at the change behind it.' }),
    failure: z.string().nullable().openapi({ description: 'What came of the last attempt; null: it was taken.' }),
    failingSince: time.nullable(),
    nextAttemptAt: time.nullable().openapi({ description: 'Null: with the next change.' }),
    deliveredAt: time.nullable().openapi({ description: 'When the receiver took something last.' }),
    secrets: z.number().int().openapi({ description: 'That messages are signed with at present.' }),
    createdAt: time,
    createdBy: z.string(),
    updatedAt: time,
  })
  .openapi('Subscription')

export const withSecret = z
  .strictObject({
    ...subscription.shape,
    secret: z.string().nullable().openapi({
      description: 'What its messages are signed with, shown this once; null where the subscription was there already.',
    }),
  })
  .openapi('SubscriptionWithSecret')

export const ping = z
  .strictObject({
    taken: z.boolean(),
    failure: z.string().nullable().openapi({ description: 'Why it was not taken.' }),
  })
  .openapi('SubscriptionPing')

export const deadLetter = z
  .strictObject({
    sequence: z.number().int().openapi({ description: 'Of the change, as GET /v1/changes tells it.' }),
    object: z.string(),
    recordId: z.uuid(),
    at: time.openapi({ description: 'When it was given up.' }),
    failure: z.string().nullable().openapi({ description: 'Null: it only stands behind another one of its record.' }),
    wanted: z.boolean().openapi({ description: 'It is to be sent again, as soon as the subscription is on.' }),
  })
  .openapi('DeadLetter')

const instant = (at: number | null) => (at === null ? null : zuluMilliseconds(at))

export const renderSubscription = (one: Subscription): z.infer<typeof subscription> => {
  const now = Date.now()
  return {
    id: one.id,
    name: one.name,
    url: one.url,
    objects: [...one.objects],
    actions: [...one.actions],
    attributes: [...one.attributes],
    state: one.state === 'on' && one.failingSince !== null ? 'failing' : one.state,
    lastSequence: one.cursor,
    attempts: one.attempts,
    failure: one.failure,
    failingSince: instant(one.failingSince),
    nextAttemptAt: one.state === 'on' && one.nextAt > 0 ? instant(one.nextAt) : null,
    deliveredAt: instant(one.deliveredAt),
    secrets: one.secrets.filter(({ until }) => until === null || until > now).length,
    createdAt: zuluMilliseconds(one.createdAt),
    createdBy: one.createdBy,
    updatedAt: zuluMilliseconds(one.updatedAt),
  }
}

export const renderDeadLetter = ({ at, ...one }: DeadLetter): z.infer<typeof deadLetter> => ({
  ...one,
  at: zuluMilliseconds(at),
})
