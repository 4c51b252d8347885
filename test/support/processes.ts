import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

/**
 * Processes as a person starts them: in a group of their own, with what npm has told this one left out, and what makes
 * the other processes of the tests quick.
 */

export interface Started {
  /** Of the group too. */
  readonly pid: number
  /** Resolves with the first line that fits, also of those that came before. @throws Error when the process ends first */
  line(pattern: RegExp): Promise<string>
  /** Exit code and all that was printed. */
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>
}

const environment = (variables: Readonly<Record<string, string>>) => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$|^NODE_(ENV|OPTIONS)$|^VITEST/.test(name)),
  ),
  ...variables,
})

/** Whoever starts it ends its group. */
export const startProcess = (
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Started => {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: environment(options.env ?? {}),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  let err = ''
  const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out: lines.join('\n'), err }))
  return {
    pid: child.pid ?? 0,
    ended,
    async line(pattern) {
      for (let seen = 0; ; seen++) {
        while (seen >= lines.length) {
          const more = await Promise.race([once(reader, 'line').then(() => true), ended.then(() => false)])
          if (!more) throw new Error(`${command} ${args.join(' ')} ended without saying ${pattern}: ${err}`)
        }
        const line = lines[seen] ?? ''
        if (pattern.test(line)) return line
      }
    },
  }
}

/** What is left of a group, without those that have ended and were not asked for yet. */
export const leftOf = (group: number): readonly string[] =>
  execFileSync('ps', ['-eo', 'pgid=,stat=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([pgid, state = '']) => Number(pgid) === group && !state.startsWith('Z'))
    .map(([, , ...args]) => args.join(' '))

export const endGroup = (group: number) => {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** A port on which nothing listens. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
