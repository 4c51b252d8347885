import { z } from '@hono/zod-openapi'
import { isLongerThan } from '../../schema/characters.ts'

/**
 * A text of at most `limit` characters, as every schema is to have it: zod's own `max` counts UTF-16 units, while the
 * `maxLength` that the document tells counts characters.
 */
export const textUpTo = (limit: number) =>
  z
    .string()
    .check((ctx) => {
      if (isLongerThan(ctx.value, limit))
        ctx.issues.push({ code: 'too_big', origin: 'string', maximum: limit, inclusive: true, input: ctx.value })
    })
    .openapi({ maxLength: limit })

/** The same of a text that must not be empty. */
export const someTextUpTo = (limit: number) => textUpTo(limit).min(1)
