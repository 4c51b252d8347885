import { z } from '@hono/zod-openapi'
import { refuse } from '../../../engine/errors.ts'
import { addressOf, hookLimits, hookStates, type SealedHook } from '../../../hooks/definition.ts'
import { presetNames } from '../../../hooks/presets.ts'
import { schemeNames, type Verification } from '../../../hooks/schemes.ts'
import { accessLimits } from '../../../schema/limits.ts'
import { zuluMilliseconds } from '../../kit/read-back.ts'
import { someTextUpTo, textUpTo } from '../../kit/text.ts'
import { name } from '../administration.ts'
import { item } from '../schemas.ts'

/** A hook on the wire: docs/webhooks.md says what each of these is for. */

export const tags = ['Hooks']

const expression = someTextUpTo(hookLimits.expressionCharacters)
const expressions = z.record(z.string(), expression)

const mapping = z
  .strictObject({
    when: expression.optional().openapi({ description: 'Deliveries of which it is not true are skipped.' }),
    items: expression
      .optional()
      .openapi({ description: 'A list: each of its elements becomes a record, and is `item` to the others.' }),
    match: z
      .array(expressions)
      .openapi({ description: 'What finds the record, in order. Empty: one is created each time.' }),
    values: expressions.openapi({ description: 'By attribute.' }),
    constants: z.record(z.string(), z.unknown()).optional(),
    messageId: expression
      .optional()
      .openapi({ description: 'How the sender calls the message: by it a repetition is known.' }),
  })
  .openapi('HookMapping', {
    description: 'Each text is a JMESPath expression over `{body, headers, query, item}`; headers are in lower case.',
  })

const headerNames = z.array(someTextUpTo(100)).min(1).max(5)

const signing = z
  .strictObject({
    header: headerNames,
    separator: z.enum([',', ' ']).optional(),
    prefix: textUpTo(50).default(''),
    template: someTextUpTo(200).openapi({
      description: 'What is signed: `{body}`, `{id}`, `{timestamp}`, `{method}`, `{url}`, and all else as it is.',
      example: '{timestamp}.{body}',
    }),
    algorithm: z.enum(['SHA-256', 'SHA-1']).default('SHA-256'),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    secret: z.enum(['text', 'base64']).default('text'),
    id: headerNames.optional(),
    time: z
      .strictObject({
        header: headerNames.optional(),
        prefix: textUpTo(50).optional(),
        unit: z.enum(['seconds', 'milliseconds']).default('seconds'),
        tolerance: z.number().int().min(1).max(86_400).default(300),
      })
      .optional(),
  })
  .openapi('HookSigning')

const verification = z
  .strictObject({
    scheme: z.enum([...schemeNames, 'hmac', 'secret', 'address']),
    signing: signing.optional().openapi({ description: 'Of the scheme hmac.' }),
    in: z.enum(['header', 'query']).optional().openapi({ description: 'Of the scheme secret.' }),
    name: someTextUpTo(100).optional().openapi({ description: 'Of the scheme secret: of the header or parameter.' }),
  })
  .openapi('HookVerification')

const options = item
  .pick({ mode: true, write: true, ifNewer: true, onSeveral: true, onArchived: true, blanks: true })
  .openapi('HookOptions', { description: 'As of an item of `PUT /v1/objects/{object}/records`.' })

const days = (most: number) => z.number().int().min(1).max(most)

/** Members that a new hook and a change have alike. */
const definition = {
  object: z.string(),
  mapping,
  verification,
  allowlist: z
    .array(z.string())
    .max(accessLimits.allowlistEntries)
    .openapi({ description: 'Addresses and CIDR ranges of the sender; empty: any.' }),
  options,
  replayDays: days(hookLimits.replayDays).openapi({
    description: 'For so long a message that comes again does nothing. Default: 3.',
  }),
  keepDays: days(hookLimits.days).openapi({ description: 'For so long deliveries can be looked at. Default: 30.' }),
  keepPayload: z.boolean().openapi({ description: 'Without it nothing can be delivered again. Default: false.' }),
  redact: z
    .array(someTextUpTo(200))
    .max(hookLimits.redactedPaths)
    .openapi({ description: 'Paths that are never kept, such as `body.card.number`.' }),
  challenge: someTextUpTo(100).openapi({ description: 'Parameter whose value a GET is answered with.' }),
  state: z.enum(hookStates).openapi({
    description: 'paused: senders are asked to try again later. off: as if it were not there. Default: on.',
  }),
}

const secret = someTextUpTo(hookLimits.secretCharacters)

export const newHook = z
  .strictObject({
    name,
    preset: z
      .enum([...presetNames])
      .optional()
      .openapi({ description: 'What is not said otherwise is as it says.' }),
    ...z.strictObject(definition).partial().shape,
    secrets: z.array(secret).max(hookLimits.secrets).optional().openapi({
      description: 'Any of them is valid. They are told to nobody any more.',
    }),
  })
  .openapi('NewHook')

export const hookChange = z
  .strictObject({
    name: name.optional(),
    ...z.strictObject(definition).partial().shape,
    challenge: z.union([definition.challenge, z.null()]).optional(),
  })
  .openapi('HookChange')

export const secretRotation = z
  .strictObject({
    secret,
    keep: z
      .number()
      .int()
      .min(0)
      .max(hookLimits.secrets - 1)
      .default(1)
      .openapi({
        description: 'How many of the former secrets stay valid beside it.',
      }),
  })
  .openapi('HookSecretRotation')

const time = z.iso.datetime()

export const hook = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    path: z.string().openapi({ description: 'What the sender posts to, behind the address of this deployment.' }),
    ...definition,
    challenge: z.union([z.string(), z.null()]),
    secrets: z.number().int().openapi({ description: 'How many there are.' }),
    pausedAt: time.nullable().openapi({
      description: `When it was paused by itself, because its last ${hookLimits.failures} deliveries had failed.`,
    }),
    createdAt: time,
    createdBy: z.string(),
    updatedAt: time,
  })
  .openapi('Hook')

/** @throws RefusedError required, naming what the scheme needs */
export const verificationOf = ({ scheme, signing, in: place, name }: z.infer<typeof verification>): Verification => {
  const needed = (field: string) => refuse('required', ['verification', field], ` for the scheme ${scheme}`)
  if (scheme === 'hmac') {
    if (!signing) throw needed('signing')
    return { scheme, signing }
  }
  if (scheme === 'secret') {
    if (!place) throw needed('in')
    if (name === undefined) throw needed('name')
    return { scheme, in: place, name }
  }
  return { scheme }
}

export const renderHook = (organizationId: string, one: SealedHook): z.output<typeof hook> => {
  const { sealedSecrets, pausedAt, createdAt, updatedAt, challenge = null, ...rest } = one
  return {
    ...rest,
    path: `/hooks/${addressOf(organizationId, one.id)}`,
    challenge,
    secrets: sealedSecrets.length,
    pausedAt: pausedAt === null ? null : zuluMilliseconds(pausedAt),
    createdAt: zuluMilliseconds(createdAt),
    updatedAt: zuluMilliseconds(updatedAt),
  } as z.output<typeof hook>
}
