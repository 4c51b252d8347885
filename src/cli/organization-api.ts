import { requireKey } from './api.ts'
import { requireUrl, urlUnder } from './api-url.ts'

/** The API of an organisation as its clients use it: with a key of it (API_KEY), on a running deployment of any kind. */

/** What was refused, in the API's own words. */
export const refusalOf = async (response: Response): Promise<Error> => {
  const { detail, title } = (await response.json().catch(() => ({}))) as {
    readonly detail?: string
    readonly title?: string
  }
  return new Error(
    detail === undefined
      ? `Status ${response.status}: what answers there is no edge-upsert; see that the URL is right.`
      : [detail, title].join(' ').trim(),
  )
}

export interface ApiCall {
  readonly api: string
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

/** One request. @returns the JSON that is answered @throws Error in one sentence, also when nobody answers */
export const ask = async <T>({ api, method, path, body }: ApiCall, may: string): Promise<T> => {
  requireUrl(api)
  const headers = { authorization: `Bearer ${requireKey(may)}`, 'content-type': 'application/json' }
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
  const response = await fetch(urlUnder(api, path), init).catch((cause: unknown) => {
    throw new Error(`${api} cannot be reached: see that the deployment runs and the URL is right.`, { cause })
  })
  if (!response.ok) throw await refusalOf(response)
  return (await response.json()) as T
}
