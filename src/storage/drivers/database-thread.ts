import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type Statement, UnavailableError } from '../driver.ts'
import type { BatchAnswer, ConnectionOptions } from './libsql-connection.ts'

/**
 * What the thread may hold of JavaScript, in megabytes: answers of a group on their way. The pages that SQLite keeps are
 * outside of it.
 */
const HEAP_MB = 256

/** The file beside this one: TypeScript in the sources, JavaScript in the package. */
const CODE = fileURLToPath(new URL(`./libsql-thread${import.meta.url.slice(-3)}`, import.meta.url).href)

/** A thread with a connection of its own, started by the first group and again by the first one after it has died. */
export class DatabaseThread {
  readonly #options: ConnectionOptions
  readonly #heapMb: number
  #worker: Promise<Worker> | undefined

  constructor(options: ConnectionOptions, heapMb = HEAP_MB) {
    this.#options = options
    this.#heapMb = heapMb
  }

  /** @throws what SQLite throws when the database cannot be opened */
  async start(): Promise<Worker> {
    this.#worker ??= this.#spawn()
    return this.#worker
  }

  /** One group at a time. @throws UnavailableError when the thread dies meanwhile: what it did is not known */
  async run(group: readonly (readonly Statement[])[]): Promise<readonly BatchAnswer[]> {
    const worker = await this.start()
    return new Promise((resolve, reject) => {
      const onAnswer = (answers: readonly BatchAnswer[]) => {
        worker.off('exit', onExit)
        resolve(answers)
      }
      const onExit = () => {
        worker.off('message', onAnswer)
        reject(new UnavailableError('The thread of the database has died'))
      }
      worker.once('message', onAnswer)
      worker.once('exit', onExit)
      worker.postMessage(group)
    })
  }

  /** Closes the connection, which writes what stands in the WAL into the file. */
  async close(): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined)
    if (!worker || worker.threadId === -1) return
    const ended = once(worker, 'exit')
    worker.postMessage(null)
    await ended
  }

  async #spawn(): Promise<Worker> {
    const worker = new Worker(CODE, {
      workerData: this.#options,
      resourceLimits: { maxOldGenerationSizeMb: this.#heapMb },
    })
    worker.once('exit', () => {
      this.#worker = undefined
    })
    try {
      // Its first message says that the database is open; `once` throws what the thread threw instead.
      await once(worker, 'message')
    } catch (error) {
      this.#worker = undefined
      throw error
    }
    worker.on('error', (error) => console.error('The thread of the database has died', error))
    return worker
  }
}
