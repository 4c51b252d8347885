import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { STALE_RETRIES } from '../../../admin/authority.ts'
import { sentOnly } from '../../../admin/rules.ts'
import { assertRecords } from '../../../engine/assert.ts'
import { RefusedError } from '../../../engine/errors.ts'
import { withCurrent } from '../../../engine/session.ts'
import { type Mapped, UnmappedError } from '../../../hooks/mapping.ts'
import type { OpenHook } from '../../../hooks/opening.ts'
import { inputOf } from '../../../hooks/payload.ts'
import { type Received, type Signed, verify } from '../../../hooks/verification.ts'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { jsonBody } from '../../../http/json-body.ts'
import { hookDefinition, verificationOf } from '../../kit/hook-document.ts'
import { jsonRequest } from '../../kit/responses.ts'
import { allowed } from '../access.ts'
import { idParam } from '../administration.ts'
import { problemDetails } from '../errors.ts'
import { renderOutcome } from '../render.ts'
import { writeResponses } from '../responses.ts'
import { outcome, problem } from '../schemas.ts'
import { commandsOf, readMapped } from './run.ts'
import { tags } from './schemas.ts'

/** What of the hook can be tried before it is changed. */
const changeable = z
  .strictObject(hookDefinition)
  .pick({ object: true, mapping: true, options: true, verification: true })
  .partial().shape

const asked = z
  .strictObject({
    payload: z.unknown().optional().openapi({ description: 'What the sender posts, as JSON.' }),
    text: z.string().optional().openapi({
      description: 'Instead: the very text of the body, so that its signature can be tried too.',
    }),
    headers: z.record(z.string(), z.string()).default({}),
    query: z.record(z.string(), z.string()).default({}),
    address: z.string().optional().openapi({ description: 'That it would come from.' }),
    ...changeable,
  })
  .openapi('HookPreviewRequest')

const preview = z
  .strictObject({
    verification: z
      .strictObject({ verified: z.boolean(), error: z.union([problem, z.null()]) })
      .openapi('HookVerificationResult'),
    error: z.union([problem, z.null()]).openapi({
      description:
        'Why the delivery would fail as a whole: it cannot be read, or an expression that is named cannot be applied.',
    }),
    skipped: z.string().nullable().openapi({
      description: 'Why the hook would not care for the delivery, such as `when comes to null`.',
    }),
    messageId: z.string().nullable(),
    items: z.array(z.unknown()).openapi({
      description:
        'What the mapping makes; none: the delivery is skipped, or fails. Null: an element that cannot be mapped, as its outcome says.',
    }),
    outcomes: z.array(outcome),
  })
  .openapi('HookPreview')

type Asked = Omit<z.output<typeof asked>, keyof typeof changeable>

/** A header that no request could have makes none, as it would make none on its way. */
const headersOf = ({ headers }: Asked): Headers => {
  const all = new Headers()
  for (const [name, value] of Object.entries(headers))
    try {
      all.set(name, value)
    } catch {
      // Not a name or value of a header.
    }
  return all
}

/** What the sender would post: a payload is JSON, whatever the headers say. */
const receivedOf = (request: Asked, requestUrl: string): Received => {
  const { text, payload = null, query, address } = request
  const url = new URL(requestUrl)
  url.search = new URLSearchParams(query).toString()
  const headers = headersOf(request)
  if (text === undefined) headers.set('content-type', 'application/json')
  const body = new Uint8Array(new TextEncoder().encode(text ?? JSON.stringify(payload)))
  return { method: 'POST', url: url.href, headers, body: async () => body, address }
}

const verified = async (received: Received, { hook, secrets }: OpenHook) => {
  try {
    const { signed } = await verify(received, hook, secrets, Date.now())
    return { signed, verified: true, error: null }
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    return { signed: {}, verified: false, error: problemDetails(error.refusal) }
  }
}

/** What the mapping makes of it, or why it cannot make anything. */
const mappedOf = async (received: Received, signed: Signed, open: OpenHook): Promise<Mapped | RefusedError> => {
  const input = await inputOf(received, open, signed)
  if (input instanceof RefusedError) return input
  try {
    return open.map(input)
  } catch (error) {
    if (error instanceof RefusedError) return error
    throw error
  }
}

const route = (services: Services) =>
  createRoute({
    method: 'post',
    path: '/v1/hooks/{id}/preview',
    operationId: 'previewHook',
    tags,
    summary: 'What a payload would do',
    description:
      'Verifies, maps and asserts it as a delivery, and writes nothing. What cannot be mapped is told as `error`, which names the expression. With `object`, `mapping`, `options` or `verification` the hook is as if it had been changed to them, and they are judged as a change is.',
    ...allowed(services, 'admin', jsonBody),
    request: { params: idParam, body: jsonRequest(asked) },
    responses: writeResponses(200, 'What would happen', preview),
  })

export const mountPreview = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route(services), async (c) => {
    const { object, mapping, options, verification, ...request } = c.req.valid('json')
    const tried = sentOnly({ object, mapping, options, verification: verification && verificationOf(verification) })
    const answer = await withCurrent(
      c.get('session'),
      async (session) => {
        const open = await c.get('administration')().openHook(c.req.valid('param').id.toLowerCase(), tried)
        const received = receivedOf(request, c.req.url)
        const { signed, ...verification } = await verified(received, open)
        const mapped = await mappedOf(received, signed, open)
        if (mapped instanceof RefusedError) {
          const messageId = mapped instanceof UnmappedError ? mapped.messageId : null
          const error = problemDetails(mapped.refusal)
          return { verification, error, skipped: null, messageId, items: [], outcomes: [] }
        }
        const { items, messageId, skipped = null } = mapped
        const run = () =>
          assertRecords(c.get('store'), session, (organization) => commandsOf(organization, open.hook.object, items), {
            contract: 'v1',
            dryRun: true,
            track: true,
            dataBytes: 0,
          })
        const outcomes = items.length === 0 ? [] : (await run()).outcomes
        const rendered = outcomes.map((one, i) => renderOutcome(one, i, readMapped(items[i]).item, false))
        return {
          verification,
          error: null,
          skipped,
          messageId,
          items: items.map((one) => (one instanceof RefusedError ? null : one)),
          outcomes: rendered,
        }
      },
      STALE_RETRIES,
    )
    return c.json(answer, 200)
  })
}
