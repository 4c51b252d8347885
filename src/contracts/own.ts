/**
 * What a contract of a deployment's own is made of, as `edge-upsert/contracts`: the same parts that ours are made of.
 * docs/contracts/README.md has the steps, docs/package.md how a server or Worker is given the contract.
 */

// The same zod that the routes are declared with: its schemas know how to describe themselves.
export { z } from '@hono/zod-openapi'
export { authorizationOf, bearerKey, bearerToken, keyAlone } from '../auth/bearer.ts'
export { written } from '../engine/assert.ts'
export type { AssertCommand, MatchKey, WriteMode } from '../engine/command.ts'
export { Reference } from '../engine/command.ts'
export type { ErrorCode, Problem, Refusal } from '../engine/errors.ts'
export { describe, errorTable, problem, RefusedError, refuse } from '../engine/errors.ts'
export type { Outcome } from '../engine/outcome.ts'
export type { StoredRecord } from '../engine/record.ts'
export type { Contract, ContractEntry, ErrorContext, FieldTable, RenderedError } from '../http/contract.ts'
export type { Credentials, HeaderCredentials } from '../http/credentials.ts'
export { contracts } from './index.ts'
export { bearer } from './kit/credentials.ts'
export { conflictOf, conflictsOf, detailOf, statuses } from './kit/errors.ts'
export type { Fields, Values } from './kit/fields.ts'
export { fieldNames, fieldsOf, fieldTable, readFields, slugOf, within } from './kit/fields.ts'
export { isAbsent, isBlank, isEmpty, isJsonObject, type JsonObject, own } from './kit/json.ts'
export { contractOf, type Operation, operation } from './kit/operation.ts'
export { firstTextIn, textIn, textsIn, valueIn } from './kit/read-back.ts'
export { readOperation } from './kit/read-operation.ts'
export { reading, recordId } from './kit/reading.ts'
export { referenceBy, referencesOf } from './kit/references.ts'
export { commonRefusals, createdOrUpdated, json, orNull, readRefusals } from './kit/responses.ts'
export { someTextUpTo, textUpTo } from './kit/text.ts'
