import type { Question } from './question.ts'

/** A request as somebody else would write it. The key stands in the environment, and never in what is copied. */

const isPlain = (name: string) => /^[A-Za-z_$][\w$]*$/.test(name)

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`

/** A value as TypeScript, within 80 columns where it fits. */
export const literal = (value: unknown, indent = ''): string => {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const deeper = `${indent}  `
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{ ', ' }']
  const parts = (at: string) =>
    Array.isArray(value)
      ? value.map((one) => literal(one, at))
      : Object.entries(value).flatMap(([name, one]) =>
          one === undefined ? [] : [`${isPlain(name) ? name : quoted(name)}: ${literal(one, at)}`],
        )
  const short = parts(deeper)
  if (short.length === 0) return Array.isArray(value) ? '[]' : '{}'
  const line = `${open}${short.join(', ')}${close}`
  if (indent.length + line.length <= 80 && !line.includes('\n')) return line
  return `${open.trim()}\n${short.map((one) => `${deeper}${one},`).join('\n')}\n${indent}${close.trim()}`
}

export const asTypeScript = ({ method, path, options }: Question<unknown>, origin: string): string => {
  const call = `await crm.call(${quoted(method)}, ${quoted(path)}`
  const rest = Object.keys(options).length > 0 ? `, ${literal(options)}` : ''
  return `import { EdgeUpsert } from ${quoted('edge-upsert')}

const crm = new EdgeUpsert({ url: ${quoted(origin)}, key: process.env.API_KEY })
${call}${rest})`
}

const inShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const PLAIN_WORD = /^[\w@%+=:,./-]+$/

/** Words as a shell takes them. */
export const asCommand = (words: readonly string[]): string =>
  words.map((word) => (PLAIN_WORD.test(word) ? word : inShell(word))).join(' ')

const queryOf = (query: Readonly<Record<string, unknown>> = {}): string => {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'object' && value !== null)
      for (const [member, one] of Object.entries(value)) parameters.append(`${name}[${member}]`, String(one))
    else if (value !== undefined) parameters.append(name, String(value))
  }
  return parameters.size === 0 ? '' : `?${parameters}`
}

export const asCurl = ({ method, path, options }: Question<unknown>, origin: string): string => {
  const { path: values = {}, query, headers = {}, body } = options
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])))
  const verb = method.toUpperCase()
  return [
    `curl ${verb === 'GET' || (verb === 'POST' && body !== undefined) ? '' : `-X ${verb} `}${inShell(origin + target + queryOf(query))}`,
    '-H "Authorization: Bearer $API_KEY"',
    ...Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [`-H ${inShell(`${name}: ${value}`)}`],
    ),
    ...(body === undefined ? [] : ["-H 'Content-Type: application/json'", `-d ${inShell(JSON.stringify(body))}`]),
  ].join(' \\\n  ')
}
