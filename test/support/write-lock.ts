import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/**
 * Another process in a write transaction of a database file, from when this resolves until what it resolves to is called.
 * @param sql what it writes
 */
export const holdWriteLock = async (path: string, sql: string): Promise<() => Promise<void>> => {
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import Database from 'libsql'
       const db = new Database(${JSON.stringify(path)})
       db.exec('BEGIN IMMEDIATE'); db.exec(${JSON.stringify(sql)})
       console.log('held')
       process.stdin.on('data', () => { db.exec('COMMIT'); process.exit() })`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  await once(createInterface({ input: holder.stdout }), 'line')
  return async () => {
    holder.stdin.write('commit')
    await once(holder, 'exit')
  }
}
