import { execFile } from 'node:child_process'

/** `npm run admin -- …`, in a process of its own. */

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** @param variables besides those of this process; an empty one stands for none */
export const runCommand = (args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...variables }
    execFile(process.execPath, ['src/cli/admin.ts', ...args], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })

export const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/
