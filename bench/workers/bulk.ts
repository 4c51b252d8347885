import type { OpenAPIHono } from '@hono/zod-openapi'
import { personCommand } from '../../src/contracts/zeeg/commands.ts'
import { assertRecords } from '../../src/engine/assert.ts'
import type { Outcome } from '../../src/engine/outcome.ts'
import { attributeValues } from '../../src/engine/record.ts'
import type { AppEnv } from '../../src/http/context.ts'
import type { Services } from '../../src/http/contract.ts'
import { jsonBody } from '../../src/http/json-body.ts'

/**
 * REPLACE THIS FILE by `POST /v1/objects/{object}/records:assert` as soon as that route exists.
 * Until then it does what such a route must: key, body checks, commands, one batch, and an answer for every record.
 */

const answerOf = (outcome: Outcome) => {
  if (outcome.status === 'refused') return { status: outcome.status, problems: outcome.refusal.problems }
  if (outcome.status === 'skipped' || outcome.status === 'erased') return { status: outcome.status }
  const { id, version, createdAt, updatedAt } = outcome.record
  return { status: outcome.status, id, version, createdAt, updatedAt, values: attributeValues(outcome.record) }
}

export const BULK_PATH = '/bench/people:assert'

export const mountBulk = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.post(BULK_PATH, services.bearer('crm:write'), jsonBody, async (c) => {
    const { records } = await c.req.json<{ records: Record<string, unknown>[] }>()
    const commands = records.map((record) => personCommand(record, 'email'))
    const { outcomes } = await assertRecords(c.get('store'), c.get('session'), commands, { contract: 'bench' })
    return c.json({ results: outcomes.map(answerOf) })
  })
}
