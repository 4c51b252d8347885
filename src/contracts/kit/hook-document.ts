import { z } from '@hono/zod-openapi'
import { refuse } from '../../engine/errors.ts'
import { hookLimits, hookStates } from '../../hooks/definition.ts'
import { presetNames } from '../../hooks/presets.ts'
import {
  algorithms,
  encodings,
  schemeNames,
  secretForms,
  separators,
  timeUnits,
  type Verification,
} from '../../hooks/schemes.ts'
import { accessLimits } from '../../schema/limits.ts'
import { itemOptions } from './item-options.ts'
import { someTextUpTo, textUpTo } from './text.ts'

/** The definition of a hook on the wire, as a route and a document take it alike: docs/webhooks.md. */

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
    description:
      'Each text is a JMESPath expression over `{body, headers, query, signed, digest, item}`; headers are in lower case.',
  })

const headerNames = z.array(someTextUpTo(100)).min(1).max(5)

const signing = z
  .strictObject({
    header: headerNames,
    separator: z.enum(separators).optional(),
    prefix: textUpTo(50).default(''),
    template: someTextUpTo(200).openapi({
      description:
        'What is signed: `{body}`, `{id}`, `{timestamp}`, `{method}`, `{url}`, and all else as it is. Where `{id}` and `{url}` end must be clear.',
      example: '{timestamp}.{body}',
    }),
    algorithm: z.enum(algorithms).default('SHA-256'),
    encoding: z.enum(encodings).default('hex'),
    secret: z.enum(secretForms).default('text'),
    id: headerNames.optional(),
    time: z
      .strictObject({
        header: headerNames.optional(),
        prefix: textUpTo(50).optional(),
        unit: z
          .enum(timeUnits)
          .default('seconds')
          .openapi({ description: 'Since 1970; iso: a time of ISO 8601 with its zone.' }),
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

const options = z
  .strictObject(itemOptions)
  .openapi('HookOptions', { description: 'As of an item of `PUT /v1/objects/{object}/records`.' })

const days = (most: number) => z.number().int().min(1).max(most)

/** Members that a new hook, a change and a document have alike. */
export const hookDefinition = {
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
  redact: z.array(someTextUpTo(200)).max(hookLimits.redactedPaths).openapi({
    description:
      'Paths that no log keeps (what waits for its database is whole), such as `body.card.number`; `*` is every member, a list counts as its elements, and a name may stand in quotes.',
  }),
  challenge: someTextUpTo(100).openapi({ description: 'Parameter whose value a GET is answered with.' }),
  state: z.enum(hookStates).openapi({
    description: 'paused: senders are asked to try again later. off: as if it were not there. Default: on.',
  }),
}

export const preset = z
  .enum([...presetNames])
  .optional()
  .openapi({
    description:
      'A tool and its events: object, attributes, mapping and verification are as it says, where nothing else is said.',
  })

type SentVerification = z.output<typeof hookDefinition.verification>

/** What each scheme needs besides its name; those that are not here need nothing. */
const NEEDED: Partial<Record<SentVerification['scheme'], readonly ('signing' | 'in' | 'name')[]>> = {
  hmac: ['signing'],
  secret: ['in', 'name'],
}

/**
 * @param at where it stands in the request
 * @throws RefusedError required, naming what the scheme needs; unknown_field for what it has no use for
 */
export const verificationOf = (
  { scheme, signing, in: place, name }: SentVerification,
  at: readonly (string | number)[] = ['verification'],
): Verification => {
  for (const [field, sent] of Object.entries({ signing, in: place, name })) {
    const isNeeded = NEEDED[scheme]?.some((one) => one === field) ?? false
    if (isNeeded && sent === undefined) throw refuse('required', [...at, field], ` for the scheme ${scheme}`)
    if (!isNeeded && sent !== undefined) throw refuse('unknown_field', [...at, field], `the scheme ${scheme}`)
  }
  if (scheme === 'hmac' && signing) return { scheme, signing }
  if (scheme === 'secret' && place && name !== undefined) return { scheme, in: place, name }
  if (scheme === 'hmac' || scheme === 'secret') throw refuse('required', at, ` for the scheme ${scheme}`)
  return { scheme }
}
