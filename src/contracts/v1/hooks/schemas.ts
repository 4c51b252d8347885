import { z } from '@hono/zod-openapi'
import { addressOf, hookLimits, type SealedHook } from '../../../hooks/definition.ts'
import { hookDefinition, preset } from '../../kit/hook-document.ts'
import { zuluMilliseconds } from '../../kit/read-back.ts'
import { someTextUpTo } from '../../kit/text.ts'
import { name } from '../administration.ts'

/** A hook on the wire: docs/webhooks.md says what each of these is for. */

export const tags = ['Hooks']

const secret = someTextUpTo(hookLimits.secretCharacters)

export const newHook = z
  .strictObject({
    name: name.optional().openapi({ description: 'By which it is known. Default: as the preset.' }),
    preset,
    ...z.strictObject(hookDefinition).partial().shape,
    secrets: z.array(secret).max(hookLimits.secrets).optional().openapi({
      description:
        'Any of them is valid. They are told to nobody any more. Sent again without them, a hook is the one that is there.',
    }),
  })
  .openapi('NewHook')

export const hookChange = z
  .strictObject({
    name: name.optional(),
    ...z.strictObject(hookDefinition).partial().shape,
    challenge: z.union([hookDefinition.challenge, z.null()]).optional(),
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
    ...hookDefinition,
    challenge: z.union([z.string(), z.null()]),
    secrets: z.number().int().openapi({
      description: 'How many there are. 0: unless it goes by addresses alone, nothing can be delivered yet.',
    }),
    pausedAt: time.nullable().openapi({
      description: `When it was paused by itself, because its last ${hookLimits.failures} deliveries had failed.`,
    }),
    createdAt: time,
    createdBy: z.string(),
    updatedAt: time,
  })
  .openapi('Hook')

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
