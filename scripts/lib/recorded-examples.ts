import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import { type App, createApp } from '../../src/app.ts'
import { rateLimit } from '../../src/auth/rate-limit.ts'
import type { Caller, ExampleRequest, NeededObject } from '../../src/contracts/kit/examples.ts'
import { createServices } from '../../src/deps.ts'
import type { Path } from '../../src/engine/errors.ts'
import { keyRequestsOf } from '../../src/env.ts'
import { openDatabase } from '../../src/node/database.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { signed } from './caller.ts'
import type { Described } from './described.ts'
import { stable } from './stable.ts'

/** The examples of the document are what the product answers: made by asking it, so they cannot be wrong. */

export interface Recorded {
  readonly operationId: string
  readonly request: unknown
  readonly status: number
  readonly response: unknown
}

const ADDRESS = '192.0.2.10'
const OPERATOR = 'operator-secret-of-the-recorded-examples'

/** An organisation for the examples of one contract, so that they meet nobody else's records. */
const callerIn = async (driver: SqlDriver): Promise<Caller> => {
  const { value: organizationId } = await createOrganization(driver, {
    name: 'Analytical Engines',
    crmMode: 'b2b',
    changeFeed: true,
  })
  const operator = administration(asOperator(driver, organizationId))
  const { value: memberId } = await operator.addMember({ name: 'Ada Lovelace', email: 'ada@engine.example' })
  const scopes = ['crm:write', 'admin'] as const
  const key = await operator.issueCredential({ kind: 'key', name: 'Administrator', scopes })
  const developer = await operator.issueCredential({
    kind: 'developer_secret',
    name: 'Developer',
    scopes: [],
    allowlist: [ADDRESS],
  })
  return { organizationId, memberId, key: key.secret, developerSecret: developer.secret }
}

const addObjects = async (driver: SqlDriver, organizationId: string, needs: readonly NeededObject[]) => {
  const operator = administration(asOperator(driver, organizationId))
  for (const { slug, attributes } of needs) {
    await operator.createObject({ slug, singularName: slug, pluralName: slug })
    for (const attribute of attributes) await operator.addAttribute(slug, attribute)
  }
}

const withKept = (text: string, kept: ReadonlyMap<string, string>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => kept.get(name) ?? '')

/** Texts that are nothing but a name in braces; all others may hold braces of their own. */
const bodyWithKept = (body: unknown, kept: ReadonlyMap<string, string>): unknown =>
  body === undefined
    ? undefined
    : JSON.parse(JSON.stringify(body), (_, value: unknown) =>
        typeof value === 'string' && /^\{\w+\}$/.test(value) ? withKept(value, kept) : value,
      )

const valueAt = (answer: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], answer)

/** The id of what an answer is about: its own, or that of the record in it. */
const idIn = (answer: object): string | undefined => {
  const ids = [answer, ...Object.values(answer)].map((one: { id?: unknown } | null) => one?.id)
  return ids.find((id) => typeof id === 'string')
}

/** Asks one request after the other; what one keeps stands in the paths of those behind it. */
const recordOf = async (app: App, caller: Caller, { examples }: Described): Promise<Recorded[]> => {
  const kept = new Map([['organization', caller.organizationId]])
  const ask = async ({ operationId, path, refused, keeps, idAt, asOperator, ...example }: ExampleRequest) => {
    const filled = withKept(path, kept)
    const as = asOperator ? { ...caller, key: OPERATOR } : caller
    const sent = { ...example, path: filled, body: bodyWithKept(example.body, kept) }
    const { method, headers, body } = signed(sent, examples, as)
    const response = await app.fetch(
      new Request(new URL(filled, 'http://edge.example'), {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
    const text = await response.text()
    if (response.ok === (refused ?? false))
      throw new Error(`The example of ${operationId} was not answered as expected: ${text}`)
    const answer: unknown = text === '' ? undefined : JSON.parse(text)
    const id = answer && (idAt ? valueAt(answer, idAt) : idIn(answer))
    if (keeps && typeof id === 'string') kept.set(keeps, id)
    return { operationId, request: body, status: response.status, response: answer }
  }
  const recorded: Recorded[] = []
  for (const request of examples.requests)
    for (const one of request.twice ? [request, request] : [request]) recorded.push(await ask(one))
  return recorded
}

/** Asks everything of a fresh database; ids, times and secrets come out the same every time. */
export const recordExamples = async (described: readonly Described[]): Promise<readonly Recorded[]> => {
  const quota = keyRequestsOf({})
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-examples-'))
  const { driver, close } = await openDatabase(`file:${join(folder, 'examples.db')}`)
  try {
    await migrate(driver)
    const app = createApp({
      contracts: described.map(({ entry }) => entry),
      services: createServices(() => driver, {
        ...(quota && { requests: rateLimit(quota) }),
        operator: { secret: OPERATOR, create: () => driver },
      }),
      clientAddress: () => ADDRESS,
      serverTiming: false,
    })
    const recorded: Recorded[] = []
    for (const one of described) {
      const caller = await callerIn(driver)
      await addObjects(driver, caller.organizationId, one.examples.needs ?? [])
      recorded.push(...(await recordOf(app, caller, one)))
    }
    return stable(recorded)
  } finally {
    await close()
    rmSync(folder, { recursive: true })
  }
}
