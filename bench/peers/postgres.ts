import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, globSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getuid } from 'node:process'
import { createInterface } from 'node:readline'
import { installFromDebian } from '../../scripts/lib/debian.ts'

/** A PostgreSQL of the benchmark's own: its folder is new, and it listens on no port, only on a socket in there. */
export interface Postgres {
  /** The folder of the socket. */
  readonly host: string
  /** Of the process that all others of PostgreSQL belong to. */
  readonly pid: number
  /** Its version, and whether a commit waits for the disk, as it says itself. */
  readonly about: string
}

const READY = 'database system is ready to accept connections'
/** Debian's user. PostgreSQL refuses to run as root. */
const OWNER = 'postgres'

/** The newest of Debian's versions. Its package also sets up a cluster of its own, which stays untouched. */
const binaries = (): string => {
  const find = () =>
    globSync('/usr/lib/postgresql/*/bin')
      .filter((folder) => existsSync(join(folder, 'initdb')))
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .at(-1)
  if (!find()) installFromDebian('postgresql')
  const found = find()
  if (!found) throw new Error("Debian's package postgresql was installed, but has no /usr/lib/postgresql/*/bin/initdb")
  return found
}

const idOfOwner = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, OWNER], { encoding: 'utf8' }))

/** @throws Error with what PostgreSQL wrote, when it ends before it is ready */
const ready = async (server: ChildProcess): Promise<void> => {
  if (!server.stderr) throw new Error('PostgreSQL has no output')
  const written: string[] = []
  // Read to its end: a pipe that nobody empties would make PostgreSQL wait.
  const lines = createInterface({ input: server.stderr })
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (written.length < 50) written.push(line)
      if (line.includes(READY)) resolve()
    })
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`PostgreSQL ended before it was ready:\n${written.join('\n')}`)))
  })
}

/** Ends also when this process is killed: the kernel then sends PostgreSQL a signal, whatever happened to us. */
const WITH_PARENT = ['--pdeathsig', 'QUIT']
const SETTINGS = ['-c', 'listen_addresses=', '-c', 'fsync=on', '-c', 'synchronous_commit=on']

/** It runs until this process ends. @throws Error where it cannot be installed or started */
export const startPostgres = async (): Promise<Postgres> => {
  const bin = binaries()
  const host = mkdtempSync(join(tmpdir(), 'postgres-'))
  const data = join(host, 'data')
  const asOwner = getuid?.() === 0 ? ['--reuid', OWNER, '--regid', OWNER, '--init-groups'] : []
  if (asOwner.length > 0) chownSync(host, idOfOwner('-u'), idOfOwner('-g'))
  const run = (program: string, ...args: string[]) =>
    execFileSync('setpriv', [...asOwner, join(bin, program), ...args], { cwd: host, encoding: 'utf8' }).trim()
  run('initdb', '-D', data, '-U', 'bench', '--auth=trust', '--encoding=UTF8', '--locale=C')
  const command = [...asOwner, ...WITH_PARENT, join(bin, 'postgres'), '-D', data, '-k', host, ...SETTINGS]
  const server = spawn('setpriv', command, { cwd: host, stdio: ['ignore', 'ignore', 'pipe'] })
  await ready(server)
  const show = (name: string) =>
    `${name} ${run('psql', '-h', host, '-U', 'bench', '-d', 'postgres', '-Atc', `SHOW ${name}`)}`
  const about = ['server_version', 'fsync', 'synchronous_commit'].map(show).join(', ')
  return { host, pid: server.pid ?? 0, about: `PostgreSQL: ${about}` }
}
