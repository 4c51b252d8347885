import { connect, type Socket } from 'node:net'

/** One keep-alive connection over plain sockets: a client that costs so little that it can offer more than a server takes. */

export interface Target {
  readonly url: string
  readonly token: string
}

/**
 * The status of an answer, or why there was none: `refused` when the connection was turned away before it had carried
 * anything, `reset` when one that was in use was cut, `timeout` when nothing came.
 */
export type Answer = number | 'refused' | 'reset' | 'timeout'

const TIMEOUT_MS = 20_000

const textOf = ({ url, token }: Target, body: string): string => {
  const { host, pathname, search } = new URL(url)
  return (
    `PUT ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )
}

/** Length of the whole answer, as soon as its head has come. */
const lengthOf = (text: string): number | undefined => {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return undefined
  return head + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
}

export class Connection {
  readonly #socket: Socket
  readonly #target: Target
  #text = ''
  #answers = 0
  #waiting: ((answer: Answer) => void) | undefined
  #ended = false

  constructor(target: Target) {
    this.#target = target
    const { hostname, port } = new URL(target.url)
    this.#socket = connect(Number(port), hostname)
    this.#socket.setNoDelay(true).setEncoding('latin1').setTimeout(TIMEOUT_MS)
    this.#socket.on('data', (text: unknown) => this.#receive(text as string))
    this.#socket.on('timeout', () => this.#end('timeout'))
    this.#socket.on('error', () => undefined)
    this.#socket.on('close', () => this.#end(this.#answers === 0 && this.#text === '' ? 'refused' : 'reset'))
  }

  get isOpen(): boolean {
    return !this.#ended
  }

  /** One at a time. */
  send(body: string): Promise<Answer> {
    this.#socket.write(textOf(this.#target, body))
    return new Promise((resolve) => {
      this.#waiting = resolve
    })
  }

  close(): void {
    this.#ended = true
    this.#socket.destroy()
  }

  #receive(text: string) {
    this.#text += text
    const length = lengthOf(this.#text)
    if (length === undefined || this.#text.length < length) return
    const status = Number(this.#text.slice(9, 12))
    if (/\r\nconnection: close\r\n/i.test(this.#text)) this.close()
    this.#text = ''
    this.#answers++
    this.#settle(status)
  }

  #end(answer: Answer) {
    this.#ended = true
    this.#socket.destroy()
    this.#settle(answer)
  }

  #settle(answer: Answer) {
    const resolve = this.#waiting
    this.#waiting = undefined
    resolve?.(answer)
  }
}
