import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Command } from 'commander'
import { PermissionError } from '../../client/index.ts'
import { clientAt } from '../api.ts'
import { requireUrl } from '../api-url.ts'
import { InterruptedError } from '../exit-errors.ts'
import { nextCommand } from '../next-command.ts'
import { note, type Output, print } from '../output.ts'
import { DEFAULT_PROFILE, readProfiles, removeProfile, requireName, saveProfile } from '../profiles.ts'

/** Keeps the URL of a deployment and a key of it, so that commands need neither to be told. */

interface ProfileOptions {
  readonly profile: string
}

/** One line of what is typed or piped in; on a terminal it is asked for, and not shown. @throws InterruptedError */
export const askForKey = async (
  input: NodeJS.ReadableStream & { readonly isTTY?: boolean } = process.stdin,
  shown: { write(text: string): unknown } = process.stderr,
): Promise<string> => {
  const terminal = input.isTTY === true
  if (terminal) shown.write('Key (not shown): ')
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: nowhere, terminal })
  let isInterrupted = false
  lines.once('SIGINT', () => {
    isInterrupted = true
    lines.close()
  })
  try {
    for await (const line of lines) return line.trim()
    if (isInterrupted) throw new InterruptedError('SIGINT')
    return ''
  } finally {
    lines.close()
    if (terminal) shown.write('\n')
  }
}

/** Whatever a key may do, it shows by it whether it is one, and may be used from here. @throws Error of the client */
const requireWorking = async (url: string, key: string): Promise<void> => {
  try {
    await clientAt({ url, key }).call('get', '/v1/objects', {})
  } catch (error) {
    if (!(error instanceof PermissionError && error.code === 'missing_scope')) throw error
  }
}

const login = async ({ api, profile }: ProfileOptions & { readonly api: string }): Promise<void> => {
  requireName(profile)
  requireUrl(api)
  const key = await askForKey()
  if (key === '') throw new Error('There is no key: type it when it is asked for, or pipe it in as one line.')
  await requireWorking(api, key)
  await saveProfile(profile, { url: api, key })
  const reach = profile === DEFAULT_PROFILE ? {} : { profile }
  note(
    `The key works, and is kept as "${profile}". Next: ${nextCommand(reach, 'export', 'people', '--to', 'people.csv')}`,
  )
}

const logout = async ({ profile }: ProfileOptions): Promise<void> => {
  await removeProfile(profile)
  note(`"${profile}" is forgotten here. Its key works on until it is revoked.`)
}

/** Without the keys: they are to be used, not to be seen. */
const list = (options: Output): void => {
  for (const [name, { url }] of readProfiles()) print(options, { name, url }, `${name}\t${url}`)
}

export const addLoginCommands = (program: Command): void => {
  const named = (name: string) =>
    program.command(name).option('--profile <name>', 'by which it is known', DEFAULT_PROFILE)
  named('login')
    .description('keep the URL of a deployment and a key of it; the key is asked for, or piped in as one line')
    .requiredOption('--api <url>', 'deployment that serves the organisation')
    .action(login)
  named('logout').description('forget a deployment and its key').action(logout)
  program.command('profiles').description('list what is kept').option('--json', 'as lines of JSON').action(list)
}
