import { libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { proveProgram } from '../../src/storage/program/canary.ts'

/** Exits with an error if the canary notices something; the tool runs it in its copy. */

const file = await libsqlFile('file::memory:')
try {
  await migrate(file)
  await proveProgram(file)
} finally {
  await file.close()
}
