/** The URL of a deployment, as commands are given it with `--api`. It may lie below a path of its host. */

/** @throws Error when it is no URL of a server */
export const requireUrl = (api: string): void => {
  if (!/^https?:/.test(api) || !URL.canParse(api))
    throw new Error(`--api: "${api}" is no URL; it begins with https:// or http://.`)
  const inside = /\/(?:v1|console|docs)(?=\/*$)/.exec(api)?.[0]
  if (inside !== undefined)
    throw new Error(`--api: "${api}" must be where the deployment is, not what it has there: leave ${inside} away.`)
  if (/[?#]/.test(api)) throw new Error(`--api: "${api}" must end with the path of the deployment: leave ? and # away.`)
}

/**
 * Where a path of the API is on this deployment.
 * @param path begins with a slash; a query may follow
 */
export const urlUnder = (api: string, path: string): URL => new URL(`.${path}`, api.endsWith('/') ? api : `${api}/`)
