/**
 * Stands in the Worker's bundle for what zod knows of JSON Schema and of compiling schemas ahead of time, 54 KB of it
 * (wrangler.toml, [alias]). Only the OpenAPI document is made with the first, by a script; nobody asks for the second.
 */

const unavailable = (): never => {
  throw new Error('A Worker makes no JSON Schema')
}

export const toJSONSchema = unavailable
export const fromJSONSchema = unavailable
export const allProcessors = {}
export const INVALID = Symbol('never returned here')
export const compile = unavailable
export const withParser = unavailable
export class ZodCompileAsyncError extends Error {}
export class ZodCompileUnsupportedError extends Error {}
