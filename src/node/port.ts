import { createServer } from 'node:net'

/** What is wrong with an address to listen at, and what to do about it. */

const sentences: Readonly<Record<string, (port: number, host: string) => string>> = {
  EADDRINUSE: (port) => `Port ${port} is in use: stop what listens there, or set PORT to another.`,
  EACCES: (port) => `This user may not listen at port ${port}: set PORT to 1024 or more.`,
  EADDRNOTAVAIL: (_, host) => `This machine has no address ${host}: set HOST to one that it has, such as 127.0.0.1.`,
  ENOTFOUND: (_, host) => `There is no address called ${host}: set HOST to one of this machine, such as 127.0.0.1.`,
}

export const listenFailure = (error: unknown, port: number, host: string): unknown => {
  const sentence = sentences[String((error as { code?: unknown } | undefined)?.code)]
  return sentence ? new Error(sentence(port, host), { cause: error }) : error
}

/**
 * For what must not begin its work when it could not serve afterwards, such as a migration under a server that runs.
 * @throws Error saying what is wrong with the address
 */
export const requireFreePort = (port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => reject(listenFailure(error, port, host)))
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
