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
  ForeignAnswerError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  ServerError,
  TimeoutError,
} from './errors.ts'
export type { components, paths } from './openapi.ts'
export type { Answer, CallArguments, CallOptions, Method, PathWith } from './operations.ts'
export { type Page, Pages } from './pages.ts'
export {
  type AssertManyOptions,
  type BatchOptions,
  type ChangeOptions,
  type MergeOptions,
  type Query,
  Records,
  type WriteOptions,
} from './records.ts'
export type {
  AnySchema,
  AssertResult,
  BatchResult,
  Change,
  ChangedRecord,
  Filter,
  Item,
  ManyChange,
  Match,
  Merged,
  MergedIn,
  MergeRule,
  ObjectTypes,
  Outcome,
  Problem,
  Reverted,
  SchemaTypes,
  StoredRecord,
  Undone,
  WriteMode,
} from './schema.ts'
export type { CallSettings, EdgeUpsertOptions } from './transport.ts'
export type { Undoable, UndoneSoFar, UndoOptions } from './undo.ts'
