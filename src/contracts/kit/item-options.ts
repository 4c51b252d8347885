import { z } from '@hono/zod-openapi'

/** How an item is written: what one of a batch and the items of a hook say alike. */
export const itemOptions = {
  mode: z.enum(['upsert', 'insert', 'update']).optional(),
  write: z
    .record(z.string(), z.enum(['replace', 'keep', 'fill', 'append', 'prepend', 'remove']))
    .optional()
    .openapi({ description: 'How an attribute meets the value that the record has.', example: { tags: 'append' } }),
  ifNewer: z
    .string()
    .optional()
    .openapi({ description: 'An attribute: what is stored later than the value sent stays.' }),
  onSeveral: z.enum(['error', 'first']).optional(),
  onArchived: z.enum(['revive', 'refuse']).optional(),
  blanks: z.enum(['write', 'ignore']).optional().openapi({
    description: 'ignore: what is null, an empty text or an empty list counts as left out. Default: write.',
  }),
}
