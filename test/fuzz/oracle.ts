import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import Papa from 'papaparse'
import { document, type Operation, operations } from '../support/openapi.ts'
import type { Answer } from './client.ts'
import type { FuzzRequest } from './requests.ts'
import { MARK, outsiders, type World } from './world.ts'

/** What must hold of every answer, whatever was sent. */

export interface Fault {
  /** Faults of one kind and operation are one fault. */
  readonly kind: string
  readonly detail: string
}

const ANSWER_BYTES = 8_388_608
const SQL_OR_STACK =
  /SQLITE|D1_ERROR|\bINSERT INTO\b|\bUPDATE \w+ SET\b|\bSELECT .* FROM\b|\n\s+at \S+|node_modules|\.ts:\d+/
const SECRET = /(?:eu|zdk)_[0-9a-f]{32}_[A-Za-z0-9_-]{43}/
const SHOWS_SECRETS = new Set(['issueKey', 'rotateKey', 'createTenant', 'issueTenantKey'])
const LINE = 'application/x-ndjson'
const CSV = 'text/csv'

const ajv = new Ajv2020({ strict: false, validateFormats: false })
ajv.addSchema(document, 'openapi.json')
const validators = new Map<string, ValidateFunction>()

const validatorAt = (pointer: string): ValidateFunction => {
  const known = validators.get(pointer)
  if (known) return known
  const made = ajv.compile({ $ref: `openapi.json#${encodeURI(pointer)}` })
  validators.set(pointer, made)
  return made
}

const escaped = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1')

const isProblem = (value: unknown): boolean => validatorAt('/components/schemas/Problem')(value) === true

/** What the lines of a stream are, and those that it begins or ends with. */
const lineKinds: Readonly<Record<string, { schema: string; isOther: (line: Record<string, unknown>) => boolean }>> = {
  assertRecords: {
    schema: 'Outcome',
    isOther: ({ repeatFrom, error }) => Number.isInteger(repeatFrom) && isProblem(error),
  },
  exportRecords: {
    schema: 'StoredRecord',
    isOther: ({ export: head, end }) =>
      head !== undefined || (end as { complete?: unknown })?.complete === true || isProblem(Object(end).error),
  },
}

const linesFit = ({ id }: Operation, text: string): Fault[] => {
  const kind = lineKinds[id]
  if (!kind) return [{ kind: 'lines where none are known', detail: id }]
  const fitting = validatorAt(`/components/schemas/${kind.schema}`)
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      let value: Record<string, unknown>
      try {
        value = JSON.parse(line)
      } catch {
        return [{ kind: 'a line is no JSON', detail: line.slice(0, 200) }]
      }
      if (fitting(value) || kind.isOther(value)) return []
      return [{ kind: 'a line does not fit its schema', detail: ajv.errorsText(fitting.errors) }]
    })
}

const fits = (operation: Operation, answer: Answer): Fault[] => {
  const declared = operation.responses[String(answer.status)]
  if (!declared) return [{ kind: `${answer.status} is not declared`, detail: answer.text.slice(0, 300) }]
  const type = (answer.headers['content-type'] ?? '').split(';')[0] ?? ''
  if (!declared.content)
    return answer.text === '' ? [] : [{ kind: 'a body where none is declared', detail: answer.text.slice(0, 200) }]
  if (!declared.content[type])
    return [{ kind: `${answer.status} as ${type} is not declared`, detail: answer.text.slice(0, 200) }]
  if (type === 'text/plain') return []
  if (type === LINE) return linesFit(operation, answer.text)
  if (type === CSV)
    return Papa.parse(answer.text, { delimiter: ',' }).errors.map(({ message }) => ({
      kind: 'no CSV',
      detail: message,
    }))
  let body: unknown
  try {
    body = JSON.parse(answer.text)
  } catch {
    return [{ kind: 'the body is no JSON', detail: answer.text.slice(0, 200) }]
  }
  const method = operation.method.toLowerCase()
  const validate = validatorAt(
    `/paths/${escaped(operation.path)}/${method}/responses/${answer.status}/content/${escaped(type)}/schema`,
  )
  return validate(body)
    ? []
    : [{ kind: `${answer.status} does not fit its schema`, detail: ajv.errorsText(validate.errors) }]
}

const leaks = (sent: FuzzRequest, answer: Answer, world: World): Fault[] => {
  const { text } = answer
  const faults: Fault[] = []
  const asOther = sent.role === 'other' || sent.role === 'other-read' || sent.role === 'operator'
  const named = `${sent.path}${sent.body ?? ''}`
  if (!asOther && text.includes(MARK)) faults.push({ kind: "another organisation's data", detail: text.slice(0, 300) })
  const theirs = [world.names['b.company'], world.names['b.product'], !named.includes('b.organization') && world.b]
  if (!asOther && theirs.some((id) => id && text.includes(id)))
    faults.push({ kind: "another organisation's id", detail: text.slice(0, 300) })
  if (SQL_OR_STACK.test(text) && !SQL_OR_STACK.test(named))
    faults.push({ kind: 'SQL or a stack', detail: SQL_OR_STACK.exec(text)?.[0] ?? '' })
  if (SECRET.test(text) && !(SHOWS_SECRETS.has(sent.operation) && answer.status === 201))
    faults.push({ kind: 'a secret is echoed', detail: text.slice(0, 200) })
  return faults
}

/** Where the answer says who was let in, this is what it must say. */
const authority = (sent: FuzzRequest, operation: Operation, { status, text }: Answer): Fault[] => {
  if (operation.credentials === 'none') return []
  // Whoever asks: else the refusal would bear another id than the request.
  if (status === 400 && text.includes('X-Request-Id must')) return []
  const fault = (kind: string) => [{ kind, detail: `${status} ${text.slice(0, 300)}` }]
  if (operation.credentials === 'operator')
    return sent.role !== 'operator' && status < 300 ? fault('no operator, and let in') : []
  if (operation.credentials === 'body')
    return outsiders.has(sent.role) && /"success"/.test(text) ? fault('an outsider is let in') : []
  if (outsiders.has(sent.role) || sent.role === 'operator')
    return status === 401 || status === 429 ? [] : fault('an outsider gets another answer than 401')
  const reads = sent.role === 'read' || sent.role === 'other-read'
  const lacks =
    (reads && operation.scope !== 'crm:read') ||
    ((sent.role === 'write' || sent.role === 'member') && operation.scope === 'admin')
  return lacks && ![401, 403].includes(status) ? fault('a key without the scope gets another answer than 403') : []
}

const size = ({ text, milliseconds }: Answer, patience: number): Fault[] => [
  ...(Buffer.byteLength(text) > ANSWER_BYTES
    ? [{ kind: 'an answer over 8 MB', detail: `${Buffer.byteLength(text)} bytes` }]
    : []),
  ...(milliseconds > patience ? [{ kind: 'slow', detail: `${Math.round(milliseconds)} ms` }] : []),
]

const declaredQuery = (operation: Operation, sent: FuzzRequest, { status, text }: Answer): Fault[] => {
  const sentNames = [...new URL(sent.path, 'http://x').searchParams.keys()]
  const declared = new Map(operation.parameters.filter((one) => one.in === 'query').map((one) => [one.name, one]))
  if (status >= 300 || !operation.path.startsWith('/v1/') || operation.credentials === 'none') return []
  // Members of a declared object come as `filter[name]`.
  const ofObject = (name: string) => declared.get(/^(\w+)\[\w+\]$/.exec(name)?.[1] ?? '')?.schema.type === 'object'
  const unknown = sentNames.filter((name) => !declared.has(name) && !ofObject(name))
  if (unknown.length > 0)
    return [{ kind: 'an undeclared query parameter is ignored', detail: `${unknown} ${text.slice(0, 100)}` }]
  const values = [...new URL(sent.path, 'http://x').searchParams]
  const wrong = values.find(([name, value]) => {
    const options = declared.get(name)?.schema.enum
    return options !== undefined && !options.includes(value)
  })
  return wrong ? [{ kind: 'a misspelt option is ignored', detail: wrong.join('=') }] : []
}

const byId = new Map(operations.map((operation) => [operation.id, operation]))
const patternOf = (path: string) => new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`)
const patterns = [...operations]
  .sort((a, b) => a.path.split('{').length - b.path.split('{').length)
  .map((operation) => ({ operation, pattern: patternOf(operation.path) }))

/** What the request really is: a method, a path or a value in it may make it another operation, or none. */
const met = (sent: FuzzRequest): Operation | undefined => {
  const path = new URL(sent.path.replaceAll('{{', '').replaceAll('}}', ''), 'http://x').pathname
  const there = patterns.filter(({ pattern }) => pattern.test(path))
  // A path that is spelt out is nobody's id.
  const named = there.filter(({ operation }) => !operation.path.endsWith('}'))
  const found = (named.length > 0 ? named : there).find(({ operation }) => operation.method === sent.method)
  if (found) return found.operation
  const own = byId.get(sent.operation)
  return own?.method === sent.method && !sent.broken.includes('path') ? own : undefined
}

export interface OracleOptions {
  /** Milliseconds after which an answer counts as slow. */
  readonly patience: number
}

/** @returns what is wrong with the answer */
export const faultsOf = (sent: FuzzRequest, answer: Answer, world: World, { patience }: OracleOptions): Fault[] => {
  const faults = [...leaks(sent, answer, world), ...size(answer, patience)]
  if (answer.status >= 500 && answer.status !== 503)
    faults.push({ kind: `${answer.status}`, detail: answer.text.slice(0, 300) })
  // Twenty failures in a row, and nobody may deliver to it any more.
  if (answer.status === 503 && answer.text.includes('"hook_paused"')) return faults
  if (answer.status === 503) {
    faults.push({
      kind: answer.headers['retry-after'] ? '503 of a database that answers' : '503 without Retry-After',
      detail: answer.text.slice(0, 300),
    })
    return faults
  }
  const operation = met(sent)
  if (!operation || sent.method === 'HEAD') return faults
  return [
    ...faults,
    ...fits(operation, answer),
    ...authority(sent, operation, answer),
    ...declaredQuery(operation, sent, answer),
  ]
}
