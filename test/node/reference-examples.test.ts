import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type OpenDatabase, openMigrated } from '../../src/node/database.ts'
import { referenceSuite } from '../support/reference-suite.ts'

let folder: string
let database: OpenDatabase
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'edge-upsert-reference-'))
  database = await openMigrated(`file:${join(folder, 'demo.db')}`)
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

referenceSuite(() => database.driver)
