import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Described } from '../../scripts/lib/described.ts'
import { documentOf } from '../../scripts/lib/openapi.ts'

/** Clients that hey-api makes, each from the document of one contract. */

interface Answer {
  readonly data?: unknown
  readonly error?: unknown
  readonly response: Response
}
type Call = (options: object) => Promise<Answer>

export interface GeneratedClient {
  /** Its folder, with an index.ts. */
  readonly folder: string
  /** The function of the operation with this method and path. @throws Error when no operation has them */
  call(
    method: string,
    path: string,
    sent: { readonly baseUrl: string; readonly key: string; readonly body: unknown },
  ): Promise<Answer>
}

const bin = (name: string) => join(import.meta.dirname, 'node_modules', '.bin', name)

/** The names in a path of the document with what this path has in their places; undefined where it is another path. */
const pathParameters = (template: string, path: string): Record<string, string> | undefined => {
  const pattern = template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  const groups = new RegExp(`^${pattern}$`).exec(path)?.groups
  return groups ?? (template === path ? {} : undefined)
}

/** @param folder where its files may be written */
export const generateClient = async (described: Described, folder: string): Promise<GeneratedClient> => {
  const document = await documentOf([described], '0.0.0')
  const input = join(folder, `${described.contract.name}.json`)
  const output = join(folder, described.contract.name)
  writeFileSync(input, JSON.stringify(document))
  execFileSync(bin('openapi-ts'), ['--silent', '--no-log-file', '-i', input, '-o', output], { cwd: folder })
  const [functions, { createClient }] = (await Promise.all([
    import(/* @vite-ignore */ join(output, 'index.ts')),
    import(/* @vite-ignore */ join(output, 'client', 'index.ts')),
  ])) as [Readonly<Record<string, Call>>, { createClient: (config: object) => object }]
  return {
    folder: output,
    async call(method, path, { baseUrl, key, body }) {
      const [bare = '', search] = path.split('?')
      for (const [template, operations] of Object.entries(document.paths)) {
        const parameters = pathParameters(template, bare)
        const call = functions[operations[method.toLowerCase()]?.operationId ?? '']
        if (!parameters || !call) continue
        // As its user says it once: the key, and the client itself knows in which header it goes.
        const client = createClient({ baseUrl, auth: () => key })
        const query = Object.fromEntries(new URLSearchParams(search))
        return call({ client, path: parameters, query, body })
      }
      throw new Error(`The client of ${described.contract.title} has no function for ${method} ${path}`)
    },
  }
}

const OPTIONS = [
  '--ignoreConfig',
  '--noEmit',
  '--strict',
  '--target',
  'es2022',
  '--module',
  'esnext',
  '--moduleResolution',
  'bundler',
]

/** What TypeScript has to say of these clients; empty where all is well. */
export const compilerErrors = (clients: readonly GeneratedClient[]): string => {
  const files = clients.map(({ folder }) => join(folder, 'index.ts'))
  try {
    execFileSync(bin('tsc'), [...OPTIONS, '--lib', 'es2022,dom,dom.iterable', ...files], { encoding: 'utf8' })
    return ''
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? String(error)
  }
}
