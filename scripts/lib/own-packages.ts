import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A folder that has packages of its own, which nothing else of the project needs: bench/peers, test/generators, test/postgres, test/runtimes. */

interface Manifest {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
}

const manifestIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

const isInstalled = (folder: string, name: string, version: string): boolean => {
  try {
    return manifestIn(join(folder, 'node_modules', name)).version === version
  } catch {
    return false
  }
}

/**
 * Installs what the folder's lock file says, unless it is there.
 * @throws Error when npm cannot
 */
export const installOwnPackages = (folder: string): void => {
  const wanted = Object.entries(manifestIn(folder).dependencies ?? {})
  if (wanted.every(([name, version]) => isInstalled(folder, name, version))) return
  process.stderr.write(`installing the npm packages of ${folder}\n`)
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}
