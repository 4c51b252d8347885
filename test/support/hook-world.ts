import { expect } from 'vitest'
import type { NewHook } from '../../src/admin/hooks.ts'
import { addressOf } from '../../src/hooks/definition.ts'
import { type Call, createWorld, hookBox, isolate, type Reply } from './world.ts'

/** An organisation with hooks, and what their senders do. */

export const mapping = {
  match: [{ emails: 'body.email' }],
  values: { emails: '[body.email]', first_name: 'body.name' },
  messageId: 'body.id',
} as const

/** A hook whose sender shows a secret: for what is not about signatures. */
export const told = {
  object: 'people',
  mapping,
  verification: { scheme: 'secret', in: 'header', name: 'x-hook-secret' },
  secrets: ['shown along'],
} as const satisfies Partial<NewHook>

export const shown = { 'x-hook-secret': 'shown along' } as const

export const createHookWorld = async () => {
  const world = await createWorld()
  const { secret: admin } = await world.issue({ name: 'admin', scopes: ['admin'] })
  let made = 0
  return {
    ...world,
    admin,
    /** @returns the hook as its administrators see it, and where its sender posts to */
    async hook(more: Partial<NewHook> = {}) {
      const { value } = await world.operator.createHook({ ...told, name: `hook ${++made}`, ...more })
      return { id: value.id, path: `/hooks/${addressOf(world.organizationId, value.id)}` }
    },
    /** As an administrator. */
    ask: (method: string, path: string, body?: unknown): Promise<Reply> =>
      world.send(method, path, { token: admin, ...(body !== undefined && { body }) }),
    /** As the sender: without a key. */
    post: (
      path: string,
      body: unknown,
      headers: Call['headers'] = shown,
      through: Pick<typeof world, 'send'> = world,
    ) => through.send('POST', path, { token: null, body, headers: { ...headers } }),
    isolate: () => isolate(world.driver, { hookSecrets: hookBox }),
    async deliveries(id: string, query = '') {
      const { status, body } = await world.send('GET', `/v1/hooks/${id}/deliveries${query}`, { token: admin })
      expect(status, JSON.stringify(body)).toBe(200)
      return body.deliveries
    },
    /** By attribute, of the person who has this address. */
    async person(email: string) {
      const { status, body } = await world.send('GET', `/v1/objects/people/records/by/emails/${email}`)
      return status === 404 ? undefined : body.values
    },
  }
}

export type HookWorld = Awaited<ReturnType<typeof createHookWorld>>
