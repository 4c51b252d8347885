import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { UnavailableError } from '../../src/storage/driver.ts'
import { libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import type { MoveState } from '../../src/tenants/move/state.ts'
import { step } from '../../src/tenants/move/step.ts'

/**
 * Moves an organisation from one file of a folder to another, a piece at a time. Of a phase that is named it says when it
 * comes to it, does one piece and nothing more: to be killed ahead of the piece, in it or after it, and started again.
 */

/** Up to so long passes between the word and the piece. */
const AHEAD_MS = 10
/** Whoever asked for the phase ends this process; if not, it ends itself. */
const ALONE_MS = 60_000

const [folder = '', organizationId = '', last] = process.argv.slice(2)
const file = (name: string) => join(folder, name)

/** Whole or not at all, like a row of a database. */
const write = (name: string, value: unknown) => {
  writeFileSync(file(`${name}.new`), JSON.stringify(value))
  renameSync(file(`${name}.new`), file(name))
}
const load = async () => JSON.parse(readFileSync(file('state.json'), 'utf8')) as MoveState

const [source, target] = await Promise.all(['source.db', 'target.db'].map((name) => libsqlFile(`file:${file(name)}`)))
if (!source || !target) throw new Error('There are two databases')
const context = {
  organizationId,
  source,
  target,
  budget: 0,
  store: {
    load,
    save: async (state: MoveState) => write('state.json', state),
    switchPlace: async () => write('place.json', 'target'),
  },
}

for (let state = await load(); state.phase !== 'keep'; ) {
  const isLast = state.phase === last
  if (isLast) {
    console.log(state.phase)
    await wait(Math.random() * AHEAD_MS)
  }
  try {
    state = await step(context)
  } catch (error) {
    // The writers have the file: the same step again.
    if (!(error instanceof UnavailableError)) throw error
  }
  if (isLast) await wait(ALONE_MS)
}
await Promise.all([source.close(), target.close()])
