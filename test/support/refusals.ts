import { env } from 'cloudflare:workers'
import { v7 } from 'uuid'
import { expect } from 'vitest'
import { type Described, describedContracts } from '../../scripts/lib/described.ts'
import { idsFor } from '../../scripts/lib/filled.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import { indexByJob } from '../../src/cli/needs.ts'
import type { Caller } from '../../src/contracts/kit/examples.ts'
import { type ErrorCode, problem, RefusedError } from '../../src/engine/errors.ts'
import { addressOf } from '../../src/hooks/definition.ts'
import { d1Driver } from '../../src/storage/drivers/d1.ts'
import { sharedDeployment } from '../../src/tenants/shared.ts'
import { everythingOf } from './everything.ts'
import { document, type Operation, operations } from './openapi.ts'
import { OPERATOR, operatorOf } from './operator.ts'
import { addNeeds } from './voices.ts'
import { createWorld, isolate, type Reply, type World } from './world.ts'

/**
 * What every operation must refuse. A request that it accepts is made from the document: path parameters from a world
 * that has what they name, everything else from the document's examples. Only what cannot be derived has a line.
 */

const ADDRESS = '192.0.2.10'
const LEAKS = /SQLITE|D1_ERROR|INSERT |UPDATE |SELECT |\bat \S+ \(|node_modules|\.ts:\d/
const SECRETS = /(eu|zdk)_[0-9a-f]{32}_[A-Za-z0-9_-]{43}/
/** Stands in every value of the other organisation. */
const MARK = 'zqmark'

export interface Sent {
  readonly path: string
  readonly token: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** A text is sent as it is. */
  readonly body?: unknown
}

export type Stage = Awaited<ReturnType<typeof createStage>>

interface Line {
  /** Path parameters that differ from the document's example. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** What stands behind the question mark, where the document cannot tell its name. */
  readonly query?: string
  /** Its body may be as large as that of a batch. */
  readonly isLarge?: true
  /** What it answers is shown once, and so it is accepted once. */
  readonly isShownOnce?: true
  /** The tenant that it names has to be suspended. */
  readonly isSuspended?: true
}

const lines: Readonly<Record<string, Line>> = {
  createObject: { body: { slug: 'gadgets', singularName: 'Gadget', pluralName: 'Gadgets' } },
  issueKey: { isShownOnce: true },
  rotateKey: { isShownOnce: true },
  issueTenantKey: { isShownOnce: true },
  restoreTenant: { isLarge: true, isSuspended: true },
  answerChallenge: { query: 'challenge=1158201444' },
}

const described = await describedContracts()

const contractOf = (path: string): Described => {
  const found = described.find(({ entry }) => entry.prefixes.some((prefix) => path.startsWith(prefix)))
  if (!found) throw new Error(`No contract has ${path}`)
  return found
}

const exampleOf = (operationId: string): object => {
  const example = operations.find(({ id }) => id === operationId)?.body?.example
  if (!example) throw new Error(`${operationId} has no example`)
  return example
}

/** What `{id}` in a path is the id of, by the segment before it. */
const idsBySegment = (own: {
  readonly person: string
  readonly company: string
  readonly product: string
  readonly member: string
  readonly key: string
  readonly tenant: string
  readonly job: string
  readonly hook: string
  readonly subscription: string
}): Readonly<Record<string, string>> => ({
  records: own.person,
  people: own.person,
  contact: own.person,
  companies: own.company,
  account: own.company,
  '{objectSlug}': own.product,
  members: own.member,
  keys: own.key,
  tenants: own.tenant,
  jobs: own.job,
  hooks: own.hook,
  subscriptions: own.subscription,
})

/** The segment before `{id}`; undefined where the path has none. */
export const segmentOfId = ({ path }: Pick<Operation, 'path'>): string | undefined =>
  path.split('/').find((_, i, all) => all[i + 1] === '{id}')

export const idIn = (ids: Readonly<Record<string, string>>, operation: Pick<Operation, 'path'>): string => {
  const id = ids[segmentOfId(operation) ?? '']
  if (id === undefined) throw new Error(`Nothing is known that ${operation.path} could name`)
  return id
}

/** The isolate that all stages are asked through: to mount its contracts takes as long as to make a stage. */
const { send } = isolate(undefined, { operator: operatorOf(sharedDeployment(d1Driver(env.DB))) })

/** @returns the record's id */
const put = async ({ token }: Pick<World, 'token'>, object: string, body: unknown): Promise<string> =>
  (await send('PUT', `/v1/objects/${object}/records`, { token, body })).body.record.id

/** The other organisation: whatever it has bears the mark, so that it would be seen in an answer. */
const createOther = async () => {
  const world = await createWorld({ history: 'values' })
  await world.addObject('elsewhere')
  await world.addAttribute('people', { label: 'Their own', type: 'text', indexed: true })
  const email = `${MARK}@other.example`
  const person = await put(world, 'people', { values: { emails: [email], first_name: MARK } })
  const company = await put(world, 'companies', { values: { name: MARK } })
  const admin = await world.issue({ name: MARK, scopes: ['admin'] })
  const member = world.memberId
  const { value: theirHook } = await world.operator.createHook({ name: MARK, preset: 'github-users' })
  const { value: theirs } = await world.operator.createSubscription({ name: MARK, url: `https://${MARK}.example/` })
  // It has no products: a record of another object is none of them either.
  const job = v7()
  await indexByJob(world.driver, world.organizationId, job, { object: 'people', attribute: 'last_name' })
  const ids = idsBySegment({
    person,
    company,
    product: person,
    member,
    key: admin.id,
    tenant: v7(),
    job,
    hook: theirHook.id,
    subscription: theirs.subscription.id,
  })
  return { ...world, email, person, company, ids }
}

/** Whether it is accepted again, on what it was accepted on before. */
export const isRepeatable = ({ id, method }: Pick<Operation, 'id' | 'method'>): boolean =>
  method !== 'DELETE' && !lines[id]?.isShownOnce

/** What the operation is accepted on, so that nobody else can have it. */
export const createOwnStage = async ({ id }: Pick<Operation, 'id'>): Promise<Stage> => {
  const stage = await createStage()
  if (lines[id]?.isSuspended) {
    const sql = "UPDATE organizations SET status = 'suspended' WHERE id = ?1"
    await stage.driver.batch([{ sql, params: [idIn(stage.ids, { path: '/tenants/{id}' })] }])
  }
  return stage
}

/** An organisation that has everything that the operations name, and another one beside it. */
export const createStage = async () => {
  const world = await createWorld({ crmMode: 'b2b', history: 'values' })
  const other = await createOther()
  for (const one of described) await addNeeds(world, one)
  const person = await put(world, 'people', exampleOf('assertRecord'))
  const company = await put(world, 'companies', { values: { name: 'Analytical Engines' } })
  const product = await put(world, 'products', { values: { sku: 'A-1' } })
  const member = await world.issue({ scopes: ['admin'] })
  const spare = await send('POST', '/v1/members', {
    token: member.secret,
    body: { name: 'Spare', email: 'spare@engine.example' },
  })
  const { value: tenant } = await createOrganization(world.driver, { name: 'A tenant' })
  const developer = await world.issue({ kind: 'developer_secret', scopes: [], allowlist: [ADDRESS] })
  const job = v7()
  await indexByJob(world.driver, world.organizationId, job, { object: 'people', attribute: 'last_name' })
  const needed = new Map(described.flatMap((one) => [...idsFor(world.organizationId, one)]))
  const hook = needed.get('signups') ?? ''
  const subscription = needed.get('mirror') ?? ''
  const ids = idsBySegment({
    person,
    company,
    product,
    member: spare.body.id,
    key: member.id,
    tenant,
    job,
    hook,
    subscription,
  })
  const delivery = needed.get('failed') ?? ''
  const { organizationId, memberId, token: key } = world
  const caller: Caller = { organizationId, memberId, key, developerSecret: developer.secret }
  return { ...world, send, other, ids, delivery, caller, developerSecret: developer.secret }
}

/** The first leaf of a body, a text if there is one, replaced: what is wrong with it must be noticed wherever it is. */
const spoilt = (body: unknown, value: unknown): unknown => {
  const texts: (readonly (string | number)[])[] = []
  const others: (readonly (string | number)[])[] = []
  const walk = (at: unknown, path: readonly (string | number)[]) => {
    if (at !== null && typeof at === 'object')
      for (const [name, inner] of Object.entries(at)) walk(inner, [...path, Array.isArray(at) ? Number(name) : name])
    else (typeof at === 'string' ? texts : others).push(path)
  }
  walk(body, [])
  const [target] = [...texts, ...others]
  if (!target) throw new Error('There is nothing to spoil')
  const copy = structuredClone(body) as Record<string | number, unknown>
  let inner = copy
  for (const name of target.slice(0, -1)) inner = inner[name] as typeof inner
  inner[target.at(-1) ?? ''] = value
  return copy
}

const codeIn = (body: { code?: string; error?: { code?: string } } | undefined) => body?.code ?? body?.error?.code

/** One operation on a stage: the request that it accepts, ways to spoil it, and what a refusal must look like. */
export const performerOf = async (operation: Operation, stage: Stage) => {
  const line = lines[operation.id] ?? {}
  const { contract, examples } = contractOf(operation.path)
  const ownExamples = examples.requests.filter(({ operationId }) => operationId === operation.id)
  /** Names of what shows who asks, where that is in the body. */
  const signature = examples.sign?.(stage.caller).body ?? {}
  /** Where an example has the organisation's id in its path, the parameter there is it. */
  const ownName = ownExamples[0]?.path.split('/').indexOf('{organization}') ?? -1
  const organizationParameter = operation.path.split('/')[ownName]?.slice(1, -1)

  const parameter = (name: string): string => {
    if (line.parameters?.[name] !== undefined) return line.parameters[name]
    if (name === organizationParameter) return stage.organizationId
    if (name === 'id') return idIn(stage.ids, operation)
    if (name === 'delivery') return stage.delivery
    if (name === 'address') return addressOf(stage.organizationId, idIn(stage.ids, { path: '/hooks/{id}' }))
    return String(operation.parameters.find((one) => one.name === name)?.example)
  }
  const path = (overrides: Readonly<Record<string, string>> = {}) => {
    const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(overrides[name] ?? parameter(name)),
    )
    const query = operation.parameters.filter((one) => one.in === 'query' && one.required)
    if (line.query !== undefined) return `${filled}?${line.query}`
    return query.length === 0 ? filled : `${filled}?${query.map(({ name }) => `${name}=${parameter(name)}`).join('&')}`
  }

  /** The content of the body, without credentials: the document's example. */
  const content = (): unknown => {
    const example =
      line.body ?? ownExamples[0]?.about?.(idIn(stage.ids, { path: '/people/{id}' })) ?? operation.body?.example
    if (operation.credentials !== 'body') return example
    return Object.fromEntries(Object.entries(example as object).filter(([name]) => !(name in signature)))
  }

  /** @param token null: none */
  const request = (token: string | null, body: unknown = content(), parameters = {}): Sent => {
    const to = path(parameters)
    if (operation.credentials !== 'body' || typeof body === 'string') return { path: to, token, body }
    const signed = Object.entries(examples.sign?.({ ...stage.caller, key: token ?? '' }).body ?? {})
    const shown = signed.filter(([, value]) => value !== '')
    return { path: to, token: null, body: { ...Object.fromEntries(shown), ...(body as object) } }
  }

  /** The same with a slash at the end of its path. */
  const slashed = ({ path: to, ...rest }: Sent): Sent => ({ ...rest, path: to.replace(/(?=\?|$)/, '/') })

  const send = ({ path: to, ...call }: Sent, through: Pick<Stage, 'send'> = stage) =>
    through.send(operation.method, to, { ...call, headers: { ...call.headers } })

  const shown = (code: ErrorCode) =>
    codeIn(
      contract.renderError(new RefusedError(problem(code)), { requestId: 'r', fieldName: (slug) => slug })
        .body as object,
    )

  const rejects = (reply: Reply, codes: readonly ErrorCode[]) => {
    const text = JSON.stringify(reply.body)
    expect(
      codes.map((code) => [contract.statusOf(code), shown(code)]),
      text,
    ).toContainEqual([reply.status, codeIn(reply.body)])
    expect(text).not.toMatch(LEAKS)
    expect(text).not.toMatch(SECRETS)
    expect(text).not.toContain(MARK)
    expect(text).not.toContain(stage.other.organizationId)
  }

  /** Where the examples say that it cannot be done here, being told so is as far as it gets. */
  const succeeds = ({ status, body }: Reply): void => {
    const isImpossible = ownExamples.length > 0 && ownExamples.every((example) => example.refused)
    if (isImpossible) expect(['not_possible', 'wrong_status']).toContain(codeIn(body))
    else expect(status, JSON.stringify(body)).toBeLessThan(300)
  }

  /** Sends it, and holds the answer against the codes that it may have, and every table against what it was. */
  const refused = async (sent: Sent, ...codes: readonly [ErrorCode, ...ErrorCode[]]): Promise<void> => {
    const now = () => everythingOf(stage.driver, stage.organizationId, stage.other.organizationId)
    const before = await now()
    rejects(await send(sent), codes)
    expect(await now()).toBe(before)
  }

  /** A key of the scope that the operation needs, or what opens it instead. */
  const key = async (rest: Partial<Parameters<Stage['issue']>[0]> = {}) =>
    operation.credentials === 'operator'
      ? { id: v7(), secret: OPERATOR }
      : stage.issue({ name: `${operation.id} ${v7()}`, scopes: [operation.scope], ...rest })

  /** Uses the key, so that the isolate keeps its session. */
  const warm = async (secret: string) => {
    const reply =
      operation.credentials === 'body'
        ? await send(request(secret, spoilt(content(), { a: 1 })))
        : await stage.send('GET', '/v1/objects/people/records?limit=1', { token: secret })
    expect([200, 403]).toContain(reply.status)
    return secret
  }

  const { other } = stage
  /** The operation's requests about what only another organisation has. */
  const foreign = ownExamples.flatMap((example) => example.foreign?.(other) ?? [])

  return {
    foreign,
    isLarge: line.isLarge ?? false,
    succeeds,
    organizationParameter,
    path,
    content,
    request,
    slashed,
    send,
    refused,
    key,
    warm,
    spoilt: (v: unknown) => spoilt(content(), v),
  }
}

export type Performer = Awaited<ReturnType<typeof performerOf>>

/** `METHOD /path` of every operation of the document. */
export const documented = (): readonly string[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
