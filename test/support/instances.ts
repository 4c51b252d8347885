import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { choicesPath } from '../../src/cli/instances/folder.ts'
import { type Ended, runHere } from './commands.ts'

/** A folder of instances for each test, and the operator's commands. */

const ADMIN = resolve('src/cli/admin.ts')

/** In a process of its own, which may stand in another folder. */
export const admin = (args: readonly string[], cwd?: string): Promise<Ended> =>
  new Promise((done) => {
    execFile(process.execPath, [ADMIN, ...args], { cwd }, (error, out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })

export const lines = (text: string) => text.trimEnd().split('\n')

/** As the platform would make one. */
export const databaseId = (number: number) => `11111111-1111-4111-8111-${String(number).padStart(12, '0')}`

export interface Instances {
  /** Where there is room for other files. */
  readonly parent: string
  readonly folder: string
  /** `npm run admin -- instance <command>` in the folder, in this process. */
  command(command: string, ...args: string[]): Promise<Ended>
  /** As an operator writes them. */
  choose(name: string, choices: object): void
  /** Instances that have nothing but a database each: 0, 1, 2 and so on. */
  some(...names: string[]): void
}

/** Made anew for each test of the file that calls it. */
export const useInstances = (): Instances => {
  let parent = ''
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'edge-upsert-instances-'))
  })
  afterEach(() => rmSync(parent, { recursive: true }))
  const folder = () => join(parent, 'instances')
  const choose = (name: string, choices: object) => {
    mkdirSync(join(folder(), name), { recursive: true })
    writeFileSync(choicesPath(folder(), name), JSON.stringify(choices))
  }
  return {
    get parent() {
      return parent
    },
    get folder() {
      return folder()
    },
    command: (command, ...args) => runHere(['instance', command, ...args, '--folder', folder()]),
    choose,
    some(...names) {
      for (const [i, name] of names.entries()) choose(name, { databaseId: databaseId(i) })
    },
  }
}
