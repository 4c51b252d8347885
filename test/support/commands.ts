import { execFile } from 'node:child_process'
import { vi } from 'vitest'
import { addInstanceCommands } from '../../src/cli/commands/instance.ts'
import { runAdmin } from '../../src/cli/program.ts'

/** `npm run admin -- …`. */

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** In a process of its own. @param variables besides those of this process; an empty one stands for none */
export const runCommand = (args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...variables }
    execFile(process.execPath, ['src/cli/admin.ts', ...args], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })

/** Takes what is printed, and gives variables and exit code back as they were. */
const inThisProcess = async (args: readonly string[], variables: Readonly<Record<string, string>>): Promise<Ended> => {
  const printed = { log: '', error: '' }
  const spies = (['log', 'error'] as const).map((stream) =>
    vi.spyOn(console, stream).mockImplementation((text: unknown) => {
      printed[stream] += `${text}\n`
    }),
  )
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  try {
    return { code: await runAdmin(args, addInstanceCommands), out: printed.log, err: printed.error }
  } finally {
    process.exitCode = undefined
    for (const spy of spies) spy.mockRestore()
    vi.unstubAllEnvs()
  }
}

let last: Promise<unknown> = Promise.resolve()

/** The same in this process, one after the other: to start one takes longer than what it does. */
export const runHere = (args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ended> => {
  const next = last.then(() => inThisProcess(args, variables))
  last = next.catch(() => undefined)
  return next
}

export const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/
