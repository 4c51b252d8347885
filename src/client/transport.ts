import {
  type AnsweredError,
  ConnectionError,
  EdgeUpsertError,
  errorOf,
  ForeignAnswerError,
  TimeoutError,
} from './errors.ts'
import type { components } from './openapi.ts'
import { anything, callable, milliseconds, type Rules, requireOptions, text, whole } from './options.ts'
import { mayPass, retryAfterOf, wait, waitAfter } from './retry.ts'

export interface EdgeUpsertOptions {
  /** Of the deployment, with a path if it is below one: `https://crm.example` or `https://example/crm/`. */
  readonly url: string
  /** A key of the organisation; of /v1/tenants the operator's secret. */
  readonly key: string
  /** What requests are sent with. Default: the platform's. */
  readonly fetch?: (request: Request) => Promise<Response>
  /** Milliseconds that one attempt may take, its answer included. Default: 30,000. */
  readonly timeoutMs?: number
  /** How often a request that may pass is sent again. Default: 2. */
  readonly retries?: number
  /** Is told of what has passed, before a request is sent again: to log it, or to know that something may have been done already. */
  readonly onRetry?: (error: EdgeUpsertError) => void
}

const clientRules: Rules<EdgeUpsertOptions> = {
  url: text,
  key: text,
  fetch: callable,
  timeoutMs: milliseconds(1),
  retries: whole(0),
  onRetry: callable,
}

/** What may be said of any request. */
export interface CallSettings {
  /** Ends the request, and the waiting before the next attempt. */
  readonly signal?: AbortSignal
  /** Instead of that of the client. */
  readonly timeoutMs?: number
}

export const settingsRules: Rules<CallSettings> = { signal: anything, timeoutMs: milliseconds(1) }

export interface Sent extends CallSettings {
  readonly method: string
  /** Below the url of the deployment, with its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Whether it may be done twice without harm. */
  readonly repeatable: boolean
  /** Statuses of which the body is an answer like any other, if it is not a problem. */
  readonly taken?: readonly number[]
  /** Whether a body is what the operation answers. */
  readonly isAnswer: (body: unknown) => boolean
  /** Is told of what passes, before each wait for the next attempt. */
  readonly onRetry?: (error: EdgeUpsertError) => void
}

const DEFAULT_TIMEOUT_MS = 30_000
const DEFAULT_RETRIES = 2

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isJson = (headers: Headers) => /\bjson\b/.test(headers.get('content-type') ?? '')
const isProblem = (value: unknown): value is components['schemas']['Problem'] =>
  typeof value === 'object' && value !== null && 'code' in value && 'errors' in value

/** What fetch throws says only that it failed; why, such as ECONNREFUSED or a certificate, stands behind it. */
const reasonOf = (error: unknown): string => {
  const { cause } = (error ?? {}) as { readonly cause?: unknown }
  if (cause === undefined) return String(error)
  const { message, code } = (cause ?? {}) as { readonly message?: unknown; readonly code?: unknown }
  // OpenSSL says where in its sources it was.
  const isReadable = typeof message === 'string' && message !== '' && !message.includes(':error:')
  return `${String(error)} (${(isReadable && message) || code || cause})`
}

/** What a header takes. */
const requireSendable = (key: string): void => {
  if (!/^[\x20-\x7e\xa0-\xff]*$/.test(key))
    throw new TypeError('key: it has a character that no key has: copy it anew, without what stands around it')
}

const baseOf = (url: string): string => {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) throw new TypeError(`url: "${url}" is no http(s) URL`)
  const { origin, pathname } = new URL(url)
  return origin + pathname.replace(/\/+$/, '')
}

/** Sends requests to one deployment with one key, and again where that may help. */
export class Transport {
  readonly #base: string
  readonly #key: string
  readonly #fetch: (request: Request) => Promise<Response>
  readonly #timeoutMs: number
  readonly #retries: number
  readonly #onRetry: EdgeUpsertOptions['onRetry']

  /** @throws TypeError when the url is none, the key cannot be one, or there is no such option */
  constructor(options: EdgeUpsertOptions) {
    requireOptions(options, clientRules)
    const { url, key, fetch, timeoutMs = DEFAULT_TIMEOUT_MS, retries = DEFAULT_RETRIES, onRetry } = options
    this.#base = baseOf(url)
    requireSendable(key)
    this.#key = key
    // Called as a method of anything else, the platform's own refuses.
    this.#fetch = fetch ?? ((request) => globalThis.fetch(request))
    this.#timeoutMs = timeoutMs
    this.#retries = retries
    this.#onRetry = onRetry
  }

  /**
   * @returns the body of the answer: parsed if it is JSON, undefined if there is none
   * @throws EdgeUpsertError; what the signal was aborted with
   */
  async send(sent: Sent): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const result = await this.#attempt(sent)
      if (!(result instanceof EdgeUpsertError)) return result.body
      result.attempts = attempt
      const pause = waitAfter(result, attempt, Math.random())
      if (attempt > this.#retries || pause === undefined || !mayPass(result, sent.repeatable)) throw result
      sent.onRetry?.(result)
      this.#onRetry?.(result)
      await wait(pause, sent.signal)
    }
  }

  async #attempt(sent: Sent): Promise<{ readonly body: unknown } | EdgeUpsertError> {
    const { signal, timeoutMs = this.#timeoutMs } = sent
    signal?.throwIfAborted()
    const limit = AbortSignal.timeout(timeoutMs)
    try {
      const response = await this.#fetch(this.#requestOf(sent, signal ? AbortSignal.any([signal, limit]) : limit))
      return this.#answerOf(sent, response, await response.text())
    } catch (cause) {
      signal?.throwIfAborted()
      if (limit.aborted) return new TimeoutError(`No answer within ${timeoutMs} ms from ${this.#base}.`, { cause })
      return new ConnectionError(`No answer from ${this.#base}: ${reasonOf(cause)}`, { cause })
    }
  }

  #requestOf({ method, path, headers, body }: Sent, signal: AbortSignal): Request {
    return new Request(this.#base + path, {
      method: method.toUpperCase(),
      headers: {
        authorization: `Bearer ${this.#key}`,
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
      signal,
    })
  }

  #answerOf({ taken = [], isAnswer }: Sent, { status, ok, headers }: Response, text: string) {
    const body = isJson(headers) ? parsed(text) : undefined
    if (ok || (taken.includes(status) && !isProblem(body))) {
      const isOurs = (text === '' || body !== undefined) && isAnswer(body)
      return isOurs ? { body } : notOurs(status, headers)
    }
    return refusalOf(status, headers, body)
  }
}

const aboutOf = (headers: Headers) => ({
  requestId: headers.get('x-request-id') ?? undefined,
  retryAfterMs: retryAfterOf(headers.get('retry-after'), Date.now()),
})

/** @param body as JSON, if it is some */
export const refusalOf = (status: number, headers: Headers, body: unknown): AnsweredError =>
  errorOf({ status, problem: isProblem(body) ? body : undefined, ...aboutOf(headers) })

export const notOurs = (status: number, headers: Headers): AnsweredError =>
  new ForeignAnswerError({ status, problem: undefined, ...aboutOf(headers) })
