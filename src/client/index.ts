/** The client, as `edge-upsert`: docs/client.md. */

export type { ManyOptions } from './assert-many.ts'
export { ChangeFeed, type ChangesOptions } from './changes.ts'
export { EdgeUpsert } from './client.ts'
export {
  AnsweredError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  EdgeUpsertError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  ServerError,
  TimeoutError,
} from './errors.ts'
export type { components, paths } from './openapi.ts'
export type { Answer, CallOptions, Method, PathWith } from './operations.ts'
export { type Page, Pages } from './pages.ts'
export { type AssertManyOptions, type BatchOptions, type Query, Records, type WriteOptions } from './records.ts'
export type {
  AnySchema,
  AssertResult,
  BatchResult,
  Change,
  Filter,
  Item,
  Match,
  ObjectTypes,
  Outcome,
  Problem,
  SchemaTypes,
  StoredRecord,
  WriteMode,
} from './schema.ts'
export type { CallSettings, EdgeUpsertOptions } from './transport.ts'
