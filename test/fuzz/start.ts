import { type Server, startServer } from '../../bench/lib/servers.ts'
import { newHookKey } from '../../src/secrets/secret-box.ts'
import { type Client, clientOf } from './client.ts'
import { MARK, OPERATOR_SECRET, seed, type World } from './world.ts'

export interface Started {
  readonly server: Server
  readonly world: World
  readonly client: Client
  stop(): Promise<void>
}

const firstRecord = async (
  client: Client,
  role: 'write' | 'other',
  object: string,
  values: object,
): Promise<string> => {
  const answer = await client.send({
    operation: 'assertRecord',
    method: 'PUT',
    path: `/v1/objects/${object}/records`,
    role,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ values }),
    broken: [],
  })
  if (answer.status !== 201) throw new Error(`The first ${object} could not be made: ${answer.status} ${answer.text}`)
  return (JSON.parse(answer.text) as { id: string }).id
}

/** What was delivered to the hook of the first organisation first. */
const firstDelivery = async (client: Client, { a, names }: World): Promise<string> => {
  const common = { role: 'admin', headers: { 'content-type': 'application/json' }, broken: [] } as const
  const path = `/hooks/${a}_${names['a.hook']}`
  await client.send({
    ...common,
    operation: 'receiveDelivery',
    method: 'POST',
    path,
    body: '{"email":"joan@fuzz.example"}',
  })
  const list = `/v1/hooks/${names['a.hook']}/deliveries`
  const answer = await client.send({ ...common, operation: 'listDeliveries', method: 'GET', path: list })
  const [{ id }] = (JSON.parse(answer.text) as { deliveries: [{ id: string }] }).deliveries
  return id
}

/** The name of its receiver is one that nobody has: what is sent to it comes nowhere. */
const firstSubscription = async (client: Client, role: 'admin' | 'other', name: string): Promise<string> => {
  const answer = await client.send({
    operation: 'createSubscription',
    method: 'POST',
    path: '/v1/subscriptions',
    role,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, url: `https://${name}.receiver.example/` }),
    broken: [],
  })
  if (answer.status !== 201) throw new Error(`No subscription could be made: ${answer.status} ${answer.text}`)
  return (JSON.parse(answer.text) as { id: string }).id
}

/** A server with the two organisations, and a record of each object in both. */
export const start = async (target: Server['kind']): Promise<Started> => {
  const server = await startServer(target, {
    operatorSecret: OPERATOR_SECRET,
    hooksKey: newHookKey(),
    log: true,
  })
  const seeded = await server.withDatabase(seed)
  const first = clientOf(server.origin, seeded)
  const make = async (role: 'write' | 'other', mark: string) => ({
    person: await firstRecord(first, role, 'people', {
      emails: [`${mark}ada@fuzz.example`],
      first_name: `${mark}Ada`,
      badge: `${mark}B-1`,
    }),
    company: await firstRecord(first, role, 'companies', { name: `${mark}Engines`, domains: [`${mark}fuzz.example`] }),
    product: await firstRecord(first, role, 'products', { sku: `${mark}A-1`, region: `${mark}EU` }),
  })
  const prefixed = (prefix: string, ids: Record<string, string>) =>
    Object.fromEntries(Object.entries(ids).map(([name, id]) => [`${prefix}.${name}`, id]))
  const names = {
    ...seeded.names,
    ...prefixed('a', await make('write', '')),
    ...prefixed('b', await make('other', MARK)),
    'a.delivery': await firstDelivery(first, seeded),
    'a.subscription': await firstSubscription(first, 'admin', 'first'),
    'a.changedSubscription': await firstSubscription(first, 'admin', 'changed'),
    'a.unusedSubscription': await firstSubscription(first, 'admin', 'unused'),
    'b.subscription': await firstSubscription(first, 'other', `${MARK.toLowerCase()}first`),
  }
  first.close()
  const world = { ...seeded, names }
  const client = clientOf(server.origin, world)
  return {
    server,
    world,
    client,
    async stop() {
      client.close()
      await server.stop()
    },
  }
}
