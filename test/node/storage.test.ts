import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type LibsqlFile, libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { storageSuite } from '../support/storage-suite.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
const opened: LibsqlFile[] = []
afterAll(async () => {
  for (const file of opened) await file.close()
  rmSync(folder, { recursive: true })
})

storageSuite({
  name: 'a libSQL file',
  countsRows: false,
  open: async () => {
    const file = await libsqlFile(`file:${join(folder, 'suite.db')}`)
    opened.push(file)
    await migrate(file)
    return file
  },
})
