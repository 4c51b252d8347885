/**
 * The line of Node from which on there is all that the server uses (streams and the history need it); the client, and the
 * commands that only ask a running deployment, run from 20 on.
 */
const SERVER_NODE = 22

/**
 * Called by whatever serves or opens a database in this process, before it touches anything.
 * @throws Error saying which Node is needed
 */
export const requireServerNode = (version: string = process.versions.node): void => {
  if (Number(version.split('.')[0]) >= SERVER_NODE) return
  throw new Error(
    `The server, and commands that open a database, need Node ${SERVER_NODE} or newer, and this is ${version}: install a newer one. The client, and commands that only ask a running deployment, run on this one.`,
  )
}
