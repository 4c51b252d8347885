import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROGRAM } from '../../storage/program/version.ts'
import { VERSION } from '../../version.ts'

/** What an upgrade brings to an instance, as far as all instances get the same. */
export interface Release {
  readonly version: string
  readonly program: string
  /** Of every file that the Worker, its pages and its tables are made from: a version's number may stay as they change. */
  readonly build: string
}

/** What was brought to an instance last. */
export interface State extends Release {
  /** Of its own configuration. */
  readonly config: string
  /** ISO 8601. */
  readonly at: string
}

const SOURCES = ['src/**/*.*', 'migrations/*.sql', 'docs/**/*.md', 'public/*.*', 'public/_headers', 'package-lock.json']

const hash = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')

/** Twelve hexadecimal digits of whatever JSON can hold. */
export const digest = (value: unknown): string => hash(JSON.stringify(value)).slice(0, 12)

/** @param root the folder of package.json */
export const releaseOf = (root: string): Release => {
  const files = globSync(SOURCES, { cwd: root }).sort()
  const build = digest(files.map((file) => [file, hash(readFileSync(join(root, file)))]))
  return { version: VERSION, program: PROGRAM, build }
}

export const isAt = (state: State | undefined, release: Release, config: string): boolean =>
  state?.version === release.version &&
  state.program === release.program &&
  state.build === release.build &&
  state.config === config
