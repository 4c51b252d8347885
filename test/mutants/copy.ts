import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import type { Mutant } from './mutant.ts'

/** A copy of the repository to break things in. The work tree itself is only read. */

const LEFT_OUT = new Set(['node_modules', '.git', '.wrangler', '.demo', 'data', 'coverage'])

/** The tests that a mutant is held against. */
const FILES = ['storage', 'program', 'plan', 'schema', 'schema-export', 'unchanged'].map(
  (name) => `test/node/${name}.test.ts`,
)

export const testsOf = ({ tests = FILES }: Pick<Mutant, 'tests'>): readonly string[] => tests

/** The canary is measured by itself, so the tests run without it: it would notice at once and hide what they notice. */
const CANARY_TESTS = '^(?!the canary |.* leaves nothing of the proof behind)'
const PROOF = { file: 'src/storage/migrations.ts', find: 'if (done.some(isProgram)) await proveProgram(driver)' }

/** A mutant that hangs has been noticed. */
const PATIENCE_MS = 240_000

/** Errors of a mutant that is no program at all: everything would notice it, so it proves nothing. */
const STILLBORN =
  /no such (?:column|function)|syntax error|SyntaxError|ReferenceError|has no column|values for \d+ columns/

export interface Noticed {
  readonly canary: boolean
  /** Names of the tests that failed. */
  readonly tests: readonly string[]
}

interface Ran {
  readonly failed: boolean
  readonly output: string
}

interface VitestReport {
  readonly testResults: readonly {
    readonly status: string
    readonly name: string
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[]
  }[]
}

/** @returns the file with the one place changed; throws where it is not there, or there twice */
const changed = (path: string, find: string, replace: string): string => {
  const parts = readFileSync(path, 'utf8').split(find)
  if (parts.length !== 2) throw new Error(`${path} has ${parts.length - 1} places like this, instead of one: ${find}`)
  return parts.join(replace)
}

const failedIn = (report: VitestReport): string[] =>
  report.testResults.flatMap(({ status, name, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed').map(({ title }) => title)
    return failed.length === 0 && status === 'failed' ? [`${basename(name)} as a whole`] : failed
  })

export class Copy {
  readonly #folder = mkdtempSync(join(tmpdir(), 'edge-upsert-mutants-'))

  constructor() {
    const root = resolve('.')
    cpSync(root, this.#folder, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) })
    symlinkSync(join(root, 'node_modules'), join(this.#folder, 'node_modules'))
    const migrations = this.#path(PROOF.file)
    writeFileSync(migrations, changed(migrations, PROOF.find, ''))
  }

  #path = (file: string): string => join(this.#folder, file)

  #node = (...parameters: readonly string[]): Promise<Ran> =>
    new Promise((done) => {
      const options = { cwd: this.#folder, timeout: PATIENCE_MS, maxBuffer: 1 << 28 }
      execFile(process.execPath, parameters, options, (error, stdout, stderr) =>
        done({ failed: error !== null, output: stdout + stderr }),
      )
    })

  async #tests(files: readonly string[]): Promise<string[]> {
    const report = this.#path('report.json')
    rmSync(report, { force: true })
    const reporting = ['--reporter', 'json', '--outputFile', report, '--testNamePattern', CANARY_TESTS]
    const { failed } = await this.#node(
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      'node',
      ...reporting,
      ...files,
    )
    try {
      const names = failedIn(JSON.parse(readFileSync(report, 'utf8')))
      return failed && names.length === 0 ? ['the run as a whole'] : names
    } catch {
      return ['the run, which did not end']
    }
  }

  /** Who notices the code as it is now in the copy: nobody, before anything is broken. */
  async look(files: readonly string[]): Promise<Noticed> {
    for (const script of ['build-program', 'bundle-migrations']) {
      const built = await this.#node(`scripts/${script}.ts`)
      if (built.failed) throw new Error(`cannot be built: ${built.output}`)
    }
    const proof = await this.#node('test/mutants/prove.ts')
    if (STILLBORN.test(proof.output)) throw new Error(`is no program: ${proof.output}`)
    return { canary: proof.failed, tests: await this.#tests(files) }
  }

  /** Breaks the copy, looks who notices, and mends it. */
  async try({ file, find, replace, ...mutant }: Mutant): Promise<Noticed> {
    const path = this.#path(file)
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, changed(path, find, replace))
    try {
      return await this.look(testsOf(mutant))
    } finally {
      writeFileSync(path, whole)
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true })
  }
}
