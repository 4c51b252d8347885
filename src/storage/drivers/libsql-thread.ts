import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { Statement } from '../driver.ts'
import { type ConnectionOptions, openConnection } from './libsql-connection.ts'

/** A thread that holds one connection. It runs the groups that it is sent, one after the other; `null` ends it. */

const port = parentPort as MessagePort
const connection = openConnection(workerData as ConnectionOptions)
port.postMessage('open')

port.on('message', (group: readonly (readonly Statement[])[] | null) => {
  if (group === null) {
    connection.close()
    port.close()
    return
  }
  port.postMessage(connection.run(group))
})
