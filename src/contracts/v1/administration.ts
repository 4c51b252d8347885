import { z } from '@hono/zod-openapi'

/** What the routes for administrators share. */
export const tags = ['Administration']
export const idParam = z.object({ id: z.uuid().openapi({ param: { name: 'id', in: 'path' } }) })
export const name = z.string().min(1).max(200)
