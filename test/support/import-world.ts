import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type ClientWorld, useClientWorld } from './client-world.ts'
import { type Ended, runHere } from './commands.ts'

/** Files, the command that imports them, and the server that it imports them into. */

export interface ImportWorld extends ClientWorld {
  readonly folder: string
  /** @returns its path */
  write(name: string, content: string | Buffer): string
  read(path: string): string
  has(path: string): boolean
  /** `edge-upsert import …` of people by their e-mail, through the proxy. */
  importPeople(file: string, ...args: readonly string[]): Promise<Ended>
  /** The same with variables of its own. */
  importWith(variables: Readonly<Record<string, string>>, file: string): Promise<Ended>
  run(...args: readonly string[]): Promise<Ended>
}

export const useImportWorld = (variables?: Readonly<Record<string, string>>): ImportWorld => {
  const world = useClientWorld(variables)
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-import-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const runWith = (variables: Readonly<Record<string, string>>, args: readonly string[]) =>
    runHere([...args, '--api', world.proxy.url], {
      API_KEY: world.token,
      XDG_STATE_HOME: join(folder, 'state'),
      ...variables,
    })
  const run = (...args: readonly string[]) => runWith({}, args)
  const people = (file: string) => ['import', file, '--object', 'people', '--match', 'emails']
  // Not a spread: what the world has is there only when the tests run.
  return Object.create(world, {
    folder: { value: folder },
    run: { value: run },
    write: {
      value: (name: string, content: string | Buffer) => {
        writeFileSync(join(folder, name), content)
        return join(folder, name)
      },
    },
    read: { value: (path: string) => readFileSync(path, 'utf8') },
    has: { value: existsSync },
    importPeople: {
      value: (file: string, ...args: readonly string[]) => run(...people(file), ...args),
    },
    importWith: {
      value: (variables: Readonly<Record<string, string>>, file: string) => runWith(variables, people(file)),
    },
  })
}
