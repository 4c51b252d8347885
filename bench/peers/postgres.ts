import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** PostgreSQL from Debian's packages, in a folder of its own, reached by a socket there; fsync stays on. */

const binaries = (): string | undefined => globSync('/usr/lib/postgresql/*/bin').sort().at(-1)

/** Needs root: PostgreSQL itself refuses to run as root, so it is run as the user that the package makes. */
const install = (): string => {
  const there = binaries()
  if (there) return there
  console.error('Installing postgresql from Debian')
  const apt = (...rest: string[]) => execFileSync('apt-get', rest, { stdio: ['ignore', 'ignore', 'inherit'] })
  apt('update')
  apt('install', '-y', '--no-install-recommends', 'postgresql')
  const installed = binaries()
  if (!installed) throw new Error('PostgreSQL was installed, and is not where Debian puts it')
  return installed
}

export interface Postgres {
  readonly folder: string
  readonly pid: number
  readonly version: string
  stop(): Promise<void>
}

const asPostgres = (...command: string[]): readonly [string, string[]] =>
  process.getuid?.() === 0 ? ['runuser', ['-u', 'postgres', '--', ...command]] : [command[0] ?? '', command.slice(1)]

const ready = async (folder: string, server: ChildProcess): Promise<void> => {
  for (let tries = 0; tries < 300; tries++) {
    if (existsSync(join(folder, '.s.PGSQL.5432'))) return
    if (server.exitCode !== null) break
    await wait(100)
  }
  throw new Error('PostgreSQL did not start')
}

export const startPostgres = async (): Promise<Postgres> => {
  const bin = install()
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-postgres-'))
  if (process.getuid?.() === 0) execFileSync('chown', ['postgres', folder])
  chmodSync(folder, 0o700)
  const data = join(folder, 'data')
  const [init, parameters] = asPostgres(join(bin, 'initdb'), '-D', data, '-U', 'postgres', '--auth=trust')
  execFileSync(init, parameters, { stdio: 'ignore', cwd: folder })
  const options = ['-c', 'fsync=on', '-c', 'listen_addresses=', '-c', 'shared_buffers=256MB', '-k', folder]
  const [command, rest] = asPostgres(join(bin, 'postgres'), '-D', data, ...options)
  const server = spawn(command, rest, { stdio: 'ignore', cwd: folder })
  const ended = once(server, 'exit')
  const stop = async () => {
    // Whoever runs it as another user does not hand a signal on.
    const [pid] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    process.kill(Number(pid), 'SIGINT')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await ready(folder, server)
  } catch (error) {
    await stop()
    throw error
  }
  const version = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).trim()
  return { folder, pid: server.pid ?? 0, version, stop }
}
