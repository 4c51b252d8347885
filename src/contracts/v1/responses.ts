import type { z } from '@hono/zod-openapi'
import { json } from '../kit/responses.ts'
import { problem } from './schemas.ts'

export const refused = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem } },
})

/** What every operation may answer. */
const everywhere = {
  400: refused('The request is malformed'),
  401: refused('No valid key'),
  403: refused('The key may not do this'),
  404: refused('There is no such thing'),
  429: refused('Too many requests'),
  500: refused('A fault on our side'),
  503: refused('The database did not answer; repeat the request'),
}

/** What operations with a body or conditions may answer besides. */
const writing = {
  409: refused('Another record, or the state of this one, is in the way'),
  412: refused('The record has another version'),
  413: refused('The body is too large'),
  415: refused('The body is not JSON'),
  422: refused('A field or value cannot be taken'),
}

export const readResponses = <T extends z.ZodType>(description: string, schema: T) => ({
  200: json(schema, description),
  422: refused('A parameter cannot be taken'),
  409: refused('The key matches several records, or the feature is off'),
  ...everywhere,
})

export const writeResponses = <S extends 200 | 201, T extends z.ZodType>(status: S, description: string, schema: T) =>
  ({ [status]: json(schema, description), ...writing, ...everywhere }) as {
    [K in S]: ReturnType<typeof json<T>>
  } & typeof writing &
    typeof everywhere

export const emptyResponses = (description: string) => ({ 204: { description }, ...writing, ...everywhere })
