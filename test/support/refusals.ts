import { v7 } from 'uuid'
import { expect } from 'vitest'
import { contracts } from '../../src/contracts/index.ts'
import { type ErrorCode, problem, RefusedError } from '../../src/engine/errors.ts'
import type { ContractEntry } from '../../src/http/contract.ts'
import { everythingOf } from './everything.ts'
import { document, type Operation, operations } from './openapi.ts'
import { createWorld, isolate, type Reply } from './world.ts'

/**
 * What every operation must refuse. A request that it accepts is made from the document: path parameters from a world
 * that has what they name, everything else from the document's examples. Only what cannot be derived has a line.
 */

export const OPERATOR = 'operator-secret-of-the-refusal-suite-0001'
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
  /** References to what only another organisation has, in the body or the path. */
  readonly foreign?: (stage: Stage) => readonly Foreign[]
}

export interface Foreign {
  readonly name: string
  readonly code: ErrorCode
  readonly body?: (accepted: Record<string, unknown>) => unknown
  readonly parameters?: Readonly<Record<string, string>>
}

const stranger = (stage: Stage) => stage.other.person

const lines: Readonly<Record<string, Line>> = {
  createObject: { body: { slug: 'gadgets', singularName: 'Gadget', pluralName: 'Gadgets' } },
  addCombination: { parameters: { object: 'products' } },
  assertRecord: {
    foreign: (stage) => [
      {
        name: 'match by id',
        code: 'record_not_found',
        body: () => ({ match: { id: stranger(stage) }, mode: 'update', values: { first_name: 'X' } }),
      },
      {
        name: 'a relation',
        code: 'reference_not_found',
        body: (accepted) => ({ ...accepted, values: { ...(accepted.values as object), company: stage.other.company } }),
      },
      {
        name: 'a member',
        code: 'reference_not_found',
        body: (accepted) => ({ ...accepted, values: { ...(accepted.values as object), owner: stage.other.memberId } }),
      },
    ],
  },
  getRecordByKey: {
    foreign: (stage) => [{ name: 'value', code: 'record_not_found', parameters: { value: stage.other.email } }],
  },
  issueKey: {
    foreign: (stage) => [
      {
        name: 'memberId',
        code: 'invalid_value',
        body: (accepted) => ({ ...accepted, memberId: stage.other.memberId }),
      },
    ],
  },
  reevoAssertContact: {
    foreign: (stage) => [
      {
        name: 'match.id',
        code: 'record_not_found',
        body: (accepted) => ({ ...accepted, match: { id: stranger(stage) } }),
      },
    ],
  },
  reevoAssertAccount: {
    foreign: (stage) => [
      {
        name: 'match.id',
        code: 'record_not_found',
        body: (accepted) => ({ ...accepted, match: { id: stage.other.company } }),
      },
    ],
  },
  zeegAssertPerson: {
    foreign: (stage) => [
      {
        name: 'companyId',
        code: 'reference_not_found',
        body: (accepted) => ({ ...accepted, companyId: stage.other.company }),
      },
    ],
  },
  zyntroAddContact: {
    foreign: (stage) => [
      {
        name: 'contactId',
        code: 'record_not_found',
        body: (accepted) => ({
          ...accepted,
          mode: 'update',
          lookup_by: 'contact_id',
          contact: { contactId: stranger(stage), firstName: 'X' },
        }),
      },
      {
        name: 'member_id',
        code: 'unknown_member',
        body: (accepted) => ({ ...accepted, member_id: stage.other.memberId }),
      },
      {
        name: 'org_id',
        code: 'invalid_credentials',
        body: (accepted) => ({ ...accepted, org_id: stage.other.organizationId }),
      },
    ],
  },
}

const contractNamed = (path: string): ContractEntry => {
  const entry = contracts.find(({ prefixes }) => prefixes.some((prefix) => path.startsWith(prefix)))
  if (!entry) throw new Error(`No contract has ${path}`)
  return entry
}

const exampleOf = (operationId: string): object => {
  const example = operations.find(({ id }) => id === operationId)?.body?.example
  if (!example) throw new Error(`${operationId} has no example`)
  return example
}

/** The other organisation: whatever it has bears the mark, so that it would be seen in an answer. */
const createOther = async () => {
  const world = await createWorld({ changeFeed: true })
  await world.addObject('elsewhere')
  await world.addAttribute('people', { label: 'Their own', type: 'text', indexed: true })
  const email = `${MARK}@other.example`
  const put = async (object: string, values: object): Promise<string> =>
    (await world.send('PUT', `/v1/objects/${object}/records`, { body: { values } })).body.record.id
  const person = await put('people', { emails: [email], first_name: MARK })
  const company = await put('companies', { name: MARK })
  const admin = await world.issue({ name: MARK, scopes: ['admin'] })
  return { ...world, email, person, company, keyId: admin.id }
}

/** An organisation that has everything that the operations name, and another one beside it. */
export const createStage = async () => {
  const world = await createWorld({ crmMode: 'b2b', changeFeed: true })
  const other = await createOther()
  await world.addObject('products')
  await world.addAttribute('products', { label: 'SKU', type: 'text', unique: true })
  await world.addAttribute('products', { label: 'Region', type: 'text' })
  const ada = await world.send('PUT', '/v1/objects/people/records', { body: exampleOf('assertRecord') })
  const upsert = `/api/v1/idm/${world.organizationId}/clients/upsert`
  await world.send('POST', upsert, { body: exampleOf('anduinUpsertClient') })
  const member = await world.issue({ scopes: ['admin'] })
  const spare = await world.send('POST', '/v1/members', {
    token: member.secret,
    body: { name: 'Spare', email: 'spare@engine.example' },
  })
  const developer = await world.issue({ kind: 'developer_secret', scopes: [], allowlist: [ADDRESS] })
  const ids = { records: ada.body.record.id as string, members: spare.body.id as string, keys: member.id }
  const { send } = isolate(undefined, { operator: { secret: OPERATOR, create: () => world.driver } })
  return { ...world, send, other, ids, developerSecret: developer.secret }
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
  const { contract } = await contractNamed(operation.path).load()

  const parameter = (name: string): string => {
    if (line.parameters?.[name] !== undefined) return line.parameters[name]
    if (name === 'firmId') return stage.organizationId
    const kind = operation.path.split('/').find((_, i, all) => all[i + 1] === '{id}')
    if (name === 'id') return stage.ids[kind as keyof typeof stage.ids]
    return String(operation.parameters.find((one) => one.name === name)?.schema.example)
  }
  const path = (overrides: Readonly<Record<string, string>> = {}) => {
    const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(overrides[name] ?? parameter(name)),
    )
    const query = operation.parameters.filter((one) => one.in === 'query' && one.required)
    return query.length === 0 ? filled : `${filled}?${query.map(({ name }) => `${name}=${parameter(name)}`).join('&')}`
  }

  /** The content of the body, without credentials: the document's example. */
  const content = (): unknown => {
    const example = line.body ?? operation.body?.example
    if (operation.credentials !== 'body') return example
    const secrets = new Set(['api_key', 'developer_secret', 'org_id', 'member_id'])
    return Object.fromEntries(Object.entries(example as object).filter(([name]) => !secrets.has(name)))
  }

  /** @param token null: none; with credentials in the body, it is the `api_key` */
  const request = (token: string | null, body: unknown = content(), parameters = {}): Sent => {
    const to = path(parameters)
    if (operation.credentials !== 'body' || typeof body === 'string') return { path: to, token, body }
    const rest = { developer_secret: stage.developerSecret, org_id: stage.organizationId, member_id: stage.memberId }
    return { path: to, token: null, body: { ...rest, ...(token !== null && { api_key: token }), ...(body as object) } }
  }

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

  return { line, path, content, request, send, refused, key, warm, spoilt: (v: unknown) => spoilt(content(), v) }
}

export type Performer = Awaited<ReturnType<typeof performerOf>>

/** `METHOD /path` of every operation of the document. */
export const documented = (): readonly string[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
