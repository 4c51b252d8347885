import { InvalidRequestError } from '../../../client/index.ts'
import { client } from '../../session/session.ts'

/** Of one request. */
const MOST = 1_000

/**
 * What numbers are that are dialled in a country, asked of the server: the world's numbering plans are more than any view of the console.
 * @returns E.164 by what was written, without what is no number; undefined: there is no such country
 */
export const phoneNumbers = async (
  country: string,
  written: readonly string[],
): Promise<ReadonlyMap<string, string> | undefined> => {
  const found = new Map<string, string>()
  for (let from = 0; from === 0 || from < written.length; from += MOST) {
    const asked = written.slice(from, from + MOST)
    try {
      const { numbers } = await client().call('post', '/v1/phone-numbers', { body: { country, numbers: asked } })
      for (const [at, number] of numbers.entries()) if (number !== null) found.set(asked[at] ?? '', number)
    } catch (error) {
      if (error instanceof InvalidRequestError && error.problem?.errors.some(({ field }) => field === 'country'))
        return undefined
      throw error
    }
  }
  return found
}
