import type { Described } from './described.ts'
import type { Recorded } from './recorded-examples.ts'
import { refusalExample } from './refusal-examples.ts'

interface MediaType {
  example?: unknown
}
interface Operation {
  readonly operationId: string
  readonly requestBody?: { readonly content: Record<string, MediaType> }
  readonly responses: Record<string, { readonly content?: Record<string, MediaType> }>
}
export interface Document {
  readonly paths: Record<string, Record<string, Operation>>
}

const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')

const requestExample = (type: string, request: unknown) =>
  type.includes('ndjson') ? lines(request as unknown[]) : request

const responseExample = (type: string, response: unknown) =>
  type.includes('ndjson') ? lines((response as { outcomes: unknown[] }).outcomes) : response

const illustrate = (
  path: string,
  operation: Operation,
  described: readonly Described[],
  recorded: readonly Recorded[],
) => {
  const own = recorded.filter(({ operationId }) => operationId === operation.operationId)
  const [first] = own
  if (!first) throw new Error(`${operation.operationId} has no example in the examples.ts of its contract`)
  for (const [type, media] of Object.entries(operation.requestBody?.content ?? {}))
    media.example = requestExample(type, first.request)
  for (const [status, { content }] of Object.entries(operation.responses))
    for (const [type, media] of Object.entries(content ?? {})) {
      const answer = type.includes('problem') ? undefined : own.find((one) => String(one.status) === status)
      const example = answer ? responseExample(type, answer.response) : refusalExample(described, path, Number(status))
      if (example !== undefined) media.example = example
    }
}

/** Puts an example on every body of every operation. @throws Error when an operation has none */
export const withExamples = (
  document: Document,
  described: readonly Described[],
  recorded: readonly Recorded[],
): Document => {
  for (const [path, operations] of Object.entries(document.paths))
    for (const operation of Object.values(operations)) illustrate(path, operation, described, recorded)
  return document
}
