import openapi from '../../public/openapi.json' with { type: 'json' }

/** The operations of public/openapi.json, for the suites that must meet every one of them. */

export interface Parameter {
  readonly in: 'path' | 'query' | 'header'
  readonly name: string
  readonly required?: boolean
  readonly schema: JsonSchema
  readonly example?: unknown
}

/** What our own document uses of JSON Schema. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly format?: string
  readonly example?: unknown
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>

interface Documented {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly security?: readonly object[]
  /** Absent where no key is asked for. */
  readonly 'x-scope'?: Scope
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

export type Scope = 'crm:read' | 'crm:write' | 'admin'

export interface Operation {
  readonly id: string
  readonly method: string
  /** With `{name}` for its parameters. */
  readonly path: string
  /** Where its credentials are. */
  readonly credentials: 'header' | 'body' | 'operator' | 'none'
  readonly scope: Scope
  readonly parameters: readonly Parameter[]
  /** Its JSON body, with the document's example. */
  readonly body?: { readonly schema: JsonSchema; readonly example: unknown; readonly isArray: boolean }
  readonly takesLines: boolean
  readonly responses: Documented['responses']
}

export const document = openapi as unknown as Document

export const resolved = (schema: JsonSchema): JsonSchema =>
  schema.$ref ? resolved(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema

/** A token without a scope is the operator's secret: every key has to have one. */
const credentialsOf = ({ security = [], 'x-scope': scope }: Documented): Operation['credentials'] => {
  if (security.length > 0) return scope === undefined ? 'operator' : 'header'
  return scope === undefined ? 'none' : 'body'
}

/** Of the operations that need no key. */
const DEFAULT_SCOPE = 'crm:write'

export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, documented]) => {
    const content = documented.requestBody?.content ?? {}
    const json = content['application/json']
    return {
      id: documented.operationId,
      method: method.toUpperCase(),
      path,
      credentials: credentialsOf(documented),
      scope: documented['x-scope'] ?? DEFAULT_SCOPE,
      parameters: documented.parameters ?? [],
      ...(json && {
        body: { schema: json.schema, example: json.example, isArray: resolved(json.schema).type === 'array' },
      }),
      takesLines: 'application/x-ndjson' in content,
      responses: documented.responses,
    }
  }),
)
