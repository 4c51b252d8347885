import type { App } from '../../src/app.ts'
import { contracts } from '../../src/contracts/index.ts'
import { openApiDocument } from '../../src/http/openapi.ts'

/** The operations of the OpenAPI document, for rules that hold for every route: what is added later is held to them too. */

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly schema: { readonly type?: string; readonly enum?: readonly string[]; readonly maximum?: number }
}

export interface Operation {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  /** Content types of the body; empty where there is none. */
  readonly takes: readonly string[]
}

interface Described {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> }
}

/** The paths of the OpenAPI document. @param app speaks every contract of the registry */
export const pathsOf = async <T>(app: App): Promise<Readonly<Record<string, Readonly<Record<string, T>>>>> => {
  const described = await Promise.all(contracts.map(async ({ load }) => (await load()).contract))
  const document = openApiDocument(described, await app.contractApps(), 'test')
  return (document as { readonly paths: Record<string, Record<string, T>> }).paths
}

export const operationsOf = async (app: App): Promise<readonly Operation[]> => {
  const paths = await pathsOf<Described>(app)
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody }]) => ({
      operationId,
      method: method.toUpperCase(),
      path,
      parameters,
      takes: Object.keys(requestBody?.content ?? {}),
    })),
  )
}

const ID = '01900000-0000-7000-8000-000000000001'
const usual: Readonly<Record<string, string>> = {
  object: 'people',
  objectSlug: 'things',
  attribute: 'emails',
  value: 'a@b.example',
}

/** A path as the operation takes it, of something that need not exist. */
export const filled = (path: string): string => path.replace(/\{(\w+)\}/g, (_, name: string) => usual[name] ?? ID)

/** Whether a path of the document is the template of this one. */
export const isOf = (template: string, path: string): boolean =>
  new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path)
