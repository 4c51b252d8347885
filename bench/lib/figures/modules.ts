import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createOrganizationWithKey } from '../../../src/admin/tenants.ts'
import { libsqlFile } from '../../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../../src/storage/migrations.ts'
import { person } from '../people.ts'

/**
 * Modules that are loaded before the app can be asked, and by its first assert. In a Worker they are one file, but each
 * runs when it is first needed all the same: what is loaded at the start, every cold start pays for.
 */
export interface Modules {
  readonly atStart: number
  readonly byFirstAssert: number
}

export const modulesLoaded = async (folder: string): Promise<Modules> => {
  const DATABASE = `file:${join(folder, 'modules.db')}`
  const file = await libsqlFile(DATABASE)
  await migrate(file)
  const { adminKey: KEY } = (await createOrganizationWithKey(file, { name: 'Figures' })).tenant
  await file.close()
  const BODY = JSON.stringify({ ...person(0, 0), external_id: undefined })
  const { stdout } = await promisify(execFile)(process.execPath, ['bench/lib/figures/first-assert.ts'], {
    env: { ...process.env, DATABASE, KEY, BODY },
  })
  return JSON.parse(stdout) as Modules
}
