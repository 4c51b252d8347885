import type { components } from './openapi.ts'

/** What went wrong, in classes that can be told apart by `instanceof`, one for each thing that a program may do about it. */

type Problem = components['schemas']['Problem']

/** Everything that the client throws, but for what an AbortSignal was aborted with and a wrong argument. */
export class EdgeUpsertError extends Error {
  override readonly name: string = 'EdgeUpsertError'
  /** How often the request was sent. */
  attempts = 1
}

/** Nothing was answered: no connection, one that broke off, or nothing that could be read. Whether it was done is not known. */
export class ConnectionError extends EdgeUpsertError {
  override readonly name: string = 'ConnectionError'
}

/** Nothing was answered within the time limit of an attempt. */
export class TimeoutError extends ConnectionError {
  override readonly name = 'TimeoutError'
}

/** The answer is a refusal, or tells of a failure. */
export class AnsweredError extends EdgeUpsertError {
  override readonly name: string = 'AnsweredError'
  readonly status: number
  /** Of the error table: docs/errors.md. Undefined where something in front of the server has answered. */
  readonly code: string | undefined
  /** What the first problem is about. */
  readonly field: string | undefined
  /** To be quoted to who operates the server, whose log tells more by it. */
  readonly requestId: string | undefined
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined
  /** The whole answer: all problems, the records in the way. */
  readonly problem: Problem | undefined

  constructor(answer: Answered) {
    const { status, problem, requestId, retryAfterMs } = answer
    super(messageOf(answer))
    this.status = status
    this.code = problem?.code
    this.field = problem?.errors[0]?.field ?? undefined
    this.requestId = requestId
    this.retryAfterMs = retryAfterMs
    this.problem = problem
  }
}

/** 400, 413, 415, 422: the request or a value of it is wrong, and stays so. */
export class InvalidRequestError extends AnsweredError {
  override readonly name = 'InvalidRequestError'
}

/** 401: the key is missing, unknown, revoked or expired. */
export class AuthenticationError extends AnsweredError {
  override readonly name = 'AuthenticationError'
}

/** 403: the key may not do this, or not from here. */
export class PermissionError extends AnsweredError {
  override readonly name = 'PermissionError'
}

/** 404: there is no such record, object or endpoint. */
export class NotFoundError extends AnsweredError {
  override readonly name = 'NotFoundError'
}

/** 409, 410, 412: what is stored is in the way. */
export class ConflictError extends AnsweredError {
  override readonly name = 'ConflictError'
}

/** 429: too many requests. */
export class RateLimitError extends AnsweredError {
  override readonly name = 'RateLimitError'
}

/** 408 and 5xx: the server could not, now. */
export class ServerError extends AnsweredError {
  override readonly name = 'ServerError'
}

/** A success that says nothing of what this API answers: a page of a proxy, another server, half an answer. */
export class ForeignAnswerError extends AnsweredError {
  override readonly name = 'ForeignAnswerError'
}

export interface Answered {
  readonly status: number
  readonly problem: Problem | undefined
  readonly requestId: string | undefined
  readonly retryAfterMs: number | undefined
}

const messageOf = ({ status, problem, requestId }: Answered): string => {
  if (!problem) return `Status ${status}, and what answered is no edge-upsert: see that the url is right.`
  const told = problem.errors.map(({ detail, fix }) => `${detail} ${fix}`).join(' ') || problem.detail
  return status >= 500 && requestId !== undefined ? `${told} (request ${requestId})` : told
}

const byStatus: Readonly<Record<number, new (answer: Answered) => AnsweredError>> = {
  401: AuthenticationError,
  403: PermissionError,
  404: NotFoundError,
  408: ServerError,
  409: ConflictError,
  410: ConflictError,
  412: ConflictError,
  429: RateLimitError,
}

export const errorOf = (answer: Answered): AnsweredError => {
  const Family = byStatus[answer.status] ?? (answer.status >= 500 ? ServerError : InvalidRequestError)
  return new Family(answer)
}
