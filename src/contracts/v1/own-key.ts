import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Session } from '../../auth/access.ts'
import { scopes } from '../../auth/directory.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'
import { allowed } from './access.ts'
import { tags } from './administration.ts'
import { scope } from './keys.ts'
import { readResponses } from './responses.ts'

const ownKey = z
  .strictObject({
    id: z.uuid(),
    scopes: z
      .array(scope)
      .openapi({ description: 'As they were given: `admin` includes the others, `crm:write` includes `crm:read`.' }),
    memberId: z.uuid().nullable().openapi({ description: 'The member that the key acts for. Null: none.' }),
    expiresAt: z.iso.datetime().nullable(),
    organization: z.strictObject({ id: z.uuid(), name: z.string() }),
  })
  .openapi('OwnKey')

const render = ({ credentials, memberId, organization }: Session): z.infer<typeof ownKey> => {
  const [key] = credentials
  const granted = new Set(key?.scopes)
  return {
    id: key?.id ?? '',
    scopes: scopes.filter((one) => granted.has(one)),
    memberId,
    expiresAt: typeof key?.expiresAt === 'number' ? zuluMilliseconds(key.expiresAt) : null,
    organization: { id: organization.id, name: organization.name },
  }
}

/** Whoever holds a key finds out here what to offer, instead of trying what is refused. */
export const mountOwnKey = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const get = createRoute({
    method: 'get',
    path: '/v1/key',
    operationId: 'getOwnKey',
    tags,
    summary: 'What the key of this request may do',
    description: 'Its scopes, whom it acts for and until when, and the organisation that it opens.',
    ...allowed(services, 'crm:read'),
    responses: readResponses('The key', ownKey),
  })
  // What the isolate has cached may be outdated, and this is the one thing that is asked for here.
  app.openapi(get, async (c) => c.json(render(await c.get('session').refresh()), 200))
}
