import type { RouteConfig } from '@hono/zod-openapi'

/**
 * The headers of our answers. Which answer has which follows from the route: this table is what the OpenAPI document
 * declares, what pages of other origins may read, and what every answer of the tests is held to.
 */

/** One answer of a route. */
interface Answer {
  readonly route: RouteConfig
  readonly status: number
}

type Presence = 'always' | 'sometimes' | 'never'

interface ResponseHeader {
  readonly description: string
  readonly schema: { readonly type: 'string' | 'integer'; readonly const?: string; readonly minimum?: number }
  readonly example: string | number
  readonly presence: (answer: Answer) => Presence
}

const takes = ({ request }: RouteConfig, header: string): boolean =>
  request?.headers !== undefined && 'shape' in request.headers && header in request.headers.shape

const takesDryRun = ({ request }: RouteConfig): boolean =>
  request?.query !== undefined && 'shape' in request.query && 'dryRun' in request.query.shape

const needsKey = ({ route }: Answer): boolean => 'x-scope' in route

const always = (is: boolean): Presence => (is ? 'always' : 'never')
const sometimes = (is: boolean): Presence => (is ? 'sometimes' : 'never')

/** Answers that show one version of a record: those of routes that a client may tell which version it has. */
const versioned = ({ route, status }: Answer): Presence => {
  const isConditional = takes(route, 'if-match') || takes(route, 'if-none-match')
  if (!isConditional || ![200, 201, 304].includes(status)) return 'never'
  // A dry run answers 200, and its record has no version yet.
  return status === 200 && takesDryRun(route) ? 'sometimes' : 'always'
}

/** Answers that are all records of an object, and say from which change on a copy goes on, where there is a history. */
const exports = ({ route, status }: Answer): boolean => {
  const answer = route.responses[status]
  return answer !== undefined && 'content' in answer && 'text/csv' in (answer.content ?? {})
}

/** Answers that say that a record has been erased. */
const erasures = ({ route, status }: Answer): boolean =>
  route.method === 'delete' && status === 204 && route.path.endsWith('/records/{id}')

/** Answers that the database gave, which are those that are kept to be given again. */
const REPLAYED = [200, 201, 404, 409, 412]

/** By name. */
export const responseHeaders = {
  'X-Request-Id': {
    description:
      'Names this request in our log and in the history: the id that the client sent in this header, or a new one. One is 1 to 200 letters, digits and . _ ~ : @ / + = , ; - long; any other is refused.',
    schema: { type: 'string' },
    example: '01900000-0000-7000-8000-000000000001',
    presence: () => 'always',
  },
  'Server-Timing': {
    description: 'What the request cost in the database, where the deployment tells it.',
    schema: { type: 'string' },
    example: 'db;dur=1.20, db-calls;desc="1"',
    presence: () => 'sometimes',
  },
  'RateLimit-Policy': {
    description: 'How many requests (q) the key may send in how many seconds (w), where keys are limited.',
    schema: { type: 'string' },
    example: '"default";q=600;w=60',
    presence: (answer) => sometimes(needsKey(answer)),
  },
  RateLimit: {
    description: 'How many requests of the key are left (r), and after how many seconds (t) the count begins again.',
    schema: { type: 'string' },
    example: '"default";r=599;t=60',
    presence: (answer) => sometimes(needsKey(answer)),
  },
  'Retry-After': {
    description: 'Seconds to wait before the request is sent again.',
    schema: { type: 'integer', minimum: 0 },
    example: 1,
    presence: ({ status }) => always(status === 429 || status === 503),
  },
  'WWW-Authenticate': {
    description: 'The credentials that are asked for.',
    schema: { type: 'string' },
    example: 'Bearer',
    presence: ({ route, status }) => always(status === 401 && (route.security ?? []).length > 0),
  },
  ETag: {
    description: 'The version of the record, for If-Match and If-None-Match. A dry run has none.',
    schema: { type: 'string' },
    example: '"3"',
    presence: versioned,
  },
  Location: {
    description: 'The path of the record, where the path of the request does not name it. A dry run has none.',
    schema: { type: 'string' },
    example: '/v1/objects/people/records/01900000-0000-7000-8000-000000000001',
    presence: (answer) =>
      answer.route.method === 'get' || answer.route.path.includes('{id}') ? 'never' : versioned(answer),
  },
  'Idempotency-Replayed': {
    description: 'Present when this is the kept answer to an earlier request with the same Idempotency-Key.',
    schema: { type: 'string', const: 'true' },
    example: 'true',
    presence: ({ route, status }) => sometimes(takes(route, 'idempotency-key') && REPLAYED.includes(status)),
  },
  'Changes-Cursor': {
    description:
      'The `cursor` of GET /v1/changes with which a copy made of this export goes on. Absent where the history is off.',
    schema: { type: 'string' },
    example: 'WyI0MiIsIjE3OTU2ODA4MDAwMDAiXQ',
    presence: (answer) => sometimes(exports(answer)),
  },
  'Relations-Left': {
    description: 'How many relations pointed at the record that is erased; with a plus, there were at least so many.',
    schema: { type: 'string' },
    example: '12',
    presence: (answer) => always(erasures(answer)),
  },
  Allow: {
    description: 'The methods of the path. Only where no operation took the request.',
    schema: { type: 'string' },
    example: 'GET, HEAD, PUT',
    presence: () => 'never',
  },
} as const satisfies Readonly<Record<string, ResponseHeader>>

export type HeaderName = keyof typeof responseHeaders

export const headerNames = Object.keys(responseHeaders) as readonly HeaderName[]

/** The headers that an answer of this route may have, and whether it always has them. */
export const headersOf = (route: RouteConfig, status: number): ReadonlyMap<HeaderName, 'always' | 'sometimes'> =>
  new Map(
    headerNames.flatMap((name) => {
      const header: ResponseHeader = responseHeaders[name]
      const presence = header.presence({ route, status })
      return presence === 'never' ? [] : [[name, presence] as const]
    }),
  )
