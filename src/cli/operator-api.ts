import { setTimeout as wait } from 'node:timers/promises'
import type { ExportLine } from '../admin/export.ts'
import type { NewOrganization, OrganizationChange } from '../admin/organizations.ts'
import type { NewTenant } from '../admin/tenants.ts'
import type { Finding } from '../admin/verify.ts'
import { isUuid, type TenantStatus } from '../schema/schema.ts'
import type { NotRestored } from '../tenants/data.ts'
import type { CountedUsage, Tenant, Usage } from '../tenants/directory.ts'
import type { LoggedAction } from '../tenants/operator-log.ts'
import type { WrittenPlace } from '../tenants/place.ts'
import { type Transport, withTransport } from './operator-transport.ts'
import { asCommands } from './refusals-as-commands.ts'
import type { Reach } from './target.ts'

/** The operator's API as commands call it: docs/tenants.md. Instants are texts in UTC. */

export interface ToldTenant
  extends Omit<Tenant, 'move' | 'claim' | 'leftovers' | 'usage' | 'createdAt' | 'seenAt' | 'eraseAt'> {
  readonly move: ToldMove | null
  /** Absent: the deployment is of a release that does not tell. */
  readonly work?: ToldWork | null
  readonly leftovers?: readonly ToldLeftover[]
  readonly createdAt: string
  readonly seenAt: string | null
  readonly eraseAt: string | null
  readonly usage: (Omit<CountedUsage, 'countedAt'> & { readonly countedAt: string }) | null
  /** Only of `show`; null where its database did not tell them. */
  readonly settings?: Readonly<Record<string, string | number | boolean | null>> | null
  readonly notReached?: string
  readonly left?: string
  readonly notKept?: string
}

/** That it is said to be elsewhere, or taken back in time. */
export interface ToldWork {
  readonly kind: 'place' | 'rewind'
  readonly to: WrittenPlace | string | null
  readonly startedAt: string
  readonly givenBackAt: string
}

/** Where it has been, and something of it lies still. */
export interface ToldLeftover {
  readonly place: WrittenPlace
  readonly leftAt: string
  readonly eraseAt: string | null
}

export interface ToldAction extends Omit<LoggedAction, 'at' | 'sequence'> {
  readonly at: string
}

/** How far a move has come. */
export interface ToldMove {
  readonly to: WrittenPlace
  readonly phase: string
  readonly isOver: boolean
  readonly copied: number
  readonly caughtUp: number
  readonly startedAt: string
  readonly steppedAt: string | null
  readonly failure: string | null
  readonly lastError: string | null
}

type Page<Name extends string, Item> = Readonly<Record<Name, readonly Item[]>> & { readonly nextCursor: string | null }

interface Restoration {
  readonly lines: readonly ExportLine[]
  readonly place?: unknown
  readonly hasMore: boolean
  readonly dryRun: boolean
}

interface ToldProblem {
  readonly detail?: string
  readonly code?: string
  readonly errors?: readonly { readonly field: string | null; readonly detail: string; readonly fix: string }[]
}

/** What was answered instead of what was asked for. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string | undefined
  /** What the first problem is about. */
  readonly field: string | undefined

  constructor(message: string, status: number, { code, errors }: ToldProblem) {
    super(message)
    this.status = status
    this.code = code
    this.field = errors?.[0]?.field ?? undefined
  }
}

interface Flags {
  readonly dryRun?: boolean
  readonly abandon?: boolean
  readonly settings?: boolean
}

/** Pages of what is long are asked for again when the deployment is busy: they can be repeated without an effect. */
const TRIES = 5

const failureOf = async (
  response: Response,
  transport: Transport,
  inCommands: (sentence: string) => string,
): Promise<ApiError> => {
  const { status, headers } = response
  const told = (await response.json().catch(() => ({}))) as ToldProblem
  const { detail = 'is it an edge-upsert?', errors = [] } = told
  if (status === 401)
    return new ApiError('OPERATOR_SECRET is no secret of this deployment: set it to one that it has.', status, told)
  if (status < 500 && errors.length > 0) {
    const sentences = errors.map((problem) => `${problem.detail} ${problem.fix}`)
    return new ApiError(inCommands(sentences.join(' ')), status, told)
  }
  const request = headers.get('x-request-id')
  const reason = transport.reasonOf(request ?? '')
  if (reason !== undefined) return new ApiError(`${detail} It failed: ${reason}`, status, told)
  const more = request === null ? '' : ` The log tells more of request ${request}.`
  return new ApiError(`Status ${status}: ${detail}${more}`, status, told)
}

/** Part of a path, where what is no id may name another route. @throws Error for what no tenant can be called, before anything is asked */
const idIn = (text: string): string => {
  const isId: boolean = isUuid(text)
  if (isId) return text
  const [named, more] = [JSON.stringify(text.slice(0, 40)), text.length > 40 ? ' and more' : '']
  throw new Error(`${named}${more} is no id of a tenant: it must be a UUID, as "tenant list" shows them.`)
}

/** What each answers is what the API declares (src/contracts/v1/tenants), by which its tests hold every response. */
const operatorApi = (transport: Transport, reach: Reach) => {
  const ask = async <T>(method: string, path: string, body?: object, tries = 1): Promise<T> => {
    for (let tried = 1; ; tried++) {
      const response = await transport.send(method, path, body)
      if (response.status === 204) return undefined as T
      if (response.ok)
        return (await response.json().catch((error: unknown) => {
          throw new Error('What answers there is no edge-upsert: see that the URL is right.', { cause: error })
        })) as T
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
      const isBusy = [429, 503].includes(response.status) && seconds >= 0
      if (tried >= tries || !isBusy)
        throw await failureOf(response, transport, (sentence) => asCommands(reach, path, sentence))
      await wait(1_000 * Math.min(seconds, 30))
    }
  }
  const of = (id: string, operation = '', flags: Flags = {}) => {
    const query = Object.entries(flags).flatMap(([name, isSet]) => (isSet ? [`${name}=true`] : []))
    return `/v1/tenants/${idIn(id)}${operation}${query.length > 0 ? `?${query.join('&')}` : ''}`
  }
  const withCursor = (path: string, cursor: string | null, query: Readonly<Record<string, string>> = {}) => {
    const sent = new URLSearchParams({ ...query, ...(cursor !== null && { cursor }) }).toString()
    return sent === '' ? path : `${path}?${sent}`
  }
  async function* items<Name extends string, Item>(
    name: Name,
    page: (cursor: string | null) => Promise<Page<Name, Item>>,
  ): AsyncGenerator<Item> {
    let cursor: string | null = null
    do {
      const answer: Page<Name, Item> = await page(cursor)
      yield* answer[name]
      cursor = answer.nextCursor
    } while (cursor !== null)
  }
  return {
    list: (status?: TenantStatus) =>
      items('tenants', (cursor) =>
        ask<Page<'tenants', ToldTenant>>(
          'GET',
          withCursor('/v1/tenants', cursor, { limit: '500', ...(status && { status }) }),
        ),
      ),
    get: (id: string) => ask<ToldTenant>('GET', of(id)),
    /** The same with the settings of its organisation, as far as its database tells them. */
    show: (id: string) => ask<ToldTenant>('GET', of(id, '', { settings: true })),
    create: (tenant: NewOrganization & { readonly place?: unknown }) => ask<NewTenant>('POST', '/v1/tenants', tenant),
    change: (id: string, wanted: OrganizationChange) => ask<ToldTenant>('PATCH', of(id), wanted),
    suspend: (id: string) => ask<ToldTenant>('POST', of(id, '/suspend')),
    resume: (id: string) => ask<ToldTenant>('POST', of(id, '/resume')),
    issueKey: (id: string, name: string) => ask<NewTenant>('POST', of(id, '/keys'), { name }),
    delete: (id: string, waitDays: number, { abandon = false, dryRun = false }: Flags) =>
      ask<ToldTenant>('POST', of(id, '/delete', { dryRun }), { waitDays, abandon }),
    usage: (id: string) => ask<Usage>('GET', of(id, '/usage')),
    /** A piece at a time. @param place where to; absent: where the move under way goes */
    move: (id: string, place: unknown, flags: Flags) =>
      ask<ToldMove>('POST', of(id, '/move', flags), { ...(place !== undefined && { place }) }, TRIES),
    moveBack: (id: string, flags: Flags) => ask<ToldMove>('POST', of(id, '/move/back', flags), undefined, TRIES),
    /** Whether there is anything to export. */
    hasExport: (id: string) => ask<unknown>('GET', of(id, '/export')),
    place: (id: string, place: unknown, eraseOld: boolean, flags: Flags) =>
      ask<ToldTenant>('POST', of(id, '/place', flags), { place, eraseOld }),
    rewind: (id: string, to: string, flags: Flags) => ask<ToldTenant>('POST', of(id, '/rewind', flags), { to }),
    migrate: (id: string, flags: Flags) =>
      ask<{ readonly applied: readonly string[] }>('POST', of(id, '/migrate', flags)),
    exportLines: (id: string) =>
      items('lines', (cursor) =>
        ask<Page<'lines', ExportLine>>('GET', withCursor(of(id, '/export'), cursor), undefined, TRIES),
      ),
    /** @returns undefined: every row of the page is as it was exported, or was there */
    restore: (id: string, page: Restoration) => ask<NotRestored | undefined>('POST', of(id, '/restore'), page, TRIES),
    /** A page. @param cursor of the page before */
    verify: (id: string, repair: boolean, cursor: string | null) =>
      ask<Page<'findings', Finding> & { readonly rows: number }>(
        'POST',
        of(id, '/verify'),
        { repair, ...(cursor !== null && { cursor }) },
        TRIES,
      ),
    /** @param from identity of the directory that has the tenants until now */
    takeOver: (from: string) => ask<{ readonly id: string }>('POST', '/v1/tenant-directory/take-over', { from }),
    /** What is wrong with the database that tenants share, where the deployment tells. */
    sharedFault: async (): Promise<string | undefined> => {
      const response = await transport.send('GET', '/ready?verbose', undefined)
      const { shared } = (await response.json().catch(() => ({}))) as { readonly shared?: string }
      return shared
    },
    actions: (tenantId?: string) =>
      items('actions', (cursor) =>
        ask<Page<'actions', ToldAction>>(
          'GET',
          withCursor('/v1/operator-log', cursor, tenantId === undefined ? {} : { tenantId: idIn(tenantId) }),
        ),
      ),
  }
}

export type OperatorApi = ReturnType<typeof operatorApi>

/** @param mayBeNew whether a database file that is not there is made @throws Error in one line */
export const withOperatorApi = <T>(
  reach: Reach,
  work: (api: OperatorApi) => Promise<T>,
  options: { readonly mayBeNew?: boolean } = {},
): Promise<T> => withTransport(reach, (transport) => work(operatorApi(transport, reach)), options)
