import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { refuse } from '../../engine/errors.ts'
import type { AppEnv } from '../../http/context.ts'

/** Where a write comes from, as the history tells it: by these it can be found, and undone. */

const IMPORT_ID = /^[A-Za-z0-9._:-]{1,64}$/

export const importId = z.string().optional().openapi({
  description:
    'Names the import that this request is a part of, so that all of it can be undone: up to 64 letters, digits, dots, colons, hyphens and underscores.',
})

/** @throws RefusedError invalid_value */
export const provenanceOf = (c: Context<AppEnv>) => {
  const sent = c.req.header('import-id')
  if (sent !== undefined && !IMPORT_ID.test(sent))
    throw refuse('invalid_value', 'Import-Id', '1 to 64 letters, digits, dots, colons, hyphens and underscores')
  return { contract: 'v1', request: c.get('requestId'), ...(sent !== undefined && { importId: sent }) }
}
