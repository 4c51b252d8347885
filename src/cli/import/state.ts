import { readdirSync, rmSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What commands keep of what they did, where the system has a place for it. */

export const stateFolder = (name: string): string =>
  join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'edge-upsert', name)

/** Removes what nobody has touched for so long. @param milliseconds since the last change */
export const sweep = (folder: string, milliseconds: number): void => {
  for (const name of readdirSync(folder)) {
    // Another process may have removed it since.
    const file = statSync(join(folder, name), { throwIfNoEntry: false })
    if (file && Date.now() - file.mtimeMs > milliseconds) rmSync(join(folder, name), { force: true })
  }
}
